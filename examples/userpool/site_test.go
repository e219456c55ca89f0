package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// newTestSite returns a site whose pool has alice, who has an authenticator app.
func newTestSite(t *testing.T, opts options) (*authtest.Pool, http.Handler) {
	t.Helper()
	pool := authtest.New(t, authtest.Config{
		NoListener: true, MFA: authtest.MFAOptional, TOTP: true,
		OnViolation: func(error) {}, // a browser's GET / that reaches the pool is one
	})
	require.NoError(t, pool.AddUser(authtest.User{
		Username: "alice", Password: demo.Password, Attributes: map[string]string{"email": "alice@example.com"},
		TOTPSecret: "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", MFA: []string{"SOFTWARE_TOKEN_MFA"}, Groups: []string{"admins"},
	}))
	return pool, newSite(pool, opts, func() {})
}

// request is one to a site, from this machine unless from says otherwise.
type request struct {
	method, path, host, from, body string
	header                         map[string]string
}

func (r request) to(t *testing.T, site http.Handler) *httptest.ResponseRecorder {
	t.Helper()
	sent := httptest.NewRequestWithContext(t.Context(), r.method, r.path, strings.NewReader(r.body))
	sent.Host, sent.RemoteAddr = "127.0.0.1:9229", "127.0.0.1:50000"
	if r.host != "" {
		sent.Host = r.host
	}
	if r.from != "" {
		sent.RemoteAddr = r.from
	}
	for name, value := range r.header {
		sent.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, sent)
	return w
}

// TestForeignHostIsRefused checks that no page can read the pool by making its name resolve to this
// machine.
func TestForeignHostIsRefused(t *testing.T) {
	t.Parallel()
	_, site := newTestSite(t, options{hosts: []string{"pool"}})
	for host, want := range map[string]int{
		"127.0.0.1:9229": 200, "localhost:9229": 200, "LOCALHOST": 200, "app.localhost:9229": 200, "[::1]:9229": 200,
		"[::1]": 200, "192.168.1.20:9229": 200, "pool:9229": 200, "Pool": 200,
		"evil.example:9229": 421, "evil.example": 421, "127.0.0.1.evil.example": 421, "localhost.evil.example": 421,
		"notlocalhost": 421, "pool.evil.example": 421,
	} {
		for _, path := range []string{"/", "/health", "/_pool/messages"} {
			assert.Equal(t, want, request{method: "GET", path: path, host: host}.to(t, site).Code, "%s%s", host, path)
		}
	}
	assert.Equal(t, 421, request{method: "POST", path: "/", host: "evil.example"}.to(t, site).Code)
}

// TestOtherMachinesGetNoControl checks that only Cognito's API and the health are there for them.
func TestOtherMachinesGetNoControl(t *testing.T) {
	t.Parallel()
	pool, site := newTestSite(t, options{})
	const away = "192.168.1.30:50000"
	for _, r := range []request{
		{method: "GET", path: "/_pool/messages"},
		{method: "GET", path: "/_pool/users"},
		{method: "GET", path: "/_pool/requests"},
		{method: "GET", path: "/_pool/page.css"},
		{method: "POST", path: "/_pool/users", body: `{"Users":[]}`},
		{method: "POST", path: "/_pool/clock", body: `{"advance":"1h"}`},
		{method: "POST", path: "/_pool/page/clock", body: "advance=1h"},
	} {
		r.from = away
		assert.Equal(t, 404, r.to(t, site).Code, r.path)
	}
	for _, home := range []request{
		{method: "GET", path: "/", from: away},
		{method: "GET", path: "/", header: map[string]string{"X-Forwarded-For": "192.168.1.30"}},
		{method: "GET", path: "/", header: map[string]string{"Forwarded": "for=192.168.1.30"}},
	} {
		w := home.to(t, site)
		assert.Equal(t, 400, w.Code)
		assert.NotContains(t, w.Body.String(), "alice")
	}
	assert.Equal(t, 200, request{method: "GET", path: "/health", from: away}.to(t, site).Code)
	assert.Equal(t, 200, request{method: "GET", path: "/" + pool.UserPoolID + "/.well-known/jwks.json", from: away}.to(t, site).Code)
	assert.Equal(t, 200, request{method: "GET", path: "/", from: "[::1]:50000"}.to(t, site).Code)
}

