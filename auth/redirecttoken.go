package auth

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

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
	case failure != nil && failure.keepsCode():
		return nil, alongside(failure, s.restoreAttempt(ctx, attempt))
	case failure != nil:
		return nil, failure
	}
	if err := login.verify(ctx, attempt, got); err != nil {
		s.discard(ctx, got)
		return nil, err
	}
	session, err := got.decode()
	if err != nil {
		s.discard(ctx, got)
		return nil, err
	}
	got.received(time.Now(), 0, session)
	if life := s.client.refreshTokenValidity; life > 0 {
		got.Until = expiry(life)
	}
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

// keepsCode reports whether the failure of an exchange has certainly left the code unused.
func (e *Error) keepsCode() bool {
	switch e.Code {
	case "", ErrNetwork, ErrTooManyRequests, ErrCertificate, ErrProxyAuthentication, ErrInvalidConfig,
		ErrForbidden, ErrCaptchaRequired:
		return true
	}
	return false
}

// restoreAttempt gives an attempt back that was taken for nothing.
func (s *Session) restoreAttempt(ctx context.Context, a redirectAttempt) error {
	limited, cancel := outlive(ctx)
	defer cancel()
	return s.keepAttempt(limited, a)
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
// one person.
func (m *managedLogin) verify(ctx context.Context, attempt redirectAttempt, got *tokens) error {
	var err error
	if got.IDToken == "" {
		err = m.verifyAccess(ctx, got.AccessToken)
	} else {
		_, err = m.verifier.VerifyLogin(ctx, jwt.LoginTokens{
			IDToken: got.IDToken, AccessToken: got.AccessToken, Nonce: attempt.Nonce, SkipNonce: m.anyNonce,
		})
	}
	if err == nil {
		return nil
	}
	failed := redirectFailed(ErrOAuthToken, "the tokens do not pass the checks")
	if errors.Is(err, jwt.ErrWrongNonce) {
		failed = redirectFailed(ErrOAuthNonce, "the ID token is not for this sign-in")
	}
	failed.Err = err
	return failed
}

// verifyAccess verifies the access token of an answer without an ID token, which is one only if
// openid was not granted.
func (m *managedLogin) verifyAccess(ctx context.Context, raw string) error {
	access, err := m.verifier.VerifyAccessToken(ctx, raw)
	if err == nil && slices.Contains(access.Scopes, scopeOpenID) {
		return &jwt.Error{Reason: jwt.ErrMalformed, Message: "there is no ID token, although openid was granted"}
	}
	return err
}
