package authtest_test

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestSignInOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	s := f.surf().begin().shows("Sign in")
	assert.Equal(t, "/login", s.url.Path)
	assert.Equal(t, f.authorizeQuery(), s.url.Query(), "the page has the query of the app")
	s.signIn("alice", wrong).complains("Sign in", wrongPassword)
	s.signIn("alice", password)
	assert.Equal(t, "localhost:3000", s.callback.Host)
	body := f.exchange(s.code()).ok()
	assert.Equal(t, "Bearer", body["token_type"])
	assert.EqualValues(t, 3600, body["expires_in"])
	_, id := f.verify(body["id_token"].(string))
	assert.Equal(t, nonce, id["nonce"])
	assert.Equal(t, "alice", id["cognito:username"])
	assert.NotEmpty(t, body["refresh_token"])
	f.unviolated()
}

// What the app must not be told about leads to a page of the pool.
func TestAuthorizeErrorsThatAreNotRedirected(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	for name, changes := range map[string][]string{
		"unknown client": {"client_id", "nobody"}, "no redirect URI": {"redirect_uri", ""},
		"other scheme": {"redirect_uri", "https://localhost:3000/callback"}, "other port": {"redirect_uri", "http://localhost:3001/callback"},
		"trailing slash": {"redirect_uri", callbackURL + "/"}, "query": {"redirect_uri", callbackURL + "?a=b"},
		"loopback address": {"redirect_uri", "http://127.0.0.1:3000/callback"},
		"prefix":           {"redirect_uri", "http://localhost:3000"}, "user": {"redirect_uri", "http://localhost:3000@evil.example/callback"},
	} {
		s := f.surf().begin(changes...).complains("Error", "An error was encountered with the requested page.")
		assert.Equal(t, http.StatusBadRequest, s.status, name)
		assert.Equal(t, "/error", s.url.Path, name)
		assert.Equal(t, "redirect_mismatch", s.url.Query().Get("error"), name)
		assert.Equal(t, f.authorizeQuery(changes...).Get("client_id"), s.url.Query().Get("client_id"), name)
		_, err := f.Authorize(f.authorizeURL(changes...), "alice")
		require.ErrorContains(t, err, "redirect_mismatch", name)
	}
}

func TestAuthorizeErrorsThatAreRedirected(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	const email = "email"
	for name, row := range map[string]struct {
		code    string
		changes []string
	}{
		"no response type":       {"invalid_request", []string{"response_type", ""}},
		"unknown response type":  {"invalid_request", []string{"response_type", "id_token"}},
		"flow not allowed":       {"unauthorized_client", []string{"response_type", "token"}},
		"unknown scope":          {"invalid_scope", []string{"scope", "openid groups"}},
		"email without openid":   {"invalid_scope", []string{"scope", email}},
		"plain challenge":        {"invalid_request", []string{"code_challenge_method", "plain"}},
		"challenge alone":        {"invalid_request", []string{"code_challenge_method", ""}},
		"method alone":           {"invalid_request", []string{"code_challenge", ""}},
		"challenge is no digest": {"invalid_request", []string{"code_challenge", "short"}},
		"unknown prompt":         {"invalid_request", []string{"prompt", "create"}},
		"none and login":         {"invalid_request", []string{"prompt", "none login"}},
		"nobody is signed in":    {"login_required", []string{"prompt", "none"}},
		"resource is no URL":     {"invalid_request", []string{"resource", "orders"}},
		"resource on http":       {"invalid_request", []string{"resource", "http://orders.example"}},
		"unknown provider":       {"invalid_request", []string{"identity_provider", "Google"}},
		"unknown IdP identifier": {"invalid_request", []string{"idp_identifier", "example.com"}},
	} {
		s := f.surf().begin(row.changes...)
		require.NotNil(t, s.callback, name)
		assert.True(t, strings.HasPrefix(s.callback.String()+"#", callbackURL), name)
		values := s.callback.Query()
		if s.callback.Fragment != "" {
			values, _ = url.ParseQuery(s.callback.Fragment)
		}
		assert.Equal(t, url.Values{"error": {row.code}, "state": {state}}, values, name)
		callback, err := f.Authorize(f.authorizeURL(row.changes...), "alice")
		require.NoError(t, err, name)
		assert.Equal(t, s.callback.String(), callback, name)
	}
	callback := f.surf().begin("state", "", "scope", "nothing").callback
	assert.Equal(t, callbackURL+"?error=invalid_scope", callback.String(), "no state is made up")
}

