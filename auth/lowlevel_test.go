package auth_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestExportedTokens_canBeImported(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, authtest.User{Username: "alice", Password: password})
	session, store := signedInWithStore(t, pool)
	ctx := context.Background()
	record, err := store.Load(ctx, "test")
	require.NoError(t, err)
	want, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	require.NoError(t, err)

	tokens, rest, err := auth.ExportTokens(record.Data)
	require.NoError(t, err)
	assert.NotContains(t, string(rest), tokens.RefreshToken)
	assert.Equal(t, want.AccessToken.Raw, tokens.AccessToken)
	assert.Equal(t, want.IDToken.Raw, tokens.IDToken)
	assert.NotEmpty(t, tokens.RefreshToken)
	assert.Equal(t, auth.SignInDetails{LoginID: "alice", AuthFlowType: auth.AuthFlowUserSRP}, tokens.SignInDetails)
	assert.WithinDuration(t, time.Now(), tokens.ReceivedAt, time.Minute)
	assert.Equal(t, "[redacted]", fmt.Sprint(tokens))

	tokens.ReceivedAt = time.Time{}
	data, err := auth.ImportTokens(pool.ClientID, tokens, nil)
	require.NoError(t, err)
	_, err = store.Save(ctx, "test", auth.Record{Data: data, Version: record.Version})
	require.NoError(t, err)
	got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	assert.Equal(t, want.AccessToken.Raw, got.AccessToken.Raw)
	assert.Empty(t, got.Factors, "imported tokens prove nothing by themselves")
	status, err := session.Status(ctx)
	require.NoError(t, err)
	assert.WithinDuration(t, want.AccessToken.ExpiresAt, status.ExpiresAt, 0, "the expiry is that of the token itself")
	assert.Zero(t, count(pool, refreshOperation))
}

func TestExportTokens_keepsThePendingSignIn(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true},
		authtest.User{Username: "alice", Password: password})
	store := &auth.MemoryStore{}
	cfg := configFor(pool)
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	ctx := context.Background()
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	record, err := store.Load(ctx, "test")
	require.NoError(t, err)
	tokens, rest, err := auth.ExportTokens(record.Data)
	require.NoError(t, err)
	assert.Empty(t, tokens.AccessToken)
	data, err := auth.ImportTokens(pool.ClientID, tokens, rest)
	require.NoError(t, err)
	assert.JSONEq(t, string(record.Data), string(data))
	_, err = auth.ImportTokens("another", tokens, rest)
	require.ErrorIs(t, err, auth.ErrInvalidConfig)
}

func TestImportTokens_refuses(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, authtest.User{Username: "alice", Password: password})
	_, store := signedInWithStore(t, pool)
	record, err := store.Load(context.Background(), "test")
	require.NoError(t, err)
	good, _, err := auth.ExportTokens(record.Data)
	require.NoError(t, err)
	tests := map[string]struct {
		clientID string
		change   func(*auth.Tokens)
		rest     []byte
		want     error
	}{
		"another app client's": {"another", func(*auth.Tokens) {}, nil, auth.ErrInvalidConfig},
		"an ID token for an access token": {
			pool.ClientID, func(t *auth.Tokens) { t.AccessToken = t.IDToken }, nil, auth.ErrInvalidConfig,
		},
		"an access token that is not a JWT": {
			pool.ClientID, func(t *auth.Tokens) { t.AccessToken = "x" }, nil, auth.ErrUnexpectedResponse,
		},
		"an ID token that is not a JWT": {
			pool.ClientID, func(t *auth.Tokens) { t.IDToken = "x" }, nil, auth.ErrUnexpectedResponse,
		},
		"a rest that is not JSON": {pool.ClientID, func(*auth.Tokens) {}, []byte("x"), auth.ErrCorruptRecord},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tokens := good
			tc.change(&tokens)
			_, err := auth.ImportTokens(tc.clientID, tokens, tc.rest)
			require.ErrorIs(t, err, tc.want)
			assert.NotContains(t, err.Error(), "eyJ")
		})
	}
	_, _, err = auth.ExportTokens([]byte("{}"))
	require.ErrorIs(t, err, auth.ErrCorruptRecord)
}

