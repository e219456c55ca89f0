package loopback

import (
	"cmp"
	"context"
	"io"
	"os"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// Options say how a person gets to managed login and back. RedirectURIs is required.
type Options struct {
	// RedirectURIs are where the browser may come back to, tried in this order: for [SignIn] those
	// of [auth.Config].RedirectSignIn, for [SignOut] those of RedirectSignOut. Only loopback
	// addresses can be used, http://127.0.0.1:PORT/path, http://[::1]:PORT/path and
	// http://localhost:PORT/path; others, such as those of a web application, are left out.
	RedirectURIs []string
	// Timeout is how long to wait for the person. Default: five minutes, as long as Cognito's pages
	// wait, and for a sign-out 30 seconds.
	Timeout time.Duration

	// Open starts a browser with a page. ctx ends with the sign-in. Default: the one that the
	// operating system chooses.
	Open func(ctx context.Context, url string) error
	// NoBrowser shows the address of the page instead. SignIn then reads the address to which the
	// browser was sent from In.
	NoBrowser bool
	// In is where pasted addresses come from, one to a line. Nothing after the last one is read; a
	// read that has begun is not ended with the context. Default: os.Stdin.
	In io.Reader
	// Out is where the person is told what to do. Default: os.Stderr.
	Out io.Writer
	// Texts are in the language of the person. Default: that of the locale.
	Texts *texts.Set
}

// withDefaults returns the options with what the caller left out.
func (o Options) withDefaults(patience time.Duration) Options {
	o.Timeout = cmp.Or(o.Timeout, patience)
	if o.Open == nil {
		o.Open = openBrowser
	}
	if o.In == nil {
		o.In = os.Stdin
	}
	if o.Out == nil {
		o.Out = os.Stderr
	}
	if o.Texts == nil {
		local := texts.ForLocale(os.Getenv)
		o.Texts = &local
	}
	return o
}

// waiting returns a context for the wait for the person. What the program itself has to do is not
// cut short by its end.
func (o Options) waiting(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(ctx, o.Timeout, ErrTimeout)
}

// tell writes a text for the person, and under it the address of a page unless that is empty.
func (o Options) tell(id texts.ID, page string) error {
	lines := o.Texts.Text(id) + "\n"
	if page != "" {
		lines += "\n\t" + page + "\n\n"
	}
	_, err := io.WriteString(o.Out, lines)
	return err
}

// show starts the browser with the page. The person is told its address too: the browser may be on
// another screen, or another one than the person wants to use.
func (o Options) show(ctx context.Context, id texts.ID, page string) error {
	if err := o.Open(ctx, page); err != nil {
		id = texts.BrowserNotOpened
	}
	return o.tell(id, page)
}
