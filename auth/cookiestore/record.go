package cookiestore

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
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
}

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

// match returns the predicate for the cookies of a record.
func (s *Store) match(k kind) func(name string) bool {
	if k == deviceRecord {
		return s.names.isDevice
	}
	return s.names.isSession
}

func (s *Store) version(k kind, c cookies) string { return c.only(s.match(k)).digest() }

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

// maxDevices limits the number of device entries, one per user, that are read from a browser.
const maxDevices = 16

// readDevices returns the data of the device record in cookies, nil if there is none.
func (s *Store) readDevices(c cookies) ([]byte, error) {
	rest, sealed := s.seal.open(c, s.names.devices)
	devices := s.amplifyDevices(c)
	switch {
	case len(devices) == 0 && !sealed:
		return nil, nil
	case sealed:
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
		if ofAmplify && isKey && user != "" && d.GroupKey != "" && d.Password != "" && len(devices) < maxDevices {
			devices = append(devices, d)
		}
	}
	return devices
}

// writeDevices returns the cookies that replace old when data is saved.
func (s *Store) writeDevices(old cookies, data []byte) (cookies, error) {
	devices, rest, err := auth.ExportDevices(data)
	if err != nil {
		rest = bytes.Clone(append([]byte{}, data...))
	}
	next := old.without(s.names.isDevice)
	for _, d := range devices {
		for _, user := range s.deviceNames(old, d) {
			next.set(s.names.of(user, deviceKey), d.Key)
			next.set(s.names.of(user, deviceGroupKey), d.GroupKey)
			next.set(s.names.of(user, devicePassword), d.Password)
		}
	}
	if rest != nil {
		if err := s.seal.put(next, s.names.devices, rest); err != nil {
			return nil, err
		}
	}
	return next, nil
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
	case user != "" && claimsOf(old[s.names.of(user, accessToken)]).Username == d.Username:
		return []string{user}
	default:
		return []string{d.Username}
	}
}

const (
	purpose  = "amplify-auth-go cookiestore 1 "
	saltSize = 26 // of rand.Text
)

// A sealer keeps data in encrypted cookies called NAME.0, NAME.1 and so on.
//
// The cookies together hold a salt, then the sealed data in base64. Each salt has an AES key of its
// own: one key is good for 2^32 messages, which a busy service would exceed, because it seals one
// for every step of a sign-in. The cookie's name is additional data, so that the data of one name
// does not open under another.
type sealer struct {
	keys aead.Keys
}

func sealBinding(salt, name string) aead.Binding {
	return aead.Binding{Purpose: purpose + salt, Name: name}
}

// put seals data and adds its cookies.
func (s sealer) put(to cookies, name string, data []byte) error {
	salt := rand.Text()
	sealed, err := s.keys.Seal(sealBinding(salt, name), nil, data)
	if err != nil {
		return err
	}
	text := salt + base64.RawURLEncoding.EncodeToString(sealed)
	if size := len(text); size > maxTogether {
		return &SizeError{Cookie: name, Size: size, Limit: maxTogether}
	}
	perPiece := maxCookie - len(encodeName(name)) - len(".99")
	for i := 0; text != ""; i++ {
		piece := text[:min(perPiece, len(text))]
		to[pieceName(name, i)], text = piece, text[len(piece):]
	}
	return nil
}

// open returns the data sealed under name, and false if it is absent or does not open. It returns
// no error for the latter, because anyone can send cookies.
func (s sealer) open(from cookies, name string) (data []byte, ok bool) {
	var text strings.Builder
	for i := 0; from[pieceName(name, i)] != ""; i++ {
		text.WriteString(from[pieceName(name, i)])
	}
	if text.Len() < saltSize {
		return nil, false
	}
	salt, encoded := text.String()[:saltSize], text.String()[saltSize:]
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return nil, false
	}
	data, err = s.keys.Open(sealBinding(salt, name), 0, sealed)
	return data, err == nil
}

func pieceName(name string, i int) string { return name + "." + strconv.Itoa(i) }
