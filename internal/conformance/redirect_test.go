package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// redirectScenario is a sign-in at managed login and, if it succeeds, the sign-out after it.
type redirectScenario struct {
	amplify map[string]any // the input of Amplify's signInWithRedirect
	sdk     auth.SignInWithRedirectInput
	google  bool             // who signs in: anna at Google, or alice of the pool
	change  func(url.Values) // what becomes of the callback on its way
	twice   bool             // somebody who is signed in begins again
	// differs are deliberate differences: the text of Amplify and that of the SDK in its place.
	differs []string
}

// A part is what a program sent and what it was told, in the order of each.
type part struct{ sent, told []string }

// inSDK returns the part that the SDK is to play. It always sends a nonce.
func (s redirectScenario) inSDK(amplify part) part {
	replacer := strings.NewReplacer(s.differs...)
	ours := part{}
	for _, sent := range amplify.sent {
		words := strings.Split(replacer.Replace(sent), " ")
		if words[1] == "/oauth2/authorize" {
			words = append(words, "nonce=random")
		}
		slices.Sort(words[2:])
		ours.sent = append(ours.sent, strings.Join(words, " "))
	}
	for _, told := range amplify.told {
		ours.told = append(ours.told, replacer.Replace(told))
	}
	return ours
}

func redirectScenarios() map[string]redirectScenario {
	input := func(changes ...func(*auth.SignInWithRedirectInput)) auth.SignInWithRedirectInput {
		in := auth.SignInWithRedirectInput{Provider: auth.ProviderCognito}
		for _, change := range changes {
			change(&in)
		}
		return in
	}
	// The SDK tells the failures apart.
	refused := func(theirs, ours auth.ErrorCode, change func(url.Values)) redirectScenario {
		return redirectScenario{sdk: input(), change: change, differs: []string{string(theirs), string(ours)}}
	}
	return map[string]redirectScenario{
		"a person of the pool": {sdk: input()},
		// The SDK lets people choose.
		"no provider": {differs: []string{" identity_provider=COGNITO", ""}},
		"a person of Google": {
			amplify: map[string]any{"provider": "Google"}, sdk: auth.SignInWithRedirectInput{Provider: auth.ProviderGoogle},
			google: true,
		},
		"a state of the app's own": {
			amplify: map[string]any{"customState": "orders/7"},
			sdk:     input(func(in *auth.SignInWithRedirectInput) { in.CustomState = "orders/7" }),
		},
		"options": {
			amplify: map[string]any{"options": map[string]any{"loginHint": "alice", "lang": "de", "prompt": "LOGIN"}},
			sdk: input(func(in *auth.SignInWithRedirectInput) {
				in.LoginHint, in.Lang, in.Prompt = "alice", "de", []auth.Prompt{auth.PromptLogin}
			}),
		},
		"denied": refused(auth.ErrOAuthSignIn, auth.ErrOAuthDenied, func(callback url.Values) {
			callback.Del("code")
			callback.Set("error", "access_denied")
			callback.Set("error_description", "the person said no")
		}),
		"a foreign state":        refused("oauthSignInError", auth.ErrOAuthAttempt, func(callback url.Values) { callback.Set("state", "foreign") }),
		"no code":                refused(auth.ErrOAuthSignIn, auth.ErrOAuthSignIn, func(callback url.Values) { callback.Del("code") }),
		"a code that is not one": refused(auth.ErrOAuthSignIn, auth.ErrOAuthCode, func(callback url.Values) { callback.Set("code", "made-up") }),
		"signed in already":      {sdk: input(), twice: true},
	}
}

// TestManagedLoginOfAmplify plays the scenarios with the published aws-amplify in a real browser
// and with the SDK, and compares what they send to the pool, the events and the errors.
//
//nolint:tparallel // the subtests share a browser
func TestManagedLoginOfAmplify(t *testing.T) {
	t.Parallel()
	bundle := bundleForBrowser(t, "redirect.mjs")
	browser := startChromium(t, chromedp.IgnoreCertErrors)
	for name, scenario := range redirectScenarios() {
		t.Run(name, func(t *testing.T) {
			amplify := newAmplifyPage(t, browser, bundle).play(t, scenario) //nolint:contextcheck // it has a tab of its own
			require.NotEmpty(t, amplify.sent)
			require.NotEmpty(t, amplify.told)
			assert.Equal(t, scenario.inSDK(amplify), newSDKApp(t).play(t, scenario)) //nolint:contextcheck // the pool has one of its own
		})
	}
}

// newRedirectPool starts a pool for an app on the site.
func newRedirectPool(t *testing.T, site string) *authtest.Pool {
	t.Helper()
	pool, err := authtest.NewPool(authtest.Config{TLS: true, ManagedLogin: authtest.ManagedLogin{
		CallbackURLs: []string{site}, LogoutURLs: []string{site}, Providers: []string{"Google"},
	}})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(verifiedAlice()))
	require.NoError(t, pool.SetSocialUser(authtest.SocialUser{
		Provider: "Google", Subject: "1234", Claims: map[string]any{"email": "anna@example.com"},
	}))
	return pool
}

