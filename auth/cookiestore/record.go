package cookiestore

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// kind is a kind of record. The cookies of a browser hold at most one of each kind.
type kind int

const (
	sessionRecord kind = iota
	deviceRecord
	kinds
)

// view is a record as an exchange has loaded or saved it. Without a record, version is empty.
type view struct {
	data    []byte
	version string
	ends    time.Time // zero: never
}

// current returns the version of the record, "" if there is none or if it has expired.
func (v *view) current() string {
	if ended(v.ends) {
		return ""
	}
	return v.version
}

func ended(at time.Time) bool { return !at.IsZero() && !time.Now().Before(at) }

// signedIn reports whether v holds tokens.
func (v *view) signedIn() bool {
	if v == nil {
		return false
	}
	t, _, err := auth.ExportTokens(v.data)
	return err == nil && t.AccessToken != ""
}

// lockView returns the view of one record and leaves x locked, also when it returns an error. It
// verifies what the browser sent without the lock, because that may fetch the pool's keys, which
// must not delay the response.
func (s *Store) lockView(ctx context.Context, x *exchange, k kind) (*view, error) {
	x.mu.Lock()
	for x.views[k] == nil {
		if k == sessionRecord {
			s.adoptRenewed(x)
		}
		seen := x.now
		x.mu.Unlock()
		read, err := s.read(ctx, k, seen)
		x.mu.Lock()
		if err != nil {
			return nil, err
		}
		if x.views[k] == nil && maps.Equal(seen, x.now) {
			x.views[k] = &read
		}
	}
	return x.views[k], nil
}

// read returns the record that cookies hold.
func (s *Store) read(ctx context.Context, k kind, c cookies) (view, error) {
	if k == sessionRecord {
		return s.readSession(ctx, c)
	}
	extra := s.seal.open(c, s.names.devices)
	data, err := s.readDevices(c, extra.rest)
	if err != nil || data == nil {
		return view{}, err
	}
	return view{data: data, version: s.version(k, c).String(), ends: extra.ends}, nil
}

// write returns the cookies that replace old when r is saved.
func (s *Store) write(k kind, old cookies, r auth.Record) (next cookies, err error) {
	var e extra
	if k == deviceRecord {
		next, e.rest = s.writeDevices(old, r.Data)
	} else {
		next, e = s.writeSession(old, r.Data)
	}
	e.ends = r.ExpiresAt
	if e.empty() {
		return next, nil
	}
	return next, s.seal.put(next, s.names.sealed(k), e)
}

// match returns the predicate for the cookies of a record.
func (s *Store) match(k kind) func(name string) bool {
	if k == deviceRecord {
		return s.names.isDevice
	}
	return s.names.isSession
}

// version returns the version of the record that cookies hold.
func (s *Store) version(k kind, c cookies) digest { return c.digest(s.match(k)) }

// withoutRefreshToken returns a session record's data without its refresh token.
func (s *Store) withoutRefreshToken(data []byte) []byte {
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

// Limits on the devices in a browser, one per user. Those of more people than are kept are
// registered anew when they sign in again.
const (
	maxDevicesRead = 64 // more than the cookies for them that browsers keep
	maxDevices     = 16 // the newest
)

// readDevices returns the data of the device record in cookies, nil if there is none.
func (s *Store) readDevices(c cookies, rest []byte) ([]byte, error) {
	devices := s.amplifyDevices(c)
	switch {
	case len(devices) == 0 && rest == nil:
		return nil, nil
	case rest != nil:
		if data, err := auth.ImportDevices(devices, rest); err == nil {
			return data, nil
		}
		if len(devices) == 0 {
			return append([]byte{}, rest...), nil
		}
	}
	return auth.ImportDevices(devices, nil)
}

// amplifyDevices returns the devices of which Amplify's cookies hold all three parts.
func (s *Store) amplifyDevices(c cookies) []auth.DeviceSecret {
	var devices []auth.DeviceSecret
	for _, name := range slices.Sorted(maps.Keys(c)) {
		rest, ofAmplify := strings.CutPrefix(name, s.names.amplify)
		user, isKey := strings.CutSuffix(rest, "."+deviceKey)
		d := auth.DeviceSecret{
			Username: user, Key: c[name],
			GroupKey: c[s.names.of(user, deviceGroupKey)], Password: c[s.names.of(user, devicePassword)],
		}
		if ofAmplify && isKey && user != "" && d.GroupKey != "" && d.Password != "" && len(devices) < maxDevicesRead {
			devices = append(devices, d)
		}
	}
	return devices
}

// writeDevices returns the cookies that replace old when data is saved, and the rest to seal.
func (s *Store) writeDevices(old cookies, data []byte) (next cookies, rest []byte) {
	devices, rest, err := auth.ExportDevices(data)
	if err != nil {
		rest = bytes.Clone(append([]byte{}, data...))
	}
	next = old.without(s.names.isDevice)
	slices.SortStableFunc(devices, func(a, b auth.DeviceSecret) int { return b.Since.Compare(a.Since) })
	for _, d := range devices[:min(len(devices), maxDevices)] {
		for _, user := range s.deviceNames(old, d) {
			next.set(s.names.of(user, deviceKey), d.Key)
			next.set(s.names.of(user, deviceGroupKey), d.GroupKey)
			next.set(s.names.of(user, devicePassword), d.Password)
		}
	}
	return next, rest
}

// deviceNames returns the user names under which Amplify looks for a device: those that it is
// already stored under or, for a new device, that of the session.
func (s *Store) deviceNames(old cookies, d auth.DeviceSecret) []string {
	var users []string
	for _, known := range s.amplifyDevices(old) {
		if known.Key == d.Key {
			users = append(users, known.Username)
		}
	}
	user := old.user(s.names)
	switch {
	case len(users) > 0:
		return users
	case user != "" && claimsOf(s.tokens(old).access).username == d.Username:
		return []string{user}
	default:
		return []string{d.Username}
	}
}
