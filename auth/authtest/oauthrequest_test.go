package authtest_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func (f *fixture) userInfo(token string) answer {
	f.t.Helper()
	status, h, text := f.do("GET", "oauth2/userInfo", "", "Authorization", "Bearer "+token)
	return answer{f.t, status, h, text}
}

// Requests to the domain are recorded, without a secret in them.
func TestRequestsOfOAuth(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{ClientSecret: true}, alice())
	s := f.surf().begin().signIn("alice", wrong).signIn("alice", password)
	code, token := s.code(), "oauth2/token"
	body := f.exchange(code, "client_secret", f.ClientSecret).ok()
	access, refresh := body["access_token"].(string), body["refresh_token"].(string)
	f.userInfo(access).ok()
	form := url.Values{"token": {refresh}, "client_id": {f.ClientID}, "client_secret": {f.ClientSecret}}
	f.program("oauth2/revoke", form)
	f.userInfo(access)
	f.exchange("unknown", "client_secret", "").fails(400, "invalid_client")
	s.begin("prompt", "login", "scope", "nothing")
	s.begin("redirect_uri", "https://evil.example")
	f.violated()
	s.open("logout?client_id=" + f.ClientID + "&logout_uri=" + url.QueryEscape(logoutURL))

	var got []string
	for _, r := range f.Requests() {
		got = append(got, fmt.Sprint(r.Operation, " ", r.Status, " ", r.ErrorCode))
		said := fmt.Sprint(r)
		for _, secret := range []string{
			password, wrong, code, proofKey, f.ClientSecret, access, refresh, s.cookie("XSRF-TOKEN"),
		} {
			assert.NotContains(t, said, secret, r.Operation)
		}
	}
	assert.Equal(t, []string{
		"oauth2/authorize 302 ", "login 200 ", "login 200 ", "login 302 ", token + " 200 ", "oauth2/userInfo 200 ",
		"oauth2/revoke 200 ", "oauth2/userInfo 401 invalid_token", token + " 400 invalid_client",
		"oauth2/authorize 302 invalid_scope", "oauth2/authorize 302 redirect_mismatch", "error 400 ", "logout 302 ",
	}, got)
	requests := f.Requests()
	assert.Equal(t, "alice", requests[3].Body["username"])
	assert.Equal(t, map[string]any{
		"grant_type": "authorization_code", "code": "REDACTED", "redirect_uri": callbackURL, "client_id": f.ClientID,
		"code_verifier": "REDACTED", "client_secret": "REDACTED",
	}, requests[4].Body)
	assert.Equal(t, "Bearer REDACTED", requests[5].Header.Get("Authorization"))
	assert.Equal(t, "REDACTED", requests[3].Header.Get("Cookie"))
}

// Every endpoint reports a fault in its own way.
func TestFaultsOfOAuth(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{}, alice())
	browser := f.surf().begin().signIn("alice", password)
	token := f.exchange(browser.code()).ok()["access_token"].(string)

	f.Fail(authtest.Fault{Operation: "oauth2/token"})
	f.exchange(f.authorized()).fails(500, "server_error", "Injected fault.")
	f.Fail(authtest.Fault{Operation: "oauth2/revoke", Code: "temporarily_unavailable", Message: "later", Status: 503})
	f.program("oauth2/revoke", url.Values{"token": {"x"}, "client_id": {f.ClientID}}).
		fails(503, "temporarily_unavailable", "later")
	f.Fail(authtest.Fault{Operation: "oauth2/userInfo"})
	a := f.userInfo(token)
	assert.Equal(t, 500, a.status)
	assert.Equal(t, `error="server_error", error_description="Injected fault."`, a.header.Get("WWW-Authenticate"))
	assert.Empty(t, a.text)
	for _, operation := range []string{"oauth2/authorize", "login"} {
		f.Fail(authtest.Fault{Operation: operation})
		f.surf().begin().refused("server_error", "Injected fault.")
	}
	for operation, path := range map[string]string{
		"logout":             "logout?client_id=" + f.ClientID + "&logout_uri=" + url.QueryEscape(logoutURL),
		"oauth2/idpresponse": "oauth2/idpresponse?code=x", "error": "error",
	} {
		f.Fail(authtest.Fault{Operation: operation, Status: 503})
		browser.open(path).complains("Error", "An error was encountered with the requested page.")
		assert.Equal(t, 503, browser.status)
	}
	browser.begin().code()
	f.unviolated()
}

// A request names its user by itself, by a code, by a token, by a page or by the browser's session.
func TestFaultsOfOAuthAimedAtAUser(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, authtest.User{
		Username: "alice", Password: password, TOTPSecret: secret, MFA: []string{totp},
	})
	body := f.exchange(f.authorized()).ok()
	waiting := f.surf().begin().signIn("alice", password).shows("Enter the code")
	signedIn := f.surf().begin().signIn("alice", password).submit("code", "SOFTWARE_TOKEN_MFA_CODE", f.totp(secret))
	signedIn.code()
	code := f.authorized()
	for name, failing := range map[string]func(){
		"code":    func() { f.exchange(code).fails(400, "aimed", "Injected fault.") },
		"refresh": func() { f.renew(body["refresh_token"].(string)).fails(400, "aimed", "Injected fault.") },
		"revocation": func() {
			f.program("oauth2/revoke", url.Values{"token": {body["refresh_token"].(string)}, "client_id": {f.ClientID}}).
				fails(400, "aimed", "Injected fault.")
		},
		"access token": func() { assert.Equal(t, 400, f.userInfo(body["access_token"].(string)).status) },
		"name":         func() { f.surf().begin().signIn("alice", password).refused("aimed", "Injected fault.") },
		"page": func() {
			waiting.submit("code", "SOFTWARE_TOKEN_MFA_CODE", "000000").refused("aimed", "Injected fault.")
		},
		"session": func() { signedIn.begin().refused("aimed", "Injected fault.") },
	} {
		t.Log(name)
		undoOther := f.Fail(authtest.Fault{Username: "bob", Code: "other", Times: -1})
		undo := f.Fail(authtest.Fault{Username: "alice", ClientID: f.ClientID, Code: "aimed", Times: -1})
		failing()
		undo()
		undoOther()
	}
}

// A lost answer of the token endpoint has used the code up.
func TestLostAnswerOfTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	code := f.authorized()
	f.Fail(authtest.Fault{Operation: "oauth2/token", LoseReply: true})
	resp, err := f.HTTPClient().PostForm(f.URL+"oauth2/token", url.Values{
		"grant_type": {"authorization_code"}, "code": {code}, "redirect_uri": {callbackURL}, "client_id": {f.ClientID},
		"code_verifier": {proofKey},
	})
	if err == nil {
		_ = resp.Body.Close()
	}
	require.Error(t, err)
	assert.Equal(t, 200, f.Requests()[0].Status)
	f.exchange(code).fails(400, "invalid_grant")
	assert.Contains(t, f.violated(), "code was sent twice")
}

func TestHoldOfOAuth(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	release := f.Hold("oauth2/token")
	answered := make(chan answer, 1)
	code := f.authorized()
	go func() { answered <- f.exchange(code) }()
	require.Eventually(t, func() bool { return len(f.Requests()) == 1 }, waitAtMost, poll)
	f.surf().begin().shows("Sign in")
	assert.Empty(t, answered)
	release()
	(<-answered).ok()
}
