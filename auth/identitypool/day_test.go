package identitypool_test

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
)

// interrupted is a connection that may be down.
type interrupted struct {
	http.RoundTripper
	down func() bool
}

func (c interrupted) RoundTrip(r *http.Request) (*http.Response, error) {
	if c.down() {
		return nil, errors.New("no connection")
	}
	return c.RoundTripper.RoundTrip(r)
}

// signedRequest returns a request to a service of AWS, as its client signs it now.
func signedRequest(t *testing.T, credentials aws.Credentials) *http.Request {
	t.Helper()
	const emptyHash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
	r := httptest.NewRequest(http.MethodGet, "https://bucket.s3.us-east-1.amazonaws.com/notes", strings.NewReader(""))
	require.NoError(t, v4.NewSigner().SignHTTP(t.Context(), credentials, r, emptyHash, "s3", "us-east-1", time.Now()))
	return r
}

// TestADay makes a request every minute of a day. Each is signed with credentials that are valid,
// and there are no more calls than credentials that come to their end.
func TestADay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool, provider := inBubble(t, func() bool { return false })
		pool.ResetRequests()
		for range 24 * 60 {
			credentials, err := provider.Retrieve(t.Context())
			require.NoError(t, err)
			_, err = pool.Authenticate(signedRequest(t, credentials))
			require.NoError(t, err)
			time.Sleep(time.Minute)
		}
		calls := map[string]int{}
		for _, r := range pool.Requests() {
			calls[r.Operation]++
		}
		const mostOften = 55 * time.Minute // with the whole margin of five minutes
		assert.LessOrEqual(t, calls["GetCredentialsForIdentity"], int(24*time.Hour/mostOften)+1)
		assert.GreaterOrEqual(t, calls["GetCredentialsForIdentity"], 24)
		assert.Equal(t, 1, calls["GetId"])
		assert.LessOrEqual(t, calls["GetTokensFromRefreshToken"], calls["GetCredentialsForIdentity"],
			"tokens are renewed for credentials only")
	})
}

// TestOldCredentialsOutliveAFailure takes the service away: the credentials serve until shortly
// before their end, the service is asked now and then, and then the failure is an error.
func TestOldCredentialsOutliveAFailure(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var down bool
		var asked int
		pool, provider := inBubble(t, func() bool {
			if down {
				asked++
			}
			return down
		})
		first, err := provider.Retrieve(t.Context())
		require.NoError(t, err)
		down = true
		began := time.Now()
		for {
			credentials, err := provider.Retrieve(t.Context())
			if err != nil {
				require.ErrorIs(t, err, auth.ErrNetwork)
				break
			}
			require.Equal(t, first.AccessKeyID, credentials.AccessKeyID)
			_, err = pool.Authenticate(signedRequest(t, credentials))
			require.NoError(t, err)
			time.Sleep(time.Second)
		}
		served := time.Since(began)
		assert.True(t, served > 59*time.Minute && served < time.Hour, "%v", served)
		assert.Less(t, asked, 3*12, "three attempts each half minute of the margin")
		down = false
		credentials, err := provider.Retrieve(t.Context())
		require.NoError(t, err)
		assert.NotEqual(t, first.AccessKeyID, credentials.AccessKeyID)
	})
}

// TestIdentityStaysKnownWhileAnotherIsLookedUp refuses the identity, and then fails to find another:
// the old credentials serve, and so does the id that they are for.
func TestIdentityStaysKnownWhileAnotherIsLookedUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool, provider := inBubble(t, func() bool { return false })
		id, err := provider.IdentityID(t.Context())
		require.NoError(t, err)
		time.Sleep(58 * time.Minute)
		pool.Fail(authtest.Fault{
			Operation: "GetCredentialsForIdentity", Code: "NotAuthorizedException",
			Message: "Access to Identity 'us-east-1:1' is forbidden.", Times: -1,
		})
		pool.Fail(authtest.Fault{Operation: "GetId", Code: "InternalErrorException", Times: -1})
		pool.ResetRequests()
		stale, err := provider.IdentityID(t.Context())
		require.NoError(t, err)
		assert.Equal(t, id, stale)
		assert.NotEmpty(t, pool.Requests(), "new credentials were asked for")
	})
}

// inBubble returns a pool without a listener, and the provider of alice's credentials.
func inBubble(t *testing.T, down func() bool) (*authtest.Pool, *identitypool.Provider) {
	t.Helper()
	pool := authtest.New(t, authtest.Config{NoListener: true})
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	client := pool.HTTPClient()
	client.Transport = interrupted{client.Transport, down}
	users, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, HTTPClient: client,
	})
	require.NoError(t, err)
	session := users.Session("alice")
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	identities, err := identitypool.New(identitypool.Config{
		IdentityPoolID: pool.AddIdentityPool(authtest.IdentityPool{}), Endpoint: pool.URL, HTTPClient: client,
	})
	require.NoError(t, err)
	return pool, identities.ForSession(session)
}
