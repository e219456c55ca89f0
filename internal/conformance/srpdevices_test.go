package conformance_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestSRPDevices checks that independent SRP clients can register a device with the pool, and then
// sign in on it without a code.
func TestSRPDevices(t *testing.T) {
	t.Parallel()
	needNode(t)
	surplus := map[string][]string{
		"identity-js-device.mjs": {"SMS_MFA_CODE"},
		"srp-helper-device.mjs":  {"SRP_A", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"},
	}
	for name, members := range surplus {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t,
				authtest.Config{
					MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesAlways,
					OnViolation: tolerating(t, members...),
				},
				authtest.User{
					Username: "alice", Password: password,
					TOTPSecret: totpSecret, MFA: []string{"SOFTWARE_TOKEN_MFA"},
				})
			code, err := authtest.TOTPCode(totpSecret, pool.Now())
			require.NoError(t, err)
			input := signInScript(pool, "alice", password)
			input["code"] = code

			var out struct {
				SignIns []struct {
					AskedForCode bool
					AccessToken  string
				}
				Error, Message string
			}
			script(t, name, input, &out)
			require.Empty(t, out.Error, out.Message)
			require.Len(t, out.SignIns, 2)
			assert.True(t, out.SignIns[0].AskedForCode)
			assert.False(t, out.SignIns[1].AskedForCode)
			assert.NotEmpty(t, out.SignIns[1].AccessToken)
			devices := pool.Devices("alice")
			require.Len(t, devices, 1)
			assert.True(t, devices[0].Remembered)
			assert.Equal(t, "conformance", devices[0].Name)
			assert.Equal(t, []string{"DEVICE_SRP_AUTH", "DEVICE_PASSWORD_VERIFIER"}, lastChallenges(pool, 2))
		})
	}
}

// lastChallenges returns the names of the challenges that were answered last.
func lastChallenges(pool *authtest.Pool, count int) []string {
	var names []string
	for _, request := range slices.Backward(pool.Requests()) {
		if name, ok := request.Body["ChallengeName"].(string); ok && len(names) < count {
			names = append(names, name)
		}
	}
	slices.Reverse(names)
	return names
}
