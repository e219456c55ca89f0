package conformance_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// newSocialProvider starts a pool where alice signs in with a password and Anna with Google.
func newSocialProvider(t *testing.T, cfg authtest.Config) (*authtest.Pool, *complaints) {
	t.Helper()
	cfg.ManagedLogin.Providers = []string{"Google"}
	pool, reported := newProvider(t, cfg)
	require.NoError(t, pool.AddUser(verifiedAlice()))
	require.NoError(t, pool.SetSocialUser(authtest.SocialUser{
		Provider: "Google", Subject: "1234", Claims: map[string]any{"email": "anna@example.com"},
	}))
	return pool, reported
}

// scriptInput is what the scripts of relying parties want.
func scriptInput(pool *authtest.Pool, more map[string]any) map[string]any {
	in := map[string]any{
		"issuer": pool.Issuer(), "clientId": pool.ClientID, "clientSecret": pool.ClientSecret,
		"control": pool.URL + "_pool/authorize", "username": "alice", "redirectUri": appURL,
	}
	for name, value := range more {
		in[name] = value
	}
	return in
}

// TestOpenIDClient checks that the certified openid-client signs in with all checks on, and that it
// refuses the nonce which it did not send: the trap of federated sign-ins.
func TestOpenIDClient(t *testing.T) {
	t.Parallel()
	needNode(t)
	type result struct {
		Username, Email, Refused, Error string
		Renewed                         bool
	}
	for name, c := range map[string]struct {
		cfg  authtest.Config
		more map[string]any
		want result
	}{
		"public client": {
			more: map[string]any{"sendNonce": true},
			want: result{Username: "alice", Email: "alice@example.com", Renewed: true, Refused: "invalid_grant"},
		},
		"client with a secret": {
			cfg: authtest.Config{ClientSecret: true}, more: map[string]any{"sendNonce": true},
			want: result{Username: "alice", Email: "alice@example.com", Renewed: true, Refused: "invalid_grant"},
		},
		"Google": {
			more: map[string]any{"sendNonce": true, "username": "1234", "provider": "Google"},
			want: result{Username: "google_1234", Email: "anna@example.com", Renewed: true, Refused: "invalid_grant"},
		},
		"Google without a nonce": {
			more: map[string]any{"username": "1234", "provider": "Google"},
			want: result{Error: `unexpected ID Token "nonce" claim value`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, reported := newSocialProvider(t, c.cfg)
			var got result
			script(t, "openid-client.mjs", scriptInput(pool, c.more), &got)
			assert.Equal(t, c.want, got)
			if c.more["sendNonce"] == true {
				assert.Empty(t, reported.all())
			}
		})
	}
}

// TestAuthJS checks that the Cognito provider of Auth.js signs in with all checks on, and that with its
// default checks it falls into the trap of the nonce.
func TestAuthJS(t *testing.T) {
	t.Parallel()
	needNode(t)
	const app = "http://localhost:3000"
	all := []string{"pkce", "state", "nonce"}
	for name, c := range map[string]struct {
		more  map[string]any
		email string
		error string
	}{
		"password": {more: map[string]any{"checks": all}, email: "alice@example.com"},
		"Google": {
			more:  map[string]any{"checks": all, "username": "1234", "provider": "Google"},
			email: "anna@example.com",
		},
		"Google with the default checks": {
			more:  map[string]any{"username": "1234", "provider": "Google"},
			error: `unexpected ID Token "nonce" claim value`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, reported := newSocialProvider(t, authtest.Config{
				ClientSecret: true, ManagedLogin: authtest.ManagedLogin{CallbackURLs: []string{app + "/auth/callback/cognito"}},
			})
			c.more["app"] = app
			var got struct {
				Email  string
				Errors []string
			}
			script(t, "authjs.mjs", scriptInput(pool, c.more), &got)
			assert.Equal(t, c.email, got.Email, "%v", got)
			if c.error == "" {
				assert.Empty(t, got.Errors)
				assert.Empty(t, reported.all())
				return
			}
			require.NotEmpty(t, got.Errors)
			assert.Contains(t, got.Errors[0], c.error)
		})
	}
}
