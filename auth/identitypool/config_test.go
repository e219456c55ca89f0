package identitypool_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
)

const (
	poolID = "eu-west-1:1f2e3d4c-5b6a-7988-0716-253443526170"
	role   = "arn:aws:iam::123456789012:role/app"
)

func TestBadConfig(t *testing.T) {
	t.Parallel()
	basic := func(b identitypool.BasicFlow) identitypool.Config {
		b.RoleARN = role
		return identitypool.Config{IdentityPoolID: poolID, BasicFlow: &b}
	}
	for field, cfg := range map[string]identitypool.Config{
		"IdentityPoolID":            {},
		"IdentityPoolID ":           {IdentityPoolID: "eu-west-1_Ab1Cd2Ef3"},
		"LoginProvider":             {IdentityPoolID: poolID, LoginProvider: "https://issuer.example.com"},
		"CustomRoleARN":             {IdentityPoolID: poolID, CustomRoleARN: "admin"},
		"CustomRoleARN ":            {IdentityPoolID: poolID, CustomRoleARN: role, BasicFlow: &identitypool.BasicFlow{RoleARN: role}},
		"ExpiryMargin":              {IdentityPoolID: poolID, ExpiryMargin: time.Second},
		"Endpoint":                  {IdentityPoolID: poolID, Endpoint: "http://identity.example.com"},
		"BasicFlow.RoleARN":         {IdentityPoolID: poolID, BasicFlow: &identitypool.BasicFlow{}},
		"BasicFlow.Duration":        basic(identitypool.BasicFlow{Duration: time.Minute}),
		"BasicFlow.RoleSessionName": basic(identitypool.BasicFlow{RoleSessionName: "a b"}),
		"BasicFlow.PolicyARNs":      basic(identitypool.BasicFlow{PolicyARNs: make([]string, 11)}),
		"BasicFlow.Endpoint":        basic(identitypool.BasicFlow{Endpoint: "http://sts.example.com"}),
	} {
		_, err := identitypool.New(cfg)
		require.ErrorIs(t, err, auth.ErrInvalidConfig, field)
		assert.ErrorContains(t, err, "field "+strings.TrimSpace(field)+" ")
	}
	_, err := identitypool.New(identitypool.Config{IdentityPoolID: poolID, CustomRoleARN: role})
	assert.NoError(t, err)
}

func TestConfigFromOutputs(t *testing.T) {
	t.Parallel()
	cfg, err := identitypool.ConfigFromOutputs(strings.NewReader(
		`{"version":"1.4","auth":{"user_pool_id":"eu-west-1_x","user_pool_client_id":"c","identity_pool_id":"` + poolID + `"}}`))
	require.NoError(t, err)
	assert.Equal(t, identitypool.Config{IdentityPoolID: poolID}, cfg)
	for _, file := range []string{``, `[]`, `{}`, `{"auth":{"identity_pool_id":7}}`, strings.Repeat(" ", 2<<20)} {
		_, err := identitypool.ConfigFromOutputs(strings.NewReader(file))
		assert.ErrorIs(t, err, auth.ErrInvalidConfig)
	}
}

func FuzzConfigFromOutputs(f *testing.F) {
	f.Add(`{"auth":{"identity_pool_id":"` + poolID + `"}}`)
	f.Fuzz(func(t *testing.T, file string) {
		cfg, err := identitypool.ConfigFromOutputs(strings.NewReader(file))
		if err != nil {
			require.ErrorIs(t, err, auth.ErrInvalidConfig)
			return
		}
		require.NotEmpty(t, cfg.IdentityPoolID)
	})
}

// TestNothingSecretIsPrinted looks for tokens and credentials in what is printed and logged.
func TestNothingSecretIsPrinted(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	f := start(t, options{config: identitypool.Config{Logger: logger}, identity: authtest.IdentityPool{Guests: true}})
	session := f.signedIn("a", "alice")
	provider := f.pool.ForSession(session)
	credentials := f.retrieve(provider)
	tokens, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	guest := f.pool.ForGuest("")
	f.retrieve(guest)
	logger.Info("values", "pool", f.pool, "provider", provider, "guest", guest)
	printed := log.String() + fmt.Sprintf("%v %+v %#v %v", f.pool, provider, guest, *provider)
	assert.Contains(t, printed, "GetCredentialsForIdentity")
	for _, secret := range []string{
		credentials.SecretAccessKey, credentials.SessionToken, tokens.IDToken.Raw, tokens.AccessToken.Raw,
	} {
		assert.NotContains(t, printed, secret)
	}
}
