package bff_test

import (
	"fmt"
	"html"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// A program's own sign-in page, words and colours.
func ExampleConfig_templates() {
	client, err := auth.NewClient(auth.Config{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789"})
	if err != nil {
		panic(err)
	}
	english, err := texts.English().With(map[texts.ID]string{texts.SignInButton: "Come in", texts.SignInForgot: "Lost it?"})
	if err != nil {
		panic(err)
	}
	handler, err := bff.New(bff.Config{
		Client: client, PublicURL: "http://localhost:8080", AppName: "Acme",
		Texts: []texts.Set{english, texts.German()},
		Templates: fstest.MapFS{ // or an embed.FS
			"brand.css":    {Data: []byte(`:root { --brand: #0a7d4f; --on-brand: #fff; --radius: 2px }`)},
			"sign-in.html": {Data: []byte(`{{template "top" .}}<p>Ask us: 555 0100</p>{{template "body" .}}{{template "bottom" .}}`)},
		},
	})
	if err != nil {
		panic(err)
	}

	for path, want := range map[string]*regexp.Regexp{
		"/auth/sign-in":   regexp.MustCompile(`<p>Ask us: 555 0100</p>|>Come in<|>Lost it\?<`),
		"/auth/style.css": regexp.MustCompile(`--brand: #0a7d4f`),
	} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		fmt.Println(path, want.FindAllString(answer.Body.String(), -1))
	}
	// Unordered output:
	// /auth/sign-in [<p>Ask us: 555 0100</p> >Lost it?< >Come in<]
	// /auth/style.css [--brand: #0a7d4f]
}

// firstPage is the sign-in page and all that it loads.
func firstPage(tb testing.TB, handler http.Handler) (size int) {
	tb.Helper()
	get := func(path string) string {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		require.Equal(tb, http.StatusOK, answer.Code, path)
		return answer.Body.String()
	}
	page := get("/auth/sign-in")
	size = len(page)
	loaded := regexp.MustCompile(`(?:src|<link[^>]* href)="([^"]+)"`).FindAllStringSubmatch(page, -1)
	require.NotEmpty(tb, loaded)
	for _, file := range loaded {
		require.True(tb, strings.HasPrefix(file[1], "/auth/"), file[1])
		size += len(get(html.UnescapeString(file[1])))
	}
	return size
}

func newHandler(tb testing.TB) *bff.Handler {
	tb.Helper()
	client, err := auth.NewClient(auth.Config{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789"})
	require.NoError(tb, err)
	handler, err := bff.New(bff.Config{
		Client: client, PublicURL: "https://app.example",
		FirstFactors: []auth.AuthFactorType{auth.AuthFactorWebAuthn, auth.AuthFactorEmailOTP, auth.AuthFactorSMSOTP},
	})
	require.NoError(tb, err)
	return handler
}

// Uncompressed, with all its files.
func TestTheFirstPageWeighsLessThan20KB(t *testing.T) {
	t.Parallel()
	size := firstPage(t, newHandler(t))
	assert.Less(t, size, 20_000)
	assert.Greater(t, size, 5_000, "the files are counted")
}

func BenchmarkFirstPage(b *testing.B) {
	handler := newHandler(b)
	for b.Loop() {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/auth/sign-in", nil))
		if answer.Code != http.StatusOK {
			b.Fatal(answer.Code)
		}
	}
}

func TestAssetsAreKeptUntilTheyChange(t *testing.T) {
	t.Parallel()
	handler := newHandler(t)
	get := func(path string) http.Header {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, path, nil))
		require.Equal(t, http.StatusOK, answer.Code, path)
		return answer.Header()
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/auth/sign-in", nil))
	versioned := regexp.MustCompile(`/auth/style\.css\?[0-9a-f]{12}`).FindString(answer.Body.String())
	require.NotEmpty(t, versioned)
	assert.Contains(t, get(versioned).Get("Cache-Control"), "immutable")
	assert.Contains(t, get(versioned).Get("Content-Type"), "text/css")
	assert.NotContains(t, get("/auth/style.css?0").Get("Cache-Control"), "immutable")
	assert.Contains(t, get("/auth/page.js").Get("Content-Type"), "text/javascript")
	assert.Contains(t, get("/auth/icon.svg").Get("Content-Type"), "image/svg+xml")
}

// fieldsOf returns what a password manager and a keyboard learn of each field that has a name.
func (b *browser) fieldsOf() map[string]string {
	found := map[string]string{}
	for _, input := range inputs.FindAllStringSubmatch(b.page, -1) {
		if input[1] == "hidden" {
			continue
		}
		said := input[1]
		for _, attribute := range []string{"autocomplete", "inputmode", "class", "readonly"} {
			if value := regexp.MustCompile(` ` + attribute + `(?:="([^"]*)")?`).FindStringSubmatch(input[4]); value != nil {
				said += " " + attribute + ":" + value[1]
			}
		}
		found[input[2]] = said
	}
	return found
}

func TestPasswordManagersUnderstandEachForm(t *testing.T) {
	t.Parallel()
	const (
		name   = "text autocomplete:username"
		owner  = "text autocomplete:username class:unseen readonly:"
		old    = "password autocomplete:current-password"
		chosen = "password autocomplete:new-password"
		code   = "text autocomplete:one-time-code inputmode:numeric class:code"
		app    = "text autocomplete:off"
	)
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, RequiredAttributes: []string{"given_name"}})
	invited := authtest.User{Username: "bob", Password: goodPassword, TemporaryPassword: true}
	w.add(withTOTP(alice()), invited)
	b := w.browser()
	assert.Equal(t, map[string]string{"username": name, "password": old}, b.get("/auth/sign-in").fieldsOf())
	assert.Equal(t, map[string]string{
		"username": name, "userAttributes.email": "email autocomplete:email inputmode:email", "password": chosen, "passwordAgain": chosen,
	}, b.get("/auth/sign-up").fieldsOf())
	assert.Equal(t, map[string]string{"username": name, "confirmationCode": code}, b.get("/auth/confirm").fieldsOf())
	assert.Equal(t, map[string]string{"username": name}, b.get("/auth/forgot").fieldsOf())
	b.submit("username", "alice")
	assert.Equal(t, map[string]string{
		"username": owner, "confirmationCode": code, "newPassword": chosen, "newPasswordAgain": chosen,
	}, b.fieldsOf())
	assert.Contains(t, b.page, `value="alice"`)
	b.signIn("/orders", "bob")
	assert.Equal(t, map[string]string{
		"": owner, "challengeResponse": chosen, "challengeResponseAgain": chosen,
		"userAttributes.given_name": "text autocomplete:given-name",
	}, b.fieldsOf())
	b.signIn("/auth/account/password", "alice")
	assert.Equal(t, map[string]string{"challengeResponse": code}, b.fieldsOf())
	b.submit("challengeResponse", w.code(totpSecret))
	assert.Equal(t, map[string]string{"": owner, "oldPassword": old, "newPassword": chosen, "newPasswordAgain": chosen}, b.fieldsOf())
	assert.Equal(t, map[string]string{"": owner, "password": old}, b.get("/auth/step-up").fieldsOf())
	b.get("/auth/account/totp").submit("start", "yes")
	assert.Equal(t, map[string]string{"code": code, "friendlyDeviceName": app}, b.fieldsOf())
}

func TestAddressesAreAskedForAsSuch(t *testing.T) {
	t.Parallel()
	for mechanism, want := range map[auth.LoginMechanism]string{
		auth.LoginWithEmail:       "email autocomplete:username inputmode:email",
		auth.LoginWithPhoneNumber: "tel autocomplete:username inputmode:tel",
	} {
		w := newWorld(t, authtest.Config{UsernameAttributes: []string{string(mechanism)}}, func(c *bff.Config) { c.LoginWith = mechanism })
		b := w.browser().get("/auth/sign-in")
		assert.Equal(t, want, b.fieldsOf()["username"])
	}
	w := newWorld(t, authtest.Config{UsernameAttributes: []string{"email"}}, func(c *bff.Config) { c.LoginWith = auth.LoginWithEmail })
	b := w.browser().get("/auth/sign-up?return=/orders")
	assert.NotContains(t, b.page, "userAttributes.email", "it is asked for once")
	b.submit("username", "bob@example.com", "password", goodPassword, "passwordAgain", goodPassword)
	b.submit("confirmationCode", w.pool.LastCode("bob@example.com")).submit("password", goodPassword)
	assert.Contains(t, b.page, "app /orders for")
}

func TestErrorsStandAtTheirFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	w.add(withTOTP(alice()))
	at := func(b *browser, id string) {
		t.Helper()
		assert.Contains(t, b.page, `<a href="#`+id+`">`, "the summary leads to the field")
		assert.Regexp(t, `id="`+id+`"[^>]* aria-invalid="true" aria-describedby="[^"]*`+id+`-error`, b.page)
		assert.Contains(t, b.page, `id="`+id+`-error">`+html.EscapeString(b.alert()))
		assert.Equal(t, 1, strings.Count(b.page, " autofocus"), "the summary has the focus, and nothing else")
	}
	b := w.browser().get("/auth/sign-up")
	b.submit("username", "bob", "password", goodPassword, "passwordAgain", "other", "userAttributes.email", "bob@example.com")
	at(b, "field-passwordAgain")
	assert.Contains(t, b.page, `value="bob@example.com"`, "what was typed is kept, but for passwords")
	b.submit("username", "bob", "password", "short", "passwordAgain", "short", "userAttributes.email", "bob@example.com")
	at(b, "field-password")
	b.get("/auth/sign-in").submit("username", "", "password", goodPassword)
	at(b, "field-username")
	b.signIn("/orders", "alice").submit("challengeResponse", "000000")
	at(b, "field-challengeResponse")
	b.get("/auth/sign-in").submit("username", "alice", "password", "wrong")
	assert.NotContains(t, b.page, "aria-invalid", "nobody learns which of the two is wrong")
}

