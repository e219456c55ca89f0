package auth

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
)

// outputsFormat is a form that files of Amplify's tools have.
type outputsFormat interface {
	outputs() Outputs
	members() idMembers
}

// formatOf tells the form of a file by its members. The names are compared exactly, unlike in
// encoding/json: "auth" and "Auth" are of different forms.
func formatOf(members map[string]json.RawMessage) (outputsFormat, error) {
	has := func(name string) bool { return present(members[name]) }
	var inner struct {
		Plugins json.RawMessage `json:"plugins"`
	}
	_ = json.Unmarshal(members["auth"], &inner) // another type is told when the form is read
	switch {
	case has("auth") && present(inner.Plugins):
		return new(mobileConfiguration), nil
	case has("auth"):
		return new(gen2Outputs), nil
	case has("CognitoUserPool"), has("CredentialsProvider"):
		return new(mobileSDKConfiguration), nil
	case has("Auth"):
		return new(configureInput), nil
	case slices.ContainsFunc(slices.Collect(maps.Keys(members)), isGen1):
		return new(gen1Exports), nil
	case has("version"), has("UserAgent"):
		return nil, fail(ErrInvalidConfig,
			"the file has no auth block: it is another file, or the backend has no sign-in")
	}
	return nil, fail(ErrInvalidConfig, "the file has no auth block, and is none of those that Amplify's tools write")
}

func present(value json.RawMessage) bool { return len(value) > 0 && string(value) != "null" }

func isGen1(member string) bool { return strings.HasPrefix(member, "aws_") }

// gen2Outputs is amplify_outputs.json.
type gen2Outputs struct {
	Auth struct {
		UserPoolID       string `json:"user_pool_id"`
		UserPoolClientID string `json:"user_pool_client_id"`
		IdentityPoolID   string `json:"identity_pool_id"`
		GuestAccess      bool   `json:"unauthenticated_identities_enabled"`

		UsernameAttributes []LoginMechanism `json:"username_attributes"`
		RequiredAttributes []string         `json:"standard_required_attributes"`
		MFAConfiguration   string           `json:"mfa_configuration"`
		MFAMethods         []string         `json:"mfa_methods"`
		PasswordPolicy     struct {
			MinLength        int  `json:"min_length"`
			RequireLowercase bool `json:"require_lowercase"`
			RequireUppercase bool `json:"require_uppercase"`
			RequireNumbers   bool `json:"require_numbers"`
			RequireSymbols   bool `json:"require_symbols"`
		} `json:"password_policy"`
		Passwordless struct {
			EmailOTPEnabled bool `json:"email_otp_enabled"`
			SMSOTPEnabled   bool `json:"sms_otp_enabled"`
			WebAuthn        *struct {
				RelyingPartyID   string `json:"relying_party_id"`
				UserVerification string `json:"user_verification"`
			} `json:"web_authn"`
			PreferredChallenge string `json:"preferred_challenge"`
		} `json:"passwordless"`
		Groups []map[string]any `json:"groups"`
		OAuth  struct {
			IdentityProviders  []string `json:"identity_providers"`
			Domain             string   `json:"domain"`
			Scopes             []string `json:"scopes"`
			RedirectSignInURI  []string `json:"redirect_sign_in_uri"`
			RedirectSignOutURI []string `json:"redirect_sign_out_uri"`
		} `json:"oauth"`
	} `json:"auth"`
}

func (*gen2Outputs) members() idMembers {
	return idMembers{"auth.user_pool_id", "auth.user_pool_client_id"}
}

