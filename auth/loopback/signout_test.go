package loopback_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/loopback"
)

// newVisitor is a computer whose user is signed in with a browser.
func newVisitor(t *testing.T, host string) *computer {
	t.Helper()
	c := newComputer(t, host, authtest.Config{})
	require.NoError(t, c.signIn(c.options(func(_ context.Context, begun string) error {
		c.visit(c.callback(begun))
		return nil
	})))
	c.out = &screen{}
	c.pool.ResetRequests()
	return c
}

func (c *computer) signOut(opts loopback.Options) (auth.SignOutOutput, error) {
	return loopback.SignOut(c.t.Context(), c.session, auth.SignOutInput{}, opts)
}

func TestSignOut(t *testing.T) {
	t.Parallel()
	for _, host := range []string{"127.0.0.1", "localhost"} {
		c := newVisitor(t, host)
		out, err := c.signOut(c.options(func(_ context.Context, page string) error {
			shown := c.visit(page)
			assert.Equal(t, c.uris[0]+"/done", shown.url)
			assert.Contains(t, shown.text, "<h1>You are signed out.</h1>")
			return nil
		}))
		require.NoError(t, err)
		assert.True(t, out.WasSignedIn)
		assert.True(t, out.Revoked)
		assert.Equal(t, "Your browser signs you out too. If it does not show the page, open this address:\n\n\t"+
			out.URL+"\n\n", c.out.String())
		requests := c.pool.Requests()
		assert.Equal(t, "logout", requests[len(requests)-1].Operation)
		c.signedOut()
	}
}

// A session of the API has none in a browser.
func TestSignOutWithoutABrowserSession(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	notReached := c.options(func(context.Context, string) error { return errors.New("not reached") })
	_, err := c.session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	for _, was := range []bool{true, false} {
		out, err := c.signOut(notReached)
		require.NoError(t, err)
		assert.Equal(t, was, out.WasSignedIn)
		assert.Empty(t, out.URL)
	}
	assert.Empty(t, c.out.String())
}

// The session is over however the browser fares, and the person is told about that.
func TestSignOutThatDoesNotReachTheBrowser(t *testing.T) {
	t.Parallel()
	const stays = "Your browser may stay signed in for up to an hour. To sign out there too, open this address:\n\n\t"
	for name, row := range map[string]struct {
		change func(c *computer, opts *loopback.Options)
		told   string
	}{
		"no browser": {func(_ *computer, opts *loopback.Options) { opts.NoBrowser = true }, stays},
		"does not come back": {func(_ *computer, opts *loopback.Options) {
			opts.Open, opts.Timeout = func(context.Context, string) error { return nil }, time.Millisecond
		}, stays},
		"cannot be started": {func(_ *computer, opts *loopback.Options) { opts.Timeout = time.Millisecond }, stays},
		"ports taken": {func(c *computer, _ *loopback.Options) {
			for _, uri := range c.uris {
				occupy(c.t, strings.TrimSuffix(strings.TrimPrefix(uri, "http://"), "/callback"))
			}
		}, "No browser could be started. Open this address in a browser on this computer:\n\n\t"},
		"no redirect URIs": {
			func(_ *computer, opts *loopback.Options) { opts.RedirectURIs = nil },
			"No browser could be started. Open this address in a browser on this computer:\n\n\t",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newVisitor(t, "127.0.0.1")
			opts := c.options(func(context.Context, string) error { return errors.New("no browser") })
			row.change(c, &opts)
			out, err := c.signOut(opts)
			require.NoError(t, err)
			assert.True(t, strings.HasSuffix(c.out.String(), row.told+out.URL+"\n\n"), c.out)
			c.signedOut()
		})
	}
}

// The browser is signed out although Cognito could not be told to revoke the tokens.
func TestSignOutThatIsNotRevoked(t *testing.T) {
	t.Parallel()
	c := newVisitor(t, "127.0.0.1")
	c.pool.Fail(authtest.Fault{Operation: "RevokeToken", Times: -1})
	visited := false
	out, err := c.signOut(c.options(func(_ context.Context, page string) error {
		visited = true
		c.visit(page)
		return nil
	}))
	require.ErrorIs(t, err, auth.ErrSignOutIncomplete)
	assert.True(t, out.WasSignedIn)
	assert.True(t, visited)
	c.signedOut()
}

func TestSignOutIsCanceled(t *testing.T) {
	t.Parallel()
	c := newVisitor(t, "127.0.0.1")
	ctx, cancel := context.WithCancel(t.Context())
	opts := c.options(func(context.Context, string) error { cancel(); return nil })
	_, err := loopback.SignOut(ctx, c.session, auth.SignOutInput{}, opts)
	require.ErrorIs(t, err, context.Canceled)
	c.signedOut()
}
