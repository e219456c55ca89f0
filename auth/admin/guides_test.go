package admin_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
)

// What the guides promise to an operator. Amplify: docs.amplify.aws, "Multi-factor authentication"
// and "Manage devices". AWS: the Amazon Cognito Developer Guide, "Adding MFA to a user pool",
// "Working with user devices", "Advanced security with threat protection", and the API reference.
func TestTheGuidesPromises(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		guide, promise string
		holds          func(*testing.T)
	}{
		{"Amplify", "SMS needs phone_number as a required attribute", func(t *testing.T) {
			t.Helper()
			in := admin.UpdateMFAConfigInput{Mode: admin.Required, SMS: admin.SwitchOn}
			in.SMSSettings.RoleARN = role
			assert.Contains(t, warned(t, authtest.Config{}, nil, in), admin.WarnAddressNotRequired)
			assert.Empty(t, warned(t, authtest.Config{RequiredAttributes: []string{"phone_number"}}, nil, totpToo(in)))
			assert.Empty(t, warned(t, authtest.Config{UsernameAttributes: []string{"phone_number"}}, nil, totpToo(in)))
		}},
		{"Amplify", "required SMS keeps users without a phone number out", func(t *testing.T) {
			t.Helper()
			in := admin.UpdateMFAConfigInput{Mode: admin.Required, TOTP: admin.SwitchOff}
			cfg := authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true}
			assert.Contains(t, warned(t, cfg, nil, in), admin.WarnNoSetUp)
			p, pool := guided(t, cfg, nil, bob())
			for effect, err := range p.MFAEffects(context.Background(), in) {
				require.NoError(t, err)
				assert.True(t, effect.LockedOut())
			}
			_, err := p.UpdateMFAConfig(context.Background(), in)
			require.NoError(t, err)
			_, err = session(t, pool, "d").SignIn(context.Background(), auth.SignInInput{Username: "bob", Password: password})
			require.Error(t, err)
		}},
		{"AWS", "e-mail that recovers accounts is not set up as a factor", func(t *testing.T) {
			t.Helper()
			in := admin.UpdateMFAConfigInput{Mode: admin.Required, TOTP: admin.SwitchOff}
			cfg := authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Email: true}
			for first, locked := range map[string]bool{"verified_email": true, "verified_phone_number": false} {
				cfg.AccountRecovery = []string{first, "verified_phone_number"}
				if !locked {
					cfg.AccountRecovery = []string{first, "verified_email"}
				}
				assert.Equal(t, locked, slices.Contains(warned(t, cfg, nil, in), admin.WarnNoSetUp), first)
				p, _ := guided(t, cfg, nil, bob())
				for effect, err := range p.MFAEffects(context.Background(), in) {
					require.NoError(t, err)
					assert.Equal(t, locked, effect.LockedOut(), first)
				}
			}
		}},
		{"AWS", "e-mail MFA needs a sender of one's own", func(t *testing.T) {
			t.Helper()
			requireRefused(t, "Email", admin.UpdateMFAConfigInput{Mode: admin.Optional, Email: admin.SwitchOn}, func(in *update) {
				in.EmailConfiguration = &types.EmailConfigurationType{EmailSendingAccount: types.EmailSendingAccountTypeCognitoDefault}
			}, &cognitoidentityprovider.SetUserPoolMfaConfigInput{
				MfaConfiguration: types.UserPoolMfaTypeOptional, EmailMfaConfiguration: &types.EmailMfaConfigType{},
			})
		}},
		{"AWS", "e-mail MFA needs the tier ESSENTIALS or higher", func(t *testing.T) {
			t.Helper()
			requireRefused(t, "Email", admin.UpdateMFAConfigInput{Mode: admin.Optional, Email: admin.SwitchOn}, func(in *update) {
				in.EmailConfiguration = &types.EmailConfigurationType{EmailSendingAccount: types.EmailSendingAccountTypeDeveloper}
				in.UserPoolTier = types.UserPoolTierTypeLite
			}, &cognitoidentityprovider.SetUserPoolMfaConfigInput{
				MfaConfiguration: types.UserPoolMfaTypeOptional, EmailMfaConfiguration: &types.EmailMfaConfigType{},
			})
		}},
		{"AWS", "where MFA is required, codes by message are no first factor", func(t *testing.T) {
			t.Helper()
			for _, factor := range []types.AuthFactorType{types.AuthFactorTypeEmailOtp, types.AuthFactorTypeSmsOtp} {
				requireRefused(t, "Mode", admin.UpdateMFAConfigInput{Mode: admin.Required, TOTP: admin.SwitchOn}, firstFactor(factor), requireTOTP())
			}
		}},
		{"AWS", "where MFA is required, passkeys are a first factor only if they count as two", func(t *testing.T) {
			t.Helper()
			requireRefused(t, "Mode", admin.UpdateMFAConfigInput{Mode: admin.Required, TOTP: admin.SwitchOn},
				firstFactor(types.AuthFactorTypeWebAuthn), requireTOTP())
		}},
		{"AWS", "optional MFA goes together with codes as a first factor", func(t *testing.T) {
			t.Helper()
			p, _ := guided(t, authtest.Config{}, firstFactor(types.AuthFactorTypeEmailOtp))
			_, err := p.UpdateMFAConfig(context.Background(), admin.UpdateMFAConfigInput{Mode: admin.Optional, TOTP: admin.SwitchOn})
			require.NoError(t, err)
		}},
		{"AWS", "with threat protection that decides by risk, MFA is optional", func(t *testing.T) {
			t.Helper()
			enforced := func(in *update) {
				in.UserPoolAddOns = &types.UserPoolAddOnsType{AdvancedSecurityMode: types.AdvancedSecurityModeTypeEnforced}
			}
			in := admin.UpdateMFAConfigInput{Mode: admin.Required, TOTP: admin.SwitchOn}
			assert.Equal(t, []admin.WarningKind{admin.WarnThreatProtection}, warned(t, authtest.Config{}, enforced, in))
			in.Mode = admin.Optional
			assert.Empty(t, warned(t, authtest.Config{}, enforced, in))
			in.Devices = admin.TrackingAlways
			assert.Equal(t, []admin.WarningKind{admin.WarnThreatProtection}, warned(t, authtest.Config{}, enforced, in))
		}},
		{"AWS", "MFA can be optional or required, and be changed later in both directions", func(t *testing.T) {
			t.Helper()
			p, _ := guided(t, authtest.Config{}, nil)
			in := admin.UpdateMFAConfigInput{Mode: admin.Optional, TOTP: admin.SwitchOn}
			for _, mode := range []admin.Mode{admin.Optional, admin.Required, admin.Optional, admin.Off, admin.Required} {
				if in.Mode = mode; mode == admin.Off {
					in.TOTP = ""
				} else {
					in.TOTP = admin.SwitchOn
				}
				out, err := p.UpdateMFAConfig(context.Background(), in)
				require.NoError(t, err)
				assert.Equal(t, mode, out.After.Mode)
			}
		}},
		{"AWS", "turning e-mail off takes its texts with it, which a dry run tells", func(t *testing.T) {
			t.Helper()
			p, _ := guided(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Email: true}, nil)
			_, err := p.UpdateMFAConfig(context.Background(), admin.UpdateMFAConfigInput{EmailSettings: admin.EmailSettings{Subject: "Your code"}})
			require.NoError(t, err)
			out, err := p.UpdateMFAConfig(context.Background(), admin.UpdateMFAConfigInput{Email: admin.SwitchOff, DryRun: true})
			require.NoError(t, err)
			assert.Equal(t, "email: on → off\nemail.subject: Your code → (none)", out.Changes.String())
			assert.Contains(t, kinds(out.Warnings), admin.WarnTextsLost)
		}},
		{"AWS", "a stack's next deployment sets the pool as the stack has it", func(t *testing.T) {
			t.Helper()
			stack := func(in *update) { in.UserPoolTags = map[string]string{"aws:cloudformation:stack-name": "amplify"} }
			in := admin.UpdateMFAConfigInput{Mode: admin.Optional, TOTP: admin.SwitchOn}
			assert.Equal(t, []admin.WarningKind{admin.WarnDeployment}, warned(t, authtest.Config{}, stack, in))
			assert.Empty(t, warned(t, authtest.Config{}, stack, admin.UpdateMFAConfigInput{}), "nothing changes")
		}},
		{"AWS", "a code by message also goes to an unverified address, which it verifies", func(t *testing.T) {
			t.Helper()
			u := bob()
			u.Attributes = map[string]string{"phone_number": phone}
			p, pool := guided(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true, SMS: true}, nil, u)
			for effect, err := range p.MFAEffects(context.Background(), admin.UpdateMFAConfigInput{}) {
				require.NoError(t, err)
				assert.Equal(t, "CODE SMS +***4567 (unverified)", effect.After.String())
			}
			s := session(t, pool, "d")
			_, err := s.SignIn(context.Background(), auth.SignInInput{Username: "bob", Password: password})
			require.NoError(t, err)
			_, err = s.ConfirmSignIn(context.Background(), auth.ConfirmSignInInput{ChallengeResponse: pool.LastCode("bob")})
			require.NoError(t, err)
			got, err := p.UserFactors(context.Background(), "bob")
			require.NoError(t, err)
			assert.True(t, got.Phone.Verified)
		}},
		{"Amplify", "who lost the app asks an administrator, who stores a phone number and makes SMS the factor", func(t *testing.T) {
			t.Helper()
			p, pool := guided(t, required, nil, alice())
			out, err := p.RecoverTOTP(context.Background(), admin.RecoverTOTPInput{Username: "alice", Method: admin.BySMS, Address: phone})
			require.NoError(t, err)
			assert.Equal(t, "CODE SMS +***4567", out.Next.String())
			signInAfter(t, pool, auth.ConfirmSignInWithSMSCode{})
		}},
		{"Amplify", "where MFA is optional, an administrator can switch it off for a user", func(t *testing.T) {
			t.Helper()
			p, pool := guided(t, optional, nil, alice())
			out, err := p.RecoverTOTP(context.Background(), admin.RecoverTOTPInput{Username: "alice", Method: admin.WithoutMFA})
			require.NoError(t, err)
			assert.Equal(t, "NONE", out.Next.String())
			signInAfter(t, pool, auth.DoneSignInStep{})
		}},
		{"AWS", "a new app is set up at the next sign-in where MFA is required", func(t *testing.T) {
			t.Helper()
			p, pool := guided(t, totpOnly, nil, alice())
			out, err := p.RecoverTOTP(context.Background(), admin.RecoverTOTPInput{Username: "alice", Method: admin.WithNewApp})
			require.NoError(t, err)
			assert.Equal(t, "SET_UP TOTP", out.Next.String())
			signInAfter(t, pool, auth.ContinueSignInWithTOTPSetup{})
		}},
		{"AWS", "unless codes can be sent to an address of the user's, which must then be verified", func(t *testing.T) {
			t.Helper()
			in := admin.RecoverTOTPInput{Username: "alice", Method: admin.WithNewApp}
			p, pool := guided(t, required, nil, alice(withPhone))
			out, err := p.RecoverTOTP(context.Background(), in)
			require.NoError(t, err)
			assert.Equal(t, "CODE SMS +***4567", out.Next.String())
			signInAfter(t, pool, auth.ConfirmSignInWithSMSCode{})

			p, pool = guided(t, required, nil, alice(func(u *authtest.User) { u.Attributes["phone_number"] = phone }))
			_, err = p.RecoverTOTP(context.Background(), in)
			require.ErrorIs(t, err, admin.ErrRecoveryRefused)
			require.ErrorContains(t, err, "nobody has verified: +***4567")
			assert.Empty(t, writes(pool))
		}},
		{"Amplify", "a remembered device replaces the second factor until it is forgotten", func(t *testing.T) {
			t.Helper()
			cfg := optional
			cfg.Devices = authtest.DevicesOptIn
			p, pool := guided(t, cfg, nil, alice())
			s := signedInWithTOTP(t, pool, "laptop")
			require.NoError(t, device.RememberDevice(context.Background(), s))
			again := func() auth.SignInStep {
				_, err := s.SignOut(context.Background(), auth.SignOutInput{})
				require.NoError(t, err)
				out, err := s.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
				require.NoError(t, err)
				return out.NextStep
			}
			assert.IsType(t, auth.DoneSignInStep{}, again())
			count, err := p.ForgetAllDevices(context.Background(), "alice")
			require.NoError(t, err)
			assert.Equal(t, 1, count)
			pool.Advance(30 * time.Second)
			assert.IsType(t, auth.ConfirmSignInWithTOTPCode{}, again())
		}},
		{"AWS", "federated users are left to their identity provider", TestFederatedUsersAreNamedAsSuch},
		{"AWS", "a disabled user cannot sign in until an administrator enables the account", TestDisabledUsersCannotSignInUntilTheyAreEnabled},
	} {
		t.Run(row.guide+": "+row.promise, row.holds)
	}
}

