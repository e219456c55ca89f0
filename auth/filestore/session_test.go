package filestore_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

const (
	poolVariable = "FILESTORE_TEST_POOL"
	password     = "Correct-Horse-7-Battery"
)

// fetch waits for the starting signal, then fetches alice's tokens. It prints a dot when it has
// loaded the stored ones, and then the access token.
func fetch(ctx context.Context, store *filestore.Store) error {
	var cfg auth.Config
	if _, err := fmt.Sscan(os.Getenv(poolVariable), &cfg.UserPoolID, &cfg.ClientID, &cfg.Endpoint); err != nil {
		return err
	}
	cfg.Store = &announcing{Store: store}
	client, err := auth.NewClient(cfg)
	if err != nil {
		return err
	}
	if err := awaitSignal(); err != nil {
		return err
	}
	got, err := client.Session("alice").FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	if err != nil {
		return err
	}
	_, err = os.Stdout.WriteString(got.AccessToken.Raw)
	return err
}

// announcing is a Store that prints a dot after its first Load.
type announcing struct {
	*filestore.Store
	once sync.Once
}

func (a *announcing) Load(ctx context.Context, key string) (auth.Record, error) {
	r, err := a.Store.Load(ctx, key)
	a.once.Do(func() { _, _ = os.Stdout.Write([]byte{'.'}) }) // without it the waiting test fails
	return r, err
}

// TestManyProcessesRefreshOnce lets twenty processes load the same expired tokens before any of
// them can refresh them. The refresh token works once.
func TestManyProcessesRefreshOnce(t *testing.T) {
	t.Parallel()
	pool, err := authtest.NewPool(authtest.Config{RefreshTokenRotation: true})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	dir := t.TempDir() + "/sessions"
	store := open(t, dir, sharedKey())
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store})
	require.NoError(t, err)
	session := client.Session("alice")
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	expire(t.Context(), t, store)
	pool.ResetRequests()

	release := pool.Hold("GetTokensFromRefreshToken")
	defer release()
	var all []*process
	for range processes {
		all = append(all, start(t, "fetch", dir, poolVariable+"="+fmt.Sprintln(pool.UserPoolID, pool.ClientID, pool.URL)))
	}
	for _, p := range all {
		p.progress(t, 1)
	}
	for _, p := range all {
		require.NoError(t, p.input.Close())
	}
	for _, p := range all {
		p.progress(t, 1)
	}
	release()
	tokens := map[string]bool{}
	for _, p := range all {
		token, err := io.ReadAll(p.output)
		require.NoError(t, err)
		require.NoError(t, p.cmd.Wait(), p.stderr.String())
		tokens[string(token)] = true
	}
	requests := pool.Requests()
	require.Len(t, requests, 1)
	assert.Equal(t, "GetTokensFromRefreshToken", requests[0].Operation)
	got, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err, "the session must survive")
	assert.Equal(t, map[string]bool{got.AccessToken.Raw: true}, tokens)
	assertOneRecord(t, dir)
	_, err = session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
	require.NoError(t, err, "the stored refresh token must be unused")
}

// assertOneRecord checks that the directory has one record and no temporary files.
func assertOneRecord(t *testing.T, dir string) {
	t.Helper()
	for pattern, want := range map[string]int{"*.sealed": 1, "*.tmp": 0} {
		found, err := filepath.Glob(filepath.Join(dir, pattern))
		require.NoError(t, err)
		assert.Len(t, found, want)
	}
}

// expire backdates alice's stored tokens.
func expire(ctx context.Context, t *testing.T, store auth.Store) {
	t.Helper()
	record, err := store.Load(ctx, "alice")
	require.NoError(t, err)
	var content map[string]any
	require.NoError(t, json.Unmarshal(record.Data, &content))
	tokens := content["tokens"].(map[string]any)
	for _, name := range []string{"receivedAt", "renewAt", "validUntil"} {
		tokens[name] = time.Now().Add(-time.Hour)
	}
	record.Data, err = json.Marshal(content)
	require.NoError(t, err)
	_, err = store.Save(ctx, "alice", record)
	require.NoError(t, err)
}
