package bff_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

func TestPlantedIDsAreNeverSignedIn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	w.add(withTOTP(alice()))
	planted := strings.Repeat("A", 43)
	victim := w.browser()
	victim.setCookie(sessionCookie, planted)
	victim.setCookie(flowCookie, planted)
	victim.get("/orders")
	assert.Contains(t, victim.path, "/auth/sign-in")
	victim.signIn("/orders", "alice")
	assert.NotEqual(t, planted, victim.cookie(flowCookie))
	halfway := victim.cookie(flowCookie)
	victim.submit("challengeResponse", w.code(totpSecret))
	victim.isApp("/orders", "alice")
	assert.NotEqual(t, planted, victim.cookie(sessionCookie))
	for _, id := range []string{planted, halfway} {
		attacker := w.browser()
		attacker.setCookie(sessionCookie, id)
		attacker.setCookie(flowCookie, id)
		attacker.get("/orders")
		assert.Contains(t, attacker.path, "/auth/sign-in")
		attacker.get("/auth/step")
		assert.NotContains(t, attacker.page, "app ")
	}
}

func TestAFlowThatSomebodyElseBeganIsWorthNothingToThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	w.add(withTOTP(alice()))
	attacker := w.browser().signIn("/", "alice")
	known := attacker.cookie(flowCookie)
	victim := w.browser()
	victim.setCookie(flowCookie, known)
	victim.get("/auth/step").submit("challengeResponse", w.code(totpSecret))
	victim.isApp("/", "alice")
	attacker.post("/auth/step", url.Values{"stepId": {"x"}, "challengeResponse": {"000000"}})
	assert.NotContains(t, attacker.page, "app ")
	attacker.setCookie(sessionCookie, known)
	attacker.get("/orders")
	assert.Contains(t, attacker.path, "/auth/sign-in")
}

// foreign are the headers of requests that other sites make.
func foreign(own string) map[string]http.Header {
	return map[string]http.Header{
		"cross-site":        {"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"}},
		"same-site":         {"Sec-Fetch-Site": {"same-site"}, "Origin": {"https://sibling.example"}},
		"cross-site, own":   {"Sec-Fetch-Site": {"cross-site"}},
		"old browser":       {"Origin": {"https://evil.example"}},
		"null":              {"Origin": {"null"}},
		"null, same origin": {"Origin": {"null"}, "Sec-Fetch-Site": {"same-origin"}},
		"other port":        {"Origin": {"https://127.0.0.1:1"}},
		"http":              {"Origin": {strings.Replace(own, "https", "http", 1)}},
		"script": {
			"Accept": {"application/json"}, "X-Requested-With": {"x"},
			"Sec-Fetch-Site": {"cross-site"}, "Origin": {"https://evil.example"},
		},
	}
}

// Every form is refused that does not come from one of the program's own pages.
func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{}, allRoutes)
	w.add(alice())
	b := w.browser().signIn("/", "alice")
	w.pool.ResetRequests()
	refused := foreign(w.server.URL)
	refused["nothing"] = http.Header{}
	refused["script, no header"] = http.Header{"Accept": {"application/json"}, "Origin": {w.server.URL}}
	for name, header := range refused {
		for path, posts := range bff.RoutePaths() {
			if !posts {
				continue
			}
			b.do(http.MethodPost, "/auth/"+path, "application/x-www-form-urlencoded", strings.NewReader("username=alice"), header)
			assert.Equal(t, http.StatusForbidden, b.status, "%s: %s", name, path)
			assert.Empty(t, b.got.Values("Set-Cookie"), "%s: %s", name, path)
		}
	}
	for name, header := range foreign(w.server.URL) {
		for _, path := range []string{"/orders", "/payments"} {
			b.do(http.MethodPost, path, "", nil, header)
			assert.Equal(t, http.StatusForbidden, b.status, "the program's own handlers are protected, too: %s", name)
		}
	}
	b.do(http.MethodGet, "/auth/user", "", nil, http.Header{"Accept": {"application/json"}})
	assert.Equal(t, http.StatusForbidden, b.status, "a script has to name itself")
	assert.Empty(t, w.pool.Requests())
	b.get("/")
	b.isApp("/", "alice")
}

