package bff_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// The browser's proof for the web firewall reaches Cognito, from the handler's routes and where a
// token is renewed on the way to the program's own handlers.
func TestTheTokenForTheWebFirewallIsPassedOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{})
		b := s.visitor()
		b.cookies["aws-waf-token"] = "0a1b2c3d-0000:AAoAj+/w:Zz9=="
		b.signIn("alice")
		tokens := func() []string {
			var all []string
			for _, request := range s.pool.Requests() {
				all = append(all, request.Header.Get("X-Aws-Waf-Token"))
			}
			s.pool.ResetRequests()
			return all
		}
		for _, token := range tokens() {
			assert.Equal(t, "0a1b2c3d-0000:AAoAj+/w:Zz9==", token)
		}
		for range 4 { // until the access token is too old
			time.Sleep(20 * time.Minute)
			b.get("/")
			require.Equal(t, http.StatusOK, b.status)
		}
		renewals := tokens()
		require.NotEmpty(t, renewals)
		assert.Equal(t, "0a1b2c3d-0000:AAoAj+/w:Zz9==", renewals[len(renewals)-1])

		for _, planted := range []string{"a b", "a,b", strings.Repeat("a", 5000), ""} {
			other := s.visitor()
			other.cookies["aws-waf-token"] = planted
			other.signIn("alice")
			for _, token := range tokens() {
				assert.Empty(t, token, "what cannot be a token is left out, and nobody is kept from signing in")
			}
		}
	})
}
