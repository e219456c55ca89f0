package conformance_test

import (
	"context"
	"io"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/loopback"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// TestLoopbackInChromium checks that a real browser comes back to a command-line tool at localhost,
// keeps no code in its history, and is signed out with the tool.
func TestLoopbackInChromium(t *testing.T) {
	t.Parallel()
	uris := []string{"http://localhost:" + fleet.FreePort(t) + "/callback"}
	pool := authtest.New(t, authtest.Config{
		ManagedLogin: authtest.ManagedLogin{CallbackURLs: uris, LogoutURLs: uris},
	})
	require.NoError(t, pool.AddUser(verifiedAlice()))
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL,
		Domain: pool.URL, RedirectSignIn: uris, RedirectSignOut: uris,
	})
	require.NoError(t, err)
	p, session, english := surfer{t: t, pool: pool}.in(startChromium(t)), client.Session("tool"), texts.English()
	const heading = "body:not(:has(form)) h1" // of loopback's page: those of the pool have forms
	// person has a tab open the page, in which the person then does something.
	person := func(do func()) loopback.Options {
		return loopback.Options{RedirectURIs: uris, Out: io.Discard, Texts: &english, Open: func(_ context.Context, address string) error {
			require.NoError(t, chromedp.Do(p.tab, chromedp.Navigate(address))) //nolint:contextcheck // the tab has its own
			do()
			return nil
		}}
	}

	out, err := loopback.SignIn(t.Context(), session, auth.SignInWithRedirectInput{}, person(func() {
		p.signIn()
		assert.Equal(t, "You are signed in", p.text(heading))
	}))
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
	history, err := chromedp.Call(p.tab, page.GetNavigationHistory, cdp.Empty{})
	require.NoError(t, err)
	require.NotEmpty(t, history.Entries)
	for _, entry := range history.Entries {
		assert.NotContains(t, entry.URL, "code=")
	}
	assert.True(t, strings.HasSuffix(history.Entries[len(history.Entries)-1].URL, "/callback/done"))

	_, err = loopback.SignOut(t.Context(), session, auth.SignOutInput{}, person(func() {
		assert.Equal(t, "You are signed out.", p.text(heading))
	}))
	require.NoError(t, err)
	_, err = loopback.SignIn(t.Context(), session, auth.SignInWithRedirectInput{}, person(func() { p.signIn() }))
	require.NoError(t, err, "the browser was signed out: it asks for the password again")
}