var elsewhere = []string{
	"https://evil.example", "//evil.example", "///evil.example", `/\evil.example`, `\\evil.example`, `/\/evil.example`,
	"/\t/evil.example", "\t//evil.example", "/\n/evil.example", " //evil.example", "/%09/evil.example", "javascript:alert(1)",
	"data:text/html,x", "http:evil.example", "https:/evil.example", "evil.example", "/..//evil.example", "/./\\evil.example",
	"/%2f/evil.example", "/%5cevil.example", "/x//evil.example", "/@evil.example\x00", "//user@evil.example", "/ünïcode",
	"?return=//evil.example", "#//evil.example", "/#//evil", "", strings.Repeat("/a", 2000), "https://app.example@evil.example",
	"//[::1]", "/\u200b/evil.example", "//\\/evil.example", ".//evil.example", "/%E2%80%8B\\evil",
}

func TestReturnAddressesAreLocal(t *testing.T) {
	t.Parallel()
	allowed := []string{"/%09/evil.example", "/x"} // a path on this host, whatever it looks like
	for _, to := range elsewhere {
		if slices.Contains(allowed, to) {
			continue
		}
		assert.Empty(t, bff.LocalPath(to), "%q", to)
	}
	for _, to := range []string{"/", "/orders", "/orders?id=7&next=https%3A%2F%2Fx", "/a/b/", "/%C3%BC", "/a:b", "/?u=http://x"} {
		assert.Equal(t, to, bff.LocalPath(to))
	}
}

func TestOpenRedirects(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{})
		for _, to := range elsewhere {
			b := s.visitor()
			b.get("/auth/sign-in?return=" + url.QueryEscape(to))
			if to != "/%09/evil.example" {
				assert.NotContains(t, b.page, "evil", "%q", to)
			}
			b.post("/auth/sign-in?return="+url.QueryEscape(to), url.Values{"username": {"alice"}, "password": {goodPassword}, "return": {to}})
			require.Equal(t, http.StatusSeeOther, b.status)
			target, err := url.Parse(b.location)
			require.NoError(t, err)
			there := (&url.URL{Scheme: "https", Host: "app.example", Path: "/auth/sign-in"}).ResolveReference(target)
			assert.Equal(t, "app.example", there.Host, "%q", to)
			assert.False(t, strings.HasPrefix(there.Path, "//"), "%q leads to %q", to, b.location)
		}
	})
}