func (g *gen2Outputs) outputs() Outputs {
	a := &g.Auth
	policy, passwordless := a.PasswordPolicy, a.Passwordless
	out := Outputs{
		Config:         Config{UserPoolID: a.UserPoolID, ClientID: a.UserPoolClientID},
		IdentityPoolID: a.IdentityPoolID, GuestAccess: a.GuestAccess,
		LoginWith: a.UsernameAttributes, RequiredAttributes: a.RequiredAttributes,
		IdentityProviders: providersOf(a.OAuth.IdentityProviders),
		PasswordRules: PasswordRules{
			MinLength: policy.MinLength, Lowercase: policy.RequireLowercase, Uppercase: policy.RequireUppercase,
			Digits: policy.RequireNumbers, Symbols: policy.RequireSymbols,
		},
		PreferredFactor: AuthFactorType(passwordless.PreferredChallenge),
		Groups:          groupNames(a.Groups),
	}
	out.setMFA(a.MFAConfiguration, a.MFAMethods)
	out.setManagedLogin(a.OAuth.Domain, a.OAuth.RedirectSignInURI, a.OAuth.RedirectSignOutURI, a.OAuth.Scopes)
	out.setFirstFactors(passwordless.EmailOTPEnabled, passwordless.SMSOTPEnabled, (*passkeys)(passwordless.WebAuthn))
	return out
}

// configureInput is what a program passes to Amplify.configure.
type configureInput struct {
	Auth struct {
		Cognito struct {
			UserPoolID       string `json:"userPoolId"`
			UserPoolClientID string `json:"userPoolClientId"`
			IdentityPoolID   string `json:"identityPoolId"`
			AllowGuestAccess bool   `json:"allowGuestAccess"`
			LoginWith        struct {
				Username bool `json:"username"`
				Email    bool `json:"email"`
				Phone    bool `json:"phone"`
				OAuth    struct {
					Domain          string   `json:"domain"`
					Scopes          []string `json:"scopes"`
					RedirectSignIn  []string `json:"redirectSignIn"`
					RedirectSignOut []string `json:"redirectSignOut"`
				} `json:"oauth"`
			} `json:"loginWith"`
			UserAttributes map[string]struct {
				Required bool `json:"required"`
			} `json:"userAttributes"`
			MFA struct {
				Status      string `json:"status"`
				TOTPEnabled bool   `json:"totpEnabled"`
				SMSEnabled  bool   `json:"smsEnabled"`
			} `json:"mfa"`
			PasswordFormat struct {
				MinLength                int  `json:"minLength"`
				RequireLowercase         bool `json:"requireLowercase"`
				RequireUppercase         bool `json:"requireUppercase"`
				RequireNumbers           bool `json:"requireNumbers"`
				RequireSpecialCharacters bool `json:"requireSpecialCharacters"`
			} `json:"passwordFormat"`
			Passwordless struct {
				EmailOTPEnabled    bool      `json:"emailOtpEnabled"`
				SMSOTPEnabled      bool      `json:"smsOtpEnabled"`
				WebAuthn           *passkeys `json:"webAuthn"`
				PreferredChallenge string    `json:"preferredChallenge"`
			} `json:"passwordless"`
			Groups []map[string]any `json:"groups"`
		}
	}
}

func (*configureInput) members() idMembers {
	const at = "Auth.Cognito."
	return idMembers{at + "userPoolId", at + "userPoolClientId"}
}

