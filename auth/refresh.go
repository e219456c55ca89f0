package auth

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// freshTokens returns the session's tokens, renewed if they are about to expire or the caller
// forces it. After a failure that may pass it returns the old ones, as long as the access token is
// valid. The verb is the Op of errors in events.
func (s *Session) freshTokens(ctx context.Context, verb string, in FetchAuthSessionInput) (*decodedSession, error) {
	current, err := s.read(ctx, verb)
	if err != nil {
		return nil, err
	}
	return s.freshened(ctx, verb, current, in)
}

// freshened is freshTokens for tokens that were read already.
func (s *Session) freshened(
	ctx context.Context, verb string, current *decodedSession, in FetchAuthSessionInput,
) (*decodedSession, error) {
	if current.unconfirmed && current.valid(time.Now()) {
		s.confirmLate(ctx, current)
	}
	if !in.ForceRefresh && current.fresh(time.Now()) && current.lasts(in.MinValidity) {
		return current, nil
	}
	return s.renew(ctx, verb, current, in)
}

// renew waits for new tokens of the same person: only for a short time while the old ones are
// valid, and not at all soon after a failure.
func (s *Session) renew(
	ctx context.Context, verb string, old *decodedSession, in FetchAuthSessionInput,
) (*decodedSession, error) {
	s = s.at(old.key) // it may have moved
	usable := !in.ForceRefresh && old.valid(time.Now()) && old.lasts(in.MinValidity)
	// Pauses are not kept by the session's key: where a browser keeps the session, each request has
	// its own.
	token := fingerprint(old.session.AccessToken.Raw)
	if usable && s.client.pauses.active(token, time.Now()) {
		return old, nil
	}
	wait, cancel := ctx, context.CancelFunc(func() {})
	if usable {
		wait, cancel = context.WithTimeout(ctx, patience)
	}
	defer cancel()
	id := flightID{session: s.key, token: token}
	renewed, err := s.client.flights.join(wait, id, func(ctx context.Context) (*decodedSession, error) {
		renewed, err := s.refresh(ctx, verb, old, in)
		if err != nil {
			s.client.pauses.failed(token, time.Now())
			return nil, err
		}
		s.client.pauses.over(token)
		return renewed.decodedSession(s.key)
	})
	switch {
	case err == nil:
		return renewed, nil
	case usable && !endsSession(err) && !errors.Is(err, ErrUserChanged) && ctx.Err() == nil:
		return old, nil
	default:
		return nil, err
	}
}

// patience is how long a caller waits for a refresh while the old tokens are valid. The refresh
// continues without the caller.
const patience = 2 * time.Second

// refresh renews the tokens of old, in one process at a time. It returns what another process has
// renewed them to, if that was faster.
func (s *Session) refresh(
	ctx context.Context, verb string, old *decodedSession, in FetchAuthSessionInput,
) (*tokens, error) {
	turn, err := s.awaitTurn(ctx, old)
	if err != nil {
		s.tellStoreFailure(ctx, verb, err)
		return nil, err
	}
	defer turn.release()
	if turn.renewed != nil {
		return turn.renewed, nil
	}
	if _, kept := s.client.unsaved.find(fingerprint(turn.stored.RefreshToken), time.Now()); kept != nil {
		saved, err := s.saveRenewed(ctx, verb, turn.stored, kept)
		switch {
		case err == nil:
			turn.release()
			return s.renewSaved(ctx, verb, saved, in)
		case !storeFailed(err):
			return nil, err
		}
		// The Store has taken a hold, which may be over: it may take other tokens, such as smaller
		// ones.
		turn, err = s.takeTurn(ctx, old, &heldSince{}, turn.hold.Leased)
		if err != nil || turn.renewed != nil {
			return turn.renewed, err
		}
		turn.latest = kept
	}
	// The answer may be the only copy of a rotated refresh token: no caller cuts the request short.
	// After the hold another process may send the same refresh token.
	limited, cancel := context.WithDeadline(context.WithoutCancel(ctx), turn.end)
	defer cancel()
	result, err := s.requestTokens(limited, turn.latest, in)
	if err != nil {
		return s.refreshFailed(ctx, verb, turn, err)
	}
	renewed, err := turn.latest.merged(result)
	if err != nil {
		s.endHold(ctx, turn)
		return nil, err
	}
	saved, err := s.saveRenewed(ctx, verb, turn.stored, renewed)
	if err == nil && result.NewDeviceMetadata != nil {
		s.registerRenewed(ctx, renewed, result.NewDeviceMetadata, false)
	}
	return saved, err
}

// renewSaved returns tokens that were saved late, renewed if they are no longer good or the caller
// forces it.
func (s *Session) renewSaved(
	ctx context.Context, verb string, saved *tokens, in FetchAuthSessionInput,
) (*tokens, error) {
	current, err := saved.decodedSession(s.key)
	if err != nil {
		return nil, err
	}
	if !in.ForceRefresh && current.fresh(time.Now()) && current.lasts(in.MinValidity) {
		return saved, nil
	}
	return s.refresh(ctx, verb, current, in)
}