func FuzzLocalPath(f *testing.F) {
	for _, to := range append(elsewhere, "/orders?id=7") {
		f.Add(to)
	}
	base := &url.URL{Scheme: "https", Host: "app.example", Path: "/auth/sign-in"}
	f.Fuzz(func(t *testing.T, to string) {
		got := bff.LocalPath(to)
		if got == "" {
			return
		}
		// As browsers read it: a backslash is a slash, tabs and newlines are nothing.
		seen := strings.NewReplacer(`\`, "/", "\t", "", "\n", "", "\r", "").Replace(strings.TrimSpace(got))
		target, err := base.Parse(seen)
		require.NoError(t, err)
		assert.Equal(t, "app.example", target.Host)
		assert.Equal(t, "https", target.Scheme)
		assert.False(t, strings.HasPrefix(target.Path, "//"))
	})
}

func TestStepsAreAnsweredByTheirOwnFormsOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	bob := withTOTP(alice())
	bob.Username = "bob"
	w.add(withTOTP(alice()), bob)
	first := w.browser().signIn("/", "alice")
	second := first.fork()
	second.get("/auth/sign-in").submit("username", "bob", "password", goodPassword)
	w.pool.ResetRequests()
	first.submit("challengeResponse", w.code(totpSecret))
	assert.Equal(t, http.StatusConflict, first.status)
	assert.Contains(t, first.alert(), "answered elsewhere")
	assert.Empty(t, w.pool.Requests(), "the code of one person is not sent for another")
	second.submit("challengeResponse", w.code(totpSecret))
	second.isApp("/", "bob")
	second.post("/auth/step", url.Values{"stepId": {"x"}, "challengeResponse": {"000000"}})
	assert.Equal(t, http.StatusGone, second.status, "a step that is over")
}

func TestFormsOfOnePersonChangeNothingOfAnother(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	bob := alice()
	bob.Username = "bob"
	w.add(alice(), bob)
	first := w.browser().signIn("/auth/account/details", "alice")
	second := first.fork()
	second.get("/auth/sign-out").submit()
	second.signIn("/orders", "bob")
	w.pool.ResetRequests()
	first.submit("userAttributeKey", "email", "value", "mine@example.com")
	assert.Equal(t, http.StatusConflict, first.status)
	for _, request := range w.pool.Requests() {
		assert.NotEqual(t, "UpdateUserAttributes", request.Operation)
	}
	second.get("/orders").isApp("/orders", "bob")
}

func TestASecondClickSendsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	w.add(withTOTP(alice()))
	first := w.browser().signIn("/", "alice")
	second := first.fork()
	code := w.code(totpSecret)
	w.pool.ResetRequests()
	release := w.pool.Hold("RespondToAuthChallenge")
	done := make(chan struct{})
	go func() {
		defer close(done)
		first.submit("challengeResponse", code)
	}()
	require.Eventually(t, func() bool { return len(w.pool.Requests()) == 1 }, time.Minute, time.Millisecond)
	second.submit("challengeResponse", code)
	assert.Equal(t, http.StatusConflict, second.status)
	release()
	<-done
	first.isApp("/", "alice")
	count := 0
	for _, request := range w.pool.Requests() {
		if request.Operation == "RespondToAuthChallenge" {
			count++
		}
	}
	assert.Equal(t, 1, count)
}

func TestStuffedCookiesAreNotBelieved(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	w.add(alice())
	b := w.browser().signIn("/", "alice")
	good := b.cookie(sessionCookie)
	for _, header := range []string{
		sessionCookie + "=" + good + "; " + sessionCookie + "=" + strings.Repeat("B", 43),
		sessionCookie + "=" + strings.Repeat("B", 43) + "; " + sessionCookie + "=" + good,
		sessionCookie + "=" + good + "x", sessionCookie + "=" + good[:42], sessionCookie + "=", "session=" + good,
		flowCookie + "=" + good, sessionCookie + "=" + strings.ToLower(good), sessionCookie + "=" + strings.Repeat("A", 4000),
	} {
		request := httptest.NewRequest(http.MethodGet, w.server.URL+"/auth/user", nil)
		request.Header.Set("Cookie", header)
		recorder := httptest.NewRecorder()
		w.bff.ServeHTTP(recorder, request)
		assert.Equal(t, http.StatusSeeOther, recorder.Code, header)
	}
}

func TestAnIDIsGoodForItsPurposeOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	w.add(alice())
	b := w.browser().signIn("/", "alice")
	other := w.browser()
	other.setCookie(flowCookie, b.cookie(sessionCookie))
	other.post("/auth/step", url.Values{"stepId": {"x"}, "challengeResponse": {"000000"}})
	assert.Equal(t, http.StatusGone, other.status, "the id of a session is not that of a sign-in")
	assert.Empty(t, other.cookie(sessionCookie))
	b.get("/").isApp("/", "alice")
}

func TestHostAndForwardedHeadersDecideNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{})
		b := s.visitor()
		b.header = http.Header{
			"X-Forwarded-Host": {"evil.example"}, "X-Forwarded-Proto": {"http"}, "X-Forwarded-For": {"198.51.100.7"},
			"Forwarded": {"for=198.51.100.7;host=evil.example;proto=http"}, "X-Original-Url": {"/evil"},
		}
		r := httptest.NewRequest(http.MethodPost, "http://evil.example/auth/sign-in",
			strings.NewReader(url.Values{"username": {"alice"}, "password": {goodPassword}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Origin", origin) // a proxy has rewritten the Host
		b.send(r)
		assert.Equal(t, http.StatusSeeOther, b.status)
		assert.Equal(t, "/", b.location)
		for _, c := range b.got.Values("Set-Cookie") {
			assert.Contains(t, c, "Secure")
		}
		r = httptest.NewRequest(http.MethodPost, "http://evil.example/auth/sign-out", nil)
		r.Header.Set("Origin", "http://evil.example")
		b.send(r)
		assert.Equal(t, http.StatusForbidden, b.status, "the Host header does not make an origin one's own")
	})
}

func TestAddressesAreBelievedFromTrustedProxiesOnly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		trusted   string
		forwarded []string
		want      string
	}{
		"no proxy":            {"", []string{"198.51.100.7"}, "192.0.2.1"},
		"one proxy":           {"192.0.2.0/24", []string{"198.51.100.7"}, "198.51.100.7"},
		"written by the user": {"192.0.2.0/24", []string{"203.0.113.9, 198.51.100.7"}, "198.51.100.7"},
		"two headers":         {"192.0.2.0/24", []string{"203.0.113.9", "198.51.100.7"}, "198.51.100.7"},
		"rubbish":             {"192.0.2.0/24", []string{"198.51.100.7, rubbish"}, "192.0.2.1"},
		"nothing":             {"192.0.2.0/24", nil, "192.0.2.1"},
	} {
		synctest.Test(t, func(t *testing.T) {
			var got netip.Addr
			s := newStill(t, authtest.Config{}, func(cfg *bff.Config) {
				if c.trusted != "" {
					cfg.TrustedProxies = []netip.Prefix{netip.MustParsePrefix(c.trusted)}
				}
				cfg.OnEvent = onEvent(func(e bff.Event) { got = e.Address })
			})
			b := s.visitor()
			b.header["X-Forwarded-For"] = c.forwarded
			b.signIn("alice")
			assert.Equal(t, c.want, got.String(), name)
			context := s.pool.Requests()[0].Body["UserContextData"].(map[string]any)
			assert.Equal(t, c.want, context["IpAddress"], name)
		})
	}
}

func TestBodiesAreBoundedAndStrict(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	b := w.browser()
	form := func(body string) int {
		b.do(http.MethodPost, "/auth/sign-in", "application/x-www-form-urlencoded", strings.NewReader(body),
			http.Header{"Origin": {w.server.URL}, "Accept": {"text/html"}})
		return b.status
	}
	assert.Equal(t, http.StatusRequestEntityTooLarge, form("username="+strings.Repeat("a", 17<<10)))
	assert.Equal(t, http.StatusBadRequest, form("username=a&username=b&password=c"))
	assert.Equal(t, http.StatusBadRequest, form("username=a&password=b&extra=c"))
	assert.Equal(t, http.StatusBadRequest, form("username=%ff&password=c"))
	script := func(body string) int {
		b.do(http.MethodPost, "/auth/sign-in", "application/json", strings.NewReader(body),
			http.Header{"Origin": {w.server.URL}, "Accept": {"application/json"}, "X-Requested-With": {"x"}})
		return b.status
	}
	for _, body := range []string{
		`[]`, `"x"`, `{`, `{"username":1}`, `{"username":"a"}{}`, `{"extra":"a"}`, `{"username":null`, `{"userAttributes":{"a":"b"}}`,
		`{"username":{"a":"b"}}`,
	} {
		assert.Equal(t, http.StatusBadRequest, script(body), body)
	}
	assert.Equal(t, http.StatusRequestEntityTooLarge, script(`{"username":"`+strings.Repeat("a", 17<<10)+`"}`))
	b.do(http.MethodDelete, "/auth/sign-in", "", nil, http.Header{"Origin": {w.server.URL}})
	assert.Equal(t, http.StatusMethodNotAllowed, b.status)
	assert.Empty(t, w.pool.Requests())
}

func TestEveryAnswerIsProtected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	w.add(alice())
	b := w.browser()
	for _, signedIn := range []bool{false, true} {
		if signedIn {
			b.signIn("/", "alice")
		}
		for path := range bff.RoutePaths() {
			b.get("/auth/" + path)
			assert.Equal(t, "no-store", b.got.Get("Cache-Control"), path)
			if !strings.HasPrefix(b.path, "/auth/") {
				continue // led back to the program
			}
			assert.Contains(t, b.got.Get("Content-Security-Policy"), "frame-ancestors 'none'", path)
			assert.Equal(t, "nosniff", b.got.Get("X-Content-Type-Options"), path)
			assert.Equal(t, "same-origin", b.got.Get("Referrer-Policy"), path)
			assert.Contains(t, b.got.Get("Vary"), "Cookie", path)
			assert.NotRegexp(t, `(?i)<script>|style=|onclick=|javascript:`, b.page, path)
		}
	}
}

func TestEveryCookieIsHostOnlySecureAndHidden(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{})
		b := s.visitor()
		b.signIn("alice")
		seen := b.got.Values("Set-Cookie")
		b.post("/auth/sign-out", nil)
		seen = append(seen, b.got.Values("Set-Cookie")...)
		require.NotEmpty(t, seen)
		for _, line := range seen {
			assert.Regexp(t, `^__Host-session(-flow|-browser)?=[A-Za-z0-9_-]*; Path=/; (Max-Age=\d+; )?HttpOnly; Secure; SameSite=Lax$`, line)
		}
	})
}

// The same answer, but for the name that was typed, whether or not there is such a user.
func TestNobodyLearnsWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	for _, hides := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			s := newStill(t, authtest.Config{PreventUserExistenceErrors: hides})
			disabled, locked := alice(), alice()
			disabled.Username, disabled.Disabled = "disabled", true
			locked.Username = "locked"
			disabled.Attributes, locked.Attributes = nil, nil
			require.NoError(t, s.pool.AddUser(disabled))
			require.NoError(t, s.pool.AddUser(locked))
			require.NoError(t, s.pool.Lock("locked"))
			unconfirmed, reset := alice(), alice()
			unconfirmed.Username, unconfirmed.Unconfirmed, unconfirmed.Attributes = "carol", true, nil
			reset.Username, reset.ResetRequired, reset.Attributes = "dave", true, nil
			require.NoError(t, s.pool.AddUser(unconfirmed))
			require.NoError(t, s.pool.AddUser(reset))
			for path, fields := range map[string]url.Values{
				"sign-in":        {"password": {"Wrong-Horse-7-Battery"}},
				"forgot":         {},
				"reset":          {"confirmationCode": {"000000"}, "newPassword": {newPassword}},
				"confirm":        {"confirmationCode": {"000000"}},
				"confirm/resend": {},
				"sign-up":        {"password": {goodPassword}, "userAttributes.email": {"new@example.com"}},
			} {
				for _, script := range []bool{false, true} {
					var first string
					for _, name := range []string{"nobody", "alice", "disabled", "locked", "carol", "dave"} {
						if path == "sign-up" && name == "nobody" {
							name = "nobody" + map[bool]string{false: "1", true: "2"}[script]
						}
						if path == "sign-in" && name == "carol" {
							continue // Cognito tells before it checks the password, and the code has to be asked for
						}
						b := s.visitor()
						got := b.ask(path, name, fields, script)
						if first == "" {
							first = got
						}
						assert.Equal(t, first, got, "%s of %s", path, name)
					}
				}
			}
		})
	}
}

// ask posts a form for a name, and returns all that can be seen of the answer.
func (v *visitor) ask(path, name string, fields url.Values, script bool) string {
	v.t.Helper()
	if script {
		body := map[string]any{"username": name}
		for field, values := range fields {
			if attribute, ok := strings.CutPrefix(field, "userAttributes."); ok {
				body["userAttributes"] = map[string]string{attribute: values[0]}
				continue
			}
			body[field] = values[0]
		}
		r := httptest.NewRequest(http.MethodPost, origin+"/auth/"+path, bytes.NewReader(jsonOf(v.t, body)))
		r.Header.Set("Content-Type", "application/json")
		r.Header.Set("Accept", "application/json")
		r.Header.Set("X-Requested-With", "fetch")
		r.Header.Set("Origin", origin)
		v.send(r)
	} else {
		values := url.Values{"username": {name}}
		for field, value := range fields {
			values[field] = value
		}
		v.post("/auth/"+path, values)
	}
	seen := v.answer(name)
	if v.location != "" {
		v.get(v.location)
		seen += v.answer(name)
	}
	return seen
}

func (v *visitor) answer(name string) string {
	var headers []string
	for key, values := range v.got {
		for _, value := range values {
			if key == "Set-Cookie" {
				value, _, _ = strings.Cut(value, "=")
			}
			headers = append(headers, key+": "+value)
		}
	}
	slices.Sort(headers)
	return strings.ReplaceAll(http.StatusText(v.status)+"\n"+strings.Join(headers, "\n")+"\n"+v.page, name, "NAME")
}
