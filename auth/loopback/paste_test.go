package loopback_test

import (
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/loopback"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// blocked is an input from which nothing comes.
func blocked(t *testing.T) io.Reader {
	t.Helper()
	r, w := io.Pipe()
	t.Cleanup(func() { _ = w.Close() })
	return r
}

// pasting signs in without a browser. answers makes what the person pastes of the address of the
// page that was shown last, one line for each question.
func (c *computer) pasting(answers ...func(begun string) string) error {
	c.t.Helper()
	in, keyboard := io.Pipe()
	c.t.Cleanup(func() { _ = in.Close() }) // of a person who goes on typing
	shown := make(chan string, 8)
	opts := c.options(nil)
	opts.NoBrowser, opts.In, opts.Out = true, in, lines(func(line string) {
		_, _ = io.WriteString(c.out, line)
		shown <- line
	})
	go func() {
		defer func() { _ = keyboard.Close() }()
		var begun string
		for _, answer := range answers {
			line := <-shown
			if _, page, ok := strings.Cut(line, "\t"); ok {
				begun = strings.TrimSpace(page)
				<-shown // the question
			}
			_, _ = io.WriteString(keyboard, answer(begun)+"\n")
		}
	}()
	return c.signIn(opts)
}

type lines func(line string)

func (l lines) Write(b []byte) (int, error) {
	l(string(b))
	return len(b), nil
}

func always(text string) func(string) string { return func(string) string { return text } }

// A tool over ssh: the person copies the address from a browser on another computer.
func TestPastedAddress(t *testing.T) {
	t.Parallel()
	for name, written := range map[string]func(callback string) string{
		"whole":             func(callback string) string { return callback },
		"with spaces":       func(callback string) string { return "  " + callback + " \r" },
		"without the host":  func(callback string) string { return callback[strings.Index(callback, "?"):] },
		"after empty lines": func(callback string) string { return "\n\n" + callback },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newComputer(t, "127.0.0.1", authtest.Config{})
			require.NoError(t, c.pasting(func(begun string) string {
				_, err := net.Dial("tcp", strings.TrimSuffix(strings.TrimPrefix(c.uris[0], "http://"), "/callback"))
				require.Error(t, err, "nothing listens here: the browser is on another computer")
				return written(c.callback(begun))
			}))
			c.signedIn()
			english := texts.English()
			assert.True(t, strings.HasPrefix(c.out.String(), english.Text(texts.BrowserElsewhere)+"\n\n\t"+c.pool.URL))
			assert.True(t, strings.HasSuffix(c.out.String(), "\n\n"+english.Text(texts.BrowserPaste)+"\n"), c.out)
		})
	}
}

// What does not belong to this sign-in is asked for again, up to three times, and sent nowhere.
func TestPastedNonsense(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	bareCode := func(begun string) string {
		parsed, err := url.Parse(c.callback(begun))
		require.NoError(t, err)
		return parsed.Query().Get("code")
	}
	codeAlone := func(begun string) string { return c.uris[0] + "?code=" + bareCode(begun) }
	err := c.pasting(bareCode, codeAlone, always("%zz"))
	require.ErrorIs(t, err, loopback.ErrNoAddress)
	assert.Equal(t, 2, strings.Count(c.out.String(), texts.English().Text(texts.BrowserPasteAgain)))
	require.ErrorIs(t, c.pasting(always(c.uris[0]+"?code=x&state=x")), loopback.ErrNoAddress)
	require.ErrorIs(t, c.pasting(), io.ErrUnexpectedEOF)
	require.ErrorIs(t, c.pasting(always(strings.Repeat("x", 20<<10))), loopback.ErrNoAddress)
	assert.Zero(t, c.exchanges())
	c.signedOut()

	require.NoError(t, c.pasting(codeAlone, c.callback))
	c.signedIn()
}

func TestPastedRefusal(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	err := c.pasting(func(begun string) string {
		parsed, err := url.Parse(begun)
		require.NoError(t, err)
		return c.uris[0] + "?error=access_denied&state=" + parsed.Query().Get("state")
	})
	require.ErrorIs(t, err, auth.ErrOAuthDenied)
	c.signedOut()
}

// The sign-in during which a trigger links the person is begun once more, with another address.
func TestPersonWhoPastesIsJustLinked(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	require.NoError(t, c.pasting(func(begun string) string { return c.linked(begun) }, c.callback))
	c.signedIn()
}

// What the person types after the address is for the tool.
func TestOnlyTheAddressIsRead(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "127.0.0.1", authtest.Config{})
	in, keyboard := io.Pipe()
	opts := c.options(nil)
	opts.NoBrowser, opts.In, opts.Out = true, in, lines(func(line string) {
		if _, page, ok := strings.Cut(line, "\t"); ok {
			go func() {
				_, _ = io.WriteString(keyboard, c.callback(strings.TrimSpace(page))+"\nyes\n")
				_ = keyboard.Close()
			}()
		}
	})
	require.NoError(t, c.signIn(opts))
	rest, err := io.ReadAll(in)
	require.NoError(t, err)
	assert.Equal(t, "yes\n", string(rest))
}

// The pages know the redirect URI although nothing listens on it.
func TestPageOfAPastedAddress(t *testing.T) {
	t.Parallel()
	c := newComputer(t, "localhost", authtest.Config{})
	require.NoError(t, c.pasting(func(begun string) string {
		assert.Equal(t, http.StatusOK, c.visit(begun).status)
		return c.callback(begun)
	}))
}
