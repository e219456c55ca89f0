package cookiestore_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// TestCookies_areSentHoweverTheResponseBegins sends the headers of a real server in every way.
func TestCookies_areSentHoweverTheResponseBegins(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	signIn := func(w http.ResponseWriter, r *http.Request) {
		_, err := a.session(r.Context()).SignIn(r.Context(), auth.SignInInput{Username: "alice", Password: password})
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
	ends := map[string]func(w http.ResponseWriter){
		"nothing written": func(http.ResponseWriter) {},
		"a status":        func(w http.ResponseWriter) { w.WriteHeader(http.StatusSeeOther) },
		"a body":          func(w http.ResponseWriter) { _, _ = io.WriteString(w, "hello") },
		"a flush":         func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"early hints": func(w http.ResponseWriter) {
			w.WriteHeader(http.StatusEarlyHints)
			w.WriteHeader(http.StatusOK)
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			mux := http.NewServeMux()
			mux.HandleFunc("/login", func(w http.ResponseWriter, r *http.Request) {
				signIn(w, r)
				end(w)
			})
			mux.HandleFunc("/me", func(w http.ResponseWriter, r *http.Request) {
				user, err := a.session(r.Context()).CurrentUser(r.Context())
				_, _ = fmt.Fprint(w, user.Username, err)
			})
			server := httptest.NewTLSServer(a.store.Middleware(a.store.Middleware(mux)))
			t.Cleanup(server.Close)
			browser := server.Client()
			var err error
			browser.Jar, err = cookiejar.New(nil)
			require.NoError(t, err)
			browser.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			get(t, browser, server.URL+"/login")
			assert.Equal(t, "alice<nil>", get(t, browser, server.URL+"/me"))
		})
	}
}

// TestHijack_works checks that a handler can hijack the connection, and that nothing can be saved
// then.
func TestHijack_works(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	server := httptest.NewTLSServer(a.store.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if !assert.NoError(t, err) {
			return
		}
		_, err = a.session(r.Context()).SignIn(r.Context(), auth.SignInInput{Username: "alice", Password: password})
		assert.Error(t, err)
		_, err = io.WriteString(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi")
		assert.NoError(t, err)
		assert.NoError(t, connection.Close())
	})))
	t.Cleanup(server.Close)
	assert.Equal(t, "hi", get(t, server.Client(), server.URL))
}

func get(t *testing.T, browser *http.Client, address string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	require.NoError(t, err)
	response, err := browser.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

func TestAfterTheHeaders_nothingIsRefreshed(t *testing.T) {
	t.Parallel()
	begin := map[string]func(w http.ResponseWriter){
		"status": func(w http.ResponseWriter) { w.WriteHeader(http.StatusOK) },
		"body":   func(w http.ResponseWriter) { _, _ = w.Write([]byte("x")) },
		"flush":  func(w http.ResponseWriter) { w.(http.Flusher).Flush() },
		"control": func(w http.ResponseWriter) {
			_ = http.NewResponseController(w).Flush()
		},
	}
	for name, begin := range begin {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appWith(t, rotating)
			b := expired(t, a)
			before := b.cookies()
			b.visit(t.Context(), a.store, func(ctx context.Context, w http.ResponseWriter) {
				begin(w)
				session := a.session(ctx)
				_, err := session.CurrentUser(ctx)
				require.ErrorIs(t, err, auth.ErrTokenRefresh)
				_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.ErrorIs(t, err, auth.ErrTokenRefresh)
				require.ErrorIs(t, errOf(session.SignOut(ctx, auth.SignOutInput{})), cookiestore.ErrHeadersSent)
			})
			assert.Empty(t, a.pool.Requests(), "no refresh token may be used")
			assert.Equal(t, before, b.cookies())
			b.visit(t.Context(), a.store, fetch(t, a))
		})
	}
}

// TestSlowRefresh_stillReachesTheResponse returns the old tokens to the caller, because they are
// still valid. The response must carry the new ones.
func TestSlowRefresh_stillReachesTheResponse(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := newBrowser(t)
	a.pool.Advance(-59*time.Minute - 20*time.Second)
	b.signIn(t, a)
	a.pool.Advance(59*time.Minute + 20*time.Second)
	before := b.cookies()[amplifyNames(a, "alice")[3]]
	release := a.pool.Hold(refreshOperation)
	b.visit(t.Context(), a.store, func(ctx context.Context, w http.ResponseWriter) {
		got, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		assert.NoError(t, err)
		assert.Equal(t, b.cookies()[amplifyNames(a, "alice")[1]], got.AccessToken.Raw, "the old token must be returned")
		time.AfterFunc(50*time.Millisecond, release)
		w.WriteHeader(http.StatusNoContent)
	})
	assert.NotEqual(t, before, b.cookies()[amplifyNames(a, "alice")[3]])
	_, refused := refreshes(a)
	assert.Zero(t, refused)
}

