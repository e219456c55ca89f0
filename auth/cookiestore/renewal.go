package cookiestore

import (
	"context"
	"crypto/sha256"
	"maps"
	"sync"
	"time"
)

// resultLifetime is how long the result of a renewal is kept for requests that the browser sent
// before it received the new tokens.
const resultLifetime = time.Minute

// renewals keep concurrent requests of one browser from using a refresh token twice. Requests that
// carry the same tokens take turns, and later ones reuse the first one's result. A result can only
// be looked up with the tokens it was made from, so no request can see another person's.
type renewals struct {
	mu        sync.Mutex
	byID      map[renewalID]*renewal
	nextPrune time.Time
}

// renewalID is a hash of the tokens that are to be renewed.
type renewalID [sha256.Size]byte

func idOf(t tokenSet) renewalID {
	return sha256.Sum256([]byte(t.access + " " + t.refresh)) // tokens have no spaces
}

// tokenSet are the cookies of one session that a renewal changes.
type tokenSet struct{ access, id, refresh, drift string }

// renewal is the renewal of one set of tokens.
type renewal struct {
	turn  chan struct{} // has one element while a request renews
	users int           // requests that renew or wait for their turn
	// result holds the new tokens, or none after sign-out. It is valid until expires, which is zero
	// if there is no result.
	result  tokenSet
	expires time.Time
}

// lock waits until no other request renews the same tokens. The caller must call unlock once.
func (r *renewals) lock(ctx context.Context, id renewalID) (unlock func(), err error) {
	r.mu.Lock()
	locked := r.get(id)
	locked.users++
	r.mu.Unlock()
	select {
	case locked.turn <- struct{}{}:
	case <-ctx.Done():
		r.leave(id, locked)
		return nil, ctx.Err()
	}
	return func() {
		<-locked.turn
		r.leave(id, locked)
	}, nil
}

// get returns the renewal of that id, a new one if there is none. The caller has locked r.
func (r *renewals) get(id renewalID) *renewal {
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
	if left.users == 0 && left.expires.IsZero() {
		delete(r.byID, id)
	}
	r.prune()
}

// prune removes expired results, at most every quarter of their lifetime. The caller has locked r.
func (r *renewals) prune() {
	now := time.Now()
	if now.Before(r.nextPrune) {
		return
	}
	r.nextPrune = now.Add(resultLifetime / 4)
	for id, old := range r.byID {
		if old.users == 0 && now.After(old.expires) {
			delete(r.byID, id)
		}
	}
}

// record keeps the result of renewing old, which is empty after sign-out.
func (r *renewals) record(old, result tokenSet) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.prune()
	recorded := r.get(idOf(old))
	recorded.result, recorded.expires = result, time.Now().Add(resultLifetime)
}

// newest returns the tokens that t has been renewed to, and whether it has been.
func (r *renewals) newest(t tokenSet) (newest tokenSet, changed bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.byID) == 0 {
		return t, false
	}
	for range maxRead { // bounds a chain of renewals within resultLifetime
		found := r.byID[idOf(t)]
		if t.refresh == "" || found == nil || time.Now().After(found.expires) {
			break
		}
		t, changed = found.result, true
	}
	return t, changed
}

// adoptRenewed updates x if another request has renewed its tokens or signed them out, and reports
// whether it did. The caller has locked x.
func (s *Store) adoptRenewed(x *exchange) bool {
	newest, changed := s.renewals.newest(s.tokens(x.now))
	if !changed {
		return false
	}
	next, ok := s.replaceTokens(x.now, newest)
	if !ok {
		return false
	}
	x.now, x.views[sessionRecord] = next, nil
	return true
}

// replaceTokens returns the cookies with new tokens of the same user in place of the old ones, or
// with none. It is not ok if they could not be sealed.
func (s *Store) replaceTokens(old cookies, t tokenSet) (next cookies, ok bool) {
	if t.access == "" {
		return old.without(s.names.isSession), true
	}
	user := old.user(s.names)
	next = maps.Clone(old)
	next.set(s.names.of(user, accessToken), t.access)
	next.set(s.names.of(user, idToken), t.id)
	next.set(s.names.of(user, refreshToken), t.refresh)
	next.set(s.names.of(user, clockDrift), t.drift)
	e := s.seal.open(old, s.names.session)
	large := s.takeLarge(next)
	if e.large == large {
		return next, true
	}
	of := ownerOf(t.access)
	e.leaveTo(of)
	e.large, e.owner = large, of
	next = next.without(s.names.isSessionState)
	return next, e.empty() || s.seal.put(next, s.names.session, e) == nil
}

// recordChange lets other requests with the same tokens find what x is about to change them to: to
// the renewed tokens of the same user, or to none. It ignores sign-ins, which concern no other
// request, and tokens that were not valid. The caller has locked x.
func (s *Store) recordChange(x *exchange, next cookies) {
	if !x.views[sessionRecord].signedIn() {
		return
	}
	before, after := s.tokens(x.now), s.tokens(next)
	if before.refresh != "" && idOf(before) != idOf(after) && (s.renews(x, next) || after.access == "") {
		s.renewals.record(before, after)
	}
}

// renews reports whether next may be the result of a renewal: one is under way, and next has tokens
// of the same user as x. The caller has locked x.
func (s *Store) renews(x *exchange, next cookies) bool {
	return x.renewals > 0 && s.sameUser(x, next)
}

// sameUser reports whether next has tokens of the user whose valid tokens x has. The caller has
// locked x.
func (s *Store) sameUser(x *exchange, next cookies) bool {
	if !x.views[sessionRecord].signedIn() {
		return false
	}
	user := claimsOf(s.tokens(x.now).access).subject
	return user != "" && user == claimsOf(s.tokens(next).access).subject
}
