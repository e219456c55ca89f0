package conformance_test

import (
	"context"
	"encoding/json"
	"flag"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
)

var screenshots = flag.String("screenshots", "", "the `folder` for pictures of the pages of auth/bff and examples/userpool")

// newSite serves passkey.html and its back end for one session, and returns its URL.
func newSite(t *testing.T, session *auth.Session) string {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, "passkey.html") })
	mux.HandleFunc("POST /create/start", answering(func(ctx context.Context, _ []byte) (any, error) {
		return passkey.StartAssociateWebAuthnCredential(ctx, session)
	}))
	mux.HandleFunc("POST /create/complete", answering(func(ctx context.Context, body []byte) (any, error) {
		return "created", passkey.CompleteAssociateWebAuthnCredential(ctx, session, body)
	}))
	mux.HandleFunc("POST /get/start", answering(func(ctx context.Context, _ []byte) (any, error) {
		out, err := session.SignIn(ctx, auth.SignInInput{
			Username: "alice", AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorWebAuthn,
		})
		return out.NextStep, err
	}))
	mux.HandleFunc("POST /get/complete", answering(func(ctx context.Context, body []byte) (any, error) {
		out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: string(body)})
		return out.NextStep, err
	}))
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	_, port, err := net.SplitHostPort(server.Listener.Addr().String())
	require.NoError(t, err)
	return "http://localhost:" + port
}

func answering(answer func(ctx context.Context, body []byte) (any, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		out, err := answer(r.Context(), body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		_ = json.NewEncoder(w).Encode(out) // fails only if the page has gone
	}
}

// startChromium returns a tab of a real browser with a virtual authenticator. Further options change
// how the browser is started.
func startChromium(t *testing.T, options ...chromedp.ExecAllocatorOption) (tab context.Context) {
	t.Helper()
	need(t, "chromium", "install Debian's chromium")
	flags := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath("chromium"),
		chromedp.UserDataDir(t.TempDir()), chromedp.Flag("no-proxy-server", true),
		chromedp.Flag("allow-pre-commit-input", true)) // or clicks and keys before the first paint are lost
	if os.Geteuid() == 0 {
		flags = append(flags, chromedp.NoSandbox) // the sandbox does not work for root
	}
	browser, stop := chromedp.NewExecAllocator(context.WithoutCancel(t.Context()), append(flags, options...)...)
	t.Cleanup(stop)
	tab, closeTab := chromedp.NewContext(browser)
	t.Cleanup(closeTab)
	_, err := chromedp.Call(tab, webauthn.Enable, webauthn.EnableParams{})
	require.NoError(t, err)
	_, err = chromedp.Call(tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{
		Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol:       webauthn.AuthenticatorProtocolCtap2,
			Transport:      webauthn.AuthenticatorTransportInternal,
			HasResidentKey: true, HasUserVerification: true, IsUserVerified: true,
			AutomaticPresenceSimulation: true,
		},
	})
	require.NoError(t, err)
	return tab
}

// newTab returns another tab of the browser, which lives for patience.
func newTab(t *testing.T, browser context.Context, options ...chromedp.ContextOption) context.Context { //nolint:revive // t comes first in tests
	t.Helper()
	tab, closeTab := chromedp.NewContext(browser, options...)
	t.Cleanup(closeTab)
	return within(t, tab)
}

// within bounds what a test does with the tab. A browser that several tests share has no limit.
func within(t *testing.T, tab context.Context) context.Context { //nolint:revive // t comes first in tests
	t.Helper()
	tab, cancel := context.WithTimeout(tab, patience)
	t.Cleanup(cancel)
	return tab
}

// attempt runs a function of the page and returns its result.
func attempt(t *testing.T, tab context.Context, function string) string { //nolint:revive // t comes first in tests
	t.Helper()
	out, err := chromedp.Run(tab, chromedp.Evaluate[string]("attempt("+function+")", chromedp.EvalAwaitPromise))
	require.NoError(t, err)
	return out
}

// TestPasskeyInChromium checks that a real browser can create and use a passkey with the options
// and answers that the SDK passes between it and the pool.
func TestPasskeyInChromium(t *testing.T) {
	t.Parallel()
	for _, verification := range []string{"preferred", "required"} {
		t.Run(verification, func(t *testing.T) {
			t.Parallel()
			tab := within(t, startChromium(t))
			session := signedInForPasskeys(t, authtest.Config{UserVerification: verification})
			require.NoError(t, chromedp.Do(tab, chromedp.Navigate(newSite(t, session))))

			require.JSONEq(t, `"created"`, attempt(t, tab, "create"))
			out, err := passkey.ListWebAuthnCredentials(t.Context(), session, passkey.ListWebAuthnCredentialsInput{})
			require.NoError(t, err)
			require.Len(t, out.Credentials, 1)
			assert.Equal(t, "platform", out.Credentials[0].AuthenticatorAttachment)
			assert.Equal(t, []string{"internal"}, out.Credentials[0].AuthenticatorTransports)
			assert.Contains(t, attempt(t, tab, "create"), "InvalidStateError",
				"the browser refuses a second passkey for the same account")

			for range 2 {
				require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
				require.JSONEq(t, `{"signInStep":"DONE"}`, attempt(t, tab, "get"))
			}
			user, err := session.CurrentUser(t.Context())
			require.NoError(t, err)
			assert.Equal(t, "alice", user.Username)
		})
	}
}

// TestPasskeyOfAnotherSiteInChromium checks that the browser receives the relying party of the
// pool, and refuses that of another site.
func TestPasskeyOfAnotherSiteInChromium(t *testing.T) {
	t.Parallel()
	tab := within(t, startChromium(t))
	session := signedInForPasskeys(t, authtest.Config{RelyingPartyID: "example.com"})
	require.NoError(t, chromedp.Do(tab, chromedp.Navigate(newSite(t, session))))
	assert.Contains(t, attempt(t, tab, "create"), "SecurityError")
}

// signedInForPasskeys signs alice in to a pool that offers passkeys.
func signedInForPasskeys(t *testing.T, cfg authtest.Config) *auth.Session {
	t.Helper()
	cfg.ExplicitAuthFlows = []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"}
	cfg.AllowedFirstAuthFactors = []string{"PASSWORD", "WEB_AUTHN"}
	cfg.OnViolation = func(err error) { t.Error("the pool received a malformed request:", err) }
	pool, err := authtest.NewPool(cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	require.NoError(t, err)
	session := client.Session("chromium")
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	return session
}