func TestAClientWithoutOAuthMayNotAuthorize(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice()).createClient(object{"CallbackURLs": []string{callbackURL}})
	assert.Equal(t, "unauthorized_client", f.surf().begin("scope", "").callback.Query().Get("error"))
}

// The default redirect URI takes the place of a missing one if there is one identity provider.
func TestDefaultRedirectURI(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{}, alice())
	client := func(providers ...string) *fixture {
		return f.createClient(object{
			"CallbackURLs": []string{callbackURL, "http://localhost:3000/other"}, "DefaultRedirectURI": callbackURL,
			"AllowedOAuthFlowsUserPoolClient": true, "AllowedOAuthFlows": []string{"code"},
			"AllowedOAuthScopes": []string{"openid", "email"}, "SupportedIdentityProviders": providers,
		})
	}
	one := client("COGNITO")
	s := one.surf().begin("redirect_uri", "").signIn("alice", password)
	assert.Equal(t, "/callback", s.callback.Path)
	one.exchange(s.code()).ok()
	s.begin("redirect_uri", "http://localhost:3000/other").code()
	assert.Equal(t, "/other", s.callback.Path, "a registered one is kept")
	s.begin("redirect_uri", "http://localhost:3000/unknown").
		complains("Error", "An error was encountered with the requested page.")
	client("COGNITO", "Google").surf().begin("redirect_uri", "").
		complains("Error", "An error was encountered with the requested page.")
}

// A pool without a domain knows no client, as nobody can resolve its name.
func TestPagesNeedADomain(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	p := f.createClient(object{
		"CallbackURLs": []string{callbackURL}, "AllowedOAuthFlowsUserPoolClient": true,
		"AllowedOAuthFlows": []string{"code"}, "AllowedOAuthScopes": []string{"openid", "email"},
	})
	p.surf().begin().complains("Error", "An error was encountered with the requested page.")
	p.exchange("code").fails(400, "invalid_client")
	f.admin("CreateUserPoolDomain", object{"Domain": "acme", "ManagedLoginVersion": 2}).ok()
	p.exchange(p.surf().begin().signIn("alice", password).code()).ok()
	f.admin("DeleteUserPoolDomain", object{"Domain": "acme"}).ok()
	p.surf().begin().complains("Error", "An error was encountered with the requested page.")
}

// The older generation of the pages ignores prompt and lang, and refuses resource.
func TestClassicPages(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{ManagedLogin: authtest.ManagedLogin{Classic: true}}, alice())
	s := f.surf().begin("prompt", "none", "lang", "de").shows("Sign in")
	assert.Empty(t, s.cookie("lang"))
	query := f.surf().begin("resource", "https://orders.example").callback.Query()
	assert.Equal(t, "invalid_request", query.Get("error"))
	assert.Equal(t, "invalid_scope", query.Get("error_description"))
}

// The session of the browser lasts an hour from the sign-in, however it is used.
func TestSessionOfTheBrowser(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	s := f.surf().begin().signIn("alice", password)
	at := f.claims(tokensOf(f.exchange(s.code()).ok())).id["auth_time"]
	for range 2 {
		f.Advance(29 * time.Minute)
		resumed := f.claims(tokensOf(f.exchange(s.begin("prompt", "none").code()).ok()))
		assert.Equal(t, at, resumed.id["auth_time"], "a resumed sign-in has the time of the interactive one")
	}
	s.begin("prompt", "login").shows("Sign in")
	s.begin("identity_provider", "COGNITO").code()
	f.Advance(2 * time.Minute)
	assert.Equal(t, "login_required", s.begin("prompt", "none").callback.Query().Get("error"))
	s.begin().shows("Sign in")
}

// In a bubble, an hour of the browser's session takes no time.
func TestSessionOfTheBrowserInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := startSocial(t, authtest.Config{NoListener: true}, alice())
		s := f.surf()
		s.begin().signIn("alice", password).code()
		time.Sleep(time.Hour - time.Second)
		s.begin().code()
		time.Sleep(time.Second)
		s.begin().shows("Sign in")
		s.google().submit(asAnna).code()
	})
}

