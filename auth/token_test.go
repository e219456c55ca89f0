package auth_test

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestReadingValidTokensAllocatesOnlyTheResult is not parallel, because it counts the allocations
// of all goroutines.
func TestReadingValidTokensAllocatesOnlyTheResult(t *testing.T) {
	pool := newPool(t, authtest.Config{}, alice())
	session, store := signedInWithStore(t, pool)
	ctx := context.Background()
	got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	pool.ResetRequests()

	load := testing.AllocsPerRun(100, func() { _, _ = store.Load(ctx, "test") })
	result := testing.AllocsPerRun(100, func() {
		got.AccessToken.Claims, got.IDToken.Claims = maps.Clone(got.AccessToken.Claims), maps.Clone(got.IDToken.Claims)
	})
	nothing := func(context.Context, *cognitoidentityprovider.Client, string) error { return nil }
	verbs := map[string]struct {
		call   func() error
		result float64
	}{
		"FetchAuthSession": {
			func() error { _, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{}); return err }, result,
		},
		"CurrentUser": {func() error { _, err := session.CurrentUser(ctx); return err }, 0},
		"Call":        {func() error { return session.Call(ctx, "Call", nothing) }, 0},
	}
	for name, verb := range verbs {
		var failure error
		allocs := testing.AllocsPerRun(100, func() {
			if err := verb.call(); err != nil {
				failure = err
			}
		})
		require.NoError(t, failure, name)
		assert.LessOrEqual(t, allocs, load+verb.result, name)
	}
	assert.Empty(t, pool.Requests())
}

// saveTokens stores accessToken under key, valid for an hour.
func saveTokens(t testing.TB, store auth.Store, key, accessToken string) {
	t.Helper()
	ctx := context.Background()
	old, _ := store.Load(ctx, key) // there may be none
	now := time.Now()
	record := fmt.Appendf(nil,
		`{"format":1,"tokens":{"accessToken":%q,"receivedAt":%q,"renewAt":%[3]q,"validUntil":%[3]q}}`, accessToken,
		now.Format(time.RFC3339), now.Add(time.Hour).Format(time.RFC3339))
	_, err := store.Save(ctx, key, auth.Record{Data: record, Version: old.Version})
	require.NoError(t, err)
}

func offlineClient(t testing.TB, store auth.Store) *auth.Client {
	t.Helper()
	return newClient(t, auth.Config{UserPoolID: "us-east-1_Script", ClientID: "client", Store: store})
}

// TestSessionsNeverMixTokens reads many sessions at the same time through one Client.
func TestSessionsNeverMixTokens(t *testing.T) {
	t.Parallel()
	const people, reads = 1000, 100
	store := &auth.MemoryStore{}
	for i := range people {
		saveTokens(t, store, fmt.Sprint("session ", i), unsignedTokenOf(fmt.Sprint("sub ", i)))
	}
	client := offlineClient(t, store)
	ctx := context.Background()
	var wg sync.WaitGroup
	for i := range people {
		wg.Go(func() {
			want := fmt.Sprint("sub ", i)
			for range reads {
				got, err := client.Session(fmt.Sprint("session ", i)).
					FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				if err != nil || got.UserSub != want || got.AccessToken.Claims["sub"] != want {
					t.Errorf("session %d: sub %q, %v", i, got.UserSub, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestClaimsAreTheCallersOwn has many callers change all that is returned to them.
func TestClaimsAreTheCallersOwn(t *testing.T) {
	t.Parallel()
	store := &auth.MemoryStore{}
	saveTokens(t, store, "test",
		unsignedTokenWith(`{"sub":"s","exp":4102444800,"groups":["a",["b"],{"c":["d"]}],"address":{"lines":["e"]}}`))
	session := offlineClient(t, store).Session("test")
	fetch := func() map[string]any {
		got, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
		assert.NoError(t, err)
		return got.AccessToken.Claims
	}
	want := map[string]any{
		"sub": "s", "exp": 4102444800.0, "groups": []any{"a", []any{"b"}, map[string]any{"c": []any{"d"}}},
		"address": map[string]any{"lines": []any{"e"}},
	}
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			for range 20 {
				claims := fetch()
				assert.Equal(t, want, claims)
				groups := claims["groups"].([]any)
				groups[0], groups[1].([]any)[0], groups[2].(map[string]any)["c"].([]any)[0] = i, i, i
				groups[2].(map[string]any)["new"] = i
				claims["address"].(map[string]any)["lines"].([]any)[0] = i
				delete(claims["address"].(map[string]any), "lines")
				clear(claims)
			}
		})
	}
	wg.Wait()
	assert.Equal(t, want, fetch())
}

// sameVersion is a Store that returns the same version for every record.
type sameVersion struct{ auth.MemoryStore }

func (s *sameVersion) Load(ctx context.Context, key string) (auth.Record, error) {
	r, err := s.MemoryStore.Load(ctx, key)
	r.Version = "1"
	return r, err
}

// TestChangedRecordIsReadAtOnce changes the record in the Store without the Client.
func TestChangedRecordIsReadAtOnce(t *testing.T) {
	t.Parallel()
	store := &sameVersion{}
	session := offlineClient(t, store).Session("test")
	ctx := context.Background()
	for _, sub := range []string{"one", "another", "one"} {
		saveTokens(t, &store.MemoryStore, "test", unsignedTokenOf(sub))
		for range 2 {
			got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			require.NoError(t, err)
			require.Equal(t, sub, got.UserSub)
			user, err := session.CurrentUser(ctx)
			require.NoError(t, err)
			require.Equal(t, sub, user.UserID)
		}
	}
	require.NoError(t, store.Delete(ctx, "test"))
	_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	_, err = session.CurrentUser(ctx)
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
}
