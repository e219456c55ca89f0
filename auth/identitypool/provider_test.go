package identitypool_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
)

func TestCredentialsOfAPerson(t *testing.T) {
	t.Parallel()
	f := start(t, options{})
	provider := f.pool.ForSession(f.signedIn("a", "alice"))
	credentials := f.retrieve(provider)
	assert.True(t, credentials.CanExpire)
	assert.Equal(t, identitypool.Source, credentials.Source)
	left := time.Until(credentials.Expires)
	assert.True(t, left > 54*time.Minute && left < 58*time.Minute, "the margin is 2.5 to 5 minutes: %v", left)

	caller := f.whose(credentials)
	assert.Equal(t, f.identityID(provider), caller.IdentityID)
	assert.Equal(t, "arn:aws:iam::123456789012:role/authenticated", caller.RoleARN)
	assert.Equal(t, credentials, f.retrieve(f.pool.ForSession(f.client.Session("a"))),
		"providers of one session share the credentials")
	assert.Equal(t, []string{"GetId", "GetCredentialsForIdentity"}, f.operations())
}

func TestIdentityIsAskedForOnceInASignIn(t *testing.T) {
	t.Parallel()
	f := start(t, options{})
	session := f.signedIn("a", "alice")
	id := f.identityID(f.pool.ForSession(session))
	f.ResetRequests()
	require.Equal(t, id, f.identityID(f.newPool().ForSession(session)), "another process finds the id in the session")
	require.Equal(t, []string{"GetCredentialsForIdentity"}, f.operations())

	_, err := session.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	slot, err := session.Slot(t.Context(), "idp:"+f.config.IdentityPoolID)
	require.NoError(t, err)
	require.Nil(t, slot, "the sign-out empties the slot")
	f.ResetRequests()
	require.Equal(t, id, f.identityID(f.newPool().ForSession(f.signedIn("a", "alice"))), "the person is the same")
	require.Equal(t, []string{"GetId", "GetCredentialsForIdentity"}, f.operations())
}

func TestNobodyElsesCredentials(t *testing.T) {
	t.Parallel()
	f := start(t, options{identity: authtest.IdentityPool{Guests: true}})
	session := f.signedIn("a", "alice")
	provider := f.pool.ForSession(session)
	alice := f.retrieve(provider)
	aliceID := f.identityID(provider)

	_, err := session.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	_, err = provider.Retrieve(t.Context())
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated, "no guest in the place of the person")
	_, err = f.use(provider)
	require.ErrorContains(t, err, "nobody is signed in", "the AWS SDK shows the error")

	f.signedIn("a", "bob")
	bob := f.retrieve(provider)
	assert.NotEqual(t, alice.AccessKeyID, bob.AccessKeyID)
	assert.NotEqual(t, aliceID, f.identityID(provider))
}

// TestSignOutDuringARequest checks that a person who signs out meanwhile gets no credentials, and
// leaves nothing behind.
func TestSignOutDuringARequest(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"GetId", "GetCredentialsForIdentity"} {
		f := start(t, options{})
		session := f.signedIn("a", "alice")
		provider := f.pool.ForSession(session)
		release := f.Hold(operation)
		failed := make(chan error, 1)
		go func() {
			_, err := provider.Retrieve(t.Context())
			failed <- err
		}()
		require.Eventually(t, func() bool { return f.calls(operation) == 1 }, time.Minute, time.Millisecond)
		_, err := session.SignOut(t.Context(), auth.SignOutInput{})
		require.NoError(t, err)
		release()
		require.ErrorIs(t, <-failed, auth.ErrUserUnAuthenticated)
		slot, err := session.Slot(t.Context(), "idp:"+f.config.IdentityPoolID)
		require.NoError(t, err)
		assert.Nil(t, slot)
	}
}

