package auth

import (
	"context"
	"time"
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

	// CustomState is returned by [Session.CompleteSignInWithRedirect]: up to 1024 bytes. Differs
	// from Amplify: it stays in the session's record instead of travelling through the browser.
	CustomState string
	// ReturnTo is where the program wants to go on afterwards. It is kept and returned as
	// CustomState is, and not interpreted: check that it is a path of your own. Up to 1024 bytes.
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
	// waits for the callback can tell by it whether a request is the one.
	State string
	// ExpiresAt is when [Session.CompleteSignInWithRedirect] no longer accepts the callback: in
	// ten minutes.
	ExpiresAt time.Time
}

// SignInWithRedirect begins a sign-in at managed login, the pages of the pool's domain, where
// people of the pool and of its identity providers sign in. It returns the URL to send the browser
// to; when the person has signed in there, the browser comes to the redirect URI, and the program
// gives that request's URL to [Session.CompleteSignInWithRedirect]. It makes no request.
//
// What the callback is checked against (state, nonce, the PKCE verifier of RFC 7636) is random and
// stays in the session's record, so another process with the same [Store] can complete the sign-in.
// A session can have five such attempts at once, as in several tabs; a sixth replaces the oldest.
// An attempt lasts ten minutes: Cognito gives a person five on its pages, and the program five to
// exchange the code. It changes nothing else in the session.
//
// Somebody who is signed in must sign out first, unless there is a Prompt. Errors:
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
	return SignInWithRedirectOutput{}, fail(ErrOAuthNotConfigured, "not implemented yet")
}
