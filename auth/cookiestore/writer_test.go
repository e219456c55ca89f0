package cookiestore_test

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// fileServer is a ResponseWriter that has its own way with files, as that of net/http has with
// sendfile.
type fileServer struct {
	*httptest.ResponseRecorder
	took bool
}

func (f *fileServer) ReadFrom(r io.Reader) (int64, error) {
	f.took = true
	return io.Copy(f.ResponseRecorder, r)
}

func TestReadFrom(t *testing.T) {
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
	assert.True(t, w.took)
	assert.Equal(t, "a long", w.Body.String())
	assert.Len(t, w.Result().Cookies(), 6)
}

// hijacker lets its connection be taken over, such as it is.
type hijacker struct {
	*httptest.ResponseRecorder
}

func (hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) { return nil, nil, nil }

// TestHijack_leavesTheCookies to whoever writes the response then.
func TestHijack_leavesTheCookies(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	a.store.Middleware(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fetch(t, a)(r.Context(), w)
		_, _, err := http.NewResponseController(w).Hijack()
		assert.NoError(t, err)
		assert.Len(t, w.Header()["Set-Cookie"], 4)
	})).ServeHTTP(hijacker{httptest.NewRecorder()}, b.request(t.Context()))
}

// TestPanic has a handler die after the tokens were renewed: they go out with whatever the
// recovering middleware answers.
func TestPanic(t *testing.T) {
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
	assert.Len(t, response.Cookies(), 4)
	assert.Equal(t, "alice", b.who(t, a))
}
