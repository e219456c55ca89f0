package auth

import "context"

// CompleteSignInWithRedirectOutput is the output of [Session.CompleteSignInWithRedirect].
type CompleteSignInWithRedirectOutput struct {
	// SignInOutput is that of a finished sign-in: IsSignedIn, and the step [DoneSignInStep].
	SignInOutput
	CustomState string `json:"customState,omitempty"` // that of SignInWithRedirectInput
	ReturnTo    string `json:"returnTo,omitempty"`    // that of SignInWithRedirectInput
}

// CompleteSignInWithRedirect ends a sign-in that [Session.SignInWithRedirect] began: it exchanges
// the code in callbackURL for tokens, verifies the ID token, and stores the person in the session,
// in place of anybody who is signed in. callbackURL is that of the request to the redirect URI, or
// the address that a person has copied from a browser; only its query is used, so that it may lack
// the host.
//
// The attempt is found by the state in callbackURL and used up before the exchange, so that a
// callback is worth nothing the second time. The code is sent once. A session in which somebody is
// signed in changes only if all checks succeed; otherwise the new tokens are revoked.
//
// Errors, all of which are also [ErrOAuthSignIn], except those of the Store and the network:
//   - [ErrOAuthAttempt]: this session has no such attempt: it is used up, too old or forged
//   - [ErrOAuthDenied]: the person, or the identity provider, refused
//   - [ErrOAuthJustLinked]: the pool has just linked the person to a user: start once more
//   - [ErrOAuthLoginRequired]: [PromptNone], and the browser has no session
//   - [ErrOAuthRedirectMismatch]: the redirect URI is not registered with the app client
//   - [ErrOAuthCode]: the code is used up, too old, or not for this attempt
//   - [ErrOAuthNonce]: the ID token's nonce is not that of the attempt
//   - [ErrOAuthToken]: the tokens are not from the pool, or do not belong together
//   - [ErrOAuthSignIn]: another refusal, told in the message
//   - [ErrNetwork], [ErrTooManyRequests]: nothing was sent or done, and the call may be repeated
//   - [ErrOutcomeUnknown]: the answer was lost, and the code may be used up: start again
//   - [ErrUnexpectedResponse]: the answer is not one of the token endpoint
//   - [ErrStore]: the tokens could not be stored; they were revoked
//
// The session has no device, so its [Session.Call] refuses nothing but proves no device either;
// verbs that need a scope which the person was not asked for return [ErrScopeNotGranted]. Without
// the scope openid there is no ID token, and the session lives by its access token.
//
// Differs from Amplify: the ID token is verified, with its nonce and at_hash.
//
// Cognito: /oauth2/token. Amplify: enable-oauth-listener.
func (s *Session) CompleteSignInWithRedirect(
	ctx context.Context, callbackURL string,
) (out CompleteSignInWithRedirectOutput, err error) {
	defer nameVerb("CompleteSignInWithRedirect", &err)
	return CompleteSignInWithRedirectOutput{}, fail(ErrOAuthNotConfigured, "not implemented yet")
}
