package main

import (
	"flag"
	"time"
)

// topic is a group of flags.
type topic struct {
	name   string
	define func(*options, *flag.FlagSet)
}

func topics() []topic {
	return []topic{
		{"ids", (*options).idFlags},
		{"data", (*options).dataFlags},
		{"server", (*options).serverFlags},
		{"sign-in", (*options).signInFlags},
		{"users", (*options).userFlags},
		{"tokens", (*options).tokenFlags},
		{"oauth", (*options).managedLoginFlags},
	}
}

func (opts *options) idFlags(flags *flag.FlagSet) {
	c := &opts.pool
	flags.StringVar(&c.UserPoolID, "user-pool-id", "", "`id` of the pool, for example eu-west-1_dev; random by default")
	flags.StringVar(&c.ClientID, "client-id", "", "`id` of the app client; random by default")
	flags.BoolVar(&c.ClientSecret, "client-secret", false, "give the app client a secret")
	flags.StringVar(&c.Region, "region", "",
		"region of the pool, the first part of its id; us-east-1 by default")
	flags.StringVar(&c.Issuer, "issuer", "",
		"iss claim of the tokens; by default that of AWS for the region and the pool")
	flags.BoolVar(&c.LocalIssuer, "local-issuer", false,
		"make the pool's own address the issuer, for clients that discover the endpoints there")
	flags.BoolVar(&c.FreshKeys, "fresh-keys", false,
		"sign tokens with new keys instead of those that everybody knows")
}

func (opts *options) dataFlags(flags *flag.FlagSet) {
	flags.StringVar(&opts.seed, "seed", "",
		"add the users of this JSON `file`, in the shape of ListUsers, unless they exist; see README.md")
	flags.StringVar(&opts.seedPassword, "seed-password", "",
		"`password` of the users in the seed that have none; by default one that nobody knows")
	flags.StringVar(&opts.state, "state", "",
		"continue with what is in this `file`, and save every change there; it holds secrets")
	flags.StringVar(&opts.config, "config", "",
		"read flags from this JSON `file`: {\"mfa\": \"OPTIONAL\", \"totp\": true, \"callback-urls\": [...]};\n"+
			"the command line comes first")
	flags.StringVar(&opts.outputs, "outputs", "", "write an amplify_outputs.json to this `file`")
}

// unprotectedFlag is long, so that nobody gives it by chance.
const unprotectedFlag = "let-other-machines-sign-in-as-anybody"

func (opts *options) serverFlags(flags *flag.FlagSet) {
	c := &opts.pool
	flags.StringVar(&c.Listen, "listen", "127.0.0.1:0",
		"`address` and port to listen on; port 0 picks a free one")
	flags.BoolVar(&c.TLS, "tls", false, "serve HTTPS; the line of JSON has the certificate")
	flags.StringVar(&c.URL, "url", "",
		"`address` by which clients reach the pool if it is another one: http://pool:9229/")
	flags.Var(list{&opts.hosts}, "hosts",
		"`names` by which clients may address the pool beside localhost and IP addresses")
	flags.Var(list{&c.AdminOrigins}, "origins",
		"`origins` of web pages, beside those of localhost, that may call the administrator's\n"+
			"operations, for example https://app.test. Those of users are open to all pages")
	flags.BoolVar(&c.ListenBeyondLoopback, unprotectedFlag, false,
		"allow -listen to be an address that other machines reach; they do not get the page and /_pool/")
}

