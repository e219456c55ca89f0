package scenario_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

// sequences are flows whose requests a client must send in exactly this order: each step's
// requests, its error and the events.
var sequences = []struct {
	name, scenario string
	from           int // the first step of the sequence
	want           []string
}{
	{"a second factor, and a new device", "device-sms-sign-in", 0, []string{
		"signIn: InitiateAuth, PASSWORD_VERIFIER",
		"confirmSignIn: SMS_MFA, ConfirmDevice; signedIn",
	}},
	{"the remembered device", "device-remembered", 4, []string{
		"signIn: InitiateAuth, PASSWORD_VERIFIER, DEVICE_SRP_AUTH, DEVICE_PASSWORD_VERIFIER; signedIn",
	}},
	{"a password chosen as first factor", "user-auth-choose-srp", 0, []string{
		"signIn: InitiateAuth",
		"confirmSignIn",
		"confirmSignIn: SELECT_CHALLENGE, PASSWORD_VERIFIER; signedIn",
	}},
	{"a code by e-mail chosen as first factor", "user-auth-choose-email", 0, []string{
		"signIn: InitiateAuth",
		"confirmSignIn: SELECT_CHALLENGE",
		"confirmSignIn: EMAIL_OTP; signedIn",
	}},
	{"set-up of TOTP", "mfa-setup-selection-totp", 1, []string{
		"confirmSignIn: AssociateSoftwareToken",
		"confirmSignIn: VerifySoftwareToken ! EnableSoftwareTokenMFAException",
		"confirmSignIn: VerifySoftwareToken, MFA_SETUP; signedIn",
	}},
	{"set-up of e-mail", "mfa-setup-selection-email", 3, []string{
		"confirmSignIn: MFA_SETUP",
		"confirmSignIn: EMAIL_OTP ! CodeMismatchException",
		"confirmSignIn: EMAIL_OTP; signedIn",
	}},
	{"a wrong code", "sms-sign-in", 1, []string{
		"confirmSignIn: SMS_MFA ! CodeMismatchException",
		"confirmSignIn: SMS_MFA; signedIn",
	}},
	{"a sign-in after the sign-up", "auto-sign-in", 2, []string{
		"confirmSignUp: ConfirmSignUp",
		"autoSignIn: InitiateAuth; signedIn",
	}},
	{"rotated refresh tokens", "refresh-rotated", 1, []string{
		"fetchAuthSession: GetTokensFromRefreshToken; tokenRefresh",
		"fetchAuthSession: GetTokensFromRefreshToken; tokenRefresh",
	}},
	{"a refused refresh", "refresh-revoked", 1, []string{
		"fetchAuthSession: GetTokensFromRefreshToken; tokenRefresh_failure",
		"fetchAuthSession",
		"getCurrentUser ! UserUnAuthenticatedException",
	}},
	{"sign-out", "sign-out", 1, []string{"signOut: RevokeToken; signedOut"}},
	{"sign-out without revocation", "sign-out-not-revocable", 1, []string{"signOut; signedOut"}},
	{"sign-out everywhere", "sign-out-everywhere", 1, []string{"signOut: GlobalSignOut; signedOut"}},
	{"sign-out that Cognito refuses", "sign-out-refused", 1, []string{
		"signOut: RevokeToken, RevokeToken, RevokeToken; signedOut",
	}},
}

func TestSequences(t *testing.T) {
	t.Parallel()
	all, err := scenario.Load(os.DirFS("testdata"))
	require.NoError(t, err)
	byName := map[string]scenario.Scenario{}
	for _, s := range all {
		byName[s.Name] = s
	}
	for _, tt := range sequences {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			steps := byName[tt.scenario].Steps
			require.GreaterOrEqual(t, len(steps), tt.from+len(tt.want))
			for i, want := range tt.want {
				assert.Equal(t, want, inBrief(steps[tt.from+i]))
			}
		})
	}
}

// inBrief summarizes a step. A request that answers a challenge is named after the challenge.
func inBrief(step scenario.Step) string {
	brief := step.Call
	for i, request := range step.Recorded.Requests {
		name := request.Operation
		if challenge, answers := request.Body["ChallengeName"]; answers {
			name = fmt.Sprint(challenge)
		}
		separator := ", "
		if i == 0 {
			separator = ": "
		}
		brief += separator + name
	}
	if step.Recorded.Error != "" {
		brief += " ! " + step.Recorded.Error
	}
	if len(step.Recorded.Events) > 0 {
		brief += "; " + strings.Join(step.Recorded.Events, ", ")
	}
	return brief
}

// After a wrong code the client sends the same challenge session again, auto sign-in sends the
// session of the confirmation, and a second refresh sends the new refresh token.
func TestSequencesCarryTheRightSession(t *testing.T) {
	t.Parallel()
	all, err := scenario.Load(os.DirFS("testdata"))
	require.NoError(t, err)
	checked := 0
	for _, s := range all {
		switch s.Name {
		case "sms-sign-in":
			wrong, right := s.Steps[1].Recorded.Requests[0], s.Steps[2].Recorded.Requests[0]
			assert.NotEmpty(t, wrong.Body["Session"])
			assert.Equal(t, wrong.Body["Session"], right.Body["Session"])
			checked++
		case "auto-sign-in":
			assert.NotEmpty(t, s.Steps[3].Recorded.Requests[0].Body["Session"])
			checked++
		case "refresh-rotated":
			first, second := s.Steps[1].Recorded.Requests[0], s.Steps[2].Recorded.Requests[0]
			assert.NotEmpty(t, second.Body["RefreshToken"])
			assert.NotEqual(t, first.Body["RefreshToken"], second.Body["RefreshToken"])
			checked++
		}
	}
	assert.Equal(t, 3, checked)
}
