package authtest_test

import (
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// What was recorded: see U16 to U18 of BEHAVIOR.md.
func TestFactorsThatContradictThePoolAreRefused(t *testing.T) {
	t.Parallel()
	const invalid = "InvalidParameterException"
	app := object{"Enabled": true}
	multi := object{"RelyingPartyId": "example.com", "FactorConfiguration": "MULTI_FACTOR_WITH_USER_VERIFICATION"}
	first := func(factors ...string) object {
		return object{"Policies": object{"SignInPolicy": object{"AllowedFirstAuthFactors": append(factors, "PASSWORD")}}}
	}
	ses := object{"EmailSendingAccount": "DEVELOPER"}
	for name, tc := range map[string]struct {
		pool, mfa  object
		code, text string
	}{
		"required, e-mail first": {
			first("EMAIL_OTP"),
			object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": app},
			invalid,
			"Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
		},
		"required, text message first": {
			first("SMS_OTP"),
			object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": app},
			invalid,
			"Only PASSWORD and WEB_AUTHN (if configured) can be enabled as an auth factor if MFA is enabled",
		},
		"optional, both first": {
			first("EMAIL_OTP", "SMS_OTP"), object{"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": app}, "", "",
		},
		"required, single-factor passkeys": {
			first("WEB_AUTHN"),
			object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": app},
			invalid,
			"Cannot set WebAuthn factor configuration to SINGLE_FACTOR if MFA is required and WebAuthn is an allowed first auth factor",
		},
		"required, passkeys that count": {
			first("WEB_AUTHN"),
			object{"MfaConfiguration": "ON", "SoftwareTokenMfaConfiguration": app, "WebAuthnConfiguration": multi},
			"", "",
		},
		"optional, single-factor passkeys": {
			first("WEB_AUTHN"), object{"MfaConfiguration": "OPTIONAL", "SoftwareTokenMfaConfiguration": app}, "", "",
		},
		"e-mail by the default sender": {
			object{},
			object{"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": object{}},
			invalid,
			"Cannot set EmailMfaConfiguration when user pool EmailConfiguration contains an EmailSendingAccount of COGNITO_DEFAULT",
		},
		"e-mail in the tier LITE": {
			object{"EmailConfiguration": ses, "UserPoolTier": "LITE"},
			object{"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": object{}},
			"FeatureUnavailableInTierException", "",
		},
		"e-mail by a sender of one's own": {
			object{"EmailConfiguration": ses}, object{"MfaConfiguration": "OPTIONAL", "EmailMfaConfiguration": object{}}, "", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{})
			f.admin("UpdateUserPool", tc.pool).ok()
			switch answer := f.admin("SetUserPoolMfaConfig", tc.mfa); {
			case tc.code == "":
				answer.ok()
			case tc.text == "":
				answer.failsWith(tc.code)
			default:
				answer.fails(tc.code, tc.text)
			}
		})
	}
}

func TestFirstFactorsThatContradictRequiredMFAAreRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true})
	update := func(factor string) reply {
		return f.admin("UpdateUserPool", object{
			"MfaConfiguration": "ON",
			"Policies":         object{"SignInPolicy": object{"AllowedFirstAuthFactors": []string{"PASSWORD", factor}}},
		})
	}
	update("WEB_AUTHN").fails("InvalidParameterException",
		"WEB_AUTHN cannot be used as an auth factor when MFA is enabled if not configured for MFA.")
	update("EMAIL_OTP").failsWith("InvalidParameterException")
}
