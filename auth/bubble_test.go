package auth_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// inProcess answers requests with a handler, without a connection: in a bubble of testing/synctest
// time stands still while one waits for a socket.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	w, received := httptest.NewRecorder(), r.Clone(r.Context())
	if received.Body == nil {
		received.Body = http.NoBody // as a server has it
	}
	p.ServeHTTP(w, received)
	response := w.Result()
	response.Request = r
	return response, nil
}

// bubble is a pool and a session of alice in a bubble, in which the pool, the SDK and every service
// have one clock.
type bubble struct {
	pool    *authtest.Pool
	session *auth.Session
}

func inBubble(t *testing.T, cfg authtest.Config, test func(*testing.T, bubble)) {
	t.Helper()
	cfg.NoListener = true
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, cfg, alice())
		session := newSession(t, pool)
		_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
		test(t, bubble{pool: pool, session: session})
	})
}

// verifier returns what a service has that trusts the pool.
func (b bubble) verifier(t *testing.T) *jwt.Verifier {
	t.Helper()
	verifier, err := jwt.NewVerifier(jwt.Config{
		Pools: []jwt.TrustedPool{{
			UserPoolID: b.pool.UserPoolID, ClientIDs: []string{b.pool.ClientID},
			JWKSURL: b.pool.URL + b.pool.UserPoolID + "/.well-known/jwks.json",
		}},
		HTTPClient: b.pool.HTTPClient(),
	})
	require.NoError(t, err)
	return verifier
}
