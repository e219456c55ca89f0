package conformance_test

import (
	"bytes"
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

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

func startRedis(b *testing.B) *redis.Client {
	b.Helper()
	socket, _ := fleet.StartRedis(b)
	client := redis.NewClient(&redis.Options{Network: "unix", Addr: socket, ContextTimeoutEnabled: true})
	b.Cleanup(func() { _ = client.Close() })
	return client
}

// visited returns the cookies of the answer.
func visited(b *testing.B, handler http.Handler, r *http.Request) []*http.Cookie {
	b.Helper()
	recorder := httptest.NewRecorder()
	handler.ServeHTTP(recorder, r)
	cookies := recorder.Result().Cookies()
	require.NotEmpty(b, cookies, recorder.Body.String())
	return cookies
}

// protectedBy returns the handler of a program with auth/bff, and the cookies of somebody signed in.
func protectedBy(b *testing.B, client *redis.Client) (http.Handler, []*http.Cookie) {
	b.Helper()
	pool := authtest.New(b, authtest.Config{})
	require.NoError(b, pool.AddUser(authtest.User{Username: "alice", Password: "Correct-Horse-7-Battery"}))
	store, err := redisstore.New(client, redisstore.Config{Key: bytes.Repeat([]byte("k"), redisstore.KeySize), TTL: time.Hour})
	require.NoError(b, err)
	auths, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store})
	require.NoError(b, err)
	door, err := bff.New(bff.Config{Client: auths, PublicURL: "https://app.example"})
	require.NoError(b, err)
	form := url.Values{"username": {"alice"}, "password": {"Correct-Horse-7-Battery"}}
	r := httptest.NewRequest(http.MethodPost, "https://app.example/auth/sign-in", strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "https://app.example")
	cookies := visited(b, door, r)
	return door.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(bff.From(r.Context()).UserSub))
	})), cookies
}

// keptBy returns the same with a session of scs, which holds the id of a user and no tokens.
func keptBy(b *testing.B, client *redis.Client, idle time.Duration) (http.Handler, []*http.Cookie) {
	b.Helper()
	manager := scs.New()
	manager.Store, manager.IdleTimeout = goredisstore.New(client), idle
	cookies := visited(b, manager.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		manager.Put(r.Context(), "user", "11111111-2222-3333-4444-555555555555")
	})), httptest.NewRequest(http.MethodGet, "https://app.example/", nil))
	return manager.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(manager.GetString(r.Context(), "user")))
	})), cookies
}

// BenchmarkAuthenticatedRequest compares what a request costs that has to be of somebody signed in,
// with the sessions in one Redis: by auth/bff, by scs with and without an idle timeout, and a GET of
// Redis alone.
func BenchmarkAuthenticatedRequest(b *testing.B) {
	client := startRedis(b)
	run := func(name string, handler http.Handler, cookies []*http.Cookie) {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequest(http.MethodGet, "https://app.example/", nil)
			for _, c := range cookies {
				r.AddCookie(c)
			}
			b.ReportAllocs()
			for b.Loop() {
				recorder := httptest.NewRecorder()
				handler.ServeHTTP(recorder, r)
				if recorder.Code != http.StatusOK {
					b.Fatal(recorder.Code)
				}
			}
		})
	}
	require.NoError(b, client.Set(b.Context(), "bare", strings.Repeat("x", 100), 0).Err())
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		value, err := client.Get(r.Context(), "bare").Bytes()
		if err != nil {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write(value)
	})
	run("bare-get", bare, nil)
	handler, cookies := protectedBy(b, client)
	run("bff", handler, cookies)
	handler, cookies = keptBy(b, client, 0)
	run("scs", handler, cookies)
	handler, cookies = keptBy(b, client, 30*time.Minute)
	run("scs-idle", handler, cookies)
}
