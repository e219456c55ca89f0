package loopback

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// signInTimeout is as long as Cognito's pages wait for a person.
const signInTimeout = 5 * time.Minute

// SignIn signs a person in with a browser: it begins the sign-in with in, whose RedirectURI it
// chooses, shows the person managed login's page, waits for the browser to come back, and completes
// the sign-in. A sign-in during which the pool linked the person to a user, which Cognito refuses,
// is begun once more.
//
// Errors include those of [auth.Session.SignInWithRedirect] and
// [auth.Session.CompleteSignInWithRedirect], and:
//   - [ErrNoRedirectURI]: none of Options.RedirectURIs can be listened on; nothing was shown
//   - [ErrTimeout]: the person did not come back in time
//   - [ErrNoAddress]: with Options.NoBrowser, the address of this sign-in was not pasted
//
// Amplify: signInWithRedirect.
func SignIn(
	ctx context.Context, session *auth.Session, in auth.SignInWithRedirectInput, opts Options,
) (auth.CompleteSignInWithRedirectOutput, error) {
	opts = opts.withDefaults(signInTimeout)
	signIn := signInHere
	if opts.NoBrowser {
		signIn = signInElsewhere
	}
	out, err := signIn(ctx, session, in, opts)
	if errors.Is(err, auth.ErrOAuthJustLinked) {
		return signIn(ctx, session, in, opts)
	}
	return out, err
}

// signInHere waits for a browser on this computer.
func signInHere(
	ctx context.Context, session *auth.Session, in auth.SignInWithRedirectInput, opts Options,
) (out auth.CompleteSignInWithRedirectOutput, err error) {
	p, err := listen(ctx, opts.RedirectURIs)
	if err != nil {
		return out, err
	}
	defer closeAll(p.listeners)
	in.RedirectURI = p.uri
	begun, err := session.SignInWithRedirect(ctx, in)
	if err != nil {
		return out, err
	}
	waiting, cancel := opts.waiting(ctx)
	defer cancel()
	var failure error
	c := newCallback(p.at, *opts.Texts)
	c.accepts = func(query url.Values) bool { return hasState(query, begun.State) }
	c.arrived = func(address *url.URL) (title, lead texts.ID) {
		if out, failure = session.CompleteSignInWithRedirect(ctx, address.String()); failure != nil {
			return texts.BrowserFailedTitle, texts.ForError(failure)
		}
		return texts.BrowserDoneTitle, ""
	}
	err = c.serve(waiting, p.listeners, func() error { return opts.show(waiting, texts.BrowserSignIn, begun.URL) })
	if err != nil {
		return auth.CompleteSignInWithRedirectOutput{}, err
	}
	return out, failure
}
