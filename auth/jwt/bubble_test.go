package jwt_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// In a bubble of testing/synctest, one Sleep moves the time of the application, of the pool and of
// the service that verifies the tokens. An hour takes no time.
func TestAnHourInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := authtest.New(t, authtest.Config{NoListener: true})
		require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
		client, err := auth.NewClient(auth.Config{
			UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, HTTPClient: pool.HTTPClient(),
		})
		require.NoError(t, err)
		verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{poolOf(pool)}, HTTPClient: pool.HTTPClient()})
		require.NoError(t, err)
		session := client.Session("alice")
		_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
		token := func() string {
			got, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
			require.NoError(t, err)
			return got.AccessToken.Raw
		}
		first := token()
		_, err = verifier.VerifyAccessToken(t.Context(), first)
		require.NoError(t, err)
		time.Sleep(30 * time.Minute)
		assert.Equal(t, first, token(), "half an hour later the token is still good")

		time.Sleep(30*time.Minute + 10*time.Second) // the verifier's leeway
		_, err = verifier.VerifyAccessToken(t.Context(), first)
		require.ErrorIs(t, err, jwt.ErrExpired)
		second := token()
		assert.NotEqual(t, first, second, "the SDK renews the token")
		_, err = verifier.VerifyAccessToken(t.Context(), second)
		require.NoError(t, err)

		pool.Advance(31 * 24 * time.Hour) // only the pool's clock: the refresh token has expired
		time.Sleep(time.Hour)
		for _, want := range []auth.ErrorCode{auth.ErrNotAuthorized, auth.ErrSessionExpired} {
			_, err = session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
			require.ErrorIs(t, err, want)
		}
	})
}

// The verifier fetches the keys again for a key that it does not know. The tokens of the keys before
// remain valid until the pool withdraws those, too.
func TestRotatedKeys(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := authtest.New(t, authtest.Config{NoListener: true})
		require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
		v, err := jwt.NewVerifier(jwt.Config{
			Pools: []jwt.TrustedPool{poolOf(pool)}, HTTPClient: pool.HTTPClient(), CacheSize: -1,
		})
		require.NoError(t, err)
		verify := func(token string) error {
			_, err := v.VerifyAccessToken(t.Context(), token)
			return err
		}
		first := pool.AccessToken("alice")
		require.NoError(t, verify(first))

		pool.RotateKeys()
		time.Sleep(10 * time.Second) // the verifier does not fetch more often
		second := pool.AccessToken("alice")
		require.NoError(t, verify(second))
		require.NoError(t, verify(first))

		pool.RotateKeys()
		time.Sleep(10 * time.Second)
		require.NoError(t, verify(pool.AccessToken("alice")))
		require.NoError(t, verify(second))
		time.Sleep(10 * time.Second) // before that the key could be newer than those fetched
		require.ErrorIs(t, verify(first), jwt.ErrUnknownKey)
	})
}

// A service's tests need no sign-in.
func TestTokensMadeForServices(t *testing.T) {
	t.Parallel()
	pool := authtest.New(t, authtest.Config{})
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	v, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{poolOf(pool)}})
	require.NoError(t, err)
	claims, err := v.VerifyAccessToken(t.Context(), pool.AccessToken("alice"))
	require.NoError(t, err)
	assert.Equal(t, "alice", claims.Username)

	claims, err = v.VerifyAccessToken(t.Context(), pool.ClientCredentialsToken("orders/read"))
	require.NoError(t, err)
	assert.Equal(t, []string{"orders/read"}, claims.Scopes)
	assert.Empty(t, claims.Username)

	id, err := v.VerifyIDToken(t.Context(), pool.Sign(map[string]any{
		"token_use": "id", "sub": "1", "email": "alice@example.com", "email_verified": true,
	}))
	require.NoError(t, err)
	assert.Equal(t, "alice@example.com", id.Email)

	for want, change := range map[jwt.Reason]map[string]any{
		jwt.ErrExpired:     {"exp": time.Now().Add(-time.Hour).Unix()},
		jwt.ErrWrongClient: {"client_id": "another"},
		jwt.ErrWrongIssuer: {"iss": "https://issuer.example"},
		jwt.ErrWrongUse:    {"token_use": "id"},
	} {
		_, err := v.VerifyAccessToken(t.Context(), pool.Sign(change))
		require.ErrorIs(t, err, want)
	}
}
