package cookiestore_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
)

// TestMemory_changesNoResult loads what cookies hold from a Store that remembers the sessions of
// alice and bob, and from one that remembers nothing, for cookies changed in many ways.
func TestMemory_changesNoResult(t *testing.T) {
	t.Parallel()
	key := newKey()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways})
	addUser(t, pool, "alice")
	addUser(t, pool, "bob")
	warm := newApp(t, pool, func(cfg *cookiestore.Config) { cfg.Key = key })
	cold := newApp(t, pool, func(cfg *cookiestore.Config) { cfg.Key, cfg.CacheSize = key, -1 })
	alice, bob := newBrowser(t), newBrowser(t)
	alice.signIn(t, warm)
	bob.signInAs(t, warm, "bob")
	load := func(a *app, c map[string]string) (data string, err error) {
		with(t, newBrowser(t), func(all map[string]string) { maps.Copy(all, c) }).visit(t.Context(), a.store,
			func(ctx context.Context, _ http.ResponseWriter) {
				var r auth.Record
				r, err = a.store.Load(ctx, a.store.SessionKey(ctx))
				data = string(r.Data)
			})
		return data, err
	}
	hers, his := alice.cookies(), bob.cookies()
	remembered := func() {
		for _, c := range []map[string]string{hers, his} {
			_, err := load(warm, c)
			require.NoError(t, err)
		}
	}
	compare := func(c map[string]string, what string) {
		remembered()
		got, gotErr := load(warm, c)
		want, wantErr := load(cold, c)
		assert.Equal(t, want, got, what)
		assert.Equal(t, wantErr == nil, gotErr == nil, what)
	}
	compare(hers, "hers")
	for name, value := range hers {
		changed := maps.Clone(hers)
		delete(changed, name)
		compare(changed, "without "+name)
		changed[name] = value + "x"
		compare(changed, "longer "+name)
		changed[name] = strings.ToUpper(value)
		compare(changed, "upper case "+name)
		changed[name] = his[strings.Replace(name, ".alice.", ".bob.", 1)]
		compare(changed, "his "+name)
	}
	both := maps.Clone(his)
	maps.Copy(both, hers)
	compare(both, "both")
	both[amplifyNames(warm, "alice")[0]] = "bob"
	compare(both, "both, as bob")
}

// TestMemory_isOfTheWholePresentation: whoever has only the access token, or only its hash, gets
// only what it proves.
func TestMemory_isOfTheWholePresentation(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	assert.Equal(t, "alice", b.who(t, a))
	assert.Equal(t, "alice", b.who(t, a))
	names := amplifyNames(a, "alice")
	thief := with(t, newBrowser(t), func(c map[string]string) {
		c[names[0]], c[names[1]] = "alice", b.cookies()[names[1]]
	})
	thief.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		assert.Empty(t, got.IDToken.Raw)
		assert.Empty(t, got.Factors)
		_, err = session.FetchAuthSession(ctx, force)
		require.ErrorIs(t, err, auth.ErrTokenRefresh, "there is no refresh token")
	})
}

// TestMemory_isNotTheCallers: a caller that changes what it has loaded changes nobody else's.
func TestMemory_isNotTheCallers(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	var first []byte
	for i := range 3 {
		b.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
			r, err := a.store.Load(ctx, a.store.SessionKey(ctx))
			require.NoError(t, err)
			if i == 0 {
				first = append([]byte{}, r.Data...)
			}
			assert.Equal(t, first, r.Data)
			clear(r.Data)
		})
	}
}

// TestMemory_keepsSessionsApart sends requests of several people at once.
func TestMemory_keepsSessionsApart(t *testing.T) {
	t.Parallel()
	a := newApp(t, newPool(t, authtest.Config{}), func(cfg *cookiestore.Config) { cfg.CacheSize = 2 })
	browsers := map[string]*browser{"alice": newBrowser(t), "bob": newBrowser(t), "carol": newBrowser(t)}
	for username, b := range browsers {
		addUser(t, a.pool, username)
		b.signInAs(t, a, username)
	}
	var done sync.WaitGroup
	for username, b := range browsers {
		for range 2 {
			done.Go(func() {
				for range 20 {
					answer(a.store, b.request(t.Context()), func(ctx context.Context, _ http.ResponseWriter) {
						user, err := a.session(ctx).CurrentUser(ctx)
						assert.NoError(t, err)
						assert.Equal(t, username, user.Username)
					})
				}
			})
		}
	}
	done.Wait()
}

// TestRequest_costsFewAllocations: what a session costs that is remembered.
func TestRequest_costsFewAllocations(t *testing.T) {
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	r, w := b.request(t.Context()), httptest.NewRecorder()
	handler := a.store.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, err := a.store.Load(r.Context(), a.store.SessionKey(r.Context()))
		assert.NoError(t, err)
	}))
	assert.LessOrEqual(t, testing.AllocsPerRun(100, func() { handler.ServeHTTP(w, r) }), 60.0)
}
