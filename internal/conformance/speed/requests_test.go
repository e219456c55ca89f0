package speed_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/goredisstore"
	"github.com/alexedwards/scs/v2"
	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

// idle is after what time without a request sessions in Redis end.
const idle = 30 * time.Minute

// visited returns the cookies of the answer.
func visited(b *testing.B, handler http.Handler, r *http.Request) []*http.Cookie {
	b.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	cookies := recorder.Result().Cookies()
	require.NotEmpty(b, cookies, recorder.Body.String())
	return cookies
}

// request returns a function that has the handler answer a GET with these cookies.
func request(handler http.Handler, cookies []*http.Cookie) func(b *testing.B) {
	r := httptest.NewRequest(http.MethodGet, "https://app.example/", nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	return func(b *testing.B) {
		recorder := httptest.NewRecorder()
		handler.ServeHTTP(recorder, r)
		if recorder.Code != http.StatusOK {
			b.Fatal(recorder.Code)
		}
	}
}

// requests are what a request costs that has to be of somebody signed in, with the sessions in one
// Redis. The session of scs holds the id of a user and no tokens.
func requests(b *testing.B) []contender {
	b.Helper()
	client := startRedis(b)
	require.NoError(b, client.Set(b.Context(), "bare", strings.Repeat("x", 100), 0).Err())
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		value, err := client.Get(r.Context(), "bare").Bytes()
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write(value)
	})
	return []contender{
		timed("a bare GET of Redis", request(bare, nil)),
		timed("this SDK: bff", request(protectedBy(b, client))),
		timed("scs", request(keptBy(b, client, 0))),
		timed("scs with an idle timeout", request(keptBy(b, client, idle))),
	}
}

// protectedBy returns the handler of a program with auth/bff, and the cookies of somebody signed
// in.
func protectedBy(b *testing.B, redis *redis.Client) (http.Handler, []*http.Cookie) {
	b.Helper()
	client := newClient(b, newPool(b), openRedis(b, redis), 0)
	handler, err := bff.New(bff.Config{Client: client, PublicURL: "https://app.example"})
	require.NoError(b, err)
	form := url.Values{"username": {"alice"}, "password": {password}}
	r := httptest.NewRequest(http.MethodPost, "https://app.example/auth/sign-in", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://app.example")
	cookies := visited(b, handler, r)
	return handler.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(bff.From(r.Context()).UserSub))
	})), cookies
}

func keptBy(b *testing.B, client *redis.Client, idle time.Duration) (http.Handler, []*http.Cookie) {
	b.Helper()
	manager := scs.New()
	manager.Store, manager.IdleTimeout = goredisstore.New(client), idle
	cookies := visited(b, manager.LoadAndSave(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		manager.Put(r.Context(), "user", "11111111-2222-3333-4444-555555555555")
	})), httptest.NewRequest(http.MethodGet, "https://app.example/", nil))
	return manager.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(manager.GetString(r.Context(), "user")))
	})), cookies
}
