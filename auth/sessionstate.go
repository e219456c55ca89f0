package auth

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"time"
)

// maxKey is the length of the keys that every Store takes, in bytes.
const maxKey = 1024

func (s *Session) checkKey() error {
	switch {
	case s.key == "":
		return fail(ErrInvalidParameter, "the session's key is empty")
	case s.deviceScope == "":
		return fail(ErrInvalidParameter, "the session's device scope is empty")
	case len(s.key) > maxKey:
		return fail(ErrInvalidParameter, "the session's key is longer than 1024 bytes")
	case strings.HasPrefix(s.key, deviceKeyPrefix):
		return fail(ErrInvalidParameter,
			`the session's key begins with "`+deviceKeyPrefix+`", which is for device records`)
	default:
		return nil
	}
}

// load returns the session's state; the zero state if nothing is stored.
func (s *Session) load(ctx context.Context) (state, error) {
	at, err := s.find(ctx)
	return at.state, err
}

// loadRecord returns the session's record; one without a version if nothing is stored. With
// [ErrCorruptRecord] it returns one that has a version only.
func (s *Session) loadRecord(ctx context.Context) (Record, error) {
	if err := s.checkKey(); err != nil {
		return Record{}, err
	}
	record, err := s.client.load(ctx, s.key)
	switch {
	case errors.Is(err, ErrRecordNotFound):
		return Record{}, nil
	case errors.Is(err, ErrRecordUnreadable) && s.replacesUnreadable:
		return record, nil
	case errors.Is(err, ErrRecordUnreadable):
		unreadable := fail(ErrCorruptRecord, "the session's record is unreadable")
		unreadable.Err = err
		return record, unreadable
	default:
		return record, err
	}
}

func (s *Session) open(record Record) (state, error) {
	if record.Version == "" {
		return state{}, nil
	}
	st, err := decodeState(record.Data)
	if err != nil && s.replacesUnreadable {
		return state{}, nil
	}
	if err != nil {
		return state{}, fail(ErrCorruptRecord, "the session's record is unreadable: "+err.Error())
	}
	if st.ClientID != "" && st.ClientID != s.client.clientID {
		// Cognito would refuse the refresh token like one that was revoked, and that would end the
		// session.
		return state{}, fail(ErrInvalidConfig, "the session belongs to another app client")
	}
	return st, nil
}

// signedOut returns the error of a verb that needs a signed-in person.
func (st state) signedOut() error {
	if !st.Expired {
		return fail(ErrUserUnAuthenticated, "nobody is signed in")
	}
	e := fail(ErrSessionExpired, "the session is over")
	e.refines = []ErrorCode{ErrUserUnAuthenticated}
	return e
}

// update changes the session's state by compare-and-swap; change may run more than once, each time
// on the newest state. It tries again after a failure of the Store, and recognizes its own save if
// the answer to that was lost. A change that returns errUnchanged saves nothing, and is no failure.
func (s *Session) update(ctx context.Context, change func(*state) error) error {
	mark := rand.Text()
	err := s.retryRecord(ctx, func() error { return s.try(ctx, change, mark) })
	if errors.Is(err, errUnchanged) {
		return nil
	}
	return err
}

var errUnchanged = errors.New("there is nothing to change")

// retryRecord runs a change of a record until nobody has come in between, and tries again after a
// failure of the Store.
func (s *Session) retryRecord(ctx context.Context, change func() error) error {
	return retrySaves(ctx, func() error { return retryConflicts(change) })
}

// storeTimeout bounds work that continues after its caller has left.
const storeTimeout = 30 * time.Second

// errTimeUp is the cause of a context that ended by a time limit of this package, not the caller's.
var errTimeUp = errors.New("it took too long")

// outlive returns a context for work that must be finished even if the caller stops waiting.
func outlive(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeoutCause(context.WithoutCancel(ctx), storeTimeout, errTimeUp)
}

// finish is update for the result of a request, which must be saved even if the caller stops
// waiting.
func (s *Session) finish(ctx context.Context, change func(*state) error) error {
	limited, cancel := outlive(ctx)
	defer cancel()
	return s.update(limited, change)
}

// try changes the state once, and marks it. A state with that mark is one that it has saved.
func (s *Session) try(ctx context.Context, change func(*state) error, mark string) error {
	at, err := s.find(ctx)
	if err != nil || at.state.Mark == mark {
		return err
	}
	st := at.state
	if err := change(&st); err != nil {
		return err
	}
	st.Mark = mark
	_, err = s.saveAt(ctx, at, st, st.end())
	return err
}

// retrySaves tries again after a failure of the Store.
func retrySaves(ctx context.Context, save func() error) error {
	const tries = 4
	pause := 50 * time.Millisecond
	for try := 1; ; try++ {
		err := save()
		if !storeFailed(err) || try == tries {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(pause):
			pause *= 2
		}
	}
}

// maxSaves bounds the attempts to change a record that others keep changing.
const maxSaves = 16

// retryConflicts runs try until it no longer returns [ErrRecordConflict].
func retryConflicts(try func() error) (err error) {
	for range maxSaves {
		if err = try(); !errors.Is(err, ErrRecordConflict) {
			return err
		}
	}
	return err
}
