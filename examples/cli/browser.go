package main

import (
	"context"
	"errors"
	"flag"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/loopback"
)

// Where the browser comes back to. The app client has all of them as callback URLs and as sign-out
// URLs: Cognito knows no other ports.
var (
	callbackURLs = []string{
		"http://127.0.0.1:47231/callback", "http://127.0.0.1:47232/callback", "http://127.0.0.1:47233/callback",
	}
	signOutURLs = []string{
		"http://127.0.0.1:47231/signed-out", "http://127.0.0.1:47232/signed-out", "http://127.0.0.1:47233/signed-out",
	}
)

// browserFlags are the flags of a login with a browser, at the pool's managed login.
type browserFlags struct {
	browser, noBrowser bool
	domain, provider   string
	callbackURLs       []string
	signOutURLs        []string
}

func (in *browserFlags) addTo(set *flag.FlagSet) {
	set.BoolVar(&in.browser, "browser", false, "sign in with the browser, at the pool's domain")
	set.BoolVar(&in.noBrowser, "no-browser", false, "the same without one: paste the address that it ends at")
	set.StringVar(&in.domain, "domain", "", "the pool's `domain`; the profile keeps it, and the URLs")
	set.StringVar(&in.provider, "provider", "", "go straight to an identity provider of this `name`")
	set.Func("callback-url", "a callback `URL` of the app client; may be repeated", appendTo(&in.callbackURLs))
	set.Func("sign-out-url", "a sign-out `URL` of the app client; may be repeated", appendTo(&in.signOutURLs))
}

func appendTo(list *[]string) func(string) error {
	return func(value string) error {
		*list = append(*list, value)
		return nil
	}
}

// applyURLs puts the domain and the URLs of the flags over the profile.
func (in browserFlags) applyURLs(cfg *profileConfig) {
	if in.domain != "" {
		cfg.Domain = in.domain
	}
	for _, list := range []struct {
		given, usual []string
		kept         *[]string
	}{
		{in.callbackURLs, callbackURLs, &cfg.CallbackURLs},
		{in.signOutURLs, signOutURLs, &cfg.SignOutURLs},
	} {
		switch {
		case len(list.given) > 0:
			*list.kept = list.given
		case len(*list.kept) == 0 && cfg.Domain != "":
			*list.kept = list.usual
		}
	}
}

// withBrowser signs the person in at the pool's pages, which begin with the name.
func (in browserFlags) withBrowser(t *tool, cfg profileConfig, username string) signInFunc {
	return func(ctx context.Context, session *auth.Session) (auth.User, error) {
		if cfg.Domain == "" {
			text := "The pool's domain is not known. Sign in with: " + appName + " login --browser --domain DOMAIN"
			return auth.User{}, &exitError{exitConfig, "configuration", text, nil}
		}
		_, err := loopback.SignIn(ctx, session, auth.SignInWithRedirectInput{
			Provider: auth.IdentityProvider(in.provider), LoginHint: username,
		}, t.loopbackOptions(cfg.CallbackURLs, in.noBrowser))
		if err != nil && !errors.Is(err, auth.ErrUserAlreadyAuthenticated) {
			return auth.User{}, in.explain(err)
		}
		return session.CurrentUser(ctx)
	}
}

func (t *tool) loopbackOptions(uris []string, noBrowser bool) loopback.Options {
	return loopback.Options{RedirectURIs: uris, NoBrowser: noBrowser, Open: t.browse, In: t.stdin, Out: t.stderr}
}

// explain says what a person can do, where no other command could meet the error.
func (in browserFlags) explain(err error) error {
	switch {
	case errors.Is(err, loopback.ErrNoRedirectURI) && in.noBrowser: // no port is needed
		text := "No callback URL is one of this computer, such as " + callbackURLs[0] + ". " +
			"Name one with --callback-url."
		return &exitError{exitConfig, "configuration", text, err}
	case errors.Is(err, loopback.ErrNoRedirectURI):
		text := "Other programs use the ports of the sign-in. Sign in with: " + appName + " login --no-browser"
		return &exitError{exitSignIn, "ports_in_use", text, err}
	case errors.Is(err, loopback.ErrNoAddress), errors.Is(err, loopback.ErrTimeout):
		text := "The browser did not finish the sign-in."
		return &exitError{exitSignIn, "sign_in_not_finished", text, err}
	}
	return err
}
