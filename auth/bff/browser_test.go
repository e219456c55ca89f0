package bff_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

const (
	goodPassword = "Correct-Horse-7-Battery"
	newPassword  = "Another-Horse-8-Battery"
	totpSecret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// A world is a pool, a program behind the handler, and all that was seen of it.
type world struct {
	t      *testing.T
	pool   *authtest.Pool
	client *auth.Client
	bff    *bff.Handler
	server *httptest.Server
	seen   *record
}

// A record is what left the handler: answers, log lines, events.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(b []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(b)
}

func (r *record) String() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.String()
}

// answersOf returns a handler that records the answers of another one, redirects included.
func (r *record) answersOf(handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, request)
		_, _ = fmt.Fprintf(r, "%s %s: %d %v\n%s\n", request.Method, request.URL, answer.Code, answer.Header(), answer.Body)
		maps.Copy(w.Header(), answer.Header())
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

// newWorld starts a program on a pool. All that it answers, logs and reports is searched for
// secrets at the end.
func newWorld(t *testing.T, poolConfig authtest.Config, change ...func(*bff.Config)) *world {
	t.Helper()
	w := &world{t: t, pool: authtest.New(t, poolConfig), seen: &record{}}
	mux := http.NewServeMux()
	w.server = httptest.NewTLSServer(w.seen.answersOf(mux))
	t.Cleanup(w.server.Close)
	var err error
	w.client, err = auth.NewClient(auth.Config{
		UserPoolID: w.pool.UserPoolID, ClientID: w.pool.ClientID, ClientSecret: w.pool.ClientSecret, Endpoint: w.pool.URL,
		Domain: w.pool.URL, RedirectSignIn: []string{w.server.URL + "/auth/redirect/callback"},
	})
	require.NoError(t, err)
	cfg := bff.Config{
		Client: w.client, PublicURL: w.server.URL, AppName: "Acme",
		Logger: slog.New(slog.NewTextHandler(w.seen, &slog.HandlerOptions{Level: slog.LevelDebug})),
		OnEvent: func(_ context.Context, e bff.Event) {
			_, _ = fmt.Fprintf(w.seen, "event %+v\n", e)
		},
		Limits: generous(),
	}
	for _, f := range change {
		f(&cfg)
	}
	w.bff, err = bff.New(cfg)
	require.NoError(t, err)
	w.bff.SetPace(0)
	app := http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		person := bff.From(r.Context())
		_, _ = fmt.Fprintf(rw, "app %s for %s", r.URL.Path, person.AccessToken.Username)
	})
	mux.Handle("/auth/", w.bff)
	mux.Handle("/", w.bff.Require(app))
	mux.Handle("/payments", w.bff.Require(app, bff.MFA(0)))
	mux.Handle("/admin", w.bff.Require(app, bff.Group("admins")))
	t.Cleanup(w.searchSecrets)
	return w
}

func generous() bff.Limits {
	many := bff.Limit{Tries: 1000, Per: 1}
	return bff.Limits{Address: many, Name: many, Step: many, SendAddress: many, SendName: many}
}

// searchSecrets fails the test if a password, a token or a challenge session has left the handler.
func (w *world) searchSecrets() {
	seen := w.seen.String()
	assert.NotContains(w.t, seen, goodPassword, "a password was seen")
	assert.NotContains(w.t, seen, newPassword, "a password was seen")
	assert.NotContains(w.t, seen, totpSecret, "the secret of an app was seen")
	for _, request := range w.pool.Requests() {
		for _, secret := range secretsIn(request.Body) {
			assert.False(w.t, strings.Contains(seen, secret), "%s: a secret was seen", request.Operation)
		}
	}
}

// secretsIn returns the values of a request that nobody but the server may see.
func secretsIn(body map[string]any) []string {
	var found []string
	for name, value := range body {
		switch value := value.(type) {
		case map[string]any:
			found = append(found, secretsIn(value)...)
		case string:
			switch name {
			case "AccessToken", "RefreshToken", "Token", "Session", "Password", "PASSWORD", "NEW_PASSWORD",
				"PreviousPassword", "ProposedPassword", "ClientSecret", "SECRET_HASH", "PASSWORD_CLAIM_SIGNATURE":
				if len(value) >= 8 {
					found = append(found, value)
				}
			}
		}
	}
	return found
}

func (w *world) add(users ...authtest.User) {
	w.t.Helper()
	for _, user := range users {
		require.NoError(w.t, w.pool.AddUser(user))
	}
}

func alice() authtest.User {
	return authtest.User{Username: "alice", Password: goodPassword, Attributes: map[string]string{
		"email": "alice@example.com", "email_verified": "true", "phone_number": "+4915112345678", "phone_number_verified": "true",
	}}
}

func withTOTP(u authtest.User) authtest.User {
	u.TOTPSecret, u.MFA = totpSecret, []string{"SOFTWARE_TOKEN_MFA"}
	return u
}

// code returns the code that the app shows now, or a step of 30 seconds later, so that none is used
// twice.
func (w *world) code(secret string) string {
	w.t.Helper()
	w.pool.Advance(30e9)
	code, err := authtest.TOTPCode(secret, w.pool.Now())
	require.NoError(w.t, err)
	return code
}

