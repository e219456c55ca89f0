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

// freshTokens returns the session's tokens, renewed if the access token is near its end or the
// caller insists. If they cannot be renewed for a reason that passes, the old ones are good as long
// as the access token is. The events of a refresh have errors of the verb that began it.
func (s *Session) freshTokens(ctx context.Context, verb string, in FetchAuthSessionInput) (*decodedSession, error) {
	current, err := s.read(ctx)
	if err != nil || !in.ForceRefresh && current.fresh(time.Now()) {
		return current, err
	}
	return s.renew(ctx, verb, current, in)
}

// renew waits for new tokens, though not for long while the old ones are good, and not at all soon
// after a failure.
func (s *Session) renew(ctx context.Context, verb string, old *decodedSession, in FetchAuthSessionInput) (*decodedSession, error) {
	usable := !in.ForceRefresh && old.valid(time.Now())
	// Not the session's key: where a browser keeps the session, each request has one of its own.
	which := fingerprint(old.session.AccessToken.Raw)
	if usable && s.client.pauses.rests(which, time.Now()) {
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

// patience is how long a caller waits for a refresh while the old tokens would do. The refresh goes
// on without them.
const patience = 2 * time.Second

// leasePatience is how long a refresh waits for its turn. The time that is left must do for the
// request: if that were cut short, the answer might have been the only copy of a rotated refresh
// token.
const leasePatience = flightTimeout / 2

// refresh renews the tokens with that access token, one process at a time where the Store can keep
// them apart.
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
		// A lease that cannot be had saves no request, but costs none either.
	}
	current, err := s.currentTokens(ctx)
	if err != nil || current.AccessToken != old {
		return current, err // somebody else was faster
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

// requestTokens asks Cognito for new tokens.
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
		return nil, fail(ErrUnexpectedResponse, "the server gave no tokens")
	}
	return out.AuthenticationResult, nil
}

// merged merges what came with what was there: Cognito sends a refresh token only when it rotates
// them. The person stays who it was, even if the tokens were of two people, which a Store in a
// browser cannot rule out.
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

// registerRenewed registers a device that came with a refresh. If that fails, the next sign-in does
// it.
func (s *Session) registerRenewed(ctx context.Context, renewed *tokens, metadata *types.NewDeviceMetadataType) {
	session, err := renewed.decode()
	if err != nil {
		return
	}
	reg := registration{
		username: session.AccessToken.text("username"), aliases: aliases(session, renewed.LoginID),
		deviceName: s.client.deviceName, accessToken: renewed.AccessToken, metadata: metadata,
	}
	if registered := s.registerDevice(ctx, reg); errors.Is(registered.Err, errDeviceOccupied) {
		_ = s.confirmUnused(ctx, reg) // if it fails too, the next sign-in is sooner
	}
}

// saveRenewed stores renewed tokens before anybody sees them, unless the session has moved on: to
// newer tokens, which then count, or to nobody.
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

// accept makes renewed the state's tokens, or gives the ones that count instead. A refresh that
// another process was refused meanwhile, for the very token that was exchanged here, did not end
// the session after all.
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

// fingerprint tells one token from another without being one.
func fingerprint(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// refreshFailed ends the session if the failure says that it is over, and keeps it in every other
// case.
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

// finalRefusals are the texts of NotAuthorizedException that end a session. Cognito gives the same
// code to mistakes of the configuration, such as a wrong client secret, which sign nobody out.
var finalRefusals = []string{
	"Refresh Token has been revoked",
	"Refresh Token has expired",
	"Invalid Refresh Token",
	"User is disabled",
}

// endsSession reports whether a refused refresh is final: nothing but a new sign-in will help. The
// list is closed. Whatever is not on it is taken to pass, however often it comes.
//
// Differs from Amplify: every NotAuthorizedException signs out there.
func endsSession(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	if e.Is(ErrUserUnAuthenticated) {
		return true // another process has found out
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