// Another sign-in replaces the session; changes of the user do not end it, and neither does a
// global sign-out.
func TestWhatEndsTheSessionOfTheBrowser(t *testing.T) {
	t.Parallel()
	bob := authtest.User{Username: "bob", Password: password}
	f := startPages(t, authtest.Config{}, alice(), bob)
	s := f.surf().begin().signIn("alice", password)
	f.admin("AdminSetUserPassword", object{"Username": "alice", "Password": "Other-horse-1!", "Permanent": true}).ok()
	f.admin("AdminUserGlobalSignOut", object{"Username": "alice"}).ok()
	s.begin().code()
	s.begin("prompt", "login").signIn("bob", password).code()
	body := f.exchange(s.begin("prompt", "none").code()).ok()
	assert.Equal(t, "bob", f.claims(tokensOf(body)).access["username"])
	f.admin("AdminDisableUser", object{"Username": "bob"}).ok()
	s.begin().shows("Sign in")
}

// tokensOf returns an answer of the token endpoint in the form of the API.
func tokensOf(body object) object {
	return object{"AccessToken": body["access_token"], "IdToken": body["id_token"]}
}

func TestImplicitFlow(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{ManagedLogin: authtest.ManagedLogin{Flows: []string{"implicit"}}}
	f := startPages(t, cfg, alice())
	s := f.surf().begin("response_type", "token", "code_challenge", "", "code_challenge_method", "").
		signIn("alice", password)
	values, err := url.ParseQuery(s.callback.Fragment)
	require.NoError(t, err)
	assert.Empty(t, s.callback.RawQuery)
	assert.Equal(t, "bearer", values.Get("token_type"))
	assert.Equal(t, "3600", values.Get("expires_in"))
	assert.Equal(t, state, values.Get("state"))
	assert.False(t, values.Has("refresh_token"))
	claims := f.claims(object{"AccessToken": values.Get("access_token"), "IdToken": values.Get("id_token")})
	assert.Equal(t, nonce, claims.id["nonce"])
	assert.Equal(t, "unauthorized_client", f.surf().begin().callback.Query().Get("error"), "a code is not allowed")
	f.unviolated()
}

// Cross-site requests cannot sign anybody in.
func TestFormsAreBoundToTheBrowser(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	victim, stranger := f.surf().begin(), f.surf().begin()
	action, values := stranger.form("login")
	change(values, []string{"username", "alice", "password", password})
	victim.post(action, values).complains("Error", "An error was encountered with the requested page.")
	f.surf().post(action, values).complains("Error", "An error was encountered with the requested page.")
	values.Del("_csrf")
	stranger.post(action, values).complains("Error", "An error was encountered with the requested page.")
	assert.Empty(t, victim.cookie("cognito"))
}