func TestEndedSessionIsNoGuest(t *testing.T) {
	t.Parallel()
	f := start(t, options{identity: authtest.IdentityPool{Guests: true}})
	provider := f.pool.ForSession(f.signedIn("a", "alice"))
	f.retrieve(provider)
	require.NoError(t, provider.Invalidate(t.Context()))
	f.Advance(31 * 24 * time.Hour) // the refresh token is over, and so is the ID token
	f.ResetRequests()
	_, err := provider.Retrieve(t.Context())
	require.ErrorIs(t, err, auth.ErrNotAuthorized, "the refusal of the refresh")
	_, err = provider.Retrieve(t.Context())
	require.ErrorIs(t, err, auth.ErrSessionExpired)
	for _, r := range f.Requests() {
		if r.Operation == "GetCredentialsForIdentity" {
			assert.NotEmpty(t, r.Body["Logins"], "nobody asked for a guest")
		}
	}
	assert.Zero(t, f.calls("GetId"))
}

func TestExpiredTokenIsRenewedOnce(t *testing.T) {
	t.Parallel()
	f := start(t, options{})
	provider := f.pool.ForSession(f.signedIn("a", "alice"))
	f.Advance(2 * time.Hour) // by this machine's clock the tokens are new
	f.retrieve(provider)
	assert.Equal(t, 1, f.calls("GetTokensFromRefreshToken"))
	assert.Equal(t, []string{"GetId", "GetId", "GetCredentialsForIdentity"}, f.operations())
}

func TestRefusedTokenEndsNobodysSession(t *testing.T) {
	t.Parallel()
	f := start(t, options{})
	session := f.signedIn("a", "alice")
	f.Fail(authtest.Fault{
		Operation: "GetId", Code: "NotAuthorizedException", Times: -1,
		Message: "Invalid login token. Token expired: 2 >= 1",
	})
	_, err := f.pool.ForSession(session).Retrieve(t.Context())
	require.ErrorIs(t, err, identitypool.ErrLoginExpired)
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	assert.Equal(t, 2, f.calls("GetId"))
	assert.Equal(t, 1, f.calls("GetTokensFromRefreshToken"))
	_, err = session.CurrentUser(t.Context())
	assert.NoError(t, err)
}

func TestServerSideTokenCheck(t *testing.T) {
	t.Parallel()
	f := start(t, options{identity: authtest.IdentityPool{ServerSideTokenCheck: true}})
	session := f.signedIn("a", "alice")
	provider := f.pool.ForSession(session)
	f.retrieve(provider)
	_, err := f.signedIn("elsewhere", "alice").SignOut(t.Context(), auth.SignOutInput{Global: true})
	require.NoError(t, err)
	require.NoError(t, provider.Invalidate(t.Context()))
	_, err = provider.Retrieve(t.Context())
	require.ErrorContains(t, err, "Refresh Token has been revoked", "the token was refused, and so was its renewal")
	_, err = provider.Retrieve(t.Context())
	require.ErrorIs(t, err, auth.ErrSessionExpired)
}

func TestIdentityOfAnotherPoolIsLookedUpAnew(t *testing.T) {
	t.Parallel()
	f := start(t, options{})
	session := f.signedIn("a", "alice")
	id := f.identityID(f.pool.ForSession(session))
	bobs := f.identityID(f.pool.ForSession(f.signedIn("b", "bob")))
	user, err := session.CurrentUser(t.Context())
	require.NoError(t, err)
	for _, stale := range []string{bobs, "us-east-1:00000000-0000-0000-0000-000000000000"} {
		require.NoError(t, session.UpdateSlot(t.Context(), "idp:"+f.config.IdentityPoolID, func([]byte) ([]byte, error) {
			return []byte(`{"sub":"` + user.UserID + `","identityId":"` + stale + `"}`), nil
		}))
		f.ResetRequests()
		assert.Equal(t, id, f.identityID(f.newPool().ForSession(session)))
		assert.Equal(t, []string{"GetCredentialsForIdentity", "GetId", "GetCredentialsForIdentity"}, f.operations())
	}
}

