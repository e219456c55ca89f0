package authtest

import (
	"net/http"
	"slices"
	"strings"
	"time"
)

// MFA is whether sign-in asks for a second factor: Cognito's MfaConfiguration.
type MFA string

// The three modes. On the wire MFARequired is "ON".
const (
	MFAOff      MFA = "OFF"
	MFAOptional MFA = "OPTIONAL"
	MFARequired MFA = "REQUIRED"
)

// Devices is whether the pool tracks the devices from which users sign in: Cognito's
// DeviceConfiguration.
type Devices string

// The three modes. [DevicesAlways] remembers a device as soon as it is confirmed; [DevicesOptIn]
// only confirms it until UpdateDeviceStatus says that the user wants it remembered
// (DeviceOnlyRememberedOnUserPrompt).
const (
	DevicesOff    Devices = "OFF"
	DevicesAlways Devices = "ALWAYS"
	DevicesOptIn  Devices = "OPT_IN"
)

// Config describes a pool and its app client. The zero Config is a pool without MFA whose users
// sign in with user name and password, over SRP or in plain text.
type Config struct {
	// Region is the region of the pool and the first part of its id. The default is us-east-1.
	Region string
	// Listen is the loopback address to listen on. The default is 127.0.0.1:0, which is any free
	// port.
	Listen string
	// ListenBeyondLoopback allows Listen to be an address that other machines reach. Whoever
	// reaches it can read all codes and sign in as anybody.
	ListenBeyondLoopback bool
	// URL is the address by which clients reach the pool if that is not the one that it listens on,
	// as behind a proxy: http or https, a host, a port if any, and a slash. [Pool].URL is then the
	// same.
	URL string
	// Handler returns what is served in place of the pool, usually a handler that serves the pool
	// ([Pool.ServeHTTP]) and pages of the program's own. It is called once, before the first
	// request is served, and may fill the pool.
	Handler func(*Pool) http.Handler `json:"-"`
	// AdminOrigins are the origins of web pages that may call the administrator's operations, such
	// as https://app.test, beside pages of localhost and of loopback addresses. Other pages get
	// AccessDeniedException with status 403 and no CORS header: the pool accepts every signature,
	// so any page that a developer visits could administer it. The default is none. Programs other
	// than browsers are not affected, and neither are the operations of users, which pages of every
	// origin may call.
	AdminOrigins []string
	// TLS serves HTTPS with a certificate that signs itself, see [Pool.Certificate]: some clients
	// of OAuth call nothing else.
	TLS bool
	// NoListener makes a pool that does not listen and has no goroutine of its own, as tests in a
	// bubble of testing/synctest need it. Only [Pool.HTTPClient] and [Pool.ServeHTTP] reach it.
	NoListener bool

	// UserPoolID and ClientID are the ids of the pool and its app client. They are random by
	// default. UserPoolID begins with the region and an underscore; it sets Region if that is
	// empty. With fixed ids, what the pool signs with [Pool.Sign] is the same in every process.
	UserPoolID, ClientID string
	// FreshKeys signs tokens with RSA keys that are generated once in a process. By default a pool
	// signs with test keys that are part of this package and known to everybody, which saves a good
	// part of a second.
	FreshKeys bool

	// State is what an earlier pool kept: see [Pool.WriteState]. The ids are then those of that
	// pool, and UserPoolID and ClientID are empty or the same. All other fields say what the pool
	// is from now on.
	State *State `json:"-"`

	// MFA is the MFA mode of the pool. The default is [MFAOff]. The other modes require at least
	// one of TOTP, SMS and Email.
	MFA MFA
	// TOTP offers codes of an authenticator app as a second factor (SOFTWARE_TOKEN_MFA).
	TOTP bool
	// SMS offers codes by text message as a second factor (SMS_MFA).
	SMS bool
	// Email offers codes by e-mail as a second factor (EMAIL_OTP).
	Email bool

	// ClientSecret creates the app client with a secret. Each of its calls must then carry a
	// SECRET_HASH; GetTokensFromRefreshToken and RevokeToken must carry the secret itself.
	ClientSecret bool
	// PreventUserExistenceErrors hides whether a user exists, as app clients created in the console
	// do. False is the default of the API, LEGACY, where an unknown user is answered with
	// UserNotFoundException.
	PreventUserExistenceErrors bool
	// ExplicitAuthFlows are the sign-in flows that the app client allows: ALLOW_USER_SRP_AUTH,
	// ALLOW_USER_PASSWORD_AUTH, ALLOW_USER_AUTH, ALLOW_CUSTOM_AUTH, ALLOW_ADMIN_USER_PASSWORD_AUTH
	// for AdminInitiateAuth, and ALLOW_REFRESH_TOKEN_AUTH, which refreshes tokens with InitiateAuth
	// and cannot be combined with RefreshTokenRotation. GetTokensFromRefreshToken needs none of
	// them. The default is the first two, and the last one if RefreshTokenRotation is not set.
	ExplicitAuthFlows []string
	// AllowedFirstAuthFactors are the factors with which users of USER_AUTH can begin: PASSWORD,
	// which is required, EMAIL_OTP, SMS_OTP and WEB_AUTHN. With EMAIL_OTP or SMS_OTP users need no
	// password. The default is PASSWORD.
	AllowedFirstAuthFactors []string
	// RelyingPartyID is the domain whose pages may use the pool's passkeys (WebAuthnConfiguration):
	// pages of the domain and its subdomains over HTTPS, and pages of localhost over HTTP too. The
	// default is localhost if AllowedFirstAuthFactors has WEB_AUTHN.
	RelyingPartyID string
	// UserVerification is whether authenticators must verify their user, for example with a PIN:
	// "required" or "preferred". The default is preferred.
	UserVerification string

	// Devices is whether the pool tracks devices. The default is [DevicesOff].
	Devices Devices
	// MFAOnRememberedDevices asks for the second factor on remembered devices too
	// (ChallengeRequiredOnNewDevice=false). By default a remembered device that proves itself
	// replaces the second factor.
	MFAOnRememberedDevices bool

	// RefreshTokenRotation makes every refresh return a new refresh token, which expires when the
	// old one would have, and invalidate the old one.
	RefreshTokenRotation bool
	// RetryGracePeriod is how long a rotated refresh token still works: up to 60 seconds. The
	// default is 0.
	RetryGracePeriod time.Duration
	// TokenRevocationOff issues tokens that cannot be revoked and have no origin_jti
	// (EnableTokenRevocation=false).
	TokenRevocationOff bool

	// AuthSessionValidity is how long a challenge can be answered, and how long an MFA code is
	// valid: 3 to 15 minutes. The default is 3 minutes.
	AuthSessionValidity time.Duration
	// AccessTokenValidity is the lifetime of access tokens: 5 minutes to 24 hours. The default is 1
	// hour.
	AccessTokenValidity time.Duration
	// IDTokenValidity is the lifetime of ID tokens: 5 minutes to 24 hours. The default is 1 hour.
	IDTokenValidity time.Duration
	// ShortTokens allows an AccessTokenValidity and IDTokenValidity as short as a second, which no
	// real pool does. It is for tests in which tokens expire by the client's clock, which
	// [Pool.Advance] does not move.
	ShortTokens bool
	// RefreshTokenValidity is the lifetime of refresh tokens: 1 hour to 10 years. The default is 30
	// days.
	RefreshTokenValidity time.Duration

	// UsernameAttributes makes users sign up with an e-mail address or a phone number ("email",
	// "phone_number"). The internal user name is then the sub.
	UsernameAttributes []string
	// AliasAttributes lets users sign in with "email", "phone_number" or "preferred_username"
	// besides their user name; with the first two once they are verified. It cannot be combined
	// with UsernameAttributes.
	AliasAttributes []string
	// AutoVerifiedAttributes are the attributes to which a sign-up sends a code. The default is
	// "email"; an empty, non-nil slice sends none.
	AutoVerifiedAttributes []string
	// AttributesRequireVerificationBeforeUpdate are those of AutoVerifiedAttributes that keep their
	// old value until the code sent to the new one is confirmed. By default the new value applies
	// at once, unverified.
	AttributesRequireVerificationBeforeUpdate []string
	// RequiredAttributes must be given at sign-up, or together with the new password of a user whom
	// an administrator created.
	RequiredAttributes []string
	// CustomAttributes are the names of custom attributes, for example "custom:tier".
	CustomAttributes []string
	// AccountRecovery lists the ways to recover an account by priority: "verified_email",
	// "verified_phone_number" or "admin_only". The medium of the first one is not used as a second
	// factor unless the user chose it. The default is the behavior of old pools, which excludes no
	// medium.
	AccountRecovery []string
	// CaseSensitive makes Alice and alice two users. By default, as in new pools, they are one,
	// whose user name is in lower case.
	CaseSensitive bool
	// PasswordPolicy is what the pool requires of passwords. The zero policy is the default: eight
	// characters with upper-case and lower-case letters, digits and symbols, and temporary
	// passwords that are valid for 7 days.
	PasswordPolicy PasswordPolicy

	// Triggers are functions that take part in sign-up and sign-in, as Lambda functions do in AWS.
	Triggers Triggers

	// Issuer is the iss claim of the tokens. The default is the issuer of AWS,
	// https://cognito-idp.{Region}.amazonaws.com/{UserPoolID}.
	Issuer string

	// LocalIssuer makes the issuer the pool's own address, {URL}{UserPoolID}, as OpenID clients
	// need it that look up the endpoints at the issuer. It cannot be combined with Issuer.
	LocalIssuer bool

	// ManagedLogin is what OAuth clients need: the pool's pages and endpoints.
	ManagedLogin ManagedLogin

	// OnViolation is called for every request that a correct client would not send: broken JSON, a
	// wrong type, an unknown member, a missing or oversized one. It is also called for requests
	// that the pool carries out as the real service does, although AWS's documentation forbids
	// them, such as the answer to DEVICE_SRP_AUTH without Session. Wrong passwords and codes are
	// not violations. Tests of a client pass t.Error. It is called from the goroutine that serves
	// the request, possibly concurrently.
	OnViolation func(error)
}