func (c *configureInput) outputs() Outputs {
	a := &c.Auth.Cognito
	with := &a.LoginWith
	format, passwordless := a.PasswordFormat, a.Passwordless
	out := Outputs{
		Config:         Config{UserPoolID: a.UserPoolID, ClientID: a.UserPoolClientID},
		IdentityPoolID: a.IdentityPoolID, GuestAccess: a.AllowGuestAccess,
		PasswordRules: PasswordRules{
			MinLength: format.MinLength, Lowercase: format.RequireLowercase, Uppercase: format.RequireUppercase,
			Digits: format.RequireNumbers, Symbols: format.RequireSpecialCharacters,
		},
		PreferredFactor: AuthFactorType(passwordless.PreferredChallenge),
		Groups:          groupNames(a.Groups),
	}
	for _, name := range slices.Sorted(maps.Keys(a.UserAttributes)) {
		if a.UserAttributes[name].Required {
			out.RequiredAttributes = append(out.RequiredAttributes, name)
		}
	}
	for _, login := range []struct {
		name LoginMechanism
		on   bool
	}{{LoginWithUsername, with.Username}, {LoginWithEmail, with.Email}, {LoginWithPhoneNumber, with.Phone}} {
		if login.on {
			out.LoginWith = append(out.LoginWith, login.name)
		}
	}
	out.setMFA(a.MFA.Status, nil)
	if a.MFA.TOTPEnabled {
		out.MFATypes = append(out.MFATypes, MFATypeTOTP)
	}
	if a.MFA.SMSEnabled {
		out.MFATypes = append(out.MFATypes, MFATypeSMS)
	}
	out.setFirstFactors(passwordless.EmailOTPEnabled, passwordless.SMSOTPEnabled, passwordless.WebAuthn)
	out.setManagedLogin(with.OAuth.Domain, with.OAuth.RedirectSignIn, with.OAuth.RedirectSignOut, with.OAuth.Scopes)
	return out
}

// groupNames returns the names of groups, each of which has one with its settings.
func groupNames(groups []map[string]any) (names []string) {
	for _, group := range groups {
		names = append(names, slices.Sorted(maps.Keys(group))...)
	}
	return names
}

// setManagedLogin takes the settings if they are complete: the tools write a domain also where
// nobody can sign in with it.
func (o *Outputs) setManagedLogin(domain string, signIn, signOut, scopes []string) {
	if domain == "" || len(signIn) == 0 {
		return
	}
	o.Config.Domain, o.Config.Scopes = domain, scopes
	o.Config.RedirectSignIn, o.Config.RedirectSignOut = signIn, signOut
}

// passkeys are the settings of passkeys.
type passkeys struct {
	RelyingPartyID   string `json:"relyingPartyId"`
	UserVerification string `json:"userVerification"`
}

// setFirstFactors takes what is switched on. Without settings there are no passkeys.
func (o *Outputs) setFirstFactors(email, sms bool, p *passkeys) {
	for _, factor := range []struct {
		name AuthFactorType
		on   bool
	}{{AuthFactorEmailOTP, email}, {AuthFactorSMSOTP, sms}, {AuthFactorWebAuthn, p != nil}} {
		if factor.on {
			o.FirstFactors = append(o.FirstFactors, factor.name)
		}
	}
	if p != nil {
		o.RelyingPartyID, o.UserVerification = p.RelyingPartyID, p.UserVerification
	}
}

// setMFA takes the setting by the name that any of the tools have for it.
func (o *Outputs) setMFA(configuration string, methods []string) {
	switch strings.ToUpper(configuration) {
	case "ON", "REQUIRED":
		o.MFA = "ON"
	case "OPTIONAL":
		o.MFA = "OPTIONAL"
	case "OFF", "NONE":
		o.MFA = "OFF"
	}
	for _, method := range methods {
		o.MFATypes = append(o.MFATypes, MFAType(strings.ToUpper(method)))
	}
}

// toolsProviders are the names that the tools have for identity providers.
var toolsProviders = map[string]IdentityProvider{
	"GOOGLE": ProviderGoogle, "FACEBOOK": ProviderFacebook,
	"LOGIN_WITH_AMAZON": ProviderAmazon, "AMAZON": ProviderAmazon,
	"SIGN_IN_WITH_APPLE": ProviderApple, "APPLE": ProviderApple,
}

// providersOf returns the identity providers. One that speaks SAML or OpenID Connect has its own
// name.
func providersOf(names []string) []IdentityProvider {
	var providers []IdentityProvider
	for _, name := range names {
		provider, ok := toolsProviders[name]
		if !ok {
			provider = IdentityProvider(name)
		}
		providers = append(providers, provider)
	}
	return providers
}