// A browser keeps cookies, follows redirects, and fills in forms.
type browser struct {
	*world
	http   *http.Client
	header http.Header
	// Of the last answer:
	status int
	path   string
	page   string
	got    http.Header
}

func (w *world) browser() *browser {
	w.t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(w.t, err)
	client := *w.server.Client()
	client.Jar = jar
	return &browser{world: w, http: &client, header: http.Header{}}
}

// fork returns another tab: the same cookies, another page.
func (b *browser) fork() *browser {
	tab := *b
	return &tab
}

func (b *browser) do(method, path, contentType string, body io.Reader, header http.Header) {
	b.t.Helper()
	request, err := http.NewRequestWithContext(b.t.Context(), method, b.server.URL+path, body)
	require.NoError(b.t, err)
	maps.Copy(request.Header, b.header)
	maps.Copy(request.Header, header)
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	response, err := b.http.Do(request)
	require.NoError(b.t, err)
	text, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	require.NoError(b.t, response.Body.Close())
	b.status, b.path, b.page, b.got = response.StatusCode, response.Request.URL.RequestURI(), string(text), response.Header
}

var page = http.Header{"Accept": {"text/html"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-Site": {"same-origin"}}

func (b *browser) get(path string) *browser {
	b.t.Helper()
	b.do(http.MethodGet, path, "", nil, page)
	return b
}

func (b *browser) post(path string, values url.Values) *browser {
	b.t.Helper()
	header := maps.Clone(page)
	header["Origin"] = []string{b.server.URL}
	b.do(http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(values.Encode()), header)
	return b
}

var (
	forms  = regexp.MustCompile(`(?s)<form method="post" action="([^"]*)"[^>]*>(.*?)</form>`)
	inputs = regexp.MustCompile(`<input type="([^"]*)"(?: name="([^"]*)")? value="([^"]*)"([^>]*)>`)
)

// submit fills in the form of the page that has a field or a value of each name given, and posts
// it. Pairs are names and values.
func (b *browser) submit(pairs ...string) *browser {
	b.t.Helper()
	for _, form := range forms.FindAllStringSubmatch(b.page, -1) {
		values := url.Values{}
		for _, input := range inputs.FindAllStringSubmatch(form[2], -1) {
			if input[2] == "" || input[1] == "radio" && !strings.Contains(input[4], "checked") {
				continue
			}
			values.Set(html.UnescapeString(input[2]), html.UnescapeString(input[3]))
		}
		fits := true
		for i := 0; i < len(pairs); i += 2 {
			fits = fits && strings.Contains(form[2], `name="`+pairs[i]+`"`)
			values.Set(pairs[i], pairs[i+1])
		}
		if fits {
			return b.post(html.UnescapeString(form[1]), values)
		}
	}
	require.Failf(b.t, "no such form", "%v at %s:\n%s", pairs, b.path, b.page)
	return b
}

// signIn opens a page that needs it, and posts the name and the password.
func (b *browser) signIn(path, username string) *browser {
	b.t.Helper()
	b.get(path)
	require.Contains(b.t, b.path, "/auth/sign-in")
	return b.submit("username", username, "password", goodPassword)
}

// heading returns the title of the page.
func (b *browser) heading() string {
	if found := regexp.MustCompile(`(?s)<h1>(.*?)</h1>`).FindStringSubmatch(b.page); found != nil {
		return html.UnescapeString(found[1])
	}
	return ""
}

// alert returns what the page says went wrong.
func (b *browser) alert() string {
	if found := regexp.MustCompile(`(?s)role="alert".*?<p>(.*?)</p>`).FindStringSubmatch(b.page); found != nil {
		return html.UnescapeString(found[1])
	}
	return ""
}

func (b *browser) isApp(path, username string) {
	b.t.Helper()
	assert.Equal(b.t, "app "+path+" for "+username, b.page)
	assert.Equal(b.t, http.StatusOK, b.status)
}

// json sends and receives JSON as a script does.
func (b *browser) json(method, path string, body any) map[string]any {
	b.t.Helper()
	var reader io.Reader
	contentType := ""
	if body != nil {
		data, err := json.Marshal(body)
		require.NoError(b.t, err)
		reader, contentType = bytes.NewReader(data), "application/json"
	}
	b.do(method, path, contentType, reader, http.Header{
		"Accept": {"application/json"}, "X-Requested-With": {"fetch"}, "Origin": {b.server.URL}, "Sec-Fetch-Site": {"same-origin"},
	})
	assert.Equal(b.t, "application/json", b.got.Get("Content-Type"), b.page)
	var out map[string]any
	if json.Unmarshal([]byte(b.page), &out) != nil {
		return nil
	}
	return out
}

// cookie returns the value of a cookie.
func (b *browser) cookie(name string) string {
	b.t.Helper()
	u, err := url.Parse(b.server.URL)
	require.NoError(b.t, err)
	for _, c := range b.http.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// setCookie plants a cookie.
func (b *browser) setCookie(name, value string) {
	b.t.Helper()
	u, err := url.Parse(b.server.URL)
	require.NoError(b.t, err)
	b.http.Jar.SetCookies(u, []*http.Cookie{{Name: name, Value: value, Path: "/", Secure: true}})
}

const (
	sessionCookie = "__Host-session"
	flowCookie    = "__Host-session-flow"
	browserCookie = "__Host-session-browser"
)
