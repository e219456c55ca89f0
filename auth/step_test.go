package auth_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// TestStepsMarshalToAmplifysJSON compares every step with what JSON.stringify makes of Amplify's.
func TestStepsMarshalToAmplifysJSON(t *testing.T) {
	t.Parallel()
	soon := time.Now().Add(time.Minute)
	sms := auth.CodeDeliveryDetails{DeliveryMedium: "SMS", Destination: "+*******4567"}
	tests := []struct {
		step auth.SignInStep
		want string
	}{
		{
			auth.ConfirmSignInWithSMSCode{CodeDeliveryDetails: sms, ExpiresAt: soon},
			`{"signInStep":"CONFIRM_SIGN_IN_WITH_SMS_CODE","codeDeliveryDetails":{"deliveryMedium":"SMS",` +
				`"destination":"+*******4567"}}`,
		},
		{
			auth.ConfirmSignInWithEmailCode{CodeDeliveryDetails: auth.CodeDeliveryDetails{DeliveryMedium: "EMAIL"}},
			`{"signInStep":"CONFIRM_SIGN_IN_WITH_EMAIL_CODE","codeDeliveryDetails":{"deliveryMedium":"EMAIL"}}`,
		},
		{
			auth.ConfirmSignInWithTOTPCode{FriendlyDeviceName: "phone", ExpiresAt: soon},
			`{"signInStep":"CONFIRM_SIGN_IN_WITH_TOTP_CODE"}`,
		},
		{
			auth.ConfirmSignInWithCustomChallenge{AdditionalInfo: map[string]string{"hint": "legs"}},
			`{"signInStep":"CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE","additionalInfo":{"hint":"legs"}}`,
		},
		{
			auth.ConfirmSignInWithNewPasswordRequired{MissingAttributes: []string{}},
			`{"signInStep":"CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED","missingAttributes":[]}`,
		},
		{auth.ConfirmSignInWithPassword{}, `{"signInStep":"CONFIRM_SIGN_IN_WITH_PASSWORD"}`},
		{
			auth.ConfirmSignInWithWebAuthn{
				CredentialRequestOptions: []byte(`{"challenge":"AQ","timeout":60000}`), ExpiresAt: soon,
			},
			`{"signInStep":"CONFIRM_SIGN_IN_WITH_WEB_AUTHN","credentialRequestOptions":{"challenge":"AQ",` +
				`"timeout":60000}}`,
		},
		{
			auth.ContinueSignInWithTOTPSetup{
				TOTPSetupDetails: auth.TOTPSetupDetails{SharedSecret: "S", AccountName: "alice"},
			},
			`{"signInStep":"CONTINUE_SIGN_IN_WITH_TOTP_SETUP","totpSetupDetails":{"sharedSecret":"S"}}`,
		},
		{auth.ContinueSignInWithEmailSetup{ExpiresAt: soon}, `{"signInStep":"CONTINUE_SIGN_IN_WITH_EMAIL_SETUP"}`},
		{
			auth.ContinueSignInWithMFASelection{AllowedMFATypes: []auth.MFAType{auth.MFATypeSMS, auth.MFATypeTOTP}},
			`{"signInStep":"CONTINUE_SIGN_IN_WITH_MFA_SELECTION","allowedMFATypes":["SMS","TOTP"]}`,
		},
		{
			auth.ContinueSignInWithMFASetupSelection{
				AllowedMFATypes: []auth.MFAType{auth.MFATypeTOTP, auth.MFATypeEmail},
			},
			`{"signInStep":"CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION","allowedMFATypes":["TOTP","EMAIL"]}`,
		},
		{
			auth.ContinueSignInWithFirstFactorSelection{
				AvailableChallenges: []auth.AuthFactorType{auth.AuthFactorPasswordSRP},
			},
			`{"signInStep":"CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION","availableChallenges":["PASSWORD_SRP"]}`,
		},
		{auth.ConfirmSignUpBeforeSignIn{}, `{"signInStep":"CONFIRM_SIGN_UP"}`},
		{auth.ResetPasswordBeforeSignIn{}, `{"signInStep":"RESET_PASSWORD"}`},
		{auth.DoneSignInStep{}, `{"signInStep":"DONE"}`},
		{
			auth.ConfirmSignInWithUnknownChallenge{
				ChallengeName: "SPHINX", ChallengeParameters: map[string]string{"HINT": "legs"},
			},
			`{"signInStep":"CONFIRM_SIGN_IN_WITH_UNKNOWN_CHALLENGE","challengeName":"SPHINX",` +
				`"challengeParameters":{"HINT":"legs"}}`,
		},
	}
	for _, tt := range tests {
		t.Run(string(tt.step.Name()), func(t *testing.T) {
			t.Parallel()
			alone, err := json.Marshal(tt.step)
			require.NoError(t, err)
			assert.JSONEq(t, tt.want, string(alone))
			out, err := json.Marshal(auth.SignInOutput{NextStep: tt.step})
			require.NoError(t, err)
			assert.JSONEq(t, `{"isSignedIn":false,"nextStep":`+tt.want+`}`, string(out))
		})
	}
}

func TestSetupURI(t *testing.T) {
	t.Parallel()
	details := auth.TOTPSetupDetails{SharedSecret: "JBSWY3DPEHPK3PXP", AccountName: "alice"}
	tests := []struct{ app, account, want string }{
		{"Acme", "", "otpauth://totp/Acme:alice?secret=JBSWY3DPEHPK3PXP&issuer=Acme"},
		{"Acme", "alice@example.com", "otpauth://totp/Acme:alice%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=Acme"},
		{"My App", "Zoë", "otpauth://totp/My%20App:Zo%C3%AB?secret=JBSWY3DPEHPK3PXP&issuer=My%20App"},
		{
			"A&B 1/2?#+", "x",
			"otpauth://totp/A%26B%201%2F2%3F%23%2B:x?secret=JBSWY3DPEHPK3PXP&issuer=A%26B%201%2F2%3F%23%2B",
		},
		{"Acme: Prod", "tenant:anna", "otpauth://totp/Acme%20Prod:tenant%20anna?secret=JBSWY3DPEHPK3PXP&issuer=Acme%20Prod"},
		{"", "", "otpauth://totp/alice?secret=JBSWY3DPEHPK3PXP"},
	}
	for _, tt := range tests {
		assert.Equal(t, tt.want, details.SetupURI(tt.app, tt.account))
	}
	unnamed := auth.TOTPSetupDetails{SharedSecret: "JBSWY3DPEHPK3PXP", AccountName: "c2d5f4a4-1091-70AA-5b1e-2f0f5d1a9c3b"}
	assert.Equal(t, "otpauth://totp/Acme?secret=JBSWY3DPEHPK3PXP&issuer=Acme", unnamed.SetupURI("Acme", ""))
}
