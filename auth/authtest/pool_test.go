package authtest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// createPool creates a pool with one app client through the API and returns a fixture for them.
func (f *fixture) createPool(settings, client object) *fixture {
	f.t.Helper()
	defaults := object{"PoolName": "made", "AutoVerifiedAttributes": []string{"email"}}
	pool := f.call("CreateUserPool", merged(defaults, settings)).
		ok()["UserPool"].(object)
	made := f.Pool.Pool(pool["Id"].(string))
	require.NotNil(f.t, made)
	next := &fixture{Pool: made, t: f.t, violations: f.violations, client: f.client}
	return next.createClient(merged(object{
		"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}, client))
}

// createClient creates another app client of the pool through the API and returns a fixture for it.
func (f *fixture) createClient(settings object) *fixture {
	f.t.Helper()
	c := f.admin("CreateUserPoolClient", merged(object{"ClientName": "app"}, settings)).ok()["UserPoolClient"].(object)
	next := *f
	next.ClientID = c["ClientId"].(string)
	next.ClientSecret, _ = c["ClientSecret"].(string)
	return &next
}

func merged(first, second object) object {
	all := object{}
	for _, part := range []object{first, second} {
		for name, value := range part {
			all[name] = value
		}
	}
	return all
}

func TestPoolsAreSeparate(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	a, b := f.createPool(nil, nil), f.createPool(nil, nil)
	assert.NotEqual(t, a.UserPoolID, b.UserPoolID)
	assert.Equal(t, f.URL, a.URL)

	// The same user name belongs to a different user in each pool.
	sub := func(p *fixture) any { return p.signUp("alice", password, "email", email).ok()["UserSub"] }
	assert.NotEqual(t, sub(a), sub(b))
	require.Len(t, a.Messages("alice"), 1)
	require.Len(t, b.Messages("alice"), 1)
	assert.Empty(t, f.Messages("alice"))
	a.confirm("alice", a.LastCode("alice")).ok()
	b.signIn("alice", password).failsWith("UserNotConfirmedException")
	b.confirm("alice", b.LastCode("alice")).ok()

	// Tokens carry the issuer of their pool, are signed with its keys, and are refused by the other
	// pool.
	tokens := a.signIn("alice", password).tokens()
	header, claims := a.verify(tokens["AccessToken"].(string))
	assert.Contains(t, claims["iss"], a.UserPoolID)
	assert.Equal(t, a.ClientID, claims["client_id"])
	for _, key := range b.keys() {
		assert.NotEqual(t, header["kid"], key.(object)["kid"])
	}
	a.getUser(tokens["AccessToken"].(string)).ok()
	b.refresh(tokens, "").fails("NotAuthorizedException", "Invalid Refresh Token.")
	a.refresh(tokens, "").refreshed()
	b.call("RevokeToken", object{"ClientId": b.ClientID, "Token": tokens["RefreshToken"]}).ok()
	a.refresh(tokens, "").refreshed()
	b.admin("AdminUserGlobalSignOut", object{"Username": "alice"}).ok()
	a.getUser(tokens["AccessToken"].(string)).ok()
	a.admin("AdminUserGlobalSignOut", object{"Username": "alice"}).ok()
	a.getUser(tokens["AccessToken"].(string)).fails("NotAuthorizedException", "Access Token has been revoked")
	f.unviolated()
}

// The issuer in a token selects its pool. Changing the issuer breaks the signature.
func TestChangedIssuerIsRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	made := f.createPool(nil, nil)
	require.NoError(t, made.AddUser(alice()))
	parts := strings.Split(made.accessToken("alice"), ".")
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	parts[1] = base64.RawURLEncoding.EncodeToString(
		bytes.ReplaceAll(text, []byte(made.UserPoolID), []byte(f.UserPoolID)),
	)
	f.getUser(strings.Join(parts, ".")).fails("NotAuthorizedException", "Could not verify signature for Access Token")
}

func TestSecretHashOfAnotherClientIsRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	a, b := f.createPool(nil, object{"GenerateSecret": true}), f.createPool(nil, object{"GenerateSecret": true})
	stranger := *a
	stranger.ClientSecret = b.ClientSecret
	body := object{
		"ClientId":   a.ClientID,
		"Username":   "alice",
		"Password":   password,
		"SecretHash": stranger.hash("alice"),
	}
	a.call("SignUp", body).fails("NotAuthorizedException", "Unable to verify secret hash for client "+a.ClientID)
	body["SecretHash"] = a.hash("alice")
	a.call("SignUp", body).ok()
	f.unviolated()
}

func TestChallengesOfOtherPoolsAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	a, b := f.createPool(nil, nil), f.createPool(nil, nil)
	for _, p := range []*fixture{a, b} {
		require.NoError(t, p.AddUser(authtest.User{Username: "alice", Password: password, TemporaryPassword: true}))
	}
	_, session := a.signIn("alice", password).challenge("NEW_PASSWORD_REQUIRED")
	answer := object{"USERNAME": "alice", "NEW_PASSWORD": "Another-horse-1!"}
	b.respond("NEW_PASSWORD_REQUIRED", session, answer).fails("NotAuthorizedException", "Invalid session for the user.")
	a.respond("NEW_PASSWORD_REQUIRED", session, answer).tokens()

	c := newSRPClient()
	parameters, _ := a.beginSRP("alice", c.public.Text(16)).challenge("PASSWORD_VERIFIER")
	claim := c.claim(a.UserPoolID, "Another-horse-1!", timestamp(a.Now()), parameters)
	b.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
	a.respond("PASSWORD_VERIFIER", "", claim).tokens()
}

