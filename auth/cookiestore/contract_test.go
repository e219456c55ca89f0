package cookiestore_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/storetest"
)

// TestStore_withinOneRequest checks what the Store promises while one request is answered.
func TestStore_withinOneRequest(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	storetest.RunExcept(t, func(t *testing.T) (a, b auth.Store) {
		requests := &openRequests{store: newApp(t, pool).store}
		t.Cleanup(requests.close)
		return requests, requests
	}, map[string]string{
		"large data": "256 KiB do not fit into cookies",
	})
}

// TestStore_acrossRequests has every method called in a request of its own, of a browser that keeps
// the cookies.
func TestStore_acrossRequests(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{})
	storetest.RunExcept(t, func(t *testing.T) (a, b auth.Store) {
		requests := &manyRequests{t: t, store: newApp(t, pool).store, browsers: map[string]*browser{}}
		return requests, requests
	}, map[string]string{
		"large data":                   "256 KiB do not fit into cookies",
		"parallel saves of one record": "requests at the same time know nothing of each other",
		"parallel creation":            "requests at the same time know nothing of each other",
		"parallel delete and save":     "requests at the same time know nothing of each other",
	})
}

// openRequests keeps a request under way for every key.
type openRequests struct {
	store *cookiestore.Store
	mu    sync.Mutex
	byKey map[string]*openRequest
	wg    sync.WaitGroup
}

type openRequest struct {
	ctx context.Context //nolint:containedctx // it stands for the request
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

func (o *openRequests) Delete(ctx context.Context, key string) error {
	ctx, key = o.of(ctx, key)
	return o.store.Delete(ctx, key)
}

func (o *openRequests) Lease(ctx context.Context, key string) (func(), error) {
	ctx, key = o.of(ctx, key)
	return o.store.Lease(ctx, key)
}

// joined ends with one context and has the values of another.
type joined struct {
	context.Context //nolint:containedctx // it is one
	values          context.Context
}

func (j joined) Value(key any) any { return j.values.Value(key) }

// manyRequests has a browser for every key.
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

func (m *manyRequests) Delete(ctx context.Context, key string) (err error) {
	m.visit(ctx, key, func(ctx context.Context, key string) { err = m.store.Delete(ctx, key) })
	return err
}
