package main

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// everyFlag sets each flag of the pool to something else than its default.
func everyFlag() []string {
	return strings.Fields(`-user-pool-id eu-west-1_dev -client-id app -client-secret -region eu-west-1 -fresh-keys
		-issuer https://issuer.example -local-issuer -listen 127.0.0.1:9229 -tls -url http://pool:9229/
		-let-other-machines-sign-in-as-anybody -origins http://localhost:3000 -flows ALLOW_USER_AUTH -first-factors PASSWORD,WEB_AUTHN -mfa OPTIONAL
		-totp -sms -email-mfa -devices always -mfa-on-remembered-devices -relying-party localhost
		-user-verification required -session-validity 5m -prevent-user-existence-errors -username-attributes email
		-aliases email -auto-verify email -verify-before-update email -required-attributes name
		-custom-attributes custom:tier -account-recovery admin_only -case-sensitive -password-length 9
		-password-rules uppercase,lowercase,numbers,symbols -password-history 3 -temporary-password-days 2
		-access-token-validity 5m -id-token-validity 5m -refresh-token-validity 2h -short-tokens -rotation
		-rotation-grace 10s -no-revocation -callback-urls http://localhost/cb -logout-urls http://localhost/bye
		-oauth-flows code -oauth-scopes openid -oauth-domain dev -providers Google -classic-pages`)
}

// TestEveryFieldOfTheConfigHasAFlag reports the fields of authtest.Config that no flag sets.
func TestEveryFieldOfTheConfigHasAFlag(t *testing.T) {
	t.Parallel()
	opts, _, err := parse(everyFlag())
	require.NoError(t, err)
	// A program has no Go functions to pass, always listens, and has -state.
	without := []string{"Triggers", "OnViolation", "NoListener", "Handler", "State"}
	assert.Equal(t, without, unset(reflect.ValueOf(opts.pool), without))
}

// unset returns the names of the zero fields, those of first in its order.
func unset(config reflect.Value, first []string) []string {
	zero := map[string]bool{}
	var names []string
	for i := range config.NumField() {
		name, field := config.Type().Field(i).Name, config.Field(i)
		if field.Kind() == reflect.Struct && name != "Triggers" {
			names = append(names, unset(field, nil)...)
			continue
		}
		zero[name] = field.IsZero()
	}
	for _, name := range first {
		if zero[name] {
			names = append(names, name)
			delete(zero, name)
		}
	}
	for name, isZero := range zero {
		if isZero {
			names = append(names, name)
		}
	}
	return names
}

func TestConfigFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "pool.json")
	require.NoError(t, os.WriteFile(name, []byte(`{
		"client-id": "app", "mfa": "OPTIONAL", "totp": true, "password-length": 12, "access-token-validity": "10m",
		"callback-urls": ["http://localhost:3000/a", "http://localhost:3000/b"],
		"providers": "Google,Acme", "social-user": ["Google:1:a@example.com", "Acme:2:b@example.com"]
	}`), 0o600))
	opts, _, err := parse([]string{"-config", name, "-client-id", "other", "-callback-urls", "http://localhost:3000/c"})
	require.NoError(t, err)
	c := opts.pool
	assert.Equal(t, "other", c.ClientID, "the command line comes first")
	assert.Equal(t, []string{"http://localhost:3000/c"}, c.ManagedLogin.CallbackURLs)
	assert.Equal(t, []string{"Google", "Acme"}, c.ManagedLogin.Providers)
	assert.Equal(t, authtest.MFAOptional, c.MFA)
	assert.True(t, c.TOTP)
	assert.Equal(t, 12, c.PasswordPolicy.MinimumLength)
	assert.True(t, c.PasswordPolicy.RequireSymbols)
	assert.Equal(t, 10*time.Minute, c.AccessTokenValidity)
	assert.Len(t, opts.socialUsers, 2)

	for _, wrong := range []string{`[]`, `{"no-such-flag": 1}`, `{"totp": "perhaps"}`, `{"mfa": {"mode": "ON"}}`, `{"mfa": null}`} {
		require.NoError(t, os.WriteFile(name, []byte(wrong), 0o600))
		_, _, err := parse([]string{"-config", name})
		assert.ErrorContains(t, err, name, wrong)
	}
}

func TestPasswordRules(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		args string
		want authtest.PasswordPolicy
	}{
		{"-password-history 2", authtest.PasswordPolicy{PasswordHistorySize: 2}}, // the rest is the pool's default
		{"-password-rules none -password-length 6", authtest.PasswordPolicy{MinimumLength: 6}},
		{"-password-rules numbers", authtest.PasswordPolicy{MinimumLength: 8, RequireNumbers: true}},
		{"-password-length 10", authtest.PasswordPolicy{
			MinimumLength: 10, RequireUppercase: true, RequireLowercase: true, RequireNumbers: true, RequireSymbols: true,
		}},
	} {
		opts, _, err := parse(strings.Fields(test.args))
		require.NoError(t, err)
		assert.Equal(t, test.want, opts.pool.PasswordPolicy, test.args)
	}
}

func TestHelpFitsAScreen(t *testing.T) {
	t.Parallel()
	var text bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-help"}, &text, nil))
	lines := strings.Split(strings.TrimSuffix(text.String(), "\n"), "\n")
	assert.LessOrEqual(t, len(lines), 24)
	for _, line := range lines {
		assert.LessOrEqual(t, len(line), 79, line)
	}
	for _, topic := range topics() {
		var explained bytes.Buffer
		require.NoError(t, run(t.Context(), []string{"-help", topic.name}, &explained, nil))
		topic.flags().VisitAll(func(f *flag.Flag) {
			assert.Contains(t, text.String(), " -"+f.Name)
			assert.Contains(t, explained.String(), "  -"+f.Name)
		})
	}
}