// requestTokens exchanges the refresh token for new tokens.
func (s *Session) requestTokens(
	ctx context.Context, old *tokens, in FetchAuthSessionInput,
) (*types.AuthenticationResultType, error) {
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
	if !t.sameUser(&renewed) {
		return nil, fail(ErrUnexpectedResponse, "the renewed tokens are another person's")
	}
	renewed.received(time.Now(), result.ExpiresIn, session)
	if result.NewDeviceMetadata != nil {
		renewed.DeviceKey = aws.ToString(result.NewDeviceMetadata.DeviceKey)
	}
	return &renewed, nil
}

// saveRenewed stores renewed before returning it. If the session changed meanwhile, it returns the
// newer tokens of the same person. Otherwise it returns an error, and revokes what is not to
// outlive its session. What the Store does not take now is kept for a later attempt.
func (s *Session) saveRenewed(ctx context.Context, verb string, old, renewed *tokens) (*tokens, error) {
	var current *tokens
	err := s.finish(ctx, func(st *state) (err error) {
		current, err = st.accept(old, renewed)
		return err
	})
	switch {
	case storeFailed(err):
		s.client.unsaved.keep(old, renewed, time.Now())
		s.tellStoreFailure(ctx, verb, err)
		return nil, err
	case err != nil:
		s.client.unsaved.drop(fingerprint(old.RefreshToken))
		s.discard(ctx, renewed)
		return nil, err
	}
	s.client.unsaved.drop(fingerprint(old.RefreshToken))
	switch {
	case current == renewed:
		s.client.tell(ctx, Event{Name: EventTokenRefresh, SessionKey: s.key})
	case !current.sameSignIn(renewed): // to revoke those of the same sign-in would end it
		s.discard(ctx, renewed)
	}
	return current, nil
}

// accept makes renewed the state's tokens, or returns the newer ones of the same person that it
// has, and errUnchanged. If another process ended the session because the same refresh token,
// exchanged here, was refused there, accept restores the session.
func (st *state) accept(old, renewed *tokens) (*tokens, error) {
	switch {
	case st.Tokens == nil && st.Refused == fingerprint(old.RefreshToken):
		*st = state{Tokens: renewed, Pending: st.Pending, Redirects: st.Redirects}
	case st.Tokens == nil:
		return nil, st.signedOut()
	case st.Tokens.RefreshToken == renewed.RefreshToken && st.Tokens.AccessToken == renewed.AccessToken:
		return renewed, errUnchanged // an earlier attempt saved them
	case st.Tokens.RefreshToken != old.RefreshToken || st.Tokens.AccessToken != old.AccessToken:
		if !st.Tokens.sameUser(renewed) {
			return nil, userChanged(nil)
		}
		return st.Tokens, errUnchanged
	default:
		st.Tokens, st.Renewal = renewed, nil
	}
	return renewed, nil
}

// userChanged returns the error of a verb whose person is no longer the session's. The cause may be
// nil.
func userChanged(cause error) error {
	changed := fail(ErrUserChanged, "another person has signed in to this session")
	changed.Err = cause
	return changed
}

// discard has Cognito revoke tokens that nobody holds any more. If that fails, they end by
// themselves.
func (s *Session) discard(ctx context.Context, lost *tokens) {
	ctx, cancel := outlive(ctx)
	defer cancel()
	_, _ = s.revokeRemoved(ctx, lost, SignOutInput{})
}

// fingerprint returns the token's SHA-256 in hex, which identifies it without revealing it.
func fingerprint(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// refreshFailed ends the session if the failure is final, and keeps it otherwise.
func (s *Session) refreshFailed(ctx context.Context, verb string, turn refreshTurn, failure error) (*tokens, error) {
	if !endsSession(failure) {
		s.endHold(ctx, turn)
		s.client.tell(ctx, Event{Name: EventTokenRefreshFailure, SessionKey: s.key, Err: inVerb(verb, failure)})
		return nil, failure
	}
	old := turn.stored
	var newer *tokens
	err := s.finish(ctx, func(st *state) error {
		newer = nil
		switch {
		case st.Tokens == nil:
			return st.signedOut()
		case st.Tokens.RefreshToken == old.RefreshToken:
			*st = st.ended(fingerprint(old.RefreshToken))
		case !st.Tokens.sameUser(old):
			return userChanged(nil)
		default:
			newer = st.Tokens // another process has exchanged the refresh token that was refused here
			return errUnchanged
		}
		return nil
	})
	switch {
	case errors.Is(err, ErrUserChanged):
		return nil, err
	case err != nil:
		return nil, alongside(asSessionExpired(failure), err)
	case newer != nil:
		return newer, nil
	}
	s.client.unsaved.drop(fingerprint(old.RefreshToken))
	return nil, s.sessionOver(ctx, verb, failure)
}