// TestSlowKeys_doNotDelayTheResponse delivers the pool's keys after the response: it must not wait
// for a goroutine that loads the session.
func TestSlowKeys_doNotDelayTheResponse(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	asked, answered := make(chan struct{}), make(chan struct{})
	keys := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(asked)
		<-answered
		r.URL.Path = "/" + a.pool.UserPoolID + "/.well-known/jwks.json"
		a.pool.ServeHTTP(w, r)
	}))
	t.Cleanup(keys.Close)
	slow := newApp(t, a.pool, func(cfg *cookiestore.Config) { cfg.Pool.JWKSURL = keys.URL })
	read := make(chan error, 1)
	b.visit(t.Context(), slow.store, func(ctx context.Context, w http.ResponseWriter) {
		go func() {
			_, err := slow.session(ctx).CurrentUser(ctx)
			read <- err
		}()
		<-asked
		w.WriteHeader(http.StatusNoContent)
	})
	close(answered)
	require.NoError(t, <-read, "the response must not wait for the fetch to time out")
}

// fileServer is a ResponseWriter with its own ReadFrom, as that of net/http.
type fileServer struct {
	*httptest.ResponseRecorder
	used bool
}

func (f *fileServer) ReadFrom(r io.Reader) (int64, error) {
	f.used = true
	return io.Copy(f.ResponseRecorder, r)
}

func TestReadFrom_isThatOfTheServer(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	w := &fileServer{ResponseRecorder: httptest.NewRecorder()}
	a.store.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		session := a.session(r.Context())
		_, err := session.SignIn(r.Context(), auth.SignInInput{Username: "alice", Password: password})
		assert.NoError(t, err)
		_, err = io.Copy(w, io.LimitReader(strings.NewReader("a long file"), 6))
		assert.NoError(t, err)
	})).ServeHTTP(w, newBrowser(t).request(t.Context()))
	assert.True(t, w.used)
	assert.Equal(t, "a long", w.Body.String())
	assert.Len(t, w.Result().Cookies(), 7)
}

// hijacker is a ResponseWriter that supports Hijack.
type hijacker struct {
	*httptest.ResponseRecorder
}

func (hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) { return nil, nil, nil }

// TestHijack_leavesTheCookies checks that the hijacking handler finds the cookies in the headers.
func TestHijack_leavesTheCookies(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	a.store.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetch(t, a)(r.Context(), w)
		_, _, err := http.NewResponseController(w).Hijack()
		assert.NoError(t, err)
		assert.Len(t, w.Header()["Set-Cookie"], 5)
	})).ServeHTTP(hijacker{httptest.NewRecorder()}, b.request(t.Context()))
}

// TestPanic_keepsRefreshedTokens panics after a refresh: the response of the recovering middleware
// must carry the new tokens.
func TestPanic_keepsRefreshedTokens(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	w := httptest.NewRecorder()
	func() {
		defer func() {
			require.Equal(t, "died", recover())
			http.Error(w, "sorry", http.StatusInternalServerError)
		}()
		a.store.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			fetch(t, a)(r.Context(), nil)
			panic("died")
		})).ServeHTTP(w, b.request(t.Context()))
	}()
	response := w.Result()
	b.jar.SetCookies(site, response.Cookies())
	assert.Equal(t, http.StatusInternalServerError, response.StatusCode)
	assert.Len(t, response.Cookies(), 5)
	assert.Equal(t, "alice", b.who(t, a))
}

// TestHeadersWaitForARenewalOnce: what follows the headers does not wait for it.
func TestHeadersWaitForARenewalOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store, err := cookiestore.New(cookiestore.Config{Key: newKey(), Pool: jwt.TrustedPool{
			UserPoolID: "us-east-1_EXAMPLE", ClientIDs: []string{"1example23456789"},
		}})
		require.NoError(t, err)
		answer(store, newBrowser(t).request(t.Context()), func(ctx context.Context, w http.ResponseWriter) {
			release, err := store.Lease(ctx, store.SessionKey(ctx))
			require.NoError(t, err)
			defer release()
			start := time.Now()
			for range 3 {
				_, err = w.Write([]byte("part"))
				require.NoError(t, err)
				assert.Equal(t, 5*time.Second, time.Since(start))
			}
		})
	})
}

func TestMiddlewareTwice_isOneExchange(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	response := b.visit(t.Context(), a.store, func(outer context.Context, _ http.ResponseWriter) {
		inner := answer(a.store, b.request(outer), func(ctx context.Context, _ http.ResponseWriter) {
			assert.Equal(t, a.store.SessionKey(outer), a.store.SessionKey(ctx))
			_, err := a.session(ctx).SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			require.NoError(t, err)
		})
		assert.Empty(t, inner.Cookies(), "the outer one sets them")
		_, err := a.session(outer).CurrentUser(outer)
		require.NoError(t, err, "what follows sees the sign-in")
	})
	assert.Len(t, response.Cookies(), len(setCookies(response)), "each cookie is set once")
	assert.Equal(t, "alice", b.who(t, a))
}