func (opts *options) signInFlags(flags *flag.FlagSet) {
	c := &opts.pool
	flags.Var(list{&c.ExplicitAuthFlows}, "flows",
		"`flows` that the app client allows, for example ALLOW_USER_SRP_AUTH,ALLOW_USER_AUTH")
	flags.Var(list{&c.AllowedFirstAuthFactors}, "first-factors",
		"`factors` with which USER_AUTH can begin: PASSWORD,EMAIL_OTP,SMS_OTP,WEB_AUTHN")
	flags.StringVar((*string)(&c.MFA), "mfa", "OFF", "OFF, OPTIONAL or REQUIRED")
	flags.BoolVar(&c.TOTP, "totp", false, "offer codes from an authenticator app as second factor")
	flags.BoolVar(&c.SMS, "sms", false, "offer codes by text message as second factor")
	flags.BoolVar(&c.Email, "email-mfa", false, "offer codes by e-mail as second factor")
	flags.StringVar(&opts.devices, "devices", "off",
		"off, always or opt-in: whether the pool tracks devices, and remembers them without being asked")
	flags.BoolVar(&c.MFAOnRememberedDevices, "mfa-on-remembered-devices", false,
		"ask for the second factor on remembered devices too")
	flags.StringVar(&c.RelyingPartyID, "relying-party", "", "`domain` of passkeys; localhost by default")
	flags.StringVar(&c.UserVerification, "user-verification", "", "of passkeys: preferred (the default) or required")
	flags.DurationVar(&c.AuthSessionValidity, "session-validity", 3*time.Minute,
		"how long a step of a sign-in may take, 3m to 15m")
	flags.BoolVar(&c.PreventUserExistenceErrors, "prevent-user-existence-errors", false,
		"do not reveal which users exist")
}

func (opts *options) userFlags(flags *flag.FlagSet) {
	c, policy := &opts.pool, &opts.pool.PasswordPolicy
	for _, attributes := range []struct {
		name, usage string
		values      *[]string
	}{
		{"username-attributes", "`attributes` that are user names: email,phone_number", &c.UsernameAttributes},
		{"aliases", "`attributes` to sign in with, too: email,phone_number,preferred_username", &c.AliasAttributes},
		{"auto-verify", "`attributes` to which a sign-up sends a code; email by default", &c.AutoVerifiedAttributes},
		{
			"verify-before-update", "`attributes` whose new value applies once its code is confirmed",
			&c.AttributesRequireVerificationBeforeUpdate,
		},
		{"required-attributes", "`attributes` that users must have", &c.RequiredAttributes},
		{"custom-attributes", "`attributes` of your own: custom:tier", &c.CustomAttributes},
		{
			"account-recovery", "`ways` to recover an account: verified_email,verified_phone_number,admin_only",
			&c.AccountRecovery,
		},
	} {
		flags.Var(list{attributes.values}, attributes.name, attributes.usage)
	}
	flags.BoolVar(&c.CaseSensitive, "case-sensitive", false, "make Alice and alice two users")
	flags.IntVar(&policy.MinimumLength, "password-length", 0, "shortest password, 6 to 99; 8 by default")
	flags.Var(list{&opts.passwordRules}, "password-rules",
		"what a password must have: uppercase,lowercase,numbers,symbols (the default), or none")
	flags.IntVar(&policy.PasswordHistorySize, "password-history", 0, "how many passwords cannot be reused, up to 24")
	flags.IntVar(&policy.TemporaryPasswordValidityDays, "temporary-password-days", 0,
		"how many days a temporary password is valid; 7 by default")
}

func (opts *options) tokenFlags(flags *flag.FlagSet) {
	c := &opts.pool
	flags.DurationVar(&c.AccessTokenValidity, "access-token-validity", time.Hour,
		"how long access tokens are valid, 5m to 24h")
	flags.DurationVar(&c.IDTokenValidity, "id-token-validity", time.Hour, "how long ID tokens are valid, 5m to 24h")
	flags.DurationVar(&c.RefreshTokenValidity, "refresh-token-validity", 30*24*time.Hour,
		"how long refresh tokens are valid, 1h to 87600h")
	flags.BoolVar(&c.ShortTokens, "short-tokens", false, "allow access and ID tokens that are valid for a second")
	flags.BoolVar(&c.RefreshTokenRotation, "rotation", false, "rotate refresh tokens")
	flags.DurationVar(&c.RetryGracePeriod, "rotation-grace", 0, "how long a rotated token still works, up to 60s")
	flags.BoolVar(&c.TokenRevocationOff, "no-revocation", false, "issue tokens that cannot be revoked")
}
