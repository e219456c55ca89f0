package admin_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// everyUser returns users with every combination of addresses and an app, and of the factors chosen
// among them; the first chosen one is preferred by every second user.
func everyUser() []authtest.User {
	var users []authtest.User
	for has := range 8 {
		for chosen := range 8 {
			if chosen&^has != 0 {
				continue
			}
			for _, prefers := range []bool{false, true} {
				u := authtest.User{
					Username: fmt.Sprintf("user%d%d%t", has, chosen, prefers), Password: password, Attributes: map[string]string{},
				}
				if has&1 != 0 {
					u.Attributes["phone_number"] = fmt.Sprintf("+1555000%d%d%d", has, chosen, map[bool]int{true: 1}[prefers])
				}
				// Cognito does not show an app that is not enabled: see NextSignIn.
				if has&2 != 0 && chosen&2 != 0 {
					u.TOTPSecret = secret
				}
				if has&4 != 0 {
					u.Attributes["email"], u.Attributes["email_verified"] = u.Username+"@example.com", "true"
				}
				for bit, name := range map[int]string{1: "SMS_MFA", 2: "SOFTWARE_TOKEN_MFA", 4: "EMAIL_OTP"} {
					if chosen&bit != 0 {
						u.MFA = append(u.MFA, name)
					}
				}
				slices.Sort(u.MFA)
				if prefers && len(u.MFA) > 0 {
					u.PreferredMFA = u.MFA[0]
				}
				users = append(users, u)
			}
		}
	}
	return users
}

// asked returns what the pool asks the user for after the password, in the terms of NextSignIn.
func asked(t *testing.T, pool *authtest.Pool, username string) (admin.Prompt, []auth.MFAType) {
	t.Helper()
	out, err := plain(pool).InitiateAuth(context.Background(), &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow: types.AuthFlowTypeUserPasswordAuth, ClientId: &pool.ClientID,
		AuthParameters: map[string]string{"USERNAME": username, "PASSWORD": password},
	})
	if err != nil {
		return admin.PromptRefused, nil
	}
	list := func(parameter string) []auth.MFAType {
		var names []string
		require.NoError(t, json.Unmarshal([]byte(out.ChallengeParameters[parameter]), &names))
		var factors []auth.MFAType
		for _, name := range names {
			factors = append(factors, auth.MFATypeOf(name))
		}
		return factors
	}
	switch out.ChallengeName {
	case "":
		return admin.PromptNone, nil
	case types.ChallengeNameTypeSelectMfaType:
		return admin.PromptChoice, list("MFAS_CAN_CHOOSE")
	case types.ChallengeNameTypeMfaSetup:
		return admin.PromptSetUp, list("MFAS_CAN_SETUP")
	default:
		return admin.PromptCode, []auth.MFAType{auth.MFATypeOf(string(out.ChallengeName))}
	}
}

// The pool and NextSignIn implement the guide's rules apart from each other.
func TestNextSignInIsWhatThePoolAsksFor(t *testing.T) {
	t.Parallel()
	for _, mode := range []authtest.MFA{authtest.MFAOptional, authtest.MFARequired} {
		for offers := 1; offers < 8; offers++ {
			for _, recovery := range []string{"", "verified_email", "verified_phone_number"} {
				cfg := authtest.Config{MFA: mode, SMS: offers&1 != 0, TOTP: offers&2 != 0, Email: offers&4 != 0}
				if recovery != "" {
					cfg.AccountRecovery = []string{recovery, "verified_phone_number"}
				}
				if recovery == "verified_phone_number" {
					cfg.AccountRecovery = []string{recovery, "verified_email"}
				}
				t.Run(fmt.Sprint(mode, offers, recovery), func(t *testing.T) {
					t.Parallel()
					pool, seen := newPool(t, cfg, everyUser()...), 0
					for effect, err := range administer(t, pool).MFAEffects(context.Background(), admin.UpdateMFAConfigInput{}) {
						require.NoError(t, err)
						prompt, factors := asked(t, pool, effect.User.Username)
						next := effect.Before
						assert.Equal(t, prompt, next.Prompt, "%s: %v", effect.User.Username, next)
						assert.ElementsMatch(t, factors, next.Factors, effect.User.Username)
						assert.Equal(t, next, effect.After, "nothing changes")
						if prompt == admin.PromptCode && factors[0] != auth.MFATypeTOTP {
							messages := pool.Messages(effect.User.Username)
							address := messages[len(messages)-1].Destination
							assert.True(t, strings.HasSuffix(address, next.Destination[strings.Index(next.Destination, "***")+3:]))
							assert.Equal(t, factors[0] == auth.MFATypeSMS, next.Unverified)
						}
						seen++
					}
					assert.Equal(t, 54, seen)
				})
			}
		}
	}
}

