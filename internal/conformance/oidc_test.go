package conformance_test

import (
	"net/url"
	"sync"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const appURL = "http://localhost:3000/callback"

// newProvider starts a pool with managed login whose issuer is its own address. It returns the
// violations that the pool reports.
func newProvider(t *testing.T, cfg authtest.Config) (*authtest.Pool, *complaints) {
	t.Helper()
	reported := &complaints{}
	cfg.LocalIssuer, cfg.OnViolation = true, reported.add
	if cfg.ManagedLogin.CallbackURLs == nil && cfg.ManagedLogin.Flows == nil {
		cfg.ManagedLogin.CallbackURLs = []string{appURL}
	}
	pool, err := authtest.NewPool(cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return pool, reported
}

// complaints are what a pool reported.
type complaints struct {
	mu    sync.Mutex
	texts []string
}

func (c *complaints) add(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, err.Error())
}

func (c *complaints) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]string{}, c.texts...)
}

// verifiedAlice has a verified address, as most clients of OpenID Connect want it.
func verifiedAlice() authtest.User {
	return authtest.User{Username: "alice", Password: password, Attributes: map[string]string{
		"email": "alice@example.com", "email_verified": "true", "phone_number": "+15551234567",
	}}
}

// relyingParty is a client made of x/oauth2 and go-oidc.
type relyingParty struct {
	pool     *authtest.Pool
	provider *oidc.Provider
	oauth2.Config
}

func newRelyingParty(t *testing.T, pool *authtest.Pool) relyingParty {
	t.Helper()
	provider, err := oidc.NewProvider(t.Context(), pool.Issuer())
	require.NoError(t, err)
	endpoint := provider.Endpoint()
	endpoint.AuthStyle = oauth2.AuthStyleInParams
	return relyingParty{pool, provider, oauth2.Config{
		ClientID: pool.ClientID, ClientSecret: pool.ClientSecret, Endpoint: endpoint, RedirectURL: appURL,
		Scopes: []string{oidc.ScopeOpenID, "email"},
	}}
}

// signIn signs alice in and exchanges the code.
func (rp relyingParty) signIn(t *testing.T, nonce string) (*oauth2.Token, error) {
	t.Helper()
	verifier := oauth2.GenerateVerifier()
	callback, err := rp.pool.Authorize(
		rp.AuthCodeURL("state", oauth2.S256ChallengeOption(verifier), oidc.Nonce(nonce)), "alice")
	require.NoError(t, err)
	parsed, err := url.Parse(callback)
	require.NoError(t, err)
	require.Equal(t, "state", parsed.Query().Get("state"))
	return rp.Exchange(t.Context(), parsed.Query().Get("code"), oauth2.VerifierOption(verifier))
}

// TestGoOIDC checks that x/oauth2 and go-oidc discover the pool, sign in with PKCE and a nonce, verify
// the ID token, read userInfo with its booleans in strings, and refresh.
func TestGoOIDC(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]authtest.Config{
		"public": {}, "secret": {ClientSecret: true}, "rotation": {RefreshTokenRotation: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, reported := newProvider(t, cfg)
			require.NoError(t, pool.AddUser(verifiedAlice()))
			rp := newRelyingParty(t, pool)
			token, err := rp.signIn(t, "a nonce")
			require.NoError(t, err)

			raw, _ := token.Extra("id_token").(string)
			id, err := rp.provider.Verifier(&oidc.Config{ClientID: pool.ClientID}).Verify(t.Context(), raw)
			require.NoError(t, err)
			assert.Equal(t, "a nonce", id.Nonce)
			require.NoError(t, id.VerifyAccessToken(token.AccessToken))

			info, err := rp.provider.UserInfo(t.Context(), oauth2.StaticTokenSource(token))
			require.NoError(t, err)
			assert.Equal(t, id.Subject, info.Subject)
			assert.Equal(t, "alice@example.com", info.Email)
			assert.True(t, info.EmailVerified)
			var claims map[string]any
			require.NoError(t, info.Claims(&claims))
			assert.Equal(t, "true", claims["email_verified"])
			assert.NotContains(t, claims, "phone_number")

			renewed, err := rp.TokenSource(t.Context(), &oauth2.Token{RefreshToken: token.RefreshToken}).Token()
			require.NoError(t, err)
			assert.NotEqual(t, token.AccessToken, renewed.AccessToken)
			assert.Equal(t, cfg.RefreshTokenRotation, token.RefreshToken != renewed.RefreshToken)
			assert.Empty(t, reported.all())
		})
	}
}

// TestAuthStyleProbe checks what x/oauth2 does without an AuthStyle: it sends the code of a public
// client twice, first with an empty secret, which the pool reports and which does not use the code up.
func TestAuthStyleProbe(t *testing.T) {
	t.Parallel()
	pool, reported := newProvider(t, authtest.Config{})
	require.NoError(t, pool.AddUser(verifiedAlice()))
	rp := newRelyingParty(t, pool)
	rp.Endpoint.AuthStyle = oauth2.AuthStyleAutoDetect
	_, err := rp.signIn(t, "a nonce")
	require.NoError(t, err)
	require.Len(t, reported.all(), 1)
	assert.Contains(t, reported.all()[0], "empty client secret")
}

// TestClientCredentials checks the grant of x/oauth2 and go-oidc's verification of its token.
func TestClientCredentials(t *testing.T) {
	t.Parallel()
	pool, reported := newProvider(t, authtest.Config{ClientSecret: true, ManagedLogin: authtest.ManagedLogin{
		Flows: []string{"client_credentials"}, Scopes: []string{"orders/read"},
	}})
	provider, err := oidc.NewProvider(t.Context(), pool.Issuer())
	require.NoError(t, err)
	for _, style := range []oauth2.AuthStyle{
		oauth2.AuthStyleInHeader, oauth2.AuthStyleInParams, oauth2.AuthStyleAutoDetect,
	} {
		cfg := clientcredentials.Config{
			ClientID: pool.ClientID, ClientSecret: pool.ClientSecret, TokenURL: provider.Endpoint().TokenURL,
			Scopes: []string{"orders/read"}, AuthStyle: style,
		}
		token, err := cfg.Token(t.Context())
		require.NoError(t, err)
		access, err := provider.Verifier(&oidc.Config{SkipClientIDCheck: true}).Verify(t.Context(), token.AccessToken)
		require.NoError(t, err)
		assert.Equal(t, pool.ClientID, access.Subject)
	}
	wrong := clientcredentials.Config{
		ClientID: pool.ClientID, ClientSecret: "wrong", TokenURL: provider.Endpoint().TokenURL,
		AuthStyle: oauth2.AuthStyleInHeader,
	}
	_, err = wrong.Token(t.Context())
	var refused *oauth2.RetrieveError
	require.ErrorAs(t, err, &refused)
	assert.Equal(t, "invalid_client", refused.ErrorCode)
	assert.Equal(t, 400, refused.Response.StatusCode)
	assert.Empty(t, reported.all())
}