// cookie returns a cookie of the browser, or "".
func (s *surfer) cookie(name string) string {
	s.f.t.Helper()
	u, err := url.Parse(s.f.URL)
	require.NoError(s.f.t, err)
	for _, c := range s.client.Jar.Cookies(u) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

// A sign-in gets a cookie of its own, whatever the browser had before it.
func TestSessionIsNotFixed(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	s := f.surf().begin().signIn("alice", password)
	first := s.cookie("cognito")
	s.begin("prompt", "login").signIn("alice", password)
	assert.NotEqual(t, first, s.cookie("cognito"))
}

func TestTwoTabs(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	first := f.surf().begin()
	second := *first
	second.begin("nonce", "second").signIn("alice", password).code()
	first.signIn("alice", password)
	_, id := f.verify(f.exchange(first.code()).ok()["id_token"].(string))
	assert.Equal(t, nonce, id["nonce"])
}

func TestSlowPeopleStartAgain(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	s := f.surf().begin()
	f.Advance(5 * time.Minute)
	s.signIn("alice", password).complains("Error", "Something went wrong")
	s.begin().signIn("alice", password).code()
}

func TestHeadersOfPages(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	s := f.surf().begin("lang", "de", "login_hint", `"><script>alice`)
	for name, value := range map[string]string{
		"Cache-Control": "no-store", "X-Frame-Options": "DENY", "X-Content-Type-Options": "nosniff",
		"Referrer-Policy": "no-referrer",
	} {
		assert.Equal(t, value, s.header.Get(name))
	}
	assert.Contains(t, s.header.Get("Content-Security-Policy"), "default-src 'none'")
	assert.Equal(t, "de", s.cookie("lang"))
	assert.NotEmpty(t, s.header.Get("x-amz-cognito-request-id"))
	assert.Empty(t, s.header.Get("Access-Control-Allow-Origin"))
	assert.NotContains(t, s.text, "<script")
	assert.Contains(t, s.text, `value="&#34;&gt;&lt;script&gt;alice"`, "login_hint fills in the name, escaped")
	assert.Contains(t, s.header.Values("Set-Cookie")[0]+s.header.Get("Set-Cookie"), "HttpOnly; SameSite=Lax")
}

func TestMethodsOfEndpoints(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{})
	for path, method := range map[string]string{
		"oauth2/authorize": "POST", "oauth2/token": "GET", "oauth2/revoke": "GET", "oauth2/userInfo": "POST",
		"logout": "POST", "login": "PUT", "error": "POST",
	} {
		status, _, text := f.do(method, path+"?"+f.authorizeQuery().Encode(), "")
		assert.Equal(t, http.StatusMethodNotAllowed, status, path)
		assert.Empty(t, text, path)
	}
	for path, method := range map[string]string{
		"oauth2/token": "POST", "oauth2/revoke": "POST", "oauth2/userInfo": "GET",
	} {
		for _, method := range []string{"OPTIONS", method} {
			_, h, _ := f.do(method, path, "", "Origin", "https://app.example")
			assert.Equal(t, "*", h.Get("Access-Control-Allow-Origin"), path)
			if method != "OPTIONS" {
				assert.NotEmpty(t, h.Get("x-amz-cognito-request-id"), path)
				assert.Equal(t, "no-store", h.Get("Cache-Control"), path)
			}
		}
	}
}

func TestAuthorizeWithoutABrowser(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	body := f.exchange(f.authorized()).ok()
	assert.Equal(t, "alice", f.claims(tokensOf(body)).access["username"])
	raw, err := json.Marshal(object{"url": f.authorizeURL(), "username": "alice"})
	require.NoError(t, err)
	status, _, text := f.do("POST", "_pool/authorize", string(raw))
	assert.Equal(t, http.StatusOK, status)
	assert.Contains(t, text, `{"callbackUrl":"`+callbackURL+"?code=")
	status, _, text = f.do("POST", "_pool/authorize", `{"url":"/oauth2/authorize","username":"alice"}`)
	assert.Equal(t, http.StatusBadRequest, status)
	assert.Contains(t, text, "redirect_mismatch")
	_, err = f.Authorize(f.authorizeURL(), "nobody")
	require.ErrorContains(t, err, `no user "nobody"`)
	for _, bad := range []string{"::", f.URL + "login?" + f.authorizeQuery().Encode()} {
		_, err := f.Authorize(bad, "alice")
		require.ErrorContains(t, err, "the URL is not one of /oauth2/authorize")
	}
	f.unviolated()
}

// A trigger that refuses is quoted to the app, and to the person on the page.
func TestTriggersOfAPageThatRefuse(t *testing.T) {
	t.Parallel()
	deny := false
	var sources []string
	cfg := authtest.Config{Triggers: authtest.Triggers{
		PreAuthentication: func(*authtest.PreAuthenticationEvent) error {
			if deny {
				return errors.New("not today")
			}
			return nil
		},
		PreTokenGeneration: func(e *authtest.PreTokenGenerationEvent) error {
			sources = append(sources, e.TriggerSource+" "+strings.Join(e.Request.Scopes, " "))
			return errors.New("no tokens")
		},
	}}
	f := startPages(t, cfg, alice())
	query := f.surf().begin().signIn("alice", password).callback.Query()
	assert.Equal(t, "invalid_request", query.Get("error"))
	assert.Equal(t, "PreTokenGeneration failed with error no tokens.", query.Get("error_description"))
	assert.Equal(t, []string{"TokenGeneration_HostedAuth openid email"}, sources)
	deny = true
	f.surf().begin().signIn("alice", password).
		complains("Sign in", "PreAuthentication failed with error not today.")
}