func TestMFAReport(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true}, alice(), bob(),
		authtest.User{Username: "carol", Password: password, Attributes: map[string]string{"phone_number": phone}},
		authtest.User{Username: "dave", Password: password, Disabled: true},
	)
	var report admin.MFAReport
	var lockedOut []string
	for effect, err := range administer(t, pool).MFAEffects(context.Background(), admin.UpdateMFAConfigInput{
		Mode: admin.Required, TOTP: admin.SwitchOff,
	}) {
		require.NoError(t, err)
		report.Add(effect)
		if effect.LockedOut() {
			lockedOut = append(lockedOut, effect.User.Username)
		}
	}
	assert.Equal(t, admin.MFAReport{Users: 4, Disabled: 1, NoFactor: 3, NoAddress: 3, Unverified: 1, LockedOut: 1}, report)
	assert.Equal(t, []string{"bob"}, lockedOut)
	assert.Empty(t, writes(pool))
}

func TestMFAEffectsRefusesWhatAnUpdateWould(t *testing.T) {
	t.Parallel()
	p := administer(t, newPool(t, authtest.Config{}, alice()))
	for in, want := range map[*admin.UpdateMFAConfigInput]error{
		{Mode: admin.Required}: admin.ErrMFAConfigRefused,
		{Mode: "SOMETIMES"}:    auth.ErrInvalidParameter,
	} {
		for _, err := range p.MFAEffects(context.Background(), *in) {
			require.ErrorIs(t, err, want)
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "MFAEffects", e.Op)
		}
	}
}

func TestMFAEffectsIgnoresExpect(t *testing.T) {
	t.Parallel()
	p := administer(t, newPool(t, optional, alice()))
	in := admin.UpdateMFAConfigInput{Mode: admin.Required, Expect: admin.Diff{}}
	for effect, err := range p.MFAEffects(context.Background(), in) {
		require.NoError(t, err)
		assert.Equal(t, "alice", effect.User.Username)
	}
}

func TestFederatedUsersAreNamedAsSuch(t *testing.T) {
	t.Parallel()
	p := answering(t, map[string]string{
		"AdminGetUser":         `{"Username":"google_1","UserStatus":"EXTERNAL_PROVIDER","Enabled":true}`,
		"ListUsers":            `{"Users":[{"Username":"google_1"}]}`,
		"GetUserPoolMfaConfig": `{"MfaConfiguration":"ON","SoftwareTokenMfaConfiguration":{"Enabled":true}}`,
		"DescribeUserPool":     `{"UserPool":{"Id":"us-east-1_x"}}`,
	})
	var report admin.MFAReport
	for effect, err := range p.MFAEffects(context.Background(), admin.UpdateMFAConfigInput{}) {
		require.NoError(t, err)
		assert.Equal(t, admin.PromptIdentityProvider, effect.After.Prompt)
		report.Add(effect)
	}
	assert.Equal(t, admin.MFAReport{Users: 1, Federated: 1}, report)
}
