package auth

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/oauth2"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

// prepare fetches the pool's keys, once: without them the code would be spent for nothing.
func (m *managedLogin) prepare(ctx context.Context) error {
	if m.warm.Load() {
		return nil
	}
	err := m.verifier.Warm(ctx)
	switch {
	case err == nil:
		m.warm.Store(true)
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return unanswered(ctx, err, "the pool's keys could not be fetched", err)
}

// redeem exchanges the code of an attempt for tokens that have passed all checks. If Cognito has
// certainly not used the code up, the attempt stays, so that the callback can be loaded again.
func (s *Session) redeem(ctx context.Context, attempt redirectAttempt, code string) (*tokens, error) {
	login := s.client.login
	got, failure := login.exchange(ctx, attempt, code)
	switch {
	case failure != nil && failure.leavesCodeUnused():
		return nil, alongside(failure, s.restoreAttempt(ctx, attempt))
	case failure != nil:
		return nil, failure
	}
	err := login.verify(ctx, attempt, got)
	var session AuthSession
	if err == nil {
		session, err = got.decode()
	}
	if err != nil {
		s.discard(ctx, got)
		return nil, err
	}
	s.client.setLifetime(got, 0, session)
	return got, nil
}

// exchange sends the code to the token endpoint, once (RFC 6749, section 4.1.3).
func (m *managedLogin) exchange(ctx context.Context, attempt redirectAttempt, code string) (*tokens, *Error) {
	limited, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	delivery := &transport.Delivery{}
	limited = context.WithValue(delivery.Watch(limited), oauth2.HTTPClient, m.http)
	config := m.config(attempt.RedirectURI, nil)
	answer, err := config.Exchange(limited, code, oauth2.VerifierOption(attempt.Verifier))
	if err != nil {
		return nil, exchangeError(ctx, oneShotError{error: err, sent: delivery.Sent()})
	}
	id, _ := answer.Extra("id_token").(string)
	if !strings.EqualFold(answer.TokenType, "Bearer") || len(answer.RefreshToken) > maxTokenSize {
		return nil, fail(ErrUnexpectedResponse, "the token endpoint returned tokens of another kind")
	}
	return &tokens{
		AccessToken: answer.AccessToken, IDToken: id, RefreshToken: answer.RefreshToken, ManagedLogin: true,
	}, nil
}

// exchangeError turns an error of x/oauth2 into an *Error. It wraps nothing that holds the body of
// the response, in which tokens may be.
func exchangeError(ctx context.Context, err error) *Error {
	var answered *oauth2.RetrieveError
	lost := lostConnection(err)
	switch {
	case errors.As(err, &answered):
		refused := exchangeRefused(answered)
		refused.RequestID = bounded(answered.Response.Header.Get(transport.ManagedLoginRequestID), maxCode)
		refused.StatusCode = status(err)
		if refused.Code == "" {
			explainPage(ctx, refused, err)
		}
		return withRecovery(refused)
	case errors.Is(err, transport.ErrTooLarge):
		return fail(ErrUnexpectedResponse, transport.ErrTooLarge.Error())
	case lost == nil, errors.Is(err, transport.ErrNotObject):
		return fail(ErrUnexpectedResponse, "the answer is not one of a token endpoint")
	}
	message := "the token endpoint could not be reached"
	if mayHaveTakenEffect(err) {
		message = "the answer of the token endpoint was lost"
	}
	return unanswered(ctx, err, message, lost)
}

// unanswered returns the error of a request without an answer.
func unanswered(ctx context.Context, err error, message string, cause error) *Error {
	return withRecovery(&Error{Code: lostCode(ctx, err), Message: message, StatusCode: status(err), Err: cause})
}

// leavesCodeUnused reports whether the failure of an exchange has certainly left the code unused.
func (e *Error) leavesCodeUnused() bool {
	switch e.Code {
	case "", ErrNetwork, ErrTooManyRequests, ErrCertificate, ErrProxyAuthentication, ErrInvalidConfig,
		ErrForbidden, ErrCaptchaRequired:
		return true
	}
	return false
}

// exchangeRefused returns the error that the token endpoint reports (RFC 6749, section 5.2). It has
// no code if the answer is not one of a token endpoint.
func exchangeRefused(answered *oauth2.RetrieveError) *Error {
	status := answered.Response.StatusCode
	switch {
	case status == http.StatusTooManyRequests:
		return fail(ErrTooManyRequests, "the token endpoint is busy")
	case status >= http.StatusInternalServerError:
		return fail(ErrOutcomeUnknown, "the token endpoint failed")
	case answered.ErrorCode == "":
		return &Error{}
	case answered.ErrorCode == "invalid_grant":
		return redirectFailed(ErrOAuthCode, "the code is used up, too old, or not for this sign-in")
	case answered.ErrorCode == "redirect_mismatch", answered.ErrorDescription == "invalid_redirect":
		return redirectMismatch()
	}
	return redirectFailed(ErrOAuthSignIn,
		"the token endpoint answered "+quoted(answered.ErrorCode, answered.ErrorDescription))
}

// verify checks that the tokens are the pool's, for this app client and for this attempt, and of
// one person. If the verifier has no key for them, the keys are fetched once more, at once: the
// pool may have rotated its keys a moment ago, and the code is spent.
func (m *managedLogin) verify(ctx context.Context, attempt redirectAttempt, got *tokens) error {
	err := m.verifyWith(ctx, m.verifier, attempt, got)
	if errors.Is(err, jwt.ErrKeysUnavailable) && ctx.Err() == nil {
		var latest *jwt.Verifier // one that has fetched no keys yet
		if latest, err = jwt.NewVerifier(m.trust); err == nil {
			err = m.verifyWith(ctx, latest, attempt, got)
		}
	}
	if err == nil {
		return nil
	}
	failed := redirectFailed(ErrOAuthToken, "the tokens do not pass the checks")
	switch {
	case errors.Is(err, jwt.ErrWrongNonce):
		failed = redirectFailed(ErrOAuthNonce, "the ID token is not for this sign-in")
	case errors.Is(err, jwt.ErrKeysUnavailable):
		failed.Message = "the pool's keys could not be fetched to check the tokens"
	}
	failed.Err = err
	return failed
}

// verifyWith verifies the ID token and the access token, or the access token of an answer without
// an ID token, which is one only if openid was not granted.
func (m *managedLogin) verifyWith(
	ctx context.Context, verifier *jwt.Verifier, attempt redirectAttempt, got *tokens,
) error {
	if got.IDToken != "" {
		_, err := verifier.VerifyLogin(ctx, jwt.LoginTokens{
			IDToken: got.IDToken, AccessToken: got.AccessToken, Nonce: attempt.Nonce, SkipNonce: m.anyNonce,
		})
		return err
	}
	access, err := verifier.VerifyAccessToken(ctx, got.AccessToken)
	if err == nil && slices.Contains(access.Scopes, scopeOpenID) {
		return &jwt.Error{Reason: jwt.ErrMalformed, Message: "there is no ID token, although openid was granted"}
	}
	return err
}
