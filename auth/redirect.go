package auth

import (
	"context"
	"slices"
	"strings"
	"time"

	"golang.org/x/oauth2"
)

// IdentityProvider is a way to sign in at managed login: Cognito's name of one of the pool's
// identity providers. One that speaks SAML or OpenID Connect has the name that the pool gives it.
type IdentityProvider string

// The identity providers that every pool has the same names for.
const (
	ProviderCognito  IdentityProvider = "COGNITO"         // the pool's own users
	ProviderGoogle   IdentityProvider = "Google"          // Google
	ProviderFacebook IdentityProvider = "Facebook"        // Facebook
	ProviderAmazon   IdentityProvider = "LoginWithAmazon" // Login with Amazon; Amplify: Amazon
	ProviderApple    IdentityProvider = "SignInWithApple" // Sign in with Apple; Amplify: Apple
)

// Prompt says what managed login is to ask the person. The older pages, the classic hosted UI,
// ignore it.
type Prompt string

// The values of prompt (OpenID Connect Core 1.0, section 3.1.2.1).
const (
	// PromptNone shows no page: without a session in the browser, CompleteSignInWithRedirect
	// returns [ErrOAuthLoginRequired]. It goes with no other.
	PromptNone Prompt = "none"
	// PromptLogin asks for the sign-in even if the browser has a session.
	PromptLogin Prompt = "login"
	// PromptSelectAccount has the identity provider ask which account to use.
	PromptSelectAccount Prompt = "select_account"
	// PromptConsent has the identity provider ask for consent again.
	PromptConsent Prompt = "consent"
)

// SignInWithRedirectInput is the input of [Session.SignInWithRedirect]. The zero value shows
// managed login's page with everything that it offers.
type SignInWithRedirectInput struct {
	// Provider leads straight to an identity provider, or with [ProviderCognito] to the page for
	// the pool's own users. Default: the page offers all of them, and a session that the browser
	// has with any of them signs the person in. Differs from Amplify: its default is COGNITO,
	// which ignores such a session of a federated person.
	Provider IdentityProvider
	// IDPIdentifier chooses the identity provider by one of the identifiers that the pool has for
	// it, such as the domain of a company's e-mail addresses. It excludes Provider.
	IDPIdentifier string
	// RedirectURI is one of Config.RedirectSignIn, letter for letter. Default: the first of them.
	RedirectURI string
	// Scopes are what the tokens are to grant. Default: Config.Scopes.
	Scopes []string

	// CustomState is returned by [Session.CompleteSignInWithRedirect]: up to 2048 bytes. Differs
	// from Amplify: it stays in the session's record instead of travelling through the browser.
	CustomState string
	// ReturnTo is where the program wants to go on afterwards. It is kept and returned as
	// CustomState is, and not interpreted: check that it is a path of your own. Up to 2048 bytes.
	ReturnTo string

	// Prompt says what to ask the person. Default: nothing, if the browser has a session.
	Prompt []Prompt
	// LoginHint is what the field for the user name begins with, without a Provider and an
	// IDPIdentifier, or a hint for the identity provider.
	LoginHint string
	// Lang is the language of the pages, such as "de" or "pt-BR". Default: the browser's.
	Lang string
	// Resource is the URL of the API for which the access token is: its aud claim (RFC 8707).
	Resource string
}

// SignInWithRedirectOutput is the output of [Session.SignInWithRedirect].
type SignInWithRedirectOutput struct {
	// URL is the page to send the browser to.
	URL string
	// State is the state parameter in the URL, which the callback has as well. A program that
	// waits for the callback recognizes the request by it.
	State string
	// ExpiresAt is when [Session.CompleteSignInWithRedirect] no longer accepts the callback: in
	// ten minutes.
	ExpiresAt time.Time
}