func redirectScopes() []string { return []string{"openid", "email", "aws.cognito.signin.user.admin"} }

// callback returns the URL that the browser comes back with.
func (s redirectScenario) callback(t *testing.T, pool *authtest.Pool, authorize string) string {
	t.Helper()
	who := "alice"
	if s.google {
		who = "1234"
	}
	text, err := pool.Authorize(authorize, who)
	require.NoError(t, err)
	callback, err := url.Parse(text)
	require.NoError(t, err)
	if s.change != nil {
		query := callback.Query()
		s.change(query)
		callback.RawQuery = query.Encode()
	}
	return callback.String()
}

// line describes a request: what it asks for, with the name of what differs from run to run.
func line(pool *authtest.Pool, method, address, target, body string) string {
	u, _ := url.Parse(address) // it comes from a request
	if target != "" {
		_, operation, _ := strings.Cut(target, ".")
		return method + " " + operation
	}
	values := u.Query()
	if method == http.MethodPost {
		values, _ = url.ParseQuery(body)
	}
	parameters := make([]string, 0, len(values))
	for name := range values {
		value := values.Get(name)
		switch name {
		case "client_id":
			value = strings.ReplaceAll(value, pool.ClientID, "ours")
		case "redirect_uri", "logout_uri":
			value = "ours"
		case "code", "code_challenge", "code_verifier", "nonce", "state":
			value = "random"
		}
		parameters = append(parameters, name+"="+strings.ReplaceAll(value, " ", ","))
	}
	slices.Sort(parameters)
	return strings.Join(append([]string{method, u.Path}, parameters...), " ")
}

// isOfApp reports whether a request to the pool is one of the app, and not of its own pages.
func isOfApp(method, path string) bool {
	switch path {
	case "/oauth2/authorize", "/logout":
		return method == http.MethodGet
	}
	return method == http.MethodPost && (path == "/oauth2/token" || path == "/")
}

// sdkApp is a program with the SDK that remembers what it sent and was told.
type sdkApp struct {
	pool    *authtest.Pool
	session *auth.Session
	played  part
}

const sdkSite = "http://localhost/"

func newSDKApp(t *testing.T) *sdkApp {
	t.Helper()
	app := &sdkApp{pool: newRedirectPool(t, sdkSite)}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: app.pool.UserPoolID, ClientID: app.pool.ClientID, Endpoint: app.pool.URL,
		Domain: app.pool.URL, RedirectSignIn: []string{sdkSite}, RedirectSignOut: []string{sdkSite}, Scopes: redirectScopes(),
		HTTPClient: &http.Client{Transport: app},
		OnEvent:    func(_ context.Context, e auth.Event) { app.tell(e) },
	})
	require.NoError(t, err)
	app.session = client.Session("app")
	return app
}

func (a *sdkApp) tell(e auth.Event) {
	what := string(e.Name)
	switch e.Name {
	case auth.EventCustomOAuthState:
		what += " " + e.CustomState
	case auth.EventSignInWithRedirectFailure:
		what += " " + nameOf(e.Err)
	}
	a.played.told = append(a.played.told, what)
}

// nameOf returns the name that Amplify has for an error.
func nameOf(err error) string {
	var e *auth.Error
	if !errors.As(err, &e) {
		return fmt.Sprint(err)
	}
	return string(e.Code)
}

// RoundTrip implements [http.RoundTripper].
func (a *sdkApp) RoundTrip(r *http.Request) (*http.Response, error) {
	if isOfApp(r.Method, r.URL.Path) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		a.send(line(a.pool, r.Method, r.URL.String(), r.Header.Get("X-Amz-Target"), string(body)))
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	return a.pool.HTTPClient().Transport.RoundTrip(r)
}

func (a *sdkApp) send(line string) { a.played.sent = append(a.played.sent, line) }

func (a *sdkApp) play(t *testing.T, scenario redirectScenario) part {
	t.Helper()
	in := a.signIn(t, scenario)
	if in && scenario.twice {
		a.signIn(t, scenario)
		return a.played
	}
	if in {
		out, err := a.session.SignOut(t.Context(), auth.SignOutInput{})
		require.NoError(t, err)
		a.send(line(a.pool, http.MethodGet, out.URL, "", ""))
	}
	return a.played
}

func (a *sdkApp) signIn(t *testing.T, scenario redirectScenario) (succeeded bool) {
	t.Helper()
	begun, err := a.session.SignInWithRedirect(t.Context(), scenario.sdk)
	if err != nil {
		a.played.told = append(a.played.told, "throws "+nameOf(err))
		return false
	}
	a.send(line(a.pool, http.MethodGet, begun.URL, "", ""))
	_, err = a.session.CompleteSignInWithRedirect(t.Context(), scenario.callback(t, a.pool, begun.URL))
	return err == nil
}
