package auth

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// freshTokens returns the session's tokens, renewed if they are about to expire or the caller
// forces it. After a failure that may pass it returns the old ones, as long as the access token is
// valid. The verb is the Op of errors in events.
func (s *Session) freshTokens(ctx context.Context, verb string, in FetchAuthSessionInput) (*decodedSession, error) {
	current, err := s.read(ctx)
	if err != nil || !in.ForceRefresh && current.fresh(time.Now()) {
		return current, err
	}
	return s.renew(ctx, verb, current, in)
}

// renew waits for new tokens: only for a short time while the old ones are valid, and not at all
// soon after a failure.
func (s *Session) renew(
	ctx context.Context, verb string, old *decodedSession, in FetchAuthSessionInput,
) (*decodedSession, error) {
	s = s.at(old.key) // it may have moved
	usable := !in.ForceRefresh && old.valid(time.Now())
	// Not by the session's key: where a browser keeps the session, each request has its own.
	which := fingerprint(old.session.AccessToken.Raw)
	if usable && s.client.pauses.active(which, time.Now()) {
		return old, nil
	}
	wait, cancel := ctx, context.CancelFunc(func() {})
	if usable {
		wait, cancel = context.WithTimeout(ctx, patience)
	}
	defer cancel()
	renewed, err := s.client.flights.join(wait, s.key, func(ctx context.Context) (*decodedSession, error) {
		renewed, err := s.refresh(ctx, verb, old.session.AccessToken.Raw, in)
		if err != nil {
			s.client.pauses.failed(which, time.Now())
			return nil, err
		}
		s.client.pauses.over(which)
		return renewed.decodedSession()
	})
	switch {
	case err == nil:
		return renewed, nil
	case usable && !endsSession(err) && ctx.Err() == nil:
		return old, nil
	default:
		return nil, err
	}
}

// patience is how long a caller waits for a refresh while the old tokens are valid. The refresh
// continues without the caller.
const patience = 2 * time.Second

// leasePatience is how long a refresh waits for its lease. The rest of the time is for the request,
// which must not be cut short: its answer may be the only copy of a rotated refresh token.
const leasePatience = flightTimeout / 2

// refresh renews the tokens whose access token is old, in one process at a time if the Store is a
// [Leaser].
func (s *Session) refresh(ctx context.Context, verb, old string, in FetchAuthSessionInput) (*tokens, error) {
	if leaser, ok := s.client.store.(Leaser); ok {
		waiting, cancel := context.WithTimeout(ctx, leasePatience)
		release, err := leaser.Lease(waiting, s.key)
		expired := waiting.Err() != nil
		cancel()
		switch {
		case err == nil:
			defer release()
		case expired:
			return nil, err
		}
		// Without a lease the refresh is still right; it may only make a superfluous request.
	}
	current, err := s.currentTokens(ctx)
	if err != nil || current.AccessToken != old {
		return current, err // another process has renewed them
	}
	result, err := s.requestTokens(ctx, current, in)
	if err != nil {
		return s.refreshFailed(ctx, verb, current, err)
	}
	renewed, err := current.merged(result)
	if err != nil {
		return nil, err
	}
	saved, err := s.saveRenewed(ctx, current, renewed)
	if err == nil && result.NewDeviceMetadata != nil {
		s.registerRenewed(ctx, renewed, result.NewDeviceMetadata)
	}
	return saved, err
}

func (s *Session) currentTokens(ctx context.Context) (*tokens, error) {
	st, err := s.load(ctx)
	if err != nil {
		return nil, err
	}
	if st.Tokens == nil {
		return nil, st.signedOut()
	}
	return st.Tokens, nil
}

// requestTokens exchanges the refresh token for new tokens.
func (s *Session) requestTokens(
	ctx context.Context, old *tokens, in FetchAuthSessionInput,
) (*types.AuthenticationResultType, error) {
	if old.RefreshToken == "" {
		return nil, fail(ErrTokenRefresh, "there is no refresh token")
	}
	request := &cognitoidentityprovider.GetTokensFromRefreshTokenInput{
		ClientId:       &s.client.clientID,
		ClientSecret:   s.client.secret(),
		RefreshToken:   &old.RefreshToken,
		ClientMetadata: in.ClientMetadata,
	}
	if key := old.deviceKey(); key != "" {
		request.DeviceKey = &key
	}
	out, err := s.client.cognito.GetTokensFromRefreshToken(ctx, request)
	if err != nil {
		return nil, apiError(ctx, err)
	}
	if out.AuthenticationResult == nil {
		return nil, fail(ErrUnexpectedResponse, "the server returned no tokens")
	}
	return out.AuthenticationResult, nil
}

