package authtest_test

import (
	"net"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestNewPoolRefusesBadConfig(t *testing.T) {
	t.Parallel()
	for field, configs := range map[string][]authtest.Config{
		"Region": {{Region: "US EAST"}},
		"Listen": {{Listen: "0.0.0.0:0"}, {Listen: ":0"}, {Listen: "192.0.2.1:0"}, {Listen: "nonsense"}},
		"AdminOrigins": {
			{AdminOrigins: []string{"*"}},
			{AdminOrigins: []string{"localhost:3000"}},
			{AdminOrigins: []string{"http://localhost:3000/"}},
			{AdminOrigins: []string{"null"}},
		},
		"MFA":                 {{MFA: "ON"}, {MFA: authtest.MFAOptional}, {TOTP: true}},
		"AuthSessionValidity": {{AuthSessionValidity: time.Minute}, {AuthSessionValidity: time.Hour}},
		"AccessTokenValidity": {
			{AccessTokenValidity: time.Minute},
			{AccessTokenValidity: 25 * time.Hour},
			{AccessTokenValidity: 1, ShortTokens: true},
		},
		"IDTokenValidity":      {{IDTokenValidity: -time.Hour}},
		"RefreshTokenValidity": {{RefreshTokenValidity: time.Minute}},
		"UsernameAttributes":   {{UsernameAttributes: []string{"preferred_username"}}},
		"AliasAttributes": {
			{AliasAttributes: []string{"name"}},
			{AliasAttributes: []string{"email"}, UsernameAttributes: []string{"email"}},
		},
		"AutoVerifiedAttributes": {{AutoVerifiedAttributes: []string{"name"}}},
		"RequiredAttributes":     {{RequiredAttributes: []string{"shoe_size"}}},
		"CustomAttributes":       {{CustomAttributes: []string{"tier"}}, {CustomAttributes: []string{"custom:"}}},
		"ExplicitAuthFlows":      {{ExplicitAuthFlows: []string{"USER_SRP_AUTH"}}},
		"AllowedFirstAuthFactors": {
			{AllowedFirstAuthFactors: []string{"PASSWORD", "SMS_MFA"}},
			{AllowedFirstAuthFactors: []string{"EMAIL_OTP"}},
		},
		"AttributesRequireVerificationBeforeUpdate": {
			{AttributesRequireVerificationBeforeUpdate: []string{"phone_number"}},
		},
		"PasswordPolicy.PasswordHistorySize": {{PasswordPolicy: authtest.PasswordPolicy{PasswordHistorySize: 25}}},
		"AccountRecovery": {
			{AccountRecovery: []string{"email"}},
			{AccountRecovery: []string{"verified_email"}, Email: true, MFA: authtest.MFAOptional},
		},
		"PasswordPolicy.MinimumLength": {{PasswordPolicy: authtest.PasswordPolicy{MinimumLength: 5}}},
		"PasswordPolicy.TemporaryPasswordValidityDays": {
			{PasswordPolicy: authtest.PasswordPolicy{TemporaryPasswordValidityDays: 366}},
		},
	} {
		for _, cfg := range configs {
			pool, err := authtest.NewPool(cfg)
			require.Error(t, err, field)
			assert.Nil(t, pool)
			assert.Contains(t, err.Error(), "authtest: Config."+field+": ")
		}
	}
}

func TestNewPoolListens(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	u, err := url.Parse(f.URL)
	require.NoError(t, err)
	assert.Equal(t, "127.0.0.1", u.Hostname())
	assert.Equal(t, "/", u.Path)

	_, err = authtest.NewPool(authtest.Config{Listen: u.Host})
	var taken *net.OpError
	require.ErrorAs(t, err, &taken)
	f.Close()
	again := start(t, authtest.Config{Listen: u.Host})
	assert.Equal(t, f.URL, again.URL)
}

// NewPool copies the lists in its Config: changing them later has no effect.
func TestConfigIsCopied(t *testing.T) {
	t.Parallel()
	names := []string{"email"}
	f := start(t, authtest.Config{UsernameAttributes: names})
	names[0] = "phone_number"
	f.signUp(email, password).ok()
}

func TestAddUserRefusesBadUsers(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AliasAttributes: []string{"email"}}, authtest.User{
		Username: "alice", Password: password, Attributes: map[string]string{"email": email, "email_verified": "true"},
	})
	for want, u := range map[string]authtest.User{
		"user name is empty":  {Password: password},
		"has spaces":          {Username: "a b", Password: password},
		"'password'":          {Username: "bob"},
		"Password not long":   {Username: "bob", Password: "Aa1!"},
		"temporary password":  {Username: "bob", TemporaryPassword: true},
		"must have symbol":    {Username: "bob", Password: "Correcthorse1"},
		"User already exists": {Username: "Alice", Password: password},
		"does not exist in": {
			Username: "bob", Password: password, Attributes: map[string]string{"shoe_size": "42"},
		},
		"An account with the": {
			Username: "bob", Password: password,
			Attributes: map[string]string{"email": email, "email_verified": "true"},
		},
		"not base32":            {Username: "bob", Password: password, TOTPSecret: "1"},
		"nothing to use SMS":    {Username: "bob", Password: password, MFA: []string{"SMS_MFA"}},
		`factor "TOTP" is not`:  {Username: "bob", Password: password, MFA: []string{"TOTP"}},
		"preferred factor":      {Username: "bob", Password: password, PreferredMFA: "SMS_MFA"},
		"only one of":           {Username: "bob", Password: password, Unconfirmed: true, ResetRequired: true},
		"Username cannot be of": {Username: "bob@example.com", Password: password},
	} {
		err := f.AddUser(u)
		require.Error(t, err, want)
		assert.Contains(t, err.Error(), want)
		assert.NotContains(t, err.Error(), "Correcthorse1")
	}
	require.NoError(t, f.AddUser(authtest.User{Username: "bob", Password: password}))
}

func TestAddUserSendsUnconfirmedUsersACode(t *testing.T) {
	t.Parallel()
	u := alice()
	u.Unconfirmed = true
	f := start(t, authtest.Config{}, u)
	f.confirm("alice", f.LastCode("alice")).ok()
	f.signIn("alice", password).tokens()
}

// BenchmarkNewPool shows that each test can afford a pool of its own.
func BenchmarkNewPool(b *testing.B) {
	for name, cfg := range map[string]authtest.Config{"listener": {}, "no listener": {NoListener: true}} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				pool, err := authtest.NewPool(cfg)
				if err != nil {
					b.Fatal(err)
				}
				pool.Close()
			}
		})
	}
}

func BenchmarkAddUser(b *testing.B) {
	for b.Loop() {
		pool, err := authtest.NewPool(authtest.Config{})
		if err != nil {
			b.Fatal(err)
		}
		if err := pool.AddUser(authtest.User{Username: "alice", Password: password}); err != nil {
			b.Fatal(err)
		}
		pool.Close()
	}
}