type update = cognitoidentityprovider.UpdateUserPoolInput

// guided returns a pool whose other settings are changed.
func guided(t *testing.T, cfg authtest.Config, change func(*update), users ...authtest.User) (*admin.Client, *authtest.Pool) {
	t.Helper()
	pool := newPool(t, cfg, users...)
	if change != nil {
		request := &update{UserPoolId: &pool.UserPoolID}
		change(request)
		_, err := plain(pool).UpdateUserPool(context.Background(), request)
		require.NoError(t, err)
	}
	pool.ResetRequests()
	return administer(t, pool), pool
}

func kinds(warnings []admin.Warning) []admin.WarningKind {
	var all []admin.WarningKind
	for _, w := range warnings {
		all = append(all, w.Kind)
	}
	return all
}

// warned returns the warnings of a dry run.
func warned(t *testing.T, cfg authtest.Config, change func(*update), in admin.UpdateMFAConfigInput) []admin.WarningKind {
	t.Helper()
	p, _ := guided(t, cfg, change)
	in.DryRun = true
	out, err := p.UpdateMFAConfig(context.Background(), in)
	require.NoError(t, err)
	return kinds(out.Warnings)
}

func totpToo(in admin.UpdateMFAConfigInput) admin.UpdateMFAConfigInput {
	in.TOTP = admin.SwitchOn
	return in
}

