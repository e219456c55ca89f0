package auth

import (
	"encoding/json"
	"maps"
	"slices"
)

// configureInput is what a program passes to Amplify.configure.
type configureInput struct {
	Auth struct {
		Cognito struct {
			UserPoolID       string `json:"userPoolId"`
			UserPoolClientID string `json:"userPoolClientId"`
			UserPoolEndpoint string `json:"userPoolEndpoint"`
			IdentityPoolID   string `json:"identityPoolId"`
			AllowGuestAccess bool   `json:"allowGuestAccess"`
			LoginWith        struct {
				Username bool `json:"username"`
				Email    bool `json:"email"`
				Phone    bool `json:"phone"`
				OAuth    struct {
					Domain          string               `json:"domain"`
					Scopes          []string             `json:"scopes"`
					RedirectSignIn  []string             `json:"redirectSignIn"`
					RedirectSignOut []string             `json:"redirectSignOut"`
					Providers       []configuredProvider `json:"providers"`
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
				MinLength                length `json:"minLength"`
				RequireLowercase         bool   `json:"requireLowercase"`
				RequireUppercase         bool   `json:"requireUppercase"`
				RequireNumbers           bool   `json:"requireNumbers"`
				RequireSpecialCharacters bool   `json:"requireSpecialCharacters"`
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

func (*configureInput) ids() idMembers {
	const at = "Auth.Cognito."
	return idMembers{at + "userPoolId", at + "userPoolClientId"}
}

func (c *configureInput) outputs() Outputs {
	a := &c.Auth.Cognito
	with := &a.LoginWith
	format, passwordless := a.PasswordFormat, a.Passwordless
	out := Outputs{
		Config:         Config{UserPoolID: a.UserPoolID, ClientID: a.UserPoolClientID, Endpoint: a.UserPoolEndpoint},
		IdentityPoolID: a.IdentityPoolID, GuestAccess: a.AllowGuestAccess,
		PasswordRules: PasswordRules{
			MinLength: int(format.MinLength), Lowercase: format.RequireLowercase, Uppercase: format.RequireUppercase,
			Digits: format.RequireNumbers, Symbols: format.RequireSpecialCharacters,
		},
		IdentityProviders: providersOf(with.OAuth.Providers),
		PreferredFactor:   AuthFactorType(passwordless.PreferredChallenge),
		Groups:            groupNames(a.Groups),
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

// configuredProvider is the name of an identity provider. One that speaks SAML or OpenID Connect is
// an object with the member custom.
type configuredProvider string

func (p *configuredProvider) UnmarshalJSON(value []byte) error {
	var own struct{ Custom string }
	if json.Unmarshal(value, &own) == nil {
		*p = configuredProvider(own.Custom)
		return nil
	}
	return json.Unmarshal(value, (*string)(p))
}
