package mfa

import "github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

// checkPasskey refuses what Cognito has no words for: it asks for a passkey only where a sign-in
// begins with one, so there is nothing to prefer.
func (in UpdateMFAPreferenceInput) checkPasskey() error {
	switch in.Passkey {
	case "", Enabled, Disabled:
		return nil
	default:
		return refuse("the preference of Passkey is not ENABLED, DISABLED or empty")
	}
}

func (in UpdateMFAPreferenceInput) passkeySettings() *types.WebAuthnMfaSettingsType {
	if in.Passkey == "" {
		return nil
	}
	return &types.WebAuthnMfaSettingsType{Enabled: in.Passkey.enables()}
}
