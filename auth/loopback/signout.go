package loopback

import (
	"context"
	"net/url"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// signOutTimeout is as long as a browser may take for a page on which nobody has to do anything.
const signOutTimeout = 30 * time.Second

// SignOut signs a session out, and the browser too if managed login has signed the person in: it
// opens the page for that and waits until the browser comes back. in.RedirectURI is chosen by
// SignOut. The session is over in any case: if none of Options.RedirectURIs can be listened on,
// nobody waits for the browser, and if the browser does not come back in time, the person is told
// that it may stay signed in for up to an hour. With Options.NoBrowser the person is told so at
// once. Without RedirectURIs, that of the [auth.Config] is used.
//
// Errors are those of [auth.Session.SignOut], of ctx and of Options.Out. After
// [auth.ErrSignOutIncomplete] the browser was signed out all the same.
//
// Amplify: signOut.
func SignOut(
	ctx context.Context, session *auth.Session, in auth.SignOutInput, opts Options,
) (auth.SignOutOutput, error) {
	opts = opts.withDefaults(signOutTimeout)
	p := opts.placeForSignOut(ctx)
	defer closeAll(p.listeners)
	in.RedirectURI = p.uri
	out, failure := session.SignOut(ctx, in)
	if out.URL == "" {
		return out, failure
	}
	if err := opts.signBrowserOut(ctx, p, out.URL); err != nil && failure == nil {
		failure = err
	}
	return out, failure
}

// placeForSignOut returns where to wait for the browser, or a place without listeners.
func (o Options) placeForSignOut(ctx context.Context) place {
	if !o.NoBrowser {
		if p, err := listen(ctx, o.RedirectURIs); err == nil {
			return p
		}
	}
	uri, _ := firstLoopback(o.RedirectURIs) // "" stands for that of the Config
	return place{uri: uri}
}

// signBrowserOut opens the page at which the browser's session ends.
func (o Options) signBrowserOut(ctx context.Context, p place, page string) error {
	switch {
	case o.NoBrowser:
		return o.tell(texts.BrowserStays, page)
	case len(p.listeners) == 0:
		return o.show(ctx, texts.BrowserSignOut, page)
	}
	waiting, cancel := o.waiting(ctx)
	defer cancel()
	c := newCallback(p.at, *o.Texts)
	c.accepts = func(url.Values) bool { return true } // it proves nothing, and does nothing
	c.arrived = func(*url.URL) (title, lead texts.ID) { return texts.SignOutDone, "" }
	err := c.serve(waiting, p.listeners, func() error { return o.show(waiting, texts.BrowserSignOut, page) })
	if err != nil && ctx.Err() == nil && waiting.Err() != nil {
		return o.tell(texts.BrowserStays, page)
	}
	return err
}
