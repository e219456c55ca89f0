package auth

import (
	"context"
	"net/url"
	"strconv"
	"strings"
)

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
// Errors; those from [ErrOAuthAttempt] to [ErrOAuthToken] are also [ErrOAuthSignIn]:
//   - [ErrOAuthAttempt]: this session has no such attempt: it is used up, too old or forged
//   - [ErrOAuthDenied]: the person, or the identity provider, refused
//   - [ErrOAuthJustLinked]: the pool has just linked the person to a user: start once more
//   - [ErrOAuthLoginRequired]: [PromptNone], and the browser has no session
//   - [ErrOAuthRedirectMismatch]: the redirect URI is not registered with the app client
//   - [ErrOAuthCode]: the code is used up, too old, or not for this attempt
//   - [ErrOAuthNonce]: the ID token's nonce is not that of the attempt
//   - [ErrOAuthToken]: the tokens are not from the pool, or do not belong together, or the pool's
//     keys could not be fetched to tell
//   - [ErrOAuthSignIn]: another refusal, told in the message
//   - [ErrNetwork], [ErrTooManyRequests]: nothing was sent or done, and the call may be repeated
//   - [ErrCertificate], [ErrProxyAuthentication], [ErrForbidden], [ErrCaptchaRequired]: nothing
//     was done, and the call may be repeated when the cause is put right
//   - [ErrOutcomeUnknown]: the answer was lost, and the code may be used up: start again
//   - [ErrUnexpectedResponse]: the answer is not one of the token endpoint
//   - [ErrStore]: the tokens could not be stored; they were revoked
//   - [ErrOAuthNotConfigured]: the Config has no Domain
//
// The new session renews its tokens like any other. It has no device, and no Factors: Cognito does
// not tell what the person has proved on its pages. Verbs that need a scope which was not asked for
// return [ErrScopeNotGranted]. Without the scope openid there is no ID token, and the session lives
// by its access token. [Session.SignOut] returns the page that ends the browser's session too.
//
// Differs from Amplify: the tokens are verified, with the nonce and the at_hash of the ID token,
// and a failure is returned.
//
// Cognito: /oauth2/token. Amplify: enable-oauth-listener.
func (s *Session) CompleteSignInWithRedirect(
	ctx context.Context, callbackURL string,
) (out CompleteSignInWithRedirectOutput, err error) {
	const verb = "CompleteSignInWithRedirect"
	defer nameVerb(verb, &err)
	out, err = s.completeRedirect(ctx, callbackURL)
	if err != nil {
		failure := Event{Name: EventSignInWithRedirectFailure, SessionKey: s.key, Err: inVerb(verb, err)}
		s.client.tell(ctx, failure)
	}
	return out, err
}

// completeRedirect does what [Session.CompleteSignInWithRedirect] promises, in an order in which no
// callback can be used twice and none disturbs the session unless it is good.
func (s *Session) completeRedirect(
	ctx context.Context, callbackURL string,
) (out CompleteSignInWithRedirectOutput, err error) {
	if s.client.login == nil {
		return out, notConfigured()
	}
	if _, err := wafToken(ctx); err != nil {
		return out, err
	}
	back, err := parseCallback(callbackURL)
	if err != nil {
		return out, err
	}
	attempt, err := s.claimAttempt(ctx, back)
	if err == nil {
		err = s.redeemAndStore(ctx, attempt, back)
	}
	if err != nil {
		return out, err
	}
	s.tellRedirected(ctx, attempt)
	return CompleteSignInWithRedirectOutput{
		SignInOutput: SignInOutput{IsSignedIn: true, NextStep: DoneSignInStep{}},
		CustomState:  attempt.CustomState, ReturnTo: attempt.ReturnTo,
	}, nil
}

// claimAttempt takes the attempt of a callback from the session, once there is all that its code
// will need.
func (s *Session) claimAttempt(ctx context.Context, back callback) (redirectAttempt, error) {
	err := s.hasAttempt(ctx, back.state)
	if err == nil && back.refusal == "" {
		err = s.client.login.prepare(ctx)
	}
	if err != nil {
		return redirectAttempt{}, err
	}
	return s.takeAttempt(ctx, back)
}

