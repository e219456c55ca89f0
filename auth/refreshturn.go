package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"time"
)

// refreshTimeout bounds the request of a refresh, and how long others wait for its result.
const refreshTimeout = 15 * time.Second

// leaseTimeout is how long a refresh waits for the Store's lease before it looks whether the holder
// is in the middle of a refresh. A process that was stopped keeps its lease.
const leaseTimeout = time.Second

// refreshHold says in a session's record that a process is exchanging the refresh token. It is
// saved before the request: a Store that does not take it would not take the new tokens either.
type refreshHold struct {
	unprinted
	Until  time.Time `json:"until"`
	By     string    `json:"by"`               // distinguishes it from other holds
	Leased bool      `json:"leased,omitempty"` // its process has the Store's lease as well
}

// live reports whether the hold counts at the moment. One that lasts longer than any does is of a
// machine whose clock is wrong.
func (h *refreshHold) live(now time.Time) bool {
	return h != nil && liveUntil(h.Until, now, refreshTimeout)
}

// liveUntil reports whether a hold of that length that ends at end counts at the moment. Machines
// that share a Store need clocks that differ by less than [trustedSkew].
func liveUntil(end, now time.Time, length time.Duration) bool {
	return now.Before(end) && end.Sub(now) <= length+trustedSkew
}

// refreshTurn is the turn of one refresh.
type refreshTurn struct {
	renewed *tokens // by somebody else: there is nothing to do
	stored  *tokens // that the record has
	latest  *tokens // that replace them: these, or a result that could not be saved
	hold    *refreshHold
	end     time.Time // of the hold, by the monotonic clock
	release func()    // of the lease
}

// errRefreshHeld says that another process is exchanging the refresh token.
var errRefreshHeld = errors.New("another process is renewing the tokens")

// awaitTurn waits until no other process is renewing the tokens of old, and holds the session's
// record for this one; both for a limited time. If the Store fails, the error is [ErrStore].
func (s *Session) awaitTurn(ctx context.Context, old *decodedSession) (turn refreshTurn, err error) {
	release, err := s.betweenRefreshes(ctx, func(seen *heldSince, leased bool) (err error) {
		turn, err = s.takeTurn(ctx, old, seen, leased)
		return err
	})
	turn.release = release
	return turn, err
}

// betweenRefreshes calls take until that no longer returns errRefreshHeld, with the session's lease
// if the Store offers one. It returns the function that releases the lease.
func (s *Session) betweenRefreshes(
	ctx context.Context, take func(seen *heldSince, leased bool) error,
) (release func(), err error) {
	const longestPause = 250 * time.Millisecond
	pause := 10 * time.Millisecond
	var seen heldSince
	for {
		release, err := s.withLease(ctx, func(leased bool) error { return take(&seen, leased) })
		if !errors.Is(err, errRefreshHeld) {
			return release, err
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(pause):
			pause = min(2*pause, longestPause)
		}
	}
}

// withLease calls take with the session's lease, if the Store offers one. It returns the function
// that releases the lease, and releases it itself after an error or a panic of take.
func (s *Session) withLease(ctx context.Context, take func(leased bool) error) (func(), error) {
	release, leased, err := s.lease(ctx)
	if err != nil {
		return nil, err
	}
	taken := false
	defer func() {
		if !taken {
			release()
		}
	}()
	if err := take(leased); err != nil {
		return nil, err
	}
	taken = true
	return release, nil
}

// lease gets the lease of the session, if the Store offers one and nobody else has it for long. The
// error is errRefreshHeld if somebody is certainly using it. A Store that fails would not take the
// new tokens either.
func (s *Session) lease(ctx context.Context) (release func(), leased bool, err error) {
	leaser, ok := s.client.store.(Leaser)
	if !ok {
		return func() {}, false, nil
	}
	ctx, cancel := context.WithTimeout(ctx, leaseTimeout)
	defer cancel()
	err = retrySaves(ctx, func() (err error) {
		release, err = leaser.Lease(ctx, s.key)
		return storeError(ctx, err)
	})
	switch {
	case err == nil:
		return release, true, nil
	case storeFailed(err):
		return nil, false, err
	case errors.Is(err, ErrLeaseInUse):
		return nil, false, errRefreshHeld
	default:
		return func() {}, false, nil // correctness does not depend on it
	}
}

// heldSince is how long this process has seen a hold, by its own clock.
type heldSince struct {
	by    string
	since time.Time
}

// abandoned reports whether the hold has been there for longer than any may.
func (h *heldSince) abandoned(hold *refreshHold) bool {
	if h.by != hold.By {
		*h = heldSince{by: hold.By, since: time.Now()}
	}
	return time.Since(h.since) > refreshTimeout
}

// takeTurn holds the record, unless another process does or has renewed the tokens already.
func (s *Session) takeTurn(
	ctx context.Context, old *decodedSession, seen *heldSince, leased bool,
) (refreshTurn, error) {
	end := time.Now().Add(refreshTimeout)
	hold := &refreshHold{Until: expiry(refreshTimeout), By: rand.Text(), Leased: leased}
	var turn refreshTurn
	err := s.update(ctx, func(st *state) error {
		turn = refreshTurn{}
		switch {
		case st.Tokens == nil:
			return st.signedOut()
		case st.Tokens.AccessToken != old.session.AccessToken.Raw:
			turn.renewed = st.Tokens
			return errUnchanged
		case st.Tokens.RefreshToken == "":
			return fail(ErrTokenRefresh, "there is no refresh token")
		case s.heldByAnother(st, seen, leased):
			return errRefreshHeld
		}
		turn.stored = st.Tokens
		st.Renewal = hold
		return nil
	})
	switch {
	case turn.renewed != nil && !old.sameUser(turn.renewed):
		return refreshTurn{}, userChanged(nil)
	case turn.renewed != nil:
		return turn, nil
	case err != nil:
		return refreshTurn{}, err
	}
	turn.hold, turn.end, turn.latest = hold, end, turn.stored
	return turn, nil
}

// heldByAnother reports whether another process is about to save what it renews the tokens to. It
// is not: if this process has the lease under which the hold was taken, because the other one has
// died; if this process has the result.
func (s *Session) heldByAnother(st *state, seen *heldSince, leased bool) bool {
	if st.Tokens == nil || !st.Renewal.live(time.Now()) || leased && st.Renewal.Leased || seen.abandoned(st.Renewal) {
		return false
	}
	_, result := s.client.unsaved.find(fingerprint(st.Tokens.RefreshToken), time.Now())
	return result == nil
}

// endHold lets others renew the tokens, after a failure. If it fails, they wait until the hold
// ends.
func (s *Session) endHold(ctx context.Context, turn refreshTurn) {
	_ = s.finish(ctx, func(st *state) error {
		if st.Renewal == nil || st.Renewal.By != turn.hold.By {
			return errUnchanged
		}
		st.Renewal = nil
		return nil
	})
}
