package authtest

import "time"

// MFA says whether sign-in asks for a second factor: Cognito's MfaConfiguration.
type MFA string

// The three modes. On the wire MFARequired is "ON".
const (
	MFAOff      MFA = "OFF"
	MFAOptional MFA = "OPTIONAL"
	MFARequired MFA = "REQUIRED"
)

// Devices says whether the pool tracks the devices from which users sign in: Cognito's DeviceConfiguration.
type Devices string

// The three modes. DevicesAlways remembers a device as soon as it is confirmed; DevicesOptIn leaves it at that until
// UpdateDeviceStatus says that the user wants it (DeviceOnlyRememberedOnUserPrompt).
const (
	DevicesOff    Devices = "OFF"
	DevicesAlways Devices = "ALWAYS"
	DevicesOptIn  Devices = "OPT_IN"
)

// Config describes a pool and its one app client. The zero Config is a pool without MFA that signs users in by name and
// password, over SRP or in the clear.
type Config struct {
	// Region is the pool's region and the first part of its id. The default is us-east-1.
	Region string
	// Listen is the address to listen on, a loopback address. The default is 127.0.0.1:0, any free port.
	Listen string

	// MFA is the pool's MFA mode. The default is MFAOff. The other modes want at least one of TOTP, SMS and Email.
	MFA MFA
	// TOTP offers codes of an authenticator app (SOFTWARE_TOKEN_MFA).
	TOTP bool
	// SMS offers codes by text message (SMS_MFA).
	SMS bool
	// Email offers codes by e-mail (EMAIL_OTP).
	Email bool

	// ClientSecret gives the app client a secret, so that every call of it must carry a SECRET_HASH or, in
	// GetTokensFromRefreshToken and RevokeToken, the secret.
	ClientSecret bool
	// PreventUserExistenceErrors hides whether a user exists, as the console's default does. False is the API's
	// default, LEGACY: an unknown user is a UserNotFoundException.
	PreventUserExistenceErrors bool
	// ExplicitAuthFlows are the ways to sign in which the app client allows: ALLOW_USER_SRP_AUTH,
	// ALLOW_USER_PASSWORD_AUTH, ALLOW_USER_AUTH, ALLOW_CUSTOM_AUTH, for AdminInitiateAuth ALLOW_ADMIN_USER_PASSWORD_AUTH, and
	// ALLOW_REFRESH_TOKEN_AUTH, which refreshes tokens with InitiateAuth and does not go together with RefreshTokenRotation.
	// GetTokensFromRefreshToken needs none of them. The default is the first two, and the last one without RefreshTokenRotation.
	ExplicitAuthFlows []string
	// AllowedFirstAuthFactors are what users of USER_AUTH can begin with: PASSWORD, which cannot be left out, EMAIL_OTP,
	// SMS_OTP and WEB_AUTHN. With one of the codes, users need no password. The default is PASSWORD.
	AllowedFirstAuthFactors []string
	// RelyingPartyID is the domain whose pages may use the pool's passkeys (WebAuthnConfiguration): pages of it and below over
	// HTTPS, those of localhost over HTTP too. The default is localhost where AllowedFirstAuthFactors has WEB_AUTHN.
	RelyingPartyID string
	// UserVerification says whether authenticators must verify their user, with a PIN say: "required" or "preferred". The
	// default is preferred.
	UserVerification string

	// Devices says whether the pool tracks devices. The default is DevicesOff.
	Devices Devices
	// MFAOnRememberedDevices asks for the second factor on remembered devices too: ChallengeRequiredOnNewDevice=false.
	// By default a remembered device that proves itself replaces the second factor.
	MFAOnRememberedDevices bool

	// RefreshTokenRotation makes every refresh hand out a new refresh token, which lives for the rest of the old one's
	// time, and puts the old one out of use.
	RefreshTokenRotation bool
	// RetryGracePeriod is how long a refresh token that was rotated may still be used, up to 60 seconds. The default is
	// not at all.
	RetryGracePeriod time.Duration
	// TokenRevocationOff makes tokens that cannot be revoked and have no origin_jti: EnableTokenRevocation=false.
	TokenRevocationOff bool

	// AuthSessionValidity is how long a challenge may be answered, and how long an MFA code lives: 3 to 15 minutes.
	// The default is 3 minutes.
	AuthSessionValidity time.Duration
	// AccessTokenValidity is 5 minutes to 24 hours. The default is 1 hour.
	AccessTokenValidity time.Duration
	// IDTokenValidity is 5 minutes to 24 hours. The default is 1 hour.
	IDTokenValidity time.Duration
	// ShortTokens lets AccessTokenValidity and IDTokenValidity be as short as a second, which no real pool does. It is for
	// tests that see tokens end by the client's clock, which Advance does not move.
	ShortTokens bool
	// RefreshTokenValidity is 1 hour to 10 years. The default is 30 days.
	RefreshTokenValidity time.Duration

	// UsernameAttributes makes users sign up with an e-mail address or a phone number ("email", "phone_number"). The
	// internal user name is then the sub.
	UsernameAttributes []string
	// AliasAttributes lets users sign in with "email", "phone_number" or "preferred_username" beside their user name;
	// the first two once they are verified. Not together with UsernameAttributes.
	AliasAttributes []string
	// AutoVerifiedAttributes are the attributes that a sign-up sends a code to. The default is "email"; an empty,
	// non-nil slice sends none.
	AutoVerifiedAttributes []string
	// AttributesRequireVerificationBeforeUpdate are those of AutoVerifiedAttributes that keep their old value until the code
	// that was sent to the new one is confirmed. By default the new value counts at once, unverified.
	AttributesRequireVerificationBeforeUpdate []string
	// RequiredAttributes must be given at sign-up, or with the new password of a user whom an administrator created.
	RequiredAttributes []string
	// CustomAttributes are the names of custom attributes, as "custom:tier".
	CustomAttributes []string
	// AccountRecovery lists the ways to recover an account by priority: "verified_email", "verified_phone_number" or
	// "admin_only". The first one's medium does not serve as a second factor unless the user chose it. The default is
	// Cognito's old behavior, which keeps no medium back.
	AccountRecovery []string
	// CaseSensitive tells Alice from alice. The default for new pools is not to.
	CaseSensitive bool
	// PasswordPolicy is what passwords must be like. The zero policy stands for the default: eight characters with
	// upper-case and lower-case letters, digits and symbols, temporary passwords good for 7 days.
	PasswordPolicy PasswordPolicy

	// Triggers are functions that take part in sign-up and sign-in, as Lambda functions do in AWS.
	Triggers Triggers

	// Issuer is the iss claim of the tokens. The default is what AWS puts there,
	// https://cognito-idp.{Region}.amazonaws.com/{UserPoolID}.
	Issuer string

	// OnViolation is called with every fault of a request that no right client commits: broken JSON, a wrong type, an
	// unknown member, a missing or oversized one. Wrong passwords and wrong codes are not violations. Use t.Error in the
	// test of a client. It is called from the goroutine that serves the request and may be called concurrently.
	OnViolation func(error)
}