func TestGuests(t *testing.T) {
	t.Parallel()
	f := start(t, options{identity: authtest.IdentityPool{Guests: true}})
	guest := f.pool.ForGuest("")
	credentials := f.retrieve(guest)
	id := f.identityID(guest)
	caller := f.whose(credentials)
	assert.Equal(t, id, caller.IdentityID)
	assert.Equal(t, "arn:aws:iam::123456789012:role/guest", caller.RoleARN)
	assert.Equal(t, credentials, f.retrieve(guest))
	assert.Equal(t, id, f.identityID(f.newPool().ForGuest(id)), "the same guest")
	assert.NotEqual(t, id, f.identityID(f.pool.ForGuest("")), "another guest")
	assert.Equal(t, 2, f.calls("GetId"))
	for _, r := range f.Requests() {
		assert.NotContains(t, r.Body, "Logins")
	}
}

func TestGuestIDsAreChecked(t *testing.T) {
	t.Parallel()
	f := start(t, options{identity: authtest.IdentityPool{Guests: true}})
	guest := f.pool.ForGuest("nonsense")
	_, err := guest.Retrieve(t.Context())
	require.ErrorIs(t, err, auth.ErrInvalidParameter)
	_, err = guest.IdentityID(t.Context())
	require.ErrorIs(t, err, auth.ErrInvalidParameter)
	assert.NotContains(t, err.Error(), "nonsense")
	assert.Empty(t, f.Requests())
}

// TestSessionsOfTwoClientsShareNothing signs one person in under one key in two clients.
func TestSessionsOfTwoClientsShareNothing(t *testing.T) {
	t.Parallel()
	f := start(t, options{})
	first := f.signedIn("a", "alice")
	f.retrieve(f.pool.ForSession(first))
	f.client = f.newClient(nil)
	second := f.pool.ForSession(f.signedIn("a", "alice"))
	f.retrieve(second)

	_, err := first.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	require.NoError(t, second.Invalidate(t.Context()))
	f.retrieve(second)
}

func TestGuestsNotAllowed(t *testing.T) {
	t.Parallel()
	f := start(t, options{})
	_, err := f.pool.ForGuest("").Retrieve(t.Context())
	require.ErrorIs(t, err, identitypool.ErrGuestsNotAllowed)
	alices := f.identityID(f.pool.ForSession(f.signedIn("a", "alice")))
	_, err = f.pool.ForGuest(alices).Retrieve(t.Context())
	require.ErrorIs(t, err, identitypool.ErrIdentityMismatch, "a person's identity is no guest's")
	require.NotErrorIs(t, err, identitypool.ErrGuestsNotAllowed)
}

func TestAdoptGuest(t *testing.T) {
	t.Parallel()
	f := start(t, options{identity: authtest.IdentityPool{Guests: true}})
	first := f.pool.ForGuest("")
	guestID := f.identityID(first)
	session := f.signedIn("a", "alice")
	person := f.pool.ForSession(session)
	require.NoError(t, person.AdoptGuest(t.Context(), guestID))
	assert.Equal(t, guestID, f.identityID(person), "a person without an identity gets the guest's")
	assert.Equal(t, guestID, f.whose(f.retrieve(person)).IdentityID)
	require.NoError(t, person.Invalidate(t.Context()))
	assert.Equal(t, guestID, f.identityID(f.newPool().ForSession(session)))

	otherID := f.identityID(f.pool.ForGuest(""))
	require.NoError(t, person.AdoptGuest(t.Context(), otherID))
	assert.Equal(t, guestID, f.identityID(person), "a person with an identity keeps it")
	_, err := f.newPool().ForGuest(otherID).Retrieve(t.Context())
	require.ErrorIs(t, err, identitypool.ErrIdentityMismatch, "the guest's is merged")

	bob := f.pool.ForSession(f.signedIn("b", "bob"))
	require.ErrorIs(t, bob.AdoptGuest(t.Context(), guestID), identitypool.ErrIdentityMismatch, "it is alice's")
	require.ErrorIs(t, bob.AdoptGuest(t.Context(), "nonsense"), auth.ErrInvalidParameter)
	require.ErrorIs(t, first.AdoptGuest(t.Context(), guestID), auth.ErrInvalidParameter)
	assert.NotEqual(t, guestID, f.identityID(bob))
}

