package auth

import (
	"slices"
	"strings"
)

// gen1Exports is aws-exports.js, or the amplifyconfiguration.json that later tools write instead.
type gen1Exports struct {
	UserPoolID       string `json:"aws_user_pools_id"`
	UserPoolClientID string `json:"aws_user_pools_web_client_id"`
	IdentityPoolID   string `json:"aws_cognito_identity_pool_id"`
	MandatorySignIn  string `json:"aws_mandatory_sign_in"`

	UsernameAttributes []string     `json:"aws_cognito_username_attributes"`
	SignUpAttributes   []string     `json:"aws_cognito_signup_attributes"`
	SocialProviders    []string     `json:"aws_cognito_social_providers"`
	MFAConfiguration   string       `json:"aws_cognito_mfa_configuration"`
	MFATypes           []string     `json:"aws_cognito_mfa_types"`
	Password           gen1Password `json:"aws_cognito_password_protection_settings"`
	OAuth              struct {
		Domain          string   `json:"domain"`
		Scope           []string `json:"scope"`
		RedirectSignIn  string   `json:"redirectSignIn"`
		RedirectSignOut string   `json:"redirectSignOut"`
	} `json:"oauth"`
}

func (*gen1Exports) ids() idMembers {
	return idMembers{"aws_user_pools_id", "aws_user_pools_web_client_id"}
}

func (g *gen1Exports) outputs() Outputs {
	out := Outputs{
		Config:         Config{UserPoolID: g.UserPoolID, ClientID: g.UserPoolClientID},
		IdentityPoolID: g.IdentityPoolID,
		GuestAccess:    g.IdentityPoolID != "" && g.MandatorySignIn != "enable",

		LoginWith:          lowerCase[LoginMechanism](g.UsernameAttributes),
		RequiredAttributes: lowerCase[string](g.SignUpAttributes),
		IdentityProviders:  providersOf(g.SocialProviders), PasswordRules: g.Password.rules(),
	}
	out.setMFA(g.MFAConfiguration, g.MFATypes)
	oauth := g.OAuth
	signIn, signOut := strings.Split(oauth.RedirectSignIn, ","), strings.Split(oauth.RedirectSignOut, ",")
	out.setManagedLogin(oauth.Domain, signIn, signOut, oauth.Scope)
	return out
}

// mobilePlugin is the user pool, the identity pool and the settings of a mobile app.
type mobilePlugin struct {
	CognitoUserPool struct {
		Default struct {
			PoolID          string `json:"PoolId"`
			AppClientID     string `json:"AppClientId"`
			AppClientSecret string
			Endpoint        string // the host of a proxy
		}
	}
	CredentialsProvider struct {
		CognitoIdentity struct {
			Default struct {
				PoolID string `json:"PoolId"`
			}
		}
	}
	Auth struct {
		Default struct {
			UsernameAttributes []string     `json:"usernameAttributes"`
			SignUpAttributes   []string     `json:"signupAttributes"`
			SocialProviders    []string     `json:"socialProviders"`
			MFAConfiguration   string       `json:"mfaConfiguration"`
			MFATypes           []string     `json:"mfaTypes"`
			Password           gen1Password `json:"passwordProtectionSettings"`
			OAuth              struct {
				WebDomain          string
				SignInRedirectURI  string
				SignOutRedirectURI string
				Scopes             []string
			}
		}
	}
}

func (plugin *mobilePlugin) outputs() Outputs {
	pool, settings := plugin.CognitoUserPool.Default, &plugin.Auth.Default
	out := Outputs{
		Config:         Config{UserPoolID: pool.PoolID, ClientID: pool.AppClientID, ClientSecret: pool.AppClientSecret},
		IdentityPoolID: plugin.CredentialsProvider.CognitoIdentity.Default.PoolID,

		LoginWith:          lowerCase[LoginMechanism](settings.UsernameAttributes),
		RequiredAttributes: lowerCase[string](settings.SignUpAttributes),
		IdentityProviders:  providersOf(settings.SocialProviders), PasswordRules: settings.Password.rules(),
	}
	out.setMFA(settings.MFAConfiguration, settings.MFATypes)
	if pool.Endpoint != "" {
		out.Config.Endpoint = "https://" + pool.Endpoint
	}
	oauth := settings.OAuth
	signIn, signOut := strings.Split(oauth.SignInRedirectURI, ","), strings.Split(oauth.SignOutRedirectURI, ",")
	out.setManagedLogin(oauth.WebDomain, signIn, signOut, oauth.Scopes)
	return out
}

// The members of a mobilePlugin that have the ids.
const (
	mobilePoolID   = "CognitoUserPool.Default.PoolId"
	mobileClientID = "CognitoUserPool.Default.AppClientId"
)

// mobileConfiguration is the amplifyconfiguration.json of Android, Swift and Flutter.
type mobileConfiguration struct {
	Auth struct {
		Plugins struct {
			Plugin mobilePlugin `json:"awsCognitoAuthPlugin"`
		} `json:"plugins"`
	} `json:"auth"`
}

func (m *mobileConfiguration) outputs() Outputs { return m.Auth.Plugins.Plugin.outputs() }

func (*mobileConfiguration) ids() idMembers {
	const at = "auth.plugins.awsCognitoAuthPlugin."
	return idMembers{at + mobilePoolID, at + mobileClientID}
}

// mobileSDKConfiguration is awsconfiguration.json, for the AWS SDKs of mobile apps. The older tools
// write it beside amplifyconfiguration.json.
type mobileSDKConfiguration mobilePlugin

func (m *mobileSDKConfiguration) outputs() Outputs { return (*mobilePlugin)(m).outputs() }

func (*mobileSDKConfiguration) ids() idMembers { return idMembers{mobilePoolID, mobileClientID} }

// gen1Password are the rules for passwords in files of the older tools.
type gen1Password struct {
	MinLength  length   `json:"passwordPolicyMinLength"`
	Characters []string `json:"passwordPolicyCharacters"`
}

func (p gen1Password) rules() PasswordRules {
	requires := func(what string) bool { return slices.Contains(p.Characters, "REQUIRES_"+what) }
	return PasswordRules{
		MinLength: int(p.MinLength), Lowercase: requires("LOWERCASE"), Uppercase: requires("UPPERCASE"),
		Digits: requires("NUMBERS"), Symbols: requires("SYMBOLS"),
	}
}

func lowerCase[T ~string](names []string) []T {
	var lower []T
	for _, name := range names {
		lower = append(lower, T(strings.ToLower(name)))
	}
	return lower
}
