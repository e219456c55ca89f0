package authtest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	callbackURL = "http://localhost:3000/callback"
	logoutURL   = "http://localhost:3000/bye"
	state       = "some-state"
	nonce       = "some-nonce"
	proofKey    = "a-code-verifier-of-at-least-43-characters-0123"
)

// startPages starts a pool with a domain.
func startPages(t *testing.T, cfg authtest.Config, users ...authtest.User) *fixture {
	t.Helper()
	if cfg.ManagedLogin.CallbackURLs == nil {
		cfg.ManagedLogin.CallbackURLs = []string{callbackURL}
	}
	cfg.ManagedLogin.LogoutURLs = []string{logoutURL}
	return start(t, cfg, users...)
}

// authorizeQuery is what a correct client asks for, with changes: an empty value removes a
// parameter.
func (f *fixture) authorizeQuery(changes ...string) url.Values {
	digest := sha256.Sum256([]byte(proofKey))
	query := url.Values{
		"response_type": {"code"}, "client_id": {f.ClientID}, "redirect_uri": {callbackURL}, "scope": {"openid email"},
		"state": {state}, "nonce": {nonce}, "code_challenge_method": {"S256"},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(digest[:])},
	}
	change(query, changes)
	return query
}

func change(values url.Values, changes []string) {
	for i := 0; i < len(changes); i += 2 {
		if changes[i+1] == "" {
			values.Del(changes[i])
			continue
		}
		values.Set(changes[i], changes[i+1])
	}
}

func (f *fixture) authorizeURL(changes ...string) string {
	return f.URL + "oauth2/authorize?" + f.authorizeQuery(changes...).Encode()
}

// surfer is a person with a browser that runs no scripts. It stops where the pool redirects to an
// app.
type surfer struct {
	f      *fixture
	client *http.Client
	// url, status, header and text are of the page that the browser shows. callback is where the
	// app was redirected to, if it was.
	url      *url.URL
	status   int
	header   http.Header
	text     string
	callback *url.URL
}

func (f *fixture) surf() *surfer {
	f.t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(f.t, err)
	within := func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), f.URL) {
			return http.ErrUseLastResponse
		}
		return nil
	}
	return &surfer{f: f, client: &http.Client{Transport: f.client.Transport, Jar: jar, CheckRedirect: within}}
}

func (s *surfer) send(r *http.Request) *surfer {
	s.f.t.Helper()
	resp, err := s.client.Do(r)
	require.NoError(s.f.t, err)
	defer func() { _ = resp.Body.Close() }()
	raw, err := io.ReadAll(resp.Body)
	require.NoError(s.f.t, err)
	s.url, s.status, s.header, s.text, s.callback = resp.Request.URL, resp.StatusCode, resp.Header, string(raw), nil
	if location, err := resp.Location(); err == nil {
		s.callback = location
	}
	return s
}

// open follows a link, which may be relative.
func (s *surfer) open(link string) *surfer {
	s.f.t.Helper()
	r, err := http.NewRequestWithContext(s.f.t.Context(), http.MethodGet, s.resolve(link), http.NoBody)
	require.NoError(s.f.t, err)
	return s.send(r)
}

func (s *surfer) resolve(link string) string {
	base, err := url.Parse(s.f.URL)
	require.NoError(s.f.t, err)
	target, err := base.Parse(link)
	require.NoError(s.f.t, err)
	return target.String()
}

// begin opens the page that an app leads to.
func (s *surfer) begin(changes ...string) *surfer {
	s.f.t.Helper()
	return s.open(s.f.authorizeURL(changes...))
}

var (
	formPattern   = regexp.MustCompile(`(?s)<form id="([^"]+)" method="post" action="([^"]+)">(.*?)</form>`)
	hiddenPattern = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)">`)
)

// form returns the action of a form and its hidden fields.
func (s *surfer) form(id string) (action string, values url.Values) {
	s.f.t.Helper()
	for _, form := range formPattern.FindAllStringSubmatch(s.text, -1) {
		if form[1] != id {
			continue
		}
		values = url.Values{}
		for _, hidden := range hiddenPattern.FindAllStringSubmatch(form[3], -1) {
			values.Set(hidden[1], html.UnescapeString(hidden[2]))
		}
		return html.UnescapeString(form[2]), values
	}
	require.Failf(s.f.t, "no such form", "%s in\n%s", id, s.text)
	return "", nil
}

