package cookiestore

import (
	"context"
	"crypto/sha256"
	"maps"
	"sync"
	"time"
)

// memory is how long a renewal is remembered for requests that the browser sent before it knew.
const memory = time.Minute

// renewals keep the requests of one browser from using a refresh token twice: who has the same
// tokens renews them in turn, and finds what the one before got. They are the only thing that
// exchanges share. What is found was made from the very tokens that one has oneself, so nobody gets
// anything that he could not have had from Cognito.
type renewals struct {
	mu   sync.Mutex
	byID map[renewalID]*renewal
	next time.Time // when to look for old ones
}

// renewalID stands for tokens that are to be renewed.
type renewalID [sha256.Size]byte

func idOf(p tokenSet) renewalID {
	return sha256.Sum256([]byte(p.access + " " + p.refresh)) // neither has spaces in it
}

// tokenSet are the cookies of one session that a renewal changes.
type tokenSet struct{ access, id, refresh, drift string }

type renewal struct {
	turn  chan struct{} // has room for the one who renews
	users int           // renewing or waiting to
	// result is what came of the tokens: others, or none after sign-out. It counts until then, if
	// there is a time.
	result tokenSet
	until  time.Time
}

// take waits for one's turn, which ends with the one call of release.
func (r *renewals) take(ctx context.Context, id renewalID) (release func(), err error) {
	r.mu.Lock()
	mine := r.use(id)
	mine.users++
	r.mu.Unlock()
	select {
	case mine.turn <- struct{}{}:
	case <-ctx.Done():
		r.leave(id, mine)
		return nil, ctx.Err()
	}
	return func() {
		<-mine.turn
		r.leave(id, mine)
	}, nil
}

// use finds or makes a renewal. The caller has locked r.
func (r *renewals) use(id renewalID) *renewal {
	found := r.byID[id]
	if found == nil {
		found = &renewal{turn: make(chan struct{}, 1)}
		if r.byID == nil {
			r.byID = make(map[renewalID]*renewal)
		}
		r.byID[id] = found
	}
	return found
}

func (r *renewals) leave(id renewalID, left *renewal) {
	r.mu.Lock()
	defer r.mu.Unlock()
	left.users--
	if left.users == 0 && left.until.IsZero() {
		delete(r.byID, id)
	}
	r.forget()
}

// forget removes the old ones, now and then. The caller has locked r.
func (r *renewals) forget() {
	now := time.Now()
	if now.Before(r.next) {
		return
	}
	r.next = now.Add(memory / 4)
	for id, old := range r.byID {
		if old.users == 0 && now.After(old.until) {
			delete(r.byID, id)
		}
	}
}

// note remembers what old tokens were exchanged for; nothing, if they were signed out.
func (r *renewals) note(old, result tokenSet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.forget()
	noted := r.use(idOf(old))
	noted.result, noted.until = result, time.Now().Add(memory)
}

// newest returns what tokens have become, and whether they have.
func (r *renewals) newest(t tokenSet) (newest tokenSet, changed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for range maxRead { // nobody renews so often in a minute
		found := r.byID[idOf(t)]
		if t.refresh == "" || found == nil || time.Now().After(found.until) {
			break
		}
		t, changed = found.result, true
	}
	return t, changed
}

// tokens returns the tokens in cookies.
func (s *Store) tokens(c cookies) tokenSet {
	user := c.user(s.names)
	get := func(what string) string { return c[s.names.of(user, what)] }
	return tokenSet{access: get(accessToken), id: get(idToken), refresh: get(refreshToken), drift: get(clockDrift)}
}

// renew brings an exchange up to date whose tokens another one has renewed or signed out, and
// reports whether that was so. The caller has locked x.
func (s *Store) renew(x *exchange) bool {
	newest, changed := s.renewals.newest(s.tokens(x.now))
	if !changed {
		return false
	}
	user := x.now.user(s.names)
	next := maps.Clone(x.now)
	if newest.access == "" {
		next = x.now.without(s.names.isSession)
	} else {
		next.set(s.names.of(user, accessToken), newest.access)
		next.set(s.names.of(user, idToken), newest.id)
		next.set(s.names.of(user, refreshToken), newest.refresh)
		next.set(s.names.of(user, clockDrift), newest.drift)
	}
	x.now, x.views[sessionRecord] = next, nil
	return true
}

// noteChange remembers for other exchanges what has become of tokens: renewed ones, if it is the
// same person's session that goes on, or none. A sign-in concerns nobody else, and what was never
// believed needs no memory. The caller has locked x.
func (s *Store) noteChange(x *exchange, next cookies) {
	if !x.views[sessionRecord].signedIn() {
		return
	}
	before, after := s.tokens(x.now), s.tokens(next)
	person := claimsOf(before.access).Subject
	renewed := x.turns > 0 && person != "" && person == claimsOf(after.access).Subject
	if before.refresh != "" && idOf(before) != idOf(after) && (renewed || after.access == "") {
		s.renewals.note(before, after)
	}
}
