package auth

import (
	"context"
	"time"
)

// How long the old key of a session that has moved leads to the new one, and how long the records
// of an unfinished move are kept.
const (
	forwardTime = 10 * time.Second
	moveTimeout = time.Minute
)

// MoveToInput is the input of [Session.MoveTo].
type MoveToInput struct {
	Key string // the new session key, which nobody has used: required
	// AtOnce ends the old key at once, instead of in ten seconds. Set it if somebody else may know
	// the old key, because it is from before the sign-in.
	AtOnce bool
}

// MoveTo changes the session's key, and returns a handle on it: all that is under the old key
// moves, be it tokens, a pending step or slots. A web back end does this when a person has signed
// in or has proved a factor, so that a session id from before is worth nothing afterwards (session
// fixation: OWASP's Session Management Cheat Sheet, "Renew the Session ID After Any Privilege Level
// Change"). To leave no moment in which the old key is signed in, move with AtOnce first, and call
// [Session.ConfirmSignIn] on the new handle.
//
// For ten seconds the old key leads to the new one, so that requests under way are not signed out,
// and a sign-out among them counts; nobody learns the new key from it. Other processes see the move
// at once. If this process dies in the middle, the session is under one of the keys: under the old
// one until it leads to the new one. MoveTo may then be repeated with the same key. It outlives its
// caller. With nobody signed in and nothing pending it only returns the handle.
//
// The device scope stays what [Session.OnDevice] made it. Without OnDevice the scope is the key,
// and the devices move along; if that fails, only the next sign-in notices, and registers a new
// one.
//
// Errors, besides those of the Store:
//   - [ErrInvalidParameter]: the new key is empty, too long, the old one, or in use
//
// In package auth/cookiestore MoveTo returns an error: its keys never leave the request, so there
// is nothing to move.
//
// Not in Amplify.
func (s *Session) MoveTo(ctx context.Context, in MoveToInput) (moved *Session, err error) {
	defer nameVerb("MoveTo", &err)
	next := s.at(in.Key)
	if err := next.checkKey(); err != nil {
		return nil, err
	}
	if in.Key == s.key {
		return nil, fail(ErrInvalidParameter, "the new key is the old one")
	}
	ctx, cancel := outlive(ctx)
	defer cancel()
	defer s.client.cache.forget(s.key)
	release, err := s.betweenRefreshes(ctx, func(seen *heldSince, leased bool) error {
		return s.retryRecord(ctx, func() error {
			from, err := s.find(ctx)
			if err == nil && s.heldByAnother(&from.state, seen, leased) {
				err = errRefreshHeld // its answer must find the session
			}
			if err != nil {
				return err
			}
			return s.tryMove(ctx, from, next, in.AtOnce)
		})
	})
	if err != nil {
		return nil, err
	}
	defer release()
	// What follows is done by the first use of the new key, if it fails here.
	_, _ = next.find(ctx)
	if s.deviceScope == s.key {
		_ = s.moveDevices(ctx, next)
	}
	return next, nil
}

// at returns the handle for another key of the same session.
func (s *Session) at(key string) *Session {
	other := *s
	other.key = key
	if s.deviceScope == s.key {
		other.deviceScope = key
	}
	return &other
}