// TestChangedIdentityReplacesTheKnownOne answers with the identity that a merge elsewhere made.
func TestChangedIdentityReplacesTheKnownOne(t *testing.T) {
	t.Parallel()
	f := start(t, options{identity: authtest.IdentityPool{Guests: true}})
	session := f.signedIn("a", "alice")
	id := f.identityID(f.pool.ForSession(session))
	guestID := f.identityID(f.pool.ForGuest(""))
	user, err := session.CurrentUser(t.Context())
	require.NoError(t, err)
	require.NoError(t, session.UpdateSlot(t.Context(), "idp:"+f.config.IdentityPoolID, func([]byte) ([]byte, error) {
		return []byte(`{"sub":"` + user.UserID + `","identityId":"` + guestID + `"}`), nil
	}))
	provider := f.newPool().ForSession(session)
	assert.Equal(t, id, f.whose(f.retrieve(provider)).IdentityID)
	slot, err := session.Slot(t.Context(), "idp:"+f.config.IdentityPoolID)
	require.NoError(t, err)
	assert.Contains(t, string(slot), id)
}

func TestCustomRole(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::123456789012:role/editors"
	f := start(t, options{
		identity: authtest.IdentityPool{RolesFromTokens: true, Guests: true},
		config:   identitypool.Config{CustomRoleARN: role},
	})
	addToGroup(t, f.Pool, "alice", "editors", role)
	assert.Equal(t, role, f.whose(f.retrieve(f.pool.ForSession(f.signedIn("a", "alice")))).RoleARN)
	_, err := f.pool.ForSession(f.signedIn("b", "bob")).Retrieve(t.Context())
	require.ErrorIs(t, err, auth.ErrNotAuthorized, "bob is no editor")
	guest := f.whose(f.retrieve(f.pool.ForGuest("")))
	assert.Equal(t, "arn:aws:iam::123456789012:role/guest", guest.RoleARN, "guests get their own")
}

// TestBothIssuers checks that the login goes by the issuer of the token, of either type.
func TestBothIssuers(t *testing.T) {
	t.Parallel()
	for host, kind := range map[string]types.IssuerType{
		"cognito-idp": types.IssuerTypeOriginal, "issuer-cognito-idp": types.IssuerTypeUpdated,
	} {
		f := start(t, options{})
		_, err := administrator(f.Pool).UpdateUserPool(t.Context(), &cognitoidentityprovider.UpdateUserPoolInput{
			UserPoolId: &f.UserPoolID, IssuerConfiguration: &types.IssuerConfigurationType{Type: kind},
		})
		require.NoError(t, err)
		f.config.IdentityPoolID = f.AddIdentityPool(authtest.IdentityPool{})
		f.whose(f.retrieve(f.newPool().ForSession(f.signedIn("a", "alice"))))
		for _, r := range f.Requests() {
			if r.Operation == "GetId" {
				assert.Contains(t, r.Body["Logins"], host+".us-east-1.amazonaws.com/"+f.UserPoolID)
			}
		}
	}
}

func TestOtherLoginProvider(t *testing.T) {
	t.Parallel()
	f := start(t, options{users: authtest.Config{Issuer: "https://issuer.example.com/pool"}})
	f.whose(f.retrieve(f.pool.ForSession(f.signedIn("a", "alice"))))
	f.config.LoginProvider = "another.example.com/pool"
	_, err := f.newPool().ForSession(f.signedIn("b", "bob")).Retrieve(t.Context())
	require.ErrorIs(t, err, identitypool.ErrLoginRefused)
}

// TestUnderACache checks what an aws.CredentialsCache is promised, such as the one that
// config.WithCredentialsProvider makes.
func TestUnderACache(t *testing.T) {
	t.Parallel()
	f := start(t, options{})
	session := f.signedIn("a", "alice")
	cache := aws.NewCredentialsCache(f.pool.ForSession(session))
	first, err := cache.Retrieve(t.Context())
	require.NoError(t, err)
	cache.Invalidate()
	second, err := cache.Retrieve(t.Context())
	require.NoError(t, err)
	assert.Equal(t, first, second, "the provider has them still")
	cache.Invalidate()
	_, err = session.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	_, err = cache.Retrieve(t.Context())
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated, "the cache shows the error")
}
