package loopback

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// FuzzCallback checks that only a GET request for the redirect URI with the state of the sign-in is
// accepted, and that no answer has anything of the request in it.
func FuzzCallback(f *testing.F) {
	const state, marker = "0123456789abcdef0123456789abcdef", "MARKER"
	f.Add("GET", "127.0.0.1:8080", "/callback", "code="+marker+"&state="+state)
	f.Add("GET", "127.0.0.1:8080", "/callback", "code="+marker+"&state="+state+"&state=x")
	f.Add("GET", "127.0.0.1:8080", "/callback/", "code="+marker+"&state="+state)
	f.Add("GET", "127.0.0.1:8080", "/callback/done", "")
	f.Add("POST", "127.0.0.1:8080", "/callback", "code="+marker+"&state="+state)
	f.Add("GET", "evil.example", "/callback", "code="+marker+"&state="+state)
	f.Add("GET", "127.0.0.1:8080", "//callback", "%zz;state="+state)
	f.Fuzz(func(t *testing.T, method, host, path, query string) {
		at, err := parse("http://127.0.0.1:8080/callback")
		require.NoError(t, err)
		c := newCallback(at, texts.English())
		c.accepts = func(query url.Values) bool { return hasState(query, state) }
		accepted := false
		c.arrived = func(*url.URL) (title, lead texts.ID) {
			accepted = true
			return texts.BrowserDoneTitle, ""
		}
		r := httptest.NewRequest(http.MethodGet, "/", http.NoBody)
		r.Method, r.Host, r.URL = method, host, &url.URL{Path: path, RawQuery: query}
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		right := method == http.MethodGet && strings.EqualFold(host, at.Host) && path == at.Path &&
			r.URL.Query().Get("state") == state
		assert.Equal(t, right, accepted)
		assert.Equal(t, right, w.Code == http.StatusSeeOther)
		assert.NotContains(t, w.Body.String()+w.Header().Get("Location"), marker)
	})
}

// FuzzPastedAddress checks that an address without the state of the sign-in is never accepted.
func FuzzPastedAddress(f *testing.F) {
	const state = "0123456789abcdef0123456789abcdef"
	for _, seed := range []string{
		"http://127.0.0.1:8080/callback?code=x&state=" + state, "?state=" + state, "/callback?code=x", "x",
		"state=" + state, "http://127.0.0.1:8080/callback#state=" + state, "%zz",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		if belongsTo(address, state) {
			_, query, _ := strings.Cut(address, "?")
			values, _ := url.ParseQuery(strings.Split(query, "#")[0])
			assert.Equal(t, state, values.Get("state"))
		}
	})
}

// Browsers leave out the port of HTTP.
func TestPort80(t *testing.T) {
	t.Parallel()
	at, err := parse("http://[::1]:80/callback")
	require.NoError(t, err)
	for host, want := range map[string]int{
		"[::1]": http.StatusBadRequest, "[::1]:80": http.StatusBadRequest, "[::1]:8080": http.StatusMisdirectedRequest,
	} {
		c := newCallback(at, texts.English())
		c.accepts = func(url.Values) bool { return false }
		r := httptest.NewRequest(http.MethodGet, "/callback", http.NoBody)
		r.Host = host
		w := httptest.NewRecorder()
		c.ServeHTTP(w, r)
		assert.Equal(t, want, w.Code, host)
	}
}