func firstFactor(factor types.AuthFactorType) func(*update) {
	return func(in *update) {
		in.Policies = &types.UserPoolPolicyType{SignInPolicy: &types.SignInPolicyType{
			AllowedFirstAuthFactors: []types.AuthFactorType{types.AuthFactorTypePassword, factor},
		}}
	}
}

func requireTOTP() *cognitoidentityprovider.SetUserPoolMfaConfigInput {
	return &cognitoidentityprovider.SetUserPoolMfaConfigInput{
		MfaConfiguration:              types.UserPoolMfaTypeOn,
		SoftwareTokenMfaConfiguration: &types.SoftwareTokenMfaConfigType{Enabled: true},
	}
}

// requireRefused demands that the dry run refuses the field, and that the pool refuses the request
// that would have been sent.
func requireRefused(
	t *testing.T, field string, in admin.UpdateMFAConfigInput, change func(*update),
	request *cognitoidentityprovider.SetUserPoolMfaConfigInput,
) {
	t.Helper()
	p, pool := guided(t, authtest.Config{}, change)
	in.DryRun = true
	_, err := p.UpdateMFAConfig(context.Background(), in)
	require.ErrorIs(t, err, admin.ErrMFAConfigRefused)
	require.ErrorContains(t, err, "field "+field)
	request.UserPoolId = &pool.UserPoolID
	_, err = plain(pool).SetUserPoolMfaConfig(context.Background(), request)
	require.Error(t, err)
}
