package cookiestore_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/storetest"
)

// TestStore_withinOneRequest runs storetest within one request per key.
func TestStore_withinOneRequest(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	storetest.RunShared(t, func(t *testing.T) (a, b auth.Store) {
		requests := &openRequests{store: newApp(t, pool).store}
		t.Cleanup(requests.close)
		return requests, requests
	})
}

// TestStore_acrossRequests calls every method in its own request, of a browser that keeps the
// cookies.
func TestStore_acrossRequests(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	storetest.RunExcept(t, func(t *testing.T) (a, b auth.Store) {
		requests := &manyRequests{t: t, store: newApp(t, pool).store, browsers: map[string]*browser{}}
		return requests, requests
	}, map[string]string{
		"parallel saves of one record": "concurrent requests do not see each other",
		"parallel creation":            "concurrent requests do not see each other",
		"parallel delete and save":     "concurrent requests do not see each other",
	})
}

// openRequests keeps one request open for every key.
type openRequests struct {
	store *cookiestore.Store
	mu    sync.Mutex
	byKey map[string]*openRequest
	wg    sync.WaitGroup
}

type openRequest struct {
	ctx context.Context //nolint:containedctx // it is the context of the request
	end func()
}

func (o *openRequests) of(ctx context.Context, key string) (context.Context, string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.byKey == nil {
		o.byKey = map[string]*openRequest{}
	}
	if o.byKey[key] == nil {
		o.byKey[key] = o.begin()
	}
	request := o.byKey[key].ctx
	return joined{Context: ctx, values: request}, o.store.SessionKey(request)
}

func (o *openRequests) begin() *openRequest {
	begun, end := make(chan context.Context), make(chan struct{})
	o.wg.Go(func() {
		o.store.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			begun <- r.Context()
			<-end
		})).ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
	})
	return &openRequest{ctx: <-begun, end: func() { close(end) }}
}

func (o *openRequests) close() {
	for _, request := range o.byKey {
		request.end()
	}
	o.wg.Wait()
}

func (o *openRequests) Load(ctx context.Context, key string) (auth.Record, error) {
	ctx, key = o.of(ctx, key)
	return o.store.Load(ctx, key)
}

func (o *openRequests) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	ctx, key = o.of(ctx, key)
	return o.store.Save(ctx, key, r)
}

func (o *openRequests) Delete(ctx context.Context, key string, r auth.Record) error {
	ctx, key = o.of(ctx, key)
	return o.store.Delete(ctx, key, r)
}

func (o *openRequests) Lease(ctx context.Context, key string) (func(), error) {
	ctx, key = o.of(ctx, key)
	return o.store.Lease(ctx, key)
}

// joined has the deadline of one context and the values of another.
type joined struct {
	context.Context //nolint:containedctx // it is one
	values          context.Context
}

func (j joined) Value(key any) any { return j.values.Value(key) }

// manyRequests has one browser for every key.
type manyRequests struct {
	t        *testing.T
	store    *cookiestore.Store
	mu       sync.Mutex
	browsers map[string]*browser
}

func (m *manyRequests) visit(ctx context.Context, key string, work func(ctx context.Context, key string)) {
	m.mu.Lock()
	if m.browsers[key] == nil {
		m.browsers[key] = newBrowser(m.t)
	}
	visitor := m.browsers[key]
	m.mu.Unlock()
	visitor.visit(ctx, m.store, func(ctx context.Context, _ http.ResponseWriter) { work(ctx, m.store.SessionKey(ctx)) })
}

func (m *manyRequests) Load(ctx context.Context, key string) (r auth.Record, err error) {
	m.visit(ctx, key, func(ctx context.Context, key string) { r, err = m.store.Load(ctx, key) })
	return r, err
}

func (m *manyRequests) Save(ctx context.Context, key string, r auth.Record) (saved auth.Record, err error) {
	m.visit(ctx, key, func(ctx context.Context, key string) { saved, err = m.store.Save(ctx, key, r) })
	return saved, err
}

func (m *manyRequests) Delete(ctx context.Context, key string, r auth.Record) (err error) {
	m.visit(ctx, key, func(ctx context.Context, key string) { err = m.store.Delete(ctx, key, r) })
	return err
}

// TestSessionKey_opensNoOtherSession uses keys of other requests.
func TestSessionKey_opensNoOtherSession(t *testing.T) {
	t.Parallel()
	a, alice := appWith(t, authtest.Config{}), newBrowser(t)
	alice.signIn(t, a)
	var hers string
	alice.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) { hers = a.store.SessionKey(ctx) })
	newBrowser(t).visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
		assert.NotEqual(t, hers, a.store.SessionKey(ctx))
		for _, key := range []string{hers, "", "alice", "device/" + a.pool.ClientID + "/alice", "device/x/" + a.store.SessionKey(ctx)} {
			_, err := a.store.Load(ctx, key)
			require.ErrorIs(t, err, cookiestore.ErrOtherSession)
			_, err = a.store.Save(ctx, key, auth.Record{})
			require.ErrorIs(t, err, cookiestore.ErrOtherSession)
			require.ErrorIs(t, a.store.Delete(ctx, key, auth.Record{}), cookiestore.ErrOtherSession)
			_, err = a.store.Lease(ctx, key)
			require.ErrorIs(t, err, cookiestore.ErrOtherSession)
		}
		_, err := a.client.Session(hers).CurrentUser(ctx)
		require.ErrorIs(t, err, cookiestore.ErrOtherSession)
		_, err = a.session(ctx).OnDevice("shared").SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		require.ErrorIs(t, err, cookiestore.ErrOtherSession)
	})
	assert.Empty(t, a.store.SessionKey(t.Context()))
	_, err := a.client.Session("alice").CurrentUser(t.Context())
	require.ErrorIs(t, err, cookiestore.ErrNoExchange)
	other := newApp(t, a.pool)
	alice.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
		assert.Empty(t, other.store.SessionKey(ctx), "another Store")
	})
}

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	tests := map[string]struct {
		change func(*cookiestore.Config)
		want   string
	}{
		"no clients":  {func(c *cookiestore.Config) { c.Pool.ClientIDs = nil }, "Config.Pool has 0 ClientIDs, want one"},
		"two clients": {func(c *cookiestore.Config) { c.Pool.ClientIDs = []string{"a", "b"} }, "Config.Pool has 2 ClientIDs, want one"},
		"no pool":     {func(c *cookiestore.Config) { c.Pool.UserPoolID = "" }, "UserPoolID is missing"},
		"no key":      {func(c *cookiestore.Config) { c.Key = nil }, "Config.Key, Config.OldKeys: the key is 0 bytes long, want 32"},
		"short key":   {func(c *cookiestore.Config) { c.Key = c.Key[1:] }, "Config.Key, Config.OldKeys: the key is 31 bytes long, want 32"},
		"bad domain":  {func(c *cookiestore.Config) { c.Domain = "example.com; HttpOnly" }, "Config.Domain is not a domain name"},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := cookiestore.Config{Pool: jwtPool(pool), Key: newKey()}
			tc.change(&cfg)
			_, err := cookiestore.New(cfg)
			require.ErrorContains(t, err, tc.want)
		})
	}
}