// TestForeignPagesCannotAdminister checks that a page that a developer visits can sign people in,
// as at Cognito, and can do nothing else: neither by scripts nor by forms, which need no
// permission.
func TestForeignPagesCannotAdminister(t *testing.T) {
	t.Parallel()
	pool, site := newTestSite(t, options{})
	const signed, plain, form = "application/x-amz-json-1.1", "text/plain", "application/x-www-form-urlencoded"
	foreign := func(r request, contentType, operation string) *httptest.ResponseRecorder {
		r.header = map[string]string{
			"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site", "Content-Type": contentType,
		}
		if operation != "" {
			r.header["X-Amz-Target"] = "AWSCognitoIdentityProviderService." + operation
			r.header["Authorization"] = "AWS4-HMAC-SHA256 Credential=any"
		}
		return r.to(t, site)
	}
	before := pool.Users()
	ids := `"UserPoolId":"` + pool.UserPoolID + `","Username":"alice"`
	for _, test := range []struct {
		request
		contentType, operation string
		want                   int
	}{
		{request{method: "POST", path: "/", body: `{` + ids + `}`}, signed, "AdminDeleteUser", 403},
		{request{method: "POST", path: "/", body: `{` + ids + `}`}, plain, "", 400},
		{request{method: "POST", path: "/", body: "Action=AdminDeleteUser"}, form, "", 400},
		{request{method: "POST", path: "/_pool/clock", body: `{"advance":"1h"}`}, plain, "", 403},
		{request{method: "POST", path: "/_pool/page/clock", body: "advance=1h"}, form, "", 403},
		{request{method: "POST", path: "/_pool/users", body: `{"Users":[{"Username":"mallory"}]}`}, plain, "", 403},
		{request{method: "POST", path: "/_pool/faults", body: `{"operation":"InitiateAuth","code":"X"}`}, plain, "", 403},
		{request{method: "DELETE", path: "/_pool/requests"}, plain, "", 403},
		{request{method: "GET", path: "/"}, plain, "", 200}, // the browser shows it to the person, not to the page
		{request{method: "GET", path: "/_pool/users"}, plain, "", 200},
		{request{method: "GET", path: "/_pool/messages"}, plain, "", 200},
	} {
		w := foreign(test.request, test.contentType, test.operation)
		assert.Equal(t, test.want, w.Code, "%s %s %s", test.method, test.path, test.operation)
		if w.Code != 400 {
			assert.Empty(t, w.Header().Get("Access-Control-Allow-Origin"), "%s %s", test.method, test.path)
		}
	}
	assert.Equal(t, before, pool.Users())
	assert.WithinDuration(t, time.Now(), pool.Now(), time.Minute)

	w := foreign(request{
		method: "POST", path: "/", body: `{"ClientId":"` + pool.ClientID + `","Username":"bob","Password":"` + demo.Password + `"}`,
	}, signed, "SignUp")
	assert.Equal(t, 200, w.Code, w.Body)
	assert.Equal(t, "*", w.Header().Get("Access-Control-Allow-Origin"))
}

func TestPageShowsThePool(t *testing.T) {
	t.Parallel()
	pool, site := newTestSite(t, options{})
	require.NoError(t, pool.AddUser(authtest.User{
		Username: "<script>", Password: demo.Password, Unconfirmed: true, Attributes: map[string]string{"email": "b@example.com"},
	}))
	form := map[string]string{"Content-Type": "application/x-www-form-urlencoded"}
	request{method: "POST", path: "/login", body: "username=somebody-on-a-page", header: form}.to(t, site)
	w := request{method: "GET", path: "/"}.to(t, site)
	text := w.Body.String()
	code, err := authtest.TOTPCode("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", pool.Now())
	require.NoError(t, err)
	for _, shown := range []string{
		pool.UserPoolID, pool.ClientID, "alice@example.com", "TOTP", "admins", "not confirmed", "&lt;script&gt;",
		"somebody-on-a-page", pool.LastCode("<script>"), code,
	} {
		assert.Contains(t, text, shown)
	}
	assert.NotContains(t, text, "<script>")
	assert.Contains(t, w.Header().Get("Content-Security-Policy"), "default-src 'none'")
	assert.Equal(t, "text/css; charset=utf-8", request{method: "GET", path: "/_pool/page.css"}.to(t, site).Header().Get("Content-Type"))
}

func TestClockButtons(t *testing.T) {
	t.Parallel()
	_, site := newTestSite(t, options{})
	press := func(button string, header map[string]string) int {
		if header == nil {
			header = map[string]string{}
		}
		header["Content-Type"] = "application/x-www-form-urlencoded"
		return request{
			method: "POST", path: "/_pool/page/clock", body: url.Values{"advance": {button}}.Encode(), header: header,
		}.to(t, site).Code
	}
	page := func() string { return request{method: "GET", path: "/"}.to(t, site).Body.String() }
	assert.Contains(t, page(), "The time of this machine")
	assert.Equal(t, http.StatusSeeOther, press("1h", nil))
	assert.Equal(t, http.StatusSeeOther, press("5m", nil))
	assert.Contains(t, page(), "1h5m ahead of this machine")
	assert.Equal(t, http.StatusSeeOther, press("back", nil))
	assert.Contains(t, page(), "The time of this machine")
	assert.Equal(t, http.StatusBadRequest, press("17y", nil))
	assert.Equal(t, http.StatusForbidden, press("1h", map[string]string{"Sec-Fetch-Site": "cross-site"}))
}

func TestUsersAreExportedAndImported(t *testing.T) {
	t.Parallel()
	_, site := newTestSite(t, options{})
	exported := request{method: "GET", path: "/_pool/users"}.to(t, site).Body.String()
	other := authtest.New(t, authtest.Config{NoListener: true})
	site = newSite(other, options{seedPassword: demo.Password}, func() {})
	for _, want := range []imported{
		{Added: []string{"alice"}, Skipped: []string{}}, {Added: []string{}, Skipped: []string{"alice"}},
	} {
		w := request{method: "POST", path: "/_pool/users", body: exported}.to(t, site)
		require.Equal(t, 200, w.Code, w.Body)
		var outcome imported
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &outcome))
		assert.Equal(t, want, outcome)
	}
	require.Len(t, other.Users(), 1)
	assert.Equal(t, "alice@example.com", other.Users()[0].Attributes["email"])
	assert.Equal(t, 400, request{method: "POST", path: "/_pool/users", body: `{"Users":[{"Pasword":""}]}`}.to(t, site).Code)
	assert.Equal(t, 403, request{
		method: "POST", path: "/_pool/users", body: exported, header: map[string]string{"Sec-Fetch-Site": "cross-site"},
	}.to(t, site).Code)
}
