package cookiestore

import (
	"context"
	"time"
)

// remembered is a session record as the cookies of a browser hold it. It is kept under the hash of
// all cookies of the record: only a request that presents every one of them finds it.
type remembered struct {
	view
	presented tokenSet // verified each time: the pool may have withdrawn a key
	deviceKey string   // the only cookie of the device record that the session's depends on
}

// remember keeps the record that cookies with that hash hold, until the first of its tokens
// expires. The tokens are valid.
func (s *Store) remember(under digest, r remembered) {
	until := claimsOf(r.presented.access).expiresAt
	if r.presented.id != "" {
		until = min(until, claimsOf(r.presented.id).expiresAt)
	}
	s.known.Put(under, r, time.Unix(until, 0))
}

// recall returns the record that cookies with that hash and device key hold, if it is remembered
// and its tokens are still valid.
func (s *Store) recall(ctx context.Context, under digest, deviceKey string) (view, bool) {
	known, ok := s.known.Get(under)
	if !ok || known.deviceKey != deviceKey {
		return view{}, false
	}
	if _, err := s.verifier.VerifyAccessToken(ctx, known.presented.access); err != nil {
		return view{}, false
	}
	if known.presented.id == "" {
		return known.view, true
	}
	_, err := s.verifier.VerifyIDToken(ctx, known.presented.id)
	return known.view, err == nil
}

// forget forgets the record of x, which is about to change. The caller has locked x.
func (s *Store) forget(x *exchange) { s.known.Remove(s.version(sessionRecord, x.now)) }