func TestTheWaysInThatAreConfiguredAreOffered(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"},
	}, func(c *bff.Config) { c.FirstFactors = []auth.AuthFactorType{auth.AuthFactorEmailOTP} })
	w.add(alice())
	b := w.browser().get("/auth/sign-in?return=/orders")
	assert.Contains(t, b.page, `<button class="quiet" name="preferredChallenge" value="EMAIL_OTP" formnovalidate>Email me a code</button>`)
	b.post("/auth/sign-in", map[string][]string{
		"username": {"alice"}, "password": {""}, "preferredChallenge": {"EMAIL_OTP"}, "return": {"/orders"},
	})
	require.Equal(t, "Code by email", b.heading(), b.page)
	b.submit("challengeResponse", w.pool.LastCode("alice"))
	b.isApp("/orders", "alice")
	b.post("/auth/step-up", map[string][]string{"preferredChallenge": {"EMAIL_OTP"}, "return": {"/orders"}})
	require.Equal(t, "Code by email", b.heading(), "who has no password proves who they are in the same way")
	b.submit("challengeResponse", w.pool.LastCode("alice"))
	b.isApp("/orders", "alice")
}

func TestProvidersStandBelowTheForm(t *testing.T) {
	t.Parallel()
	page := bff.Page{
		Name: "sign-in", Forms: []bff.Form{{Action: "/auth/sign-in", Button: "Sign in"}},
		Providers: []bff.Provider{{Label: "Continue with <Google>", URL: "/auth/redirect?provider=Google"}},
	}
	html, err := newHandler(t).Render(&page)
	require.NoError(t, err)
	const link = `<a class="button quiet" href="/auth/redirect?provider=Google">Continue with &lt;Google&gt;</a>`
	assert.Contains(t, html, "<div class=\"or\">or</div>\n<div class=\"providers\">"+link)
	page.Forms[0].Or, page.Forms[0].Ways = "or", []bff.Way{{Name: "preferredChallenge", Value: "EMAIL_OTP", Label: "Email me a code"}}
	html, err = newHandler(t).Render(&page)
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(html, `class="or"`), "one line stands between the form and all else")
}

func TestBrowsersHaveNamesThatPeopleKnow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{Devices: authtest.DevicesAlways})
	w.add(alice())
	for agent, name := range map[string]string{
		"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36": "Chrome on Linux",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0.0.0 Safari/537.36 Edg/140.0": "Edge on Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1":        "Safari on iPhone",
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0":                      "Firefox on Windows",
		"curl/8.5.0": "curl/8.5.0",
	} {
		b := w.browser()
		b.header.Set("User-Agent", agent)
		b.signIn("/auth/account/devices", "alice")
		assert.Contains(t, b.page, "<strong>"+name+"</strong>")
	}
}
