package auth

// gen2Outputs is amplify_outputs.json.
type gen2Outputs struct {
	Auth struct {
		UserPoolID       string `json:"user_pool_id"`
		UserPoolClientID string `json:"user_pool_client_id"`
		IdentityPoolID   string `json:"identity_pool_id"`
		GuestAccess      bool   `json:"unauthenticated_identities_enabled"`

		UsernameAttributes []string `json:"username_attributes"`
		RequiredAttributes []string `json:"standard_required_attributes"`
		MFAConfiguration   string   `json:"mfa_configuration"`
		MFAMethods         []string `json:"mfa_methods"`
		PasswordPolicy     struct {
			MinLength        length `json:"min_length"`
			RequireLowercase bool   `json:"require_lowercase"`
			RequireUppercase bool   `json:"require_uppercase"`
			RequireNumbers   bool   `json:"require_numbers"`
			RequireSymbols   bool   `json:"require_symbols"`
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

func (*gen2Outputs) ids() idMembers {
	return idMembers{"auth.user_pool_id", "auth.user_pool_client_id"}
}

func (g *gen2Outputs) outputs() Outputs {
	a := &g.Auth
	policy, passwordless := a.PasswordPolicy, a.Passwordless
	out := Outputs{
		Config:         Config{UserPoolID: a.UserPoolID, ClientID: a.UserPoolClientID},
		IdentityPoolID: a.IdentityPoolID, GuestAccess: a.GuestAccess,
		LoginWith:          lowerCase[LoginMechanism](a.UsernameAttributes),
		RequiredAttributes: lowerCase[string](a.RequiredAttributes),
		IdentityProviders:  providersOf(a.OAuth.IdentityProviders),
		PasswordRules: PasswordRules{
			MinLength: int(policy.MinLength), Lowercase: policy.RequireLowercase, Uppercase: policy.RequireUppercase,
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