// A call without a user pool ID and a client ID finds its pool through the session.
func TestSoftwareTokenSessionFindsItsPool(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	a := f.createPool(nil, nil)
	a.admin("SetUserPoolMfaConfig", object{
		"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": object{"Enabled": true},
	}).
		ok()
	require.NoError(t, a.AddUser(alice()))
	_, session := a.signIn("alice", password).challenge("MFA_SETUP")
	secret := f.call("AssociateSoftwareToken", object{"Session": session}).ok()
	f.call("VerifySoftwareToken", object{
		"Session": secret["Session"], "UserCode": a.totp(secret["SecretCode"].(string)),
	}).ok()
	f.call("AssociateSoftwareToken", object{"Session": session[:len(session)-1] + "~"}).
		fails("NotAuthorizedException", "Invalid session for the user.")
}

func TestUnknownPool(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	token := f.accessToken("alice")
	gone := f.createPool(nil, nil)
	require.NoError(t, gone.AddUser(alice()))
	old := gone.accessToken("alice")
	gone.empty("DeleteUserPool", object{"UserPoolId": gone.UserPoolID})
	assert.Nil(t, f.Pool.Pool(gone.UserPoolID))
	missing := "User pool " + gone.UserPoolID + " does not exist."
	gone.admin("DescribeUserPool", object{}).fails("ResourceNotFoundException", missing)
	gone.admin("AdminGetUser", object{"Username": "alice"}).fails("ResourceNotFoundException", missing)
	gone.admin("DescribeUserPoolClient", object{"ClientId": f.ClientID}).fails("ResourceNotFoundException", missing)
	f.admin("DescribeUserPoolClient", object{"ClientId": gone.ClientID}).
		fails("ResourceNotFoundException", "User pool client "+gone.ClientID+" does not exist.")
	gone.signIn("alice", password).
		fails("ResourceNotFoundException", "User pool client "+gone.ClientID+" does not exist.")
	gone.getUser(old).fails("NotAuthorizedException", "Could not verify signature for Access Token")
	status, _, _ := f.do("GET", gone.UserPoolID+"/.well-known/jwks.json", "")
	assert.Equal(t, 404, status)
	f.getUser(token).ok()

	// The first pool can be deleted as well.
	f.empty("DeleteUserPool", object{"UserPoolId": f.UserPoolID})
	f.getUser(token).failsWith("NotAuthorizedException")
	assert.Nil(t, f.Pool.Pool(f.UserPoolID))
	f.createPool(nil, nil).signUp("alice", password, "email", email).ok()
	f.unviolated()
}

func TestEveryPoolPublishesItsKeys(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	made := f.createPool(nil, nil)
	for _, p := range []*fixture{f, made} {
		var discovery struct {
			Issuer  string
			JWKSURI string `json:"jwks_uri"`
		}
		p.get(p.UserPoolID+"/.well-known/openid-configuration", &discovery)
		assert.Equal(t, "https://cognito-idp.us-east-1.amazonaws.com/"+p.UserPoolID, discovery.Issuer)
		assert.Equal(t, p.URL+p.UserPoolID+"/.well-known/jwks.json", discovery.JWKSURI)
	}
}