func TestExportedDevices_canBeImported(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways},
		authtest.User{Username: "alice", Password: password})
	_, store := signedInWithStore(t, pool)
	ctx := context.Background()
	record, err := store.Load(ctx, "device/"+pool.ClientID+"/test")
	require.NoError(t, err)
	devices, rest, err := auth.ExportDevices(record.Data)
	require.NoError(t, err)
	require.Len(t, devices, 1)
	assert.Equal(t, "alice", devices[0].Username)
	assert.NotContains(t, string(rest), devices[0].Password)
	assert.Equal(t, "[redacted]", fmt.Sprint(devices[0]))

	data, err := auth.ImportDevices(devices, rest)
	require.NoError(t, err)
	assert.JSONEq(t, string(record.Data), string(data))

	renamed := []auth.DeviceSecret{devices[0]}
	renamed[0].Username = "alice@example.com"
	data, err = auth.ImportDevices(renamed, rest)
	require.NoError(t, err)
	assert.JSONEq(t, string(record.Data), string(data), "a device is known by its key")

	dropped, err := auth.ImportDevices(nil, rest)
	require.NoError(t, err)
	left, _, err := auth.ExportDevices(dropped)
	require.NoError(t, err)
	assert.Empty(t, left)

	alone, err := auth.ImportDevices(renamed, nil)
	require.NoError(t, err)
	left, _, err = auth.ExportDevices(alone)
	require.NoError(t, err)
	assert.Equal(t, renamed, left)

	_, _, err = auth.ExportDevices([]byte("x"))
	require.ErrorIs(t, err, auth.ErrCorruptRecord)
	_, err = auth.ImportDevices(nil, []byte("x"))
	require.ErrorIs(t, err, auth.ErrCorruptRecord)
}

// TestImportedTokens_areRenewedOnceExpired: a copy of an old token may be anywhere, so it proves
// nothing.
func TestImportedTokens_areRenewedOnceExpired(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, authtest.User{Username: "alice", Password: password})
	pool.Advance(-2 * time.Hour)
	session, store := signedInWithStore(t, pool)
	pool.Advance(2 * time.Hour)
	ctx := context.Background()
	record, err := store.Load(ctx, "test")
	require.NoError(t, err)
	user, err := session.CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, "alice", user.Username)

	old, _, err := auth.ExportTokens(record.Data)
	require.NoError(t, err)
	old.ReceivedAt = time.Time{}
	load := func(tokens auth.Tokens) {
		record.Data, err = auth.ImportTokens(pool.ClientID, tokens, nil)
		require.NoError(t, err)
		record, err = store.Save(ctx, "test", record)
		require.NoError(t, err)
	}
	forged := old
	forged.RefreshToken = ""
	load(forged)
	_, err = session.CurrentUser(ctx)
	require.ErrorIs(t, err, auth.ErrTokenRefresh)
	assert.Zero(t, count(pool, refreshOperation))

	load(old)
	for range 2 {
		user, err = session.CurrentUser(ctx)
		require.NoError(t, err)
		assert.Equal(t, "alice", user.Username)
	}
	assert.Equal(t, 1, count(pool, refreshOperation))
}

func TestImportedTokens_withoutAnIDTokenLastAsLongAsTheAccessToken(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, authtest.User{Username: "alice", Password: password})
	session, store := signedInWithStore(t, pool)
	record, err := store.Load(t.Context(), "test")
	require.NoError(t, err)
	tokens, _, err := auth.ExportTokens(record.Data)
	require.NoError(t, err)
	tokens.IDToken, tokens.ReceivedAt = "", time.Time{}
	record.Data, err = auth.ImportTokens(pool.ClientID, tokens, nil)
	require.NoError(t, err)
	_, err = store.Save(t.Context(), "test", record)
	require.NoError(t, err)
	got, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	assert.Equal(t, tokens.AccessToken, got.AccessToken.Raw)
	status, err := session.Status(t.Context())
	require.NoError(t, err)
	assert.WithinDuration(t, got.AccessToken.ExpiresAt, status.ExpiresAt, 0)
	assert.Zero(t, count(pool, refreshOperation))
}

func TestLowLevelFunctionsNameTheirErrors(t *testing.T) {
	t.Parallel()
	bad := []byte("x")
	_, _, exportTokens := auth.ExportTokens(bad)
	_, importTokens := auth.ImportTokens("client", auth.Tokens{}, bad)
	_, _, exportDevices := auth.ExportDevices(bad)
	_, importDevices := auth.ImportDevices(nil, bad)
	for verb, err := range map[string]error{
		"ExportTokens": exportTokens, "ImportTokens": importTokens,
		"ExportDevices": exportDevices, "ImportDevices": importDevices,
	} {
		var e *auth.Error
		require.ErrorAs(t, err, &e)
		assert.Equal(t, verb, e.Op)
	}
}
