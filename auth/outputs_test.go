package auth_test

import (
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// The ids in the files.
const (
	filePool, fileClient = "eu-west-1_Ab1Cd2Ef3", "1example23456789"
	fileIdentityPool     = "eu-west-1:1f2e3d4c-5b6a-7988-0716-253443526170"
)

const gen2File = `{
  "version": "1.4",
  "auth": {
    "user_pool_id": "eu-west-1_Ab1Cd2Ef3", "user_pool_client_id": "1example23456789", "aws_region": "eu-west-1",
    "identity_pool_id": "eu-west-1:1f2e3d4c-5b6a-7988-0716-253443526170", "unauthenticated_identities_enabled": true,
    "mfa_configuration": "OPTIONAL", "mfa_methods": ["TOTP", "SMS"],
    "username_attributes": ["EMAIL"], "standard_required_attributes": ["email", "given_name"],
    "user_verification_types": ["email"], "groups": [{"admins": {"precedence": 0}}, {"staff": {"precedence": 1}}],
    "password_policy": {"min_length": 10, "require_lowercase": true, "require_numbers": true},
    "passwordless": {
      "email_otp_enabled": true, "preferred_challenge": "WEB_AUTHN",
      "web_authn": {"relying_party_id": "example.com", "user_verification": "required"}
    },
    "oauth": {
      "identity_providers": ["GOOGLE", "SIGN_IN_WITH_APPLE", "Okta"], "domain": "acme.auth.eu-west-1.amazoncognito.com",
      "scopes": ["openid", "email"], "response_type": "code",
      "redirect_sign_in_uri": ["https://example.com/"], "redirect_sign_out_uri": ["https://example.com/bye"]
    }
  },
  "data": {"url": "https://example.com/graphql"}
}`

const gen1File = `{
  "aws_project_region": "eu-west-1", "aws_cognito_region": "eu-west-1", "aws_mandatory_sign_in": "enable",
  "aws_user_pools_id": "eu-west-1_Ab1Cd2Ef3", "aws_user_pools_web_client_id": "1example23456789",
  "aws_cognito_identity_pool_id": "eu-west-1:1f2e3d4c-5b6a-7988-0716-253443526170",
  "aws_cognito_username_attributes": ["EMAIL"], "aws_cognito_signup_attributes": ["EMAIL"],
  "aws_cognito_social_providers": ["FACEBOOK"], "aws_cognito_mfa_configuration": "ON", "aws_cognito_mfa_types": ["TOTP"],
  "aws_cognito_password_protection_settings": {
    "passwordPolicyMinLength": 8, "passwordPolicyCharacters": ["REQUIRES_UPPERCASE", "REQUIRES_SYMBOLS"]
  },
  "oauth": {
    "domain": "acme.auth.eu-west-1.amazoncognito.com", "scope": ["openid"], "responseType": "code",
    "redirectSignIn": "http://localhost:3000/,https://example.com/", "redirectSignOut": "https://example.com/bye"
  }
}`

const mobileFile = `{
  "UserAgent": "aws-amplify-cli/2.0", "Version": "1.0",
  "auth": {"plugins": {"awsCognitoAuthPlugin": {
    "CognitoUserPool": {"Default": {
      "PoolId": "eu-west-1_Ab1Cd2Ef3", "AppClientId": "1example23456789", "AppClientSecret": "canary", "Region": "eu-west-1",
      "Endpoint": "cognito.example.com"
    }},
    "CredentialsProvider": {"CognitoIdentity": {"Default": {
      "PoolId": "eu-west-1:1f2e3d4c-5b6a-7988-0716-253443526170", "Region": "eu-west-1"
    }}},
    "Auth": {"Default": {
      "usernameAttributes": ["PHONE_NUMBER"], "mfaConfiguration": "OFF", "mfaTypes": ["SMS"],
      "passwordProtectionSettings": {"passwordPolicyMinLength": 12, "passwordPolicyCharacters": []},
      "OAuth": {
        "WebDomain": "acme.auth.eu-west-1.amazoncognito.com", "Scopes": ["openid"],
        "SignInRedirectURI": "myapp://callback", "SignOutRedirectURI": "myapp://signout"
      }
    }}
  }}}
}`

const mobileSDKFile = `{
  "UserAgent": "aws-amplify-cli/0.1.0", "Version": "0.1.0", "IdentityManager": {"Default": {}},
  "CredentialsProvider": {"CognitoIdentity": {"Default": {
    "PoolId": "eu-west-1:1f2e3d4c-5b6a-7988-0716-253443526170", "Region": "eu-west-1"
  }}},
  "CognitoUserPool": {"Default": {
    "PoolId": "eu-west-1_Ab1Cd2Ef3", "AppClientId": "1example23456789", "AppClientSecret": "canary", "Region": "eu-west-1"
  }},
  "Auth": {"Default": {"authenticationFlowType": "USER_SRP_AUTH", "OAuth": {
    "WebDomain": "acme.auth.eu-west-1.amazoncognito.com", "Scopes": ["openid"],
    "SignInRedirectURI": "myapp://callback", "SignOutRedirectURI": "myapp://signout"
  }}}
}`

const configureFile = `{"Auth": {"Cognito": {
  "userPoolId": "eu-west-1_Ab1Cd2Ef3", "userPoolClientId": "1example23456789",
  "mfa": {"status": "optional", "totpEnabled": true, "smsEnabled": false},
  "userAttributes": {"name": {"required": true}, "email": {"required": true}, "nickname": {"required": false}},
  "passwordFormat": {"minLength": 10, "requireNumbers": true, "requireSpecialCharacters": true},
  "passwordless": {"emailOtpEnabled": true, "webAuthn": {"relyingPartyId": "example.com"}, "preferredChallenge": "EMAIL_OTP"},
  "groups": [{"admins": {"precedence": 0}}],
  "identityPoolId": "eu-west-1:1f2e3d4c-5b6a-7988-0716-253443526170", "allowGuestAccess": true,
  "userPoolEndpoint": "https://cognito.example.com/", "loginWith": {"email": true, "oauth": {
    "providers": ["Google", "Apple", {"custom": "Okta"}], "domain": "acme.auth.eu-west-1.amazoncognito.com", "scopes": ["openid"], "responseType": "code",
    "redirectSignIn": ["https://example.com/"], "redirectSignOut": ["https://example.com/bye"]
  }}
}}}`

func TestReadOutputs(t *testing.T) {
	t.Parallel()
	config := func(signIn, signOut []string, scopes ...string) auth.Config {
		return auth.Config{
			UserPoolID: filePool, ClientID: fileClient, Domain: "acme.auth.eu-west-1.amazoncognito.com",
			RedirectSignIn: signIn, RedirectSignOut: signOut, Scopes: scopes,
		}
	}
	web, bye := []string{"https://example.com/"}, []string{"https://example.com/bye"}
	mobile := config([]string{"myapp://callback"}, []string{"myapp://signout"}, "openid")
	mobile.ClientSecret = "canary"
	mobileProxy, webProxy := mobile, config(web, bye, "openid")
	mobileProxy.Endpoint, webProxy.Endpoint = "https://cognito.example.com", "https://cognito.example.com/"
	for name, tt := range map[string]struct {
		file string
		want auth.Outputs
	}{
		"amplify_outputs.json": {gen2File, auth.Outputs{
			Config: config(web, bye, "openid", "email"), IdentityPoolID: fileIdentityPool, GuestAccess: true,
			LoginWith: []auth.LoginMechanism{auth.LoginWithEmail}, RequiredAttributes: []string{"email", "given_name"},
			IdentityProviders: []auth.IdentityProvider{auth.ProviderGoogle, auth.ProviderApple, "Okta"},
			MFA:               "OPTIONAL", MFATypes: []auth.MFAType{auth.MFATypeTOTP, auth.MFATypeSMS},
			FirstFactors:    []auth.AuthFactorType{auth.AuthFactorEmailOTP, auth.AuthFactorWebAuthn},
			PreferredFactor: auth.AuthFactorWebAuthn, RelyingPartyID: "example.com", UserVerification: "required",
			PasswordRules: auth.PasswordRules{MinLength: 10, Lowercase: true, Digits: true},
			Groups:        []string{"admins", "staff"},
		}},
		"aws-exports.js": {gen1File, auth.Outputs{
			Config: config([]string{"http://localhost:3000/", "https://example.com/"}, bye, "openid"), IdentityPoolID: fileIdentityPool,
			LoginWith: []auth.LoginMechanism{auth.LoginWithEmail}, RequiredAttributes: []string{"email"},
			IdentityProviders: []auth.IdentityProvider{auth.ProviderFacebook},
			MFA:               "ON", MFATypes: []auth.MFAType{auth.MFATypeTOTP},
			PasswordRules: auth.PasswordRules{MinLength: 8, Uppercase: true, Symbols: true},
		}},
		"amplifyconfiguration.json of mobile apps": {mobileFile, auth.Outputs{
			Config: mobileProxy, IdentityPoolID: fileIdentityPool, LoginWith: []auth.LoginMechanism{auth.LoginWithPhoneNumber},
			MFA: "OFF", MFATypes: []auth.MFAType{auth.MFATypeSMS}, PasswordRules: auth.PasswordRules{MinLength: 12},
		}},
		"awsconfiguration.json of mobile apps": {mobileSDKFile, auth.Outputs{Config: mobile, IdentityPoolID: fileIdentityPool}},
		"the input of Amplify.configure": {configureFile, auth.Outputs{
			Config: webProxy, IdentityPoolID: fileIdentityPool, GuestAccess: true, LoginWith: []auth.LoginMechanism{auth.LoginWithEmail},
			IdentityProviders:  []auth.IdentityProvider{auth.ProviderGoogle, auth.ProviderApple, "Okta"},
			RequiredAttributes: []string{"email", "name"}, MFA: "OPTIONAL", MFATypes: []auth.MFAType{auth.MFATypeTOTP},
			FirstFactors:    []auth.AuthFactorType{auth.AuthFactorEmailOTP, auth.AuthFactorWebAuthn},
			PreferredFactor: auth.AuthFactorEmailOTP, RelyingPartyID: "example.com",
			PasswordRules: auth.PasswordRules{MinLength: 10, Digits: true, Symbols: true}, Groups: []string{"admins"},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			out, err := auth.ReadOutputs(strings.NewReader(tt.file))
			require.NoError(t, err)
			assert.Equal(t, tt.want, out)
			_, err = auth.NewClient(out.Config)
			require.NoError(t, err)
			cfg, err := auth.ConfigFromOutputs(strings.NewReader(tt.file))
			require.NoError(t, err)
			assert.Equal(t, out.Config, cfg)
		})
	}
}

func TestReadOutputsAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	wide := func(order binary.AppendByteOrder, mark rune) string {
		var data []byte
		for _, unit := range utf16.Encode([]rune(string(mark) + gen2File)) {
			data = order.AppendUint16(data, unit)
		}
		return string(data)
	}
	for name, file := range map[string]string{
		"a byte order mark":        "\ufeff" + gen2File,
		"UTF-16, little endian":    wide(binary.LittleEndian, '\ufeff'),
		"UTF-16, big endian":       wide(binary.BigEndian, '\ufeff'),
		"JavaScript":               "/* eslint-disable */\nconst awsmobile = " + gen1File + ";\nexport default awsmobile;\n",
		"Dart":                     "const amplifyConfig = r'''" + gen2File + "''';",
		"a comment before it":      "// generated\n" + gen2File,
		"braces in comments":       "\n// {generated}\r\n/* eslint {\n} */ // {\n" + gen2File,
		"an old file in a comment": `/* {"auth": {"user_pool_id": "eu-west-1_Old000000", "user_pool_client_id": "1old"}} */` + gen2File,
		"version 2":                strings.Replace(gen2File, `"1.4"`, `"2"`, 1),
		"no version":               strings.Replace(gen2File, `"version": "1.4",`, "", 1),
		"another region":           strings.Replace(gen2File, `"aws_region": "eu-west-1"`, `"aws_region": "us-east-1"`, 1),
		"code after it":            "const config = " + gen1File + ";\nif (process.env.CI) {\n  delete config.oauth;\n}\n",
		"a comment after it":       gen2File + "\n/* {generated} */\n",
		"an old file and more":     `{"Auth": {"authenticationFlowType": "USER_PASSWORD_AUTH"}, ` + gen1File[1:],
		"an empty sign-out":        strings.Replace(gen2File, `"https://example.com/bye"`, `""`, 1),
		"a blank in a list":        strings.Replace(gen2File, `["https://example.com/"]`, `["https://example.com/", " myapp://"]`, 1),
		"null for settings":        `{"auth":{"user_pool_id":"` + filePool + `","user_pool_client_id":"` + fileClient + `","password_policy":{"min_length":null},"oauth":null,"groups":null}}`,
		"a Gen 2 length in quotes": strings.Replace(gen2File, `"min_length": 10`, `"min_length": "10"`, 1),
		"no length":                strings.Replace(gen1File, `MinLength": 8`, `MinLength": ""`, 1),
		"a length in quotes":       strings.Replace(gen1File, `MinLength": 8`, `MinLength": "8"`, 1),
		"blanks in a list":         strings.Replace(gen1File, `3000/,https`, `3000/, https`, 1),
		"a comma too many":         strings.Replace(gen1File, `3000/,https://example.com/"`, `3000/,"`, 1),
		"Windows line ends":        strings.ReplaceAll(gen2File, "\n", "\r\n"),
		"the models of an API":     strings.Replace(gen2File, `"data": {`, `"data": {"model_introspection": "`+strings.Repeat("x", 2<<20)+`",`, 1),
		"a domain without pages":   `{"auth":{"user_pool_id":"` + filePool + `","user_pool_client_id":"` + fileClient + `","oauth":{"domain":"x"}}}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg, err := auth.ConfigFromOutputs(strings.NewReader(file))
			require.NoError(t, err)
			assert.Equal(t, filePool, cfg.UserPoolID)
			assert.Equal(t, fileClient, cfg.ClientID)
			_, err = auth.NewClient(cfg)
			assert.NoError(t, err)
		})
	}
}

func TestConfigFromOutputsRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, file, want string }{
		{"nothing", "", "is empty"},
		{"blanks", "\n ", "is empty"},
		{"no JSON", "version = 1", "not JSON"},
		{"half a file", gen2File[:400], "ends too early"},
		{"half a JavaScript file", "const awsmobile = " + gen1File[:20], "ends too early"},
		{"names without quotes", "const awsmobile = {\n  aws_user_pools_id: 'x',\n};", "double quotes"},
		{"a comma too many", `{"aws_user_pools_id": "x",}`, "double quotes"},
		{"comments", "{\n  // the pool\n  \"aws_user_pools_id\": \"x\"\n}", "no comments"},
		{"UTF-16 without a mark", "{\x00}\x00", "binary"},
		{"declarations of types", "declare const awsmobile: Record<string, any>\nexport default awsmobile;", "not JSON"},
		{"a page", "<!DOCTYPE html><style>a { color: red }</style>", "HTML"},
		{"an image", "\x89PNG\r\n\x1a\n", "binary"},
		{"a list", "[]", "not JSON of"},
		{"a merge conflict", "<<<<<<< HEAD\n" + gen2File + "\n=======\n" + gen2File + "\n>>>>>>> next\n", "merge conflict"},
		{"a merge conflict inside", strings.Replace(gen2File, "{\n", "{\n<<<<<<< HEAD\n", 1), "merge conflict"},
		{"amplify-meta.json", `{"providers":{"awscloudformation":{"Region":"eu-west-1"}},"auth":{"app":{"service":"Cognito","output":{"UserPoolId":"eu-west-1_x"}}}}`, "amplify-meta.json"},
		{"backend-config.json", `{"auth":{"app":{"service":"Cognito"}}}`, "of the Amplify CLI itself"},
		{"team-provider-info.json", `{"dev":{"awscloudformation":{"Region":"eu-west-1"},"categories":{"auth":{"app":{"clientSecret":"x"}}}}}`, "of the Amplify CLI itself"},
		{"no auth block", `{"version":"1"}`, "no auth block"},
		{"package.json", `{"name":"app","version":"1.0.0","dependencies":{}}`, "no auth block: it is another file"},
		{"cdk-outputs.json", `{"MyStack":{"UserPoolId":"eu-west-1_x","UserPoolClientId":"c"}}`, "none of those"},
		{"other members", `{"compilerOptions":{}}`, "none of those"},
		{"null for auth", `{"version":"1","auth":null}`, "no auth block"},
		{"a text for auth", `{"auth":"x"}`, "auth is of the wrong type"},
		{"an empty auth block", `{"auth":{}}`, "no user pool: auth.user_pool_id is missing"},
		{"no pool", `{"auth":{"user_pool_client_id":"x"}}`, "auth.user_pool_id is missing"},
		{"null for the pool", `{"auth":{"user_pool_id":null,"user_pool_client_id":"x"}}`, "auth.user_pool_id is missing"},
		{"no client", `{"auth":{"user_pool_id":"eu-west-1_x"}}`, "auth.user_pool_client_id is missing"},
		{"a placeholder", `{"auth":{"user_pool_id":"eu-west-1_x","user_pool_client_id":"<hash>"}}`, "auth.user_pool_client_id does not"},
		{"a pool of no region", `{"auth":{"user_pool_id":"x","user_pool_client_id":"c"}}`, "auth.user_pool_id does not"},
		{"a number for the pool", `{"auth":{"user_pool_id":7}}`, "auth.user_pool_id is of the wrong type"},
		{"an identity pool", `{"auth":{"identity_pool_id":"eu-west-1:0"}}`, "an identity pool, but no user pool"},
		{"an old file without a client", `{"aws_user_pools_id":"eu-west-1_x"}`, "aws_user_pools_web_client_id is missing"},
		{"an old file without sign-in", `{"aws_project_region":"eu-west-1"}`, "aws_user_pools_id is missing"},
		{"a mobile file without a pool", `{"CognitoUserPool":{"Custom":{"PoolId":"eu-west-1_x"}}}`, "CognitoUserPool.Default.PoolId is missing"},
		{"a mobile file for guests", `{"CredentialsProvider":{"CognitoIdentity":{"Default":{"PoolId":"eu-west-1:0"}}}}`, "an identity pool, but no user pool"},
		{"a length that is none", strings.Replace(gen1File, `MinLength": 8`, `MinLength": true`, 1), "passwordPolicyMinLength is of the wrong type"},
		{"a Gen 2 length that is none", strings.Replace(gen2File, `"min_length": 10`, `"min_length": -1`, 1), "auth.password_policy.min_length is of the wrong type"},
		{"an endless length", strings.Replace(configureFile, `"minLength": 10`, `"minLength": 9223372036854775808`, 1), "Auth.Cognito.passwordFormat.minLength is of the wrong type"},
		{"a number for a provider", strings.Replace(configureFile, `"Google"`, `7`, 1), "Auth.Cognito.loginWith.oauth.providers is of the wrong type"},
		{"a number for a mobile pool", `{"CognitoUserPool":{"Default":{"PoolId":7}}}`, "auth: ConfigFromOutputs: InvalidConfigException: CognitoUserPool.Default.PoolId is of the wrong type"},
		{"a text for a factor", strings.Replace(configureFile, `"totpEnabled": true`, `"totpEnabled": "yes"`, 1), "Auth.Cognito.mfa.totpEnabled is of the wrong type"},
		{"a number for an attribute", strings.Replace(configureFile, `"name": {"required": true}`, `"name": {"required": 1}`, 1), "userAttributes.required is of the wrong type"},
		{"a text for a login", strings.Replace(configureFile, `"email": true`, `"email": "yes"`, 1), "loginWith.email is of the wrong type"},
		{"a text for a rule", strings.Replace(configureFile, `"requireNumbers": true`, `"requireNumbers": "yes"`, 1), "passwordFormat.requireNumbers is of the wrong type"},
		{"a number for the place of passkeys", strings.Replace(configureFile, `"relyingPartyId": "example.com"`, `"relyingPartyId": 7`, 1), "passwordless.webAuthn.relyingPartyId is of the wrong type"},
		{"endless", strings.Repeat(" ", 17<<20), "16 MiB"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := auth.ConfigFromOutputs(strings.NewReader(tt.file))
			require.ErrorIs(t, err, auth.ErrInvalidConfig)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func FuzzReadOutputs(f *testing.F) {
	for _, file := range []string{gen2File, gen1File, mobileFile, mobileSDKFile, configureFile, `{"auth":{}}`, "\xff\xfe{", "\xfe\xff"} {
		f.Add(file)
	}
	f.Fuzz(func(t *testing.T, file string) {
		out, err := auth.ReadOutputs(strings.NewReader(file))
		if err != nil {
			require.ErrorIs(t, err, auth.ErrInvalidConfig)
			assert.Zero(t, out)
			return
		}
		require.NotEmpty(t, out.Config.UserPoolID+out.IdentityPoolID)
		require.Equal(t, out.Config.UserPoolID == "", out.Config.ClientID == "")
	})
}