// SignInWithRedirect begins a sign-in at managed login, the pages of the pool's domain, where
// people of the pool and of its identity providers sign in. It returns the URL to send the browser
// to; when the person has signed in there, the browser comes to the redirect URI, and the program
// gives that request's URL to [Session.CompleteSignInWithRedirect].
//
// What the callback is checked against (state, nonce, the PKCE verifier of RFC 7636) is random and
// stays in the session's record, so another process with the same [Store] can complete the sign-in.
// A session can have five such attempts at once, as in several tabs; a sixth replaces the oldest,
// as does one with which the CustomState and ReturnTo of all exceed 4 KiB. An attempt lasts ten
// minutes: Cognito gives a person five on its pages, and the program five to exchange the code. It
// changes nothing else in the session, and ends with a SignOut.
//
// Somebody who is signed in must sign out first, unless there is a Prompt.
//
// Errors:
//   - [ErrOAuthNotConfigured]: the Config has no Domain or no RedirectSignIn
//   - [ErrInvalidRedirect]: RedirectURI is not in Config.RedirectSignIn
//   - [ErrUserAlreadyAuthenticated]: somebody is signed in
//   - [ErrInvalidParameter]: a field cannot be used; the message names it
//
// Differs from Amplify: there is always a nonce, and several attempts do not disturb each other.
//
// Cognito: /oauth2/authorize. Amplify: signInWithRedirect.
func (s *Session) SignInWithRedirect(
	ctx context.Context, in SignInWithRedirectInput,
) (out SignInWithRedirectOutput, err error) {
	defer nameVerb("SignInWithRedirect", &err)
	login := s.client.login
	if login == nil || len(login.redirectSignIn) == 0 {
		return SignInWithRedirectOutput{}, notConfigured()
	}
	redirectURI, ok := oneOf(login.redirectSignIn, in.RedirectURI)
	if !ok {
		return SignInWithRedirectOutput{}, fail(ErrInvalidRedirect, "RedirectURI is not in Config.RedirectSignIn")
	}
	if err := in.check(); err != nil {
		return SignInWithRedirectOutput{}, err
	}
	s = s.replacingUnreadable()
	if err := s.mayRedirect(ctx, in); err != nil {
		return SignInWithRedirectOutput{}, err
	}
	attempt := newRedirectAttempt(in, redirectURI)
	if err := s.keepAttempt(ctx, attempt); err != nil {
		return SignInWithRedirectOutput{}, err
	}
	return SignInWithRedirectOutput{
		URL: login.authorizeURL(in, attempt), State: attempt.State, ExpiresAt: attempt.ExpiresAt,
	}, nil
}

func notConfigured() error {
	return fail(ErrOAuthNotConfigured, "the Config has no Domain or no RedirectSignIn")
}

// mayRedirect returns an error if somebody is signed in and no Prompt says that this is all right.
func (s *Session) mayRedirect(ctx context.Context, in SignInWithRedirectInput) error {
	st, err := s.load(ctx)
	if err != nil || len(in.Prompt) > 0 {
		return err
	}
	return s.refuseSignedIn(ctx, "SignInWithRedirect", st)
}

// authorizeURL returns the URL that begins the attempt (OpenID Connect Core 1.0, section 3.1.2.1;
// RFC 7636, section 4.3).
func (m *managedLogin) authorizeURL(in SignInWithRedirectInput, attempt redirectAttempt) string {
	scopes := in.Scopes
	if len(scopes) == 0 {
		scopes = m.scopes
	}
	options := []oauth2.AuthCodeOption{
		oauth2.S256ChallengeOption(attempt.Verifier), oauth2.SetAuthURLParam("nonce", attempt.Nonce),
	}
	for name, value := range map[string]string{
		"identity_provider": string(in.Provider), "idp_identifier": in.IDPIdentifier,
		"login_hint": in.LoginHint, "lang": in.Lang, "resource": in.Resource, "prompt": in.prompt(),
	} {
		if value != "" {
			options = append(options, oauth2.SetAuthURLParam(name, value))
		}
	}
	return m.config(attempt.RedirectURI, scopes).AuthCodeURL(attempt.State, options...)
}

func (in SignInWithRedirectInput) prompt() string {
	values := make([]string, len(in.Prompt))
	for i, p := range in.Prompt {
		values[i] = string(p)
	}
	return strings.Join(values, " ")
}

// maxRedirectField bounds each text of the input, in bytes: all of it is kept or is in a URL.
const maxRedirectField = 2048

// check returns an error that names a bad field, if there is one.
func (in SignInWithRedirectInput) check() error {
	for name, value := range map[string]string{
		"Provider": string(in.Provider), "IDPIdentifier": in.IDPIdentifier, "CustomState": in.CustomState,
		"ReturnTo": in.ReturnTo, "LoginHint": in.LoginHint, "Lang": in.Lang, "Resource": in.Resource,
		"Prompt": in.prompt(), "Scopes": strings.Join(in.Scopes, " "),
	} {
		if len(value) > maxRedirectField {
			return badInput(name, "is longer than 2048 bytes")
		}
	}
	switch {
	case in.Provider != "" && in.IDPIdentifier != "":
		return badInput("IDPIdentifier", "excludes Provider")
	case slices.Contains(in.Prompt, PromptNone) && len(in.Prompt) > 1:
		return badInput("Prompt", "has others beside none")
	case slices.ContainsFunc(in.Prompt, func(p Prompt) bool { return isNoScope(string(p)) }):
		return badInput("Prompt", "has an element that is not a word")
	case slices.ContainsFunc(in.Scopes, isNoScope):
		return badInput("Scopes", "has an element that is not a scope")
	}
	return nil
}

func badInput(field, why string) error {
	return fail(ErrInvalidParameter, "field "+field+" "+why)
}