// submit fills in the form and sends it.
func (s *surfer) submit(id string, fields ...string) *surfer {
	s.f.t.Helper()
	action, values := s.form(id)
	change(values, fields)
	return s.post(action, values)
}

func (s *surfer) post(action string, values url.Values) *surfer {
	s.f.t.Helper()
	r, err := http.NewRequestWithContext(
		s.f.t.Context(), http.MethodPost, s.resolve(action), strings.NewReader(values.Encode()),
	)
	require.NoError(s.f.t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return s.send(r)
}

// signIn sends the form for the password.
func (s *surfer) signIn(username, password string) *surfer {
	s.f.t.Helper()
	return s.submit("login", "username", username, "password", password)
}

// shows requires a page with the title and without a problem.
func (s *surfer) shows(title string) *surfer {
	s.f.t.Helper()
	require.Equal(s.f.t, http.StatusOK, s.status, s.text)
	require.Contains(s.f.t, s.text, "<title>"+title+"</title>")
	return s
}

// complains requires a page with the title that shows the problem.
func (s *surfer) complains(title, problem string) *surfer {
	s.f.t.Helper()
	require.Contains(s.f.t, s.text, "<title>Error: "+title+"</title>")
	require.Contains(s.f.t, html.UnescapeString(s.text), `role="alert">`+problem+"</p>")
	return s
}

// code requires that the app was sent a code, and returns it.
func (s *surfer) code() string {
	s.f.t.Helper()
	require.NotNil(s.f.t, s.callback, s.text)
	query := s.callback.Query()
	require.Empty(s.f.t, query.Get("error"), query.Get("error_description"))
	assert.Equal(s.f.t, state, query.Get("state"))
	return query.Get("code")
}

// answer is an answer of an endpoint for programs.
type answer struct {
	t      *testing.T
	status int
	header http.Header
	text   string
}

// program sends a form as a program does, with header lines.
func (f *fixture) program(path string, form url.Values, header ...string) answer {
	f.t.Helper()
	header = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)
	status, h, text := f.do(http.MethodPost, path, form.Encode(), header...)
	return answer{f.t, status, h, text}
}

// exchange exchanges a code as a correct public client does, with changes.
func (f *fixture) exchange(code string, changes ...string) answer {
	f.t.Helper()
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callbackURL}, "client_id": {f.ClientID},
		"code_verifier": {proofKey},
	}
	change(form, changes)
	return f.program("oauth2/token", form)
}

// renew exchanges a refresh token.
func (f *fixture) renew(token string) answer {
	f.t.Helper()
	return f.program("oauth2/token", url.Values{
		"grant_type": {"refresh_token"}, "refresh_token": {token}, "client_id": {f.ClientID},
	})
}

// ok requires success and returns the body.
func (a answer) ok() (body object) {
	a.t.Helper()
	require.Equal(a.t, http.StatusOK, a.status, a.text)
	assert.Equal(a.t, "application/json;charset=UTF-8", a.header.Get("Content-Type"))
	require.NoError(a.t, json.Unmarshal([]byte(a.text), &body))
	return body
}

// fails requires the error of OAuth, with a description if there is one.
func (a answer) fails(status int, code string, description ...string) {
	a.t.Helper()
	assert.Equal(a.t, status, a.status)
	want := object{"error": code}
	if len(description) > 0 {
		want["error_description"] = description[0]
	}
	var body object
	require.NoError(a.t, json.Unmarshal([]byte(a.text), &body), a.text)
	assert.Equal(a.t, want, body)
}

// authorized signs alice in without a browser and returns the code.
func (f *fixture) authorized(changes ...string) string {
	f.t.Helper()
	callback, err := f.Authorize(f.authorizeURL(changes...), "alice")
	require.NoError(f.t, err)
	parsed, err := url.Parse(callback)
	require.NoError(f.t, err)
	require.NotEmpty(f.t, parsed.Query().Get("code"), callback)
	return parsed.Query().Get("code")
}