// redeemAndStore exchanges the code of a callback, and stores the tokens in place of whatever is in
// the session.
func (s *Session) redeemAndStore(ctx context.Context, attempt redirectAttempt, back callback) error {
	if back.refusal != "" {
		return back.refused()
	}
	got, err := s.redeem(ctx, attempt, back.code)
	if err != nil {
		return err
	}
	arrival := storedSignIn{session: s, place: placeNew}
	return arrival.storeTokens(ctx, got)
}

// tellRedirected reports the sign-in, in Amplify's order.
func (s *Session) tellRedirected(ctx context.Context, attempt redirectAttempt) {
	if attempt.CustomState != "" {
		s.client.tell(ctx, Event{Name: EventCustomOAuthState, SessionKey: s.key, CustomState: attempt.CustomState})
	}
	s.client.tell(ctx, Event{Name: EventSignInWithRedirect, SessionKey: s.key})
	s.client.tell(ctx, Event{Name: EventSignedIn, SessionKey: s.key})
}

// callback is what managed login has told by way of the browser. Anybody can have written it.
type callback struct {
	redacted
	state, code          string
	refusal, description string // error and error_description
}

// maxCallback bounds a callback's URL. Cognito's have less than a kilobyte.
const maxCallback = 16 << 10

// parseCallback reads the parameters of RFC 6749, section 4.1.2. None of its errors quotes the URL.
func parseCallback(text string) (callback, error) {
	if len(text) > maxCallback {
		return callback{}, redirectFailed(ErrOAuthSignIn, "the callback's URL is too long")
	}
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil {
		return callback{}, redirectFailed(ErrOAuthSignIn, "the callback's URL cannot be read")
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return callback{}, redirectFailed(ErrOAuthSignIn, "the query of the callback's URL cannot be read")
	}
	for _, name := range []string{"state", "code", "error", "error_description"} {
		if len(query[name]) > 1 {
			return callback{}, redirectFailed(ErrOAuthSignIn, "the callback's URL has more than one "+name)
		}
	}
	back := callback{
		state: query.Get("state"), code: query.Get("code"),
		refusal: query.Get("error"), description: query.Get("error_description"),
	}
	if back.code == "" && back.refusal == "" {
		return callback{}, redirectFailed(ErrOAuthSignIn, "the callback's URL has neither a code nor an error")
	}
	return back, nil
}

// refused returns the error that the callback reports.
func (c callback) refused() error {
	switch {
	case strings.Contains(c.description, "Already found an entry for username"):
		return redirectFailed(ErrOAuthJustLinked, "the pool has just linked the person to a user")
	case c.refusal == "access_denied":
		return redirectFailed(ErrOAuthDenied, "the person or the identity provider refused")
	case c.refusal == "login_required":
		return redirectFailed(ErrOAuthLoginRequired, "nobody is signed in at managed login in this browser")
	case c.refusal == "redirect_mismatch":
		return redirectMismatch()
	}
	return redirectFailed(ErrOAuthSignIn, "managed login answered "+quoted(c.refusal, c.description))
}

func redirectMismatch() *Error {
	return redirectFailed(ErrOAuthRedirectMismatch, "the redirect URI is not one of the app client's callback URLs")
}

// redirectFailed returns the error of a managed login.
func redirectFailed(code ErrorCode, message string) *Error {
	failed := fail(code, message)
	if code != ErrOAuthSignIn {
		failed.refines = []ErrorCode{ErrOAuthSignIn}
	}
	return failed
}

// quoted returns texts of unknown origin in quotation marks: bounded, in printable characters, and
// without those that mean something in HTML.
func quoted(code, description string) string {
	text := strconv.Quote(bounded(code, maxCode))
	if description != "" {
		text += ": " + strconv.Quote(bounded(description, maxMessage))
	}
	return strings.NewReplacer("<", `\u003c`, ">", `\u003e`, "&", `\u0026`, "'", `\u0027`).Replace(text)
}
