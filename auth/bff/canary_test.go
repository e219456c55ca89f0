package bff_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// The search at the end of each test finds nothing only because nothing is there: it knows the
// secrets, and it has what was seen.
func TestTheSearchForSecretsKnowsWhatToLookFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	w.add(withTOTP(alice()))
	b := w.browser().signIn("/orders", "alice").submit("challengeResponse", "000000")
	b.submit("challengeResponse", w.code(totpSecret))
	b.get("/auth/account/factors")
	b.get("/auth/sign-out").submit("everywhere", "on")
	kinds := map[string]bool{}
	for _, request := range w.pool.Requests() {
		for _, secret := range secretsIn(request.Body) {
			require.GreaterOrEqual(t, len(secret), 8)
			kinds[request.Operation] = true
		}
	}
	for _, operation := range []string{"RespondToAuthChallenge", "GetUser", "GlobalSignOut"} {
		assert.True(t, kinds[operation], operation)
	}
	for _, part := range []string{"app /orders for alice", "authn_login_success", "event {Name:authn_login_fail", "Set-Cookie"} {
		assert.Contains(t, w.seen.String(), part)
	}
}
