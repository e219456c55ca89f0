package bff_test

import (
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

// A still is a program in a bubble of testing/synctest: no listener, and time stands still between
// the requests.
type still struct {
	t       *testing.T
	pool    *authtest.Pool
	bff     *bff.Handler
	handler http.Handler
}

func newStill(t *testing.T, poolConfig authtest.Config, change ...func(*bff.Config)) *still {
	t.Helper()
	return newStillOn(t, nil, poolConfig, change...)
}

// newStillOn keeps the sessions in a Store.
func newStillOn(t *testing.T, store auth.Store, poolConfig authtest.Config, change ...func(*bff.Config)) *still {
	t.Helper()
	poolConfig.NoListener = true
	s := &still{t: t, pool: authtest.New(t, poolConfig)}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: s.pool.UserPoolID, ClientID: s.pool.ClientID, Endpoint: s.pool.URL,
		HTTPClient: s.pool.HTTPClient(), Store: store,
		Domain: "login.example", RedirectSignIn: []string{origin + "/auth/redirect/callback"},
	})
	require.NoError(t, err)
	cfg := bff.Config{Client: client, PublicURL: origin, Limits: generous(), Logger: slog.New(slog.DiscardHandler)}
	allRoutes(&cfg)
	for _, f := range change {
		f(&cfg)
	}
	s.bff, err = bff.New(cfg)
	require.NoError(t, err)
	s.bff.SetPace(0)
	require.NoError(t, s.pool.AddUser(alice()))
	mux := http.NewServeMux()
	mux.Handle("/auth/", s.bff)
	mux.Handle("/", s.bff.Require(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, bff.From(r.Context()).AccessToken.Username)
	})))
	s.handler = mux
	return s
}

const origin = "https://app.example"

// A visitor is a browser in the bubble. It follows no redirect.
type visitor struct {
	*still
	cookies  map[string]string
	header   http.Header
	status   int
	location string
	page     string
	got      http.Header
}

func (s *still) visitor() *visitor {
	return &visitor{still: s, cookies: map[string]string{}, header: http.Header{}}
}

func (v *visitor) send(r *http.Request) {
	v.t.Helper()
	for name, values := range v.header {
		r.Header[name] = values
	}
	for name, value := range v.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	recorder := httptest.NewRecorder()
	v.handler.ServeHTTP(recorder, r)
	for _, c := range recorder.Result().Cookies() {
		v.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(v.cookies, c.Name)
		}
	}
	v.status, v.location = recorder.Code, recorder.Header().Get("Location")
	v.page, v.got = recorder.Body.String(), recorder.Header()
}

func (v *visitor) get(path string) {
	v.t.Helper()
	r := httptest.NewRequest(http.MethodGet, origin+path, nil)
	r.Header.Set("Accept", "text/html")
	v.send(r)
}

func (v *visitor) post(path string, values url.Values) {
	v.t.Helper()
	r := httptest.NewRequest(http.MethodPost, origin+path, strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Origin", origin)
	v.send(r)
}

func (v *visitor) signIn(username string) {
	v.t.Helper()
	v.post("/auth/sign-in", url.Values{"username": {username}, "password": {goodPassword}})
	require.Equal(v.t, http.StatusSeeOther, v.status, v.page)
}

// stepID returns the id of the step that waits.
func (v *visitor) stepID() string {
	v.t.Helper()
	v.get(v.location)
	found := regexp.MustCompile(`name="stepId" value="([^"]+)"`).FindStringSubmatch(v.page)
	require.NotNil(v.t, found, v.page)
	return found[1]
}

func jsonOf(t *testing.T, v any) []byte {
	t.Helper()
	data, err := json.Marshal(v)
	require.NoError(t, err)
	return data
}

func keyID(t *testing.T, page string) string {
	t.Helper()
	found := regexp.MustCompile(`name="credentialId" value="([^"]+)"`).FindStringSubmatch(page)
	require.NotNil(t, found, page)
	return found[1]
}
