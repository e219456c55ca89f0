package cookiestore_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

// A jar is what a browser holds already, and the padding of the ID tokens that it gets.
type jar struct {
	own, others int // bytes of cookies of this app client, and of the rest of the site
	padding     int
}

func jars() map[string]jar {
	return map[string]jar{
		"an empty jar, large tokens":         {0, 0, 9000},
		"a full jar":                         {15 << 10, 1 << 10, 0},
		"a jar full of others' cookies":      {0, 17 << 10, 0},
		"a jar that is overfull, and tokens": {20 << 10, 20 << 10, 9000},
	}
}

// browser returns a browser with that jar.
func (j jar) browser(t *testing.T, a *app) *browser {
	t.Helper()
	return with(t, with(t, newBrowser(t), fill(t, a, j.own)), func(c map[string]string) {
		for i := range j.others / 1000 {
			c["_other"+strconv.Itoa(i)] = strings.Repeat("x", 1000-len("_other0")-len("=; "))
		}
	})
}

// allFactors is a pool with everything that a sign-in may ask for, whose tokens have padding in
// them.
func allFactors(t *testing.T, padding int) *app {
	t.Helper()
	pad := func(e *authtest.PreTokenGenerationEvent) error {
		e.Response.ClaimsAndScopeOverrideDetails = padded(padding, 0)
		return nil
	}
	pool := newPool(t, authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, SMS: true, Devices: authtest.DevicesAlways,
		MFAOnRememberedDevices: true, RefreshTokenRotation: true, CaseSensitive: true,
		ExplicitAuthFlows:       []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"},
		ManagedLogin:            authtest.ManagedLogin{CallbackURLs: []string{callback}},
		Triggers: authtest.Triggers{
			PreTokenGeneration: pad,
			DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
				e.Response.IssueTokens = len(e.Request.Session) > 0
				if !e.Response.IssueTokens {
					e.Response.ChallengeName = "CUSTOM_CHALLENGE"
				}
				return nil
			},
			CreateAuthChallenge: func(e *authtest.CreateAuthChallengeEvent) error {
				e.Response.PublicChallengeParameters = map[string]string{"picture": strings.Repeat("x", 5000)}
				return nil
			},
			VerifyAuthChallenge: func(e *authtest.VerifyAuthChallengeEvent) error {
				e.Response.AnswerCorrect = true
				return nil
			},
		},
	})
	addUser(t, pool, "alice")
	attributes := map[string]string{"phone_number": "+15551234567", "phone_number_verified": "true"}
	for _, user := range []authtest.User{
		{Username: "tina", TOTPSecret: totpSecret, MFA: []string{"SOFTWARE_TOKEN_MFA"}},
		{Username: "mona", Attributes: attributes, MFA: []string{"SMS_MFA"}},
		{Username: "both", Attributes: attributes, TOTPSecret: totpSecret, MFA: []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}},
		{Username: "newcomer", TemporaryPassword: true},
	} {
		user.Password = password
		require.NoError(t, pool.AddUser(user))
	}
	return newApp(t, pool)
}