const (
	defaultRegion = "us-east-1"
	defaultListen = "127.0.0.1:0"
	day           = 24 * time.Hour
)

// withDefaults returns a copy with every field set, or an error that names the wrong fields.
func (c Config) withDefaults() (Config, error) {
	c, err := c.withState()
	if err != nil {
		return c, err
	}
	if region, _, found := strings.Cut(c.UserPoolID, "_"); found {
		fill(&c.Region, region)
	}
	fill(&c.Region, defaultRegion)
	if !c.NoListener {
		fill(&c.Listen, defaultListen)
	}
	fill(&c.MFA, MFAOff)
	fill(&c.Devices, DevicesOff)
	fill(&c.AuthSessionValidity, 3*time.Minute)
	fill(&c.AccessTokenValidity, time.Hour)
	fill(&c.IDTokenValidity, time.Hour)
	fill(&c.RefreshTokenValidity, 30*day)
	fill(&c.UserVerification, verificationPreferred)
	if slices.Contains(c.AllowedFirstAuthFactors, factorWebAuthn) {
		fill(&c.RelyingPartyID, defaultRelyingParty)
	}
	c.PasswordPolicy = c.PasswordPolicy.withDefaults()
	c.ManagedLogin = c.ManagedLogin.withDefaults()
	if len(c.ExplicitAuthFlows) == 0 {
		c.ExplicitAuthFlows = []string{"ALLOW_" + flowSRP, "ALLOW_" + flowPassword}
		if !c.RefreshTokenRotation {
			c.ExplicitAuthFlows = append(c.ExplicitAuthFlows, allowRefresh)
		}
	}
	if len(c.AllowedFirstAuthFactors) == 0 {
		c.AllowedFirstAuthFactors = []string{challengePassword}
	}
	if c.AutoVerifiedAttributes == nil {
		c.AutoVerifiedAttributes = []string{attrEmail}
	}
	for _, list := range []*[]string{
		&c.ExplicitAuthFlows, &c.AllowedFirstAuthFactors,
		&c.UsernameAttributes, &c.AliasAttributes, &c.AutoVerifiedAttributes,
		&c.AttributesRequireVerificationBeforeUpdate, &c.RequiredAttributes, &c.CustomAttributes, &c.AccountRecovery,
	} {
		*list = slices.Clone(*list)
	}
	return c, c.check()
}

func fill[T comparable](field *T, value T) {
	var zero T
	if *field == zero {
		*field = value
	}
}
