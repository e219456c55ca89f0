package bff

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// An IdentityProvider is a way to sign in at the pool's managed login that the sign-in page offers.
type IdentityProvider struct {
	// Name is Cognito's name of the identity provider. Empty, it is managed login's own page, with
	// all that it offers.
	Name auth.IdentityProvider
	// Label is what people call it. Default: the Name, or "Amazon" and "Apple".
	Label string
}

// callbackRoute is where managed login sends the browser back to. Below PublicURL and Prefix it is
// the redirect URI.
const callbackRoute = "redirect/callback"

// redirection tells a script where to send the browser.
type redirection struct {
	URL string `json:"url"`
}

// providerLabels are what people call the identity providers whose names are Cognito's own.
var providerLabels = map[auth.IdentityProvider]string{
	auth.ProviderAmazon: "Amazon", auth.ProviderApple: "Apple",
}

// providerLinks lead from the sign-in page to managed login. They are links and not forms, because
// the content security policy of the page lets no form lead to another host.
func (x *exchange) providerLinks() []Provider {
	var links []Provider
	for _, p := range x.h.cfg.IdentityProviders {
		query := url.Values{"provider": {string(p.Name)}}
		if x.back != "" {
			query.Set("return", x.back)
		}
		label := cmp.Or(p.Label, providerLabels[p.Name], string(p.Name), x.h.cfg.AppName)
		links = append(links, Provider{
			Label: x.texts.Format(texts.SignInWithProvider, texts.Params{Name: label}),
			URL:   x.h.cfg.Prefix + "redirect?" + query.Encode(),
		})
	}
	return links
}

// redirectPage sends a browser in which nobody is signed in to managed login. Any site can have a
// browser come here, so it changes nothing for somebody who is signed in.
func redirectPage(x *exchange) (*Page, error) {
	if _, err := x.h.visitor(x.w, x.r, true); err == nil {
		return x.alreadySignedIn()
	}
	to, err := x.redirect(x.r.URL.Query().Get("provider"))
	if err != nil {
		return nil, err
	}
	if x.script {
		return &Page{body: redirection{to}}, nil
	}
	http.Redirect(x.w, x.r, to, http.StatusSeeOther)
	return nil, errAnswered
}

// startRedirect is redirectPage for a form of the program itself. Whoever is signed in is signed
// out when the new sign-in is complete, and not before.
func startRedirect(x *exchange) (*outcome, error) {
	to, err := x.redirect(x.in["provider"])
	if err != nil {
		return nil, err
	}
	return &outcome{to: to, away: true, body: redirection{to}}, nil
}

// redirect begins a sign-in at managed login in the browser's flow, where other tabs may have begun
// some too, and returns its page.
func (x *exchange) redirect(provider string) (to string, err error) {
	offered := func(p IdentityProvider) bool { return string(p.Name) == provider }
	if !slices.ContainsFunc(x.h.cfg.IdentityProviders, offered) {
		return "", errInput
	}
	address := tries{"address/" + network(x.address), x.h.cfg.Limits.Address}
	if err := x.count("redirect/", []tries{address}); err != nil {
		return "", err
	}
	f, err := x.resume()
	if err == nil && f.status.State == auth.StateSignedIn { // a sign-in whose end has failed
		f, err = x.begin()
	}
	if err != nil {
		return "", err
	}
	if err := writeMemo(x.r.Context(), f.session, f.memo); err != nil { // or flow would not know it
		return "", &unavailable{err}
	}
	out, err := f.session.SignInWithRedirect(x.r.Context(), auth.SignInWithRedirectInput{
		Provider: auth.IdentityProvider(provider), ReturnTo: x.back,
		RedirectURI: x.h.cfg.callback(),
	})
	if err != nil {
		return "", err
	}
	x.h.cookies.set(x.w, x.h.cookies.flow, f.id, 0)
	return out.URL, nil
}

// callbackPage ends a sign-in at managed login. A callback that belongs to none of this browser
// (login CSRF) leaves whoever is signed in alone; so does a page that is loaded again.
func callbackPage(x *exchange) (*Page, error) {
	f, err := x.flow()
	if err != nil {
		return nil, err
	}
	person, nobody := x.h.visitor(x.w, x.r, true)
	f, out, err := x.completeAttempt(f, person)
	switch {
	case errors.Is(err, auth.ErrOAuthAttempt) && nobody == nil:
		return x.alreadySignedIn()
	case err != nil:
		x.report(EventSignInFailed, codeOf(err))
		return x.redirectFailed(err)
	}
	x.back = localPath(out.ReturnTo)
	done, err := x.finish(f, out.SignInOutput)
	switch {
	case err != nil:
		return nil, err
	case x.script:
		return &Page{body: done.body}, nil
	}
	http.Redirect(x.w, x.r, done.to, http.StatusSeeOther)
	return nil, errAnswered
}

// completeAttempt looks for the attempt of a callback in the browser's flow and then in the
// session, which the attempts of other tabs have moved to with a sign-in. Both may be nil.
func (x *exchange) completeAttempt(
	f *flow, person *Person,
) (*flow, auth.CompleteSignInWithRedirectOutput, error) {
	var places []*flow
	if f != nil {
		places = append(places, f)
	}
	if person != nil {
		places = append(places, &flow{session: person.Session})
	}
	for _, place := range places {
		out, err := place.session.CompleteSignInWithRedirect(x.r.Context(), x.r.URL.String())
		if !errors.Is(err, auth.ErrOAuthAttempt) {
			return place, out, err
		}
	}
	return nil, auth.CompleteSignInWithRedirectOutput{}, auth.ErrOAuthAttempt
}

// redirectFailed shows the sign-in page with what went wrong.
func (x *exchange) redirectFailed(failure error) (*Page, error) {
	if x.script {
		return nil, failure
	}
	x.failure = failure
	page, err := signInPage(x)
	if err != nil {
		return nil, err
	}
	x.showFailure(page, failure)
	return nil, errAnswered
}

// leave sends the browser to another host after a form was posted. The policy of the page that
// posted it lets no form lead there, by redirects neither, so it is a page that leads on by itself.
func (x *exchange) leave(to string) {
	x.w.Header().Set("Refresh", "0;url="+to)
	x.show(http.StatusOK, &Page{
		Name: "leave", Title: x.h.cfg.AppName, Next: &Link{Text: x.text(texts.Continue), To: to},
	})
}
