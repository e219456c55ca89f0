package auth_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func TestNewClientNamesTheBadField(t *testing.T) {
	t.Parallel()
	good := auth.Config{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789"}
	tests := []struct {
		name   string
		change func(*auth.Config)
		field  string
	}{
		{"nothing bad", func(*auth.Config) {}, ""},
		{"no pool", func(c *auth.Config) { c.UserPoolID = "" }, "UserPoolID"},
		{"no region", func(c *auth.Config) { c.UserPoolID = "_Ab1Cd2Ef3" }, "UserPoolID"},
		{"no underscore", func(c *auth.Config) { c.UserPoolID = "eu-west-1" }, "UserPoolID"},
		{"a URL for a pool", func(c *auth.Config) { c.UserPoolID = "https://x_y" }, "UserPoolID"},
		{"two underscores", func(c *auth.Config) { c.UserPoolID = "eu_west_Ab1Cd2Ef3" }, "UserPoolID"},
		{"endless pool", func(c *auth.Config) { c.UserPoolID = "eu-west-1_" + strings.Repeat("a", 50) }, "UserPoolID"},
		{"no client", func(c *auth.Config) { c.ClientID = "" }, "ClientID"},
		{"client with a space", func(c *auth.Config) { c.ClientID = "a b" }, "ClientID"},
		{"plain http elsewhere", func(c *auth.Config) { c.Endpoint = "http://cognito.example" }, "Endpoint"},
		{
			"plain http that starts like loopback", func(c *auth.Config) { c.Endpoint = "http://127.0.0.1.example" },
			"Endpoint",
		},
		{"plain http on loopback", func(c *auth.Config) { c.Endpoint = "http://127.0.0.1:9" }, ""},
		{"plain http on loopback, IPv6", func(c *auth.Config) { c.Endpoint = "http://[::1]:9" }, ""},
		{"https", func(c *auth.Config) { c.Endpoint = "https://proxy.example/cognito" }, ""},
		{"another scheme", func(c *auth.Config) { c.Endpoint = "ftp://proxy.example" }, "Endpoint"},
		{"password in the URL", func(c *auth.Config) { c.Endpoint = "https://a:b@proxy.example" }, "Endpoint"},
		{"no URL", func(c *auth.Config) { c.Endpoint = "proxy" }, "Endpoint"},
		{"a domain", func(c *auth.Config) { c.Domain = "example.auth.eu-west-1.amazoncognito.com" }, ""},
		{"a domain's origin", func(c *auth.Config) { c.Domain = "https://auth.example.com/" }, ""},
		{"a domain on loopback", func(c *auth.Config) { c.Domain = "http://127.0.0.1:9/" }, ""},
		{"a domain with plain http", func(c *auth.Config) { c.Domain = "http://auth.example.com" }, "Domain"},
		{"a domain with a path", func(c *auth.Config) { c.Domain = "https://auth.example.com/oauth2" }, "Domain"},
		{"a bare domain with a path", func(c *auth.Config) { c.Domain = "auth.example.com/login" }, "Domain"},
		{"a domain with a query", func(c *auth.Config) { c.Domain = "auth.example.com?a=b" }, "Domain"},
		{"a domain with a password", func(c *auth.Config) { c.Domain = "a:b@auth.example.com" }, "Domain"},
		{"a domain with spaces", func(c *auth.Config) { c.Domain = "auth example com" }, "Domain"},
		{
			"redirects", func(c *auth.Config) {
				c.RedirectSignIn = []string{"https://a.example/x?y=z", "http://localhost:1/", "http://[::1]:1/", "my.app://back"}
				c.RedirectSignOut = c.RedirectSignIn
			}, "",
		},
		{"a relative redirect", func(c *auth.Config) { c.RedirectSignIn = []string{"/callback"} }, "RedirectSignIn"},
		{"no redirect in a list", func(c *auth.Config) { c.RedirectSignOut = []string{""} }, "RedirectSignOut"},
		{"a fragment", func(c *auth.Config) { c.RedirectSignIn = []string{"https://a.example/#x"} }, "RedirectSignIn"},
		{"a redirect in the clear", func(c *auth.Config) { c.RedirectSignIn = []string{"http://a.example/"} }, "RedirectSignIn"},
		{"a scope", func(c *auth.Config) { c.Scopes = []string{"https://api.example/read"} }, ""},
		{"two scopes in one", func(c *auth.Config) { c.Scopes = []string{"openid email"} }, "Scopes"},
		{"an empty scope", func(c *auth.Config) { c.Scopes = []string{""} }, "Scopes"},
		{"step too short", func(c *auth.Config) { c.AuthSessionValidity = time.Minute }, "AuthSessionValidity"},
		{"step too long", func(c *auth.Config) { c.AuthSessionValidity = time.Hour }, "AuthSessionValidity"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			cfg := good
			tt.change(&cfg)
			_, err := auth.NewClient(cfg)
			if tt.field == "" {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, auth.ErrInvalidConfig)
			assert.ErrorContains(t, err, tt.field)
		})
	}
}

const outputs = `{
  "version": "1.4",
  "auth": {
    "user_pool_id": "eu-west-1_Ab1Cd2Ef3", "user_pool_client_id": "1example23456789", "aws_region": "eu-west-1",
    "mfa_configuration": "OPTIONAL", "mfa_methods": ["TOTP"], "password_policy": {"min_length": 8}
  },
  "data": {"url": "https://example.com/graphql"}
}`

func TestConfigFromOutputs(t *testing.T) {
	t.Parallel()
	cfg, err := auth.ConfigFromOutputs(strings.NewReader(outputs))
	require.NoError(t, err)
	assert.Equal(t, auth.Config{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789"}, cfg)
	_, err = auth.NewClient(cfg)
	assert.NoError(t, err)
}

func TestConfigFromOutputsRefuses(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, file, want string }{
		{"nothing", "", "not JSON"},
		{"no JSON", "version = 1", "not JSON"},
		{"no auth block", `{"version":"1"}`, "no auth block"},
		{"no pool", `{"auth":{"user_pool_client_id":"x"}}`, "auth.user_pool_id"},
		{"no client", `{"auth":{"user_pool_id":"eu-west-1_x"}}`, "auth.user_pool_client_id"},
		{"a number for the pool", `{"auth":{"user_pool_id":7}}`, "user_pool_id"},
		{"endless", strings.Repeat(" ", 2<<20), "1 MiB"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := auth.ConfigFromOutputs(strings.NewReader(tt.file))
			require.ErrorIs(t, err, auth.ErrInvalidConfig)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func FuzzConfigFromOutputs(f *testing.F) {
	f.Add(outputs)
	f.Add(`{"auth":{}}`)
	f.Fuzz(func(t *testing.T, file string) {
		cfg, err := auth.ConfigFromOutputs(strings.NewReader(file))
		if err != nil {
			require.ErrorIs(t, err, auth.ErrInvalidConfig)
			return
		}
		require.NotEmpty(t, cfg.UserPoolID)
		require.NotEmpty(t, cfg.ClientID)
	})
}

func TestAuthSessionValidityMayBeWhatCognitoAllows(t *testing.T) {
	t.Parallel()
	for validity, allowed := range map[time.Duration]bool{
		3*time.Minute - 1: false, 3 * time.Minute: true, 15 * time.Minute: true, 15*time.Minute + 1: false,
	} {
		_, err := auth.NewClient(auth.Config{
			UserPoolID: "us-east-1_Script", ClientID: "client", AuthSessionValidity: validity,
		})
		assert.Equal(t, allowed, err == nil, validity)
	}
}