func TestMessagesOfEveryPool(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	made := f.createPool(nil, nil)
	made.signUp("alice", password, "email", email).ok()
	_, _, text := f.do("GET", "_pool/messages?username=alice", "")
	assert.JSONEq(t, `[]`, text)
	_, _, text = f.do("GET", "_pool/messages?username=alice&pool="+url.QueryEscape(made.UserPoolID), "")
	assert.Contains(t, text, made.LastCode("alice"))
	status, _, _ := f.do("GET", "_pool/messages?username=alice&pool=us-east-1_Other", "")
	assert.Equal(t, 404, status)
}

// All pools share the clock, the list of requests, the faults and the held operations.
func TestPoolsShareTheService(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	made := f.createPool(nil, nil)
	require.NoError(t, made.AddUser(alice()))
	made.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "TooManyRequestsException"})
	made.signIn("alice", password).failsWith("TooManyRequestsException")
	f.Advance(time.Hour)
	assert.WithinDuration(t, f.Now(), made.Now(), waitAtMost)
	assert.Equal(t, len(f.Requests()), len(made.Requests()))
	made.Close()
	u, err := url.Parse(f.URL)
	require.NoError(t, err)
	start(t, authtest.Config{Listen: u.Host})
}

// keys returns the keys in the pool's key set.
func (f *fixture) keys() []any {
	f.t.Helper()
	var set struct{ Keys []any }
	f.get(f.UserPoolID+"/.well-known/jwks.json", &set)
	require.NotEmpty(f.t, set.Keys)
	return set.Keys
}

// jsonOf returns value after encoding it to JSON and decoding it again.
func jsonOf(t *testing.T, value any) any {
	t.Helper()
	text, err := json.Marshal(value)
	require.NoError(t, err)
	var back any
	require.NoError(t, json.Unmarshal(text, &back))
	return back
}

func TestCreatedPoolsName(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	byEmail := f.createPool(object{"UsernameAttributes": []string{"email"}}, nil)
	byEmail.signUp("alice", password).fails("InvalidParameterException", "Username should be an email.")
	byEmail.signUp(email, password).ok()
	byEmail.confirm(email, byEmail.LastCode(email)).ok()
	byEmail.signIn(email, password).tokens()

	aliased := f.createPool(object{
		"AliasAttributes": []string{"email"}, "UsernameConfiguration": object{"CaseSensitive": false},
	}, nil)
	aliased.signUp("alice", password, "email", email).ok()
	aliased.confirm("ALICE", aliased.LastCode("alice")).ok()
	aliased.signIn(email, password).tokens()

	exact := f.createPool(nil, nil)
	require.NoError(t, exact.AddUser(alice()))
	exact.signIn("Alice", password).failsWith("UserNotFoundException")
	f.unviolated()
}

func TestSettingsChangeDuringSignIns(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	tokens := f.signIn("alice", password).tokens()
	var wg sync.WaitGroup
	for range 5 {
		wg.Go(func() {
			f.admin("UpdateUserPool", richSettings()).ok()
			f.admin("UpdateUserPool", object{}).ok()
			f.described()
		})
		wg.Go(func() {
			f.admin("UpdateUserPoolClient", object{
				"ClientId":          f.ClientID,
				"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH"},
			}).ok()
			f.signIn("alice", password).tokens()
			f.signInSRP("alice", password).tokens()
		})
		wg.Go(func() {
			made := f.createPool(nil, nil)
			made.signUp("bob", password, "email", email).ok()
			f.call("ListUserPools", object{"MaxResults": 60}).ok()
			f.empty("DeleteUserPool", object{"UserPoolId": made.UserPoolID})
		})
		wg.Go(func() {
			f.admin("AddCustomAttributes", object{"CustomAttributes": []object{}}).ok()
			f.listed("", 0, 1)
			f.getUser(tokens["AccessToken"].(string)).ok()
			f.signUp("x y", password)
		})
	}
	wg.Wait()
	f.refresh(tokens, "").refreshed()
}