// tryMove moves the session in two saves. The first writes the whole state under the new key, where
// it counts for nothing yet: it names the old key, and is live only if that leads to it. The second
// replaces the old record by one that does, if nobody has changed it meanwhile. So before the
// second save the old record is the live one, and afterwards the new one; none is lost and no two
// are live.
//
// Both records end by themselves after a minute: that of the first save because nobody knows of it
// if the second is never made; that of the second because by then the new record no longer needs
// it. Whoever reads the new record first, usually MoveTo itself, makes it one like any other.
func (s *Session) tryMove(ctx context.Context, from found, next *Session, atOnce bool) error {
	if from.key == next.key || from.state.empty() {
		return nil // the second save was made, and its answer was lost; or there is nothing to move
	}
	there, err := next.find(ctx)
	if err != nil {
		return err
	}
	if there.key != next.key || !there.state.empty() {
		return fail(ErrInvalidParameter, "the new key is in use")
	}
	from.state.MovedFrom, from.state.Renewal = from.key, nil
	if _, err := next.saveAt(ctx, there, from.state, time.Now().Add(moveTimeout)); err != nil {
		return err
	}
	forward := state{Forward: &forward{To: next.key, Until: expiry(forwardTime)}}
	if atOnce {
		forward.Forward.Until = time.Time{}
	}
	_, err = s.saveAt(ctx, from, forward, time.Now().Add(moveTimeout))
	return err
}

// moveDevices moves the device record to the scope that is the new key.
func (s *Session) moveDevices(ctx context.Context, next *Session) error {
	devices, version, err := s.loadDevices(ctx)
	if err != nil || len(devices.Devices) == 0 {
		return err
	}
	err = next.updateDevices(ctx, func(r *deviceRecord) error {
		*r = devices
		return nil
	})
	if err != nil {
		return err
	}
	return s.client.remove(ctx, s.deviceRecordKey(), Record{Version: version})
}

// forward is all that is left under the old key of a session that has moved.
type forward struct {
	unprinted
	To    string    `json:"to"`
	Until time.Time `json:"until,omitzero"` // until when the old key leads to the new one
}

// found is a session's record, the key that it is under, and its state. The state is zero if there
// is no live record; the record's version is then that of what a save replaces, if anything.
type found struct {
	unprinted
	key    string
	record Record
	state  state
	dead   bool // the record is what a move has left, and nobody's
}

// find loads the session's record, wherever it has moved to.
func (s *Session) find(ctx context.Context) (found, error) {
	record, err := s.loadRecord(ctx)
	if err != nil {
		return found{key: s.key, record: record}, err
	}
	return s.follow(ctx, record)
}

// maxMoves bounds the moves that are followed.
const maxMoves = 8

// follow returns the live record that a record loaded under the session's key is or leads to.
func (s *Session) follow(ctx context.Context, record Record) (found, error) {
	at, handle := found{key: s.key, record: record}, s
	for range maxMoves {
		st, err := s.open(at.record)
		switch {
		case err != nil:
			return at, err
		case st.Forward == nil:
			at.state = st
			return handle.settleMove(ctx, at)
		case !time.Now().Before(st.Forward.Until):
			at.dead = true
			return at, nil
		}
		handle = s.at(st.Forward.To)
		at.key = handle.key
		if at.record, err = handle.loadRecord(ctx); err != nil {
			return at, err
		}
	}
	return at, nil
}

// settleMove makes a record that a move has left behind one like any other. If the old key does not
// lead to it, the move was never made, and the record counts for nothing.
func (s *Session) settleMove(ctx context.Context, at found) (found, error) {
	if at.state.MovedFrom == "" {
		return at, nil
	}
	old, err := s.at(at.state.MovedFrom).loadRecord(ctx)
	if err != nil {
		return at, err
	}
	was, err := s.open(old)
	if err != nil || was.Forward == nil || was.Forward.To != at.key {
		at.state, at.dead = state{}, true
		return at, nil
	}
	at.state.MovedFrom = ""
	if saved, err := s.saveAt(ctx, at, at.state, at.state.end()); err == nil {
		at.record = saved
	} // or else somebody else has done it, or the next one will
	return at, nil
}

// saveAt saves st in place of what was found.
func (s *Session) saveAt(ctx context.Context, at found, st state, end time.Time) (Record, error) {
	st.ClientID = s.client.clientID
	data, err := encodeState(st)
	if err != nil {
		return Record{}, err
	}
	return s.client.save(ctx, at.key, Record{
		Data: data, Version: at.record.Version, ExpiresAt: end, Refusable: st.refusable,
	})
}
