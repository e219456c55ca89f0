package cookiestore

import (
	"context"
	"maps"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// kind is one of the records that the cookies of a browser amount to.
type kind int

const (
	sessionRecord kind = iota
	deviceRecord
	kinds
)

// view is a record as an exchange knows it. It has no version if there is none.
type view struct {
	data    []byte
	version string
}

// signedIn reports whether the record has tokens.
func (v *view) signedIn() bool {
	if v == nil {
		return false
	}
	t, _, err := auth.ExportTokens(v.data)
	return err == nil && t.AccessToken != ""
}

// lockView locks the exchange, also if it fails, and gives a record of it. What the browser sent is
// verified before that: the pool's keys may have to be fetched, and the response must not wait for
// them.
func (s *Store) lockView(ctx context.Context, x *exchange, k kind) (*view, error) {
	x.mu.Lock()
	for x.views[k] == nil {
		if k == sessionRecord {
			s.renew(x)
		}
		seen := x.now
		x.mu.Unlock()
		data, err := s.read(ctx, k, seen)
		x.mu.Lock()
		if err != nil {
			return nil, err
		}
		if x.views[k] == nil && maps.Equal(seen, x.now) {
			x.views[k] = &view{data: data}
			if data != nil {
				x.views[k].version = s.version(k, seen)
			}
		}
	}
	return x.views[k], nil
}

func (s *Store) read(ctx context.Context, k kind, c cookies) ([]byte, error) {
	if k == deviceRecord {
		return s.readDevices(c)
	}
	return s.readSession(ctx, c)
}

func (s *Store) write(k kind, old cookies, data []byte) (cookies, error) {
	if k == deviceRecord {
		return s.writeDevices(old, data)
	}
	return s.writeSession(old, data)
}

// match returns a test for the cookies of a record.
func (s *Store) match(k kind) func(name string) bool {
	if k == deviceRecord {
		return s.names.isDevice
	}
	return s.names.isSession
}

func (s *Store) version(k kind, c cookies) string { return c.only(s.match(k)).digest() }

// unrenewable returns a session's data without its refresh token.
func (s *Store) unrenewable(data []byte) []byte {
	t, rest, err := auth.ExportTokens(data)
	if err != nil {
		return append([]byte{}, data...)
	}
	t.RefreshToken = ""
	data, err = auth.ImportTokens(s.clientID, t, rest)
	if err != nil {
		return nil
	}
	return data
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
