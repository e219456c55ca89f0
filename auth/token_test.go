package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestReadingValidTokensAllocatesNextToNothing is not parallel, because it counts the allocations
// of all goroutines.
func TestReadingValidTokensAllocatesNextToNothing(t *testing.T) {
	pool := newPool(t, authtest.Config{}, alice())
	session, _ := signedInWithStore(t, pool)
	ctx := context.Background()
	_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	pool.ResetRequests()

	nothing := func(context.Context, *cognitoidentityprovider.Client, string) error { return nil }
	verbs := map[string]func() error{
		"FetchAuthSession": func() error {
			_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			return err
		},
		"CurrentUser": func() error { _, err := session.CurrentUser(ctx); return err },
		"Call":        func() error { return session.Call(ctx, "Call", nothing) },
	}
	for name, verb := range verbs {
		var failure error
		allocs := testing.AllocsPerRun(100, func() {
			if err := verb(); err != nil {
				failure = err
			}
		})
		require.NoError(t, failure, name)
		assert.LessOrEqual(t, allocs, 1.0, name)
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
				if err != nil || got.UserSub != want || got.AccessToken.Subject != want {
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
		var claims map[string]any
		assert.NoError(t, got.AccessToken.Claims(&claims))
		return claims
	}
	want := map[string]any{
		"sub": "s", "exp": json.Number("4102444800"), "groups": []any{"a", []any{"b"}, map[string]any{"c": []any{"d"}}},
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

// sameVersion is a Store that returns the same version for every record. It does not vouch for its
// versions: it is no [auth.Revalidator].
type sameVersion struct{ store auth.MemoryStore }

func (s *sameVersion) Load(ctx context.Context, key string) (auth.Record, error) {
	r, err := s.store.Load(ctx, key)
	r.Version = "1"
	return r, err
}

func (s *sameVersion) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	return s.store.Save(ctx, key, r)
}

func (s *sameVersion) Delete(ctx context.Context, key string, r auth.Record) error {
	return s.store.Delete(ctx, key, r)
}

// TestChangedRecordIsReadAtOnce changes the record in the Store without the Client.
func TestChangedRecordIsReadAtOnce(t *testing.T) {
	t.Parallel()
	store := &sameVersion{}
	session := offlineClient(t, store).Session("test")
	ctx := context.Background()
	for _, sub := range []string{"one", "another", "one"} {
		saveTokens(t, &store.store, "test", unsignedTokenOf(sub))
		for range 2 {
			got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			require.NoError(t, err)
			require.Equal(t, sub, got.UserSub)
			user, err := session.CurrentUser(ctx)
			require.NoError(t, err)
			require.Equal(t, sub, user.UserID)
		}
	}
	last, err := store.store.Load(ctx, "test")
	require.NoError(t, err)
	require.NoError(t, store.Delete(ctx, "test", last))
	_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	_, err = session.CurrentUser(ctx)
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
}

func TestTokenFields(t *testing.T) {
	t.Parallel()
	store := &auth.MemoryStore{}
	saveTokens(t, store, "test", unsignedTokenWith(`{"sub":"s","username":"alice","client_id":"client","scope":"a b",`+
		`"cognito:groups":["staff"],"auth_time":1,"iat":2,"exp":4102444800,"big":9007199254740993}`))
	got, err := offlineClient(t, store).Session("test").FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	token := got.AccessToken
	assert.Equal(t, []string{"s", "alice", "client"}, []string{token.Subject, token.Username, token.ClientID})
	assert.Equal(t, []string{"staff"}, token.Groups)
	assert.Equal(t, []string{"a", "b"}, token.Scopes)
	assert.Equal(t, []int64{1, 2, 4102444800},
		[]int64{token.AuthTime.Unix(), token.IssuedAt.Unix(), token.ExpiresAt.Unix()})

	var own struct{ Big int64 }
	require.NoError(t, token.Claims(&own))
	assert.Equal(t, int64(9007199254740993), own.Big, "numbers are exact")
	var wrong struct{ Big []string }
	require.ErrorIs(t, token.Claims(&wrong), auth.ErrInvalidParameter)
	require.ErrorIs(t, got.IDToken.Claims(&own), auth.ErrInvalidParameter, "there is no ID token")
}

// TestClaimsOfTheOtherKindOfToken has a trigger add to each token what means something in the other.
func TestClaimsOfTheOtherKindOfToken(t *testing.T) {
	t.Parallel()
	const both = `"sub":"s","username":"alice","client_id":"client","scope":"a b","cognito:username":"mallory","aud":"other"`
	store := &auth.MemoryStore{}
	saveTokens(t, store, "access", unsignedTokenWith(`{"token_use":"access",`+both+`}`))
	saveTokens(t, store, "id", unsignedTokenWith(`{"token_use":"id",`+both+`}`))
	client := offlineClient(t, store)
	fields := func(key string) []string {
		got, err := client.Session(key).FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		token := got.AccessToken
		return append([]string{token.Username, token.ClientID}, token.Scopes...)
	}
	assert.Equal(t, []string{"alice", "client", "a", "b"}, fields("access"))
	assert.Equal(t, []string{"mallory", "other"}, fields("id"))
}

// TestClaimsOfOddTypes has a trigger make claims of types that Cognito does not use.
func TestClaimsOfOddTypes(t *testing.T) {
	t.Parallel()
	store := &auth.MemoryStore{}
	saveTokens(t, store, "test",
		unsignedTokenWith(`{"sub":"s","SUB":"other","scope":["a"],"cognito:groups":"x","exp":"soon","iat":1e400,"auth_time":-1}`))
	got, err := offlineClient(t, store).Session("test").FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	token := got.AccessToken
	assert.Equal(t, "s", token.Subject, "names of claims are case-sensitive")
	assert.Empty(t, token.Scopes)
	assert.Empty(t, token.Groups)
	assert.True(t, token.ExpiresAt.IsZero() && token.IssuedAt.IsZero() && token.AuthTime.IsZero())
}

func TestAuthSessionMarshalsAsAmplifys(t *testing.T) {
	t.Parallel()
	store := &auth.MemoryStore{}
	saveTokens(t, store, "test", unsignedTokenWith(`{"sub":"s","n":9007199254740993}`))
	got, err := offlineClient(t, store).Session("test").FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	data, err := json.Marshal(got)
	require.NoError(t, err)
	assert.JSONEq(t, `{"userSub":"s","tokens":{"accessToken":{"payload":{"sub":"s","n":9007199254740993}}}}`, string(data))
	assert.Contains(t, string(data), "9007199254740993")
	assert.NotContains(t, string(data), got.AccessToken.Raw)
}