// merged returns the tokens with those of result in place of the old ones: Cognito returns a
// refresh token only when it rotates them. It is an error if the new ones are another person's,
// which can happen if the Store is in a browser.
func (t *tokens) merged(result *types.AuthenticationResultType) (*tokens, error) {
	renewed := *t
	renewed.AccessToken = aws.ToString(result.AccessToken)
	renewed.IDToken = cmp.Or(aws.ToString(result.IdToken), t.IDToken)
	renewed.RefreshToken = cmp.Or(aws.ToString(result.RefreshToken), t.RefreshToken)
	session, err := renewed.decode()
	if err != nil {
		return nil, err
	}
	if old, err := t.decode(); err != nil || old.UserSub != session.UserSub {
		return nil, fail(ErrUnexpectedResponse, "the renewed tokens are another person's")
	}
	renewed.received(time.Now(), result.ExpiresIn, session)
	if result.NewDeviceMetadata != nil {
		renewed.DeviceKey = aws.ToString(result.NewDeviceMetadata.DeviceKey)
	}
	return &renewed, nil
}

// registerRenewed registers a device that came with a refresh. If that fails, the next sign-in
// registers one.
func (s *Session) registerRenewed(ctx context.Context, renewed *tokens, metadata *types.NewDeviceMetadataType) {
	session, err := renewed.decode()
	if err != nil {
		return
	}
	reg := registration{
		username: session.AccessToken.Username, aliases: aliases(session, renewed.LoginID),
		deviceName: s.client.deviceName, accessToken: renewed.AccessToken, metadata: metadata,
	}
	if registered := s.registerDevice(ctx, reg); errors.Is(registered.Err, errDeviceOccupied) {
		_ = s.confirmUnused(ctx, reg) // if that fails as well, the session only ends sooner
	}
}

// saveRenewed stores renewed before returning it. If the session changed meanwhile, it returns the
// newer tokens, or an error if the session was signed out.
func (s *Session) saveRenewed(ctx context.Context, old, renewed *tokens) (*tokens, error) {
	var current *tokens
	err := s.finish(ctx, func(st *state) (err error) {
		current, err = st.accept(old, renewed)
		return err
	})
	if err != nil {
		return nil, err
	}
	if current == renewed {
		s.client.tell(ctx, Event{Name: EventTokenRefresh, SessionKey: s.key})
	}
	return current, nil
}

// accept makes renewed the state's tokens, or returns the newer ones that it has. If another
// process ended the session because the same refresh token, exchanged here, was refused there,
// accept restores the session.
func (st *state) accept(old, renewed *tokens) (*tokens, error) {
	switch {
	case st.Tokens == nil && st.Refused == fingerprint(old.RefreshToken):
		*st = state{Tokens: renewed, Pending: st.Pending}
	case st.Tokens == nil:
		return nil, st.signedOut()
	case st.Tokens.RefreshToken != old.RefreshToken || st.Tokens.AccessToken != old.AccessToken:
		return st.Tokens, nil
	default:
		st.Tokens = renewed
	}
	return renewed, nil
}

// fingerprint returns the token's SHA-256 in hex, which identifies it without revealing it.
func fingerprint(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// refreshFailed ends the session if the failure is final, and keeps it otherwise.
func (s *Session) refreshFailed(ctx context.Context, verb string, old *tokens, failure error) (*tokens, error) {
	if !endsSession(failure) {
		s.client.tell(ctx, Event{Name: EventTokenRefreshFailure, SessionKey: s.key, Err: inVerb(verb, failure)})
		return nil, failure
	}
	var newer *tokens
	err := s.update(ctx, func(st *state) error {
		newer = nil
		switch {
		case st.Tokens == nil:
			return st.signedOut()
		case st.Tokens.RefreshToken != old.RefreshToken:
			newer = st.Tokens // another process has exchanged the refresh token that was refused here
		default:
			*st = state{Expired: true, Refused: fingerprint(old.RefreshToken), Pending: st.Pending}
		}
		return nil
	})
	if err != nil {
		return nil, alongside(failure, err)
	}
	if newer != nil {
		return newer, nil
	}
	s.client.cache.forget(s.key)
	s.client.tell(ctx, Event{Name: EventSessionExpired, SessionKey: s.key, Err: inVerb(verb, failure)})
	return nil, failure
}

// finalRefusals are the messages of NotAuthorizedException that end a session. Cognito returns the
// same code for mistakes of the configuration, such as a wrong client secret, which must sign
// nobody out.
var finalRefusals = []string{
	"Refresh Token has been revoked",
	"Refresh Token has expired",
	"Invalid Refresh Token",
	"User is disabled",
}

// endsSession reports whether a refused refresh is final, so that only a new sign-in helps. The
// list is closed: any other failure may pass, however often it occurs.
//
// Differs from Amplify: there every NotAuthorizedException signs out.
func endsSession(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	if e.Is(ErrUserUnAuthenticated) {
		return true // another process has ended the session
	}
	switch e.Code {
	case ErrUserNotFound, ErrPasswordResetRequired, ErrUserNotConfirmed, ErrRefreshTokenReuse:
		return true
	case ErrNotAuthorized:
		for _, text := range finalRefusals {
			if strings.Contains(e.Message, text) {
				return true
			}
		}
	}
	return false
}
