package cookiestore

import (
	"bytes"
	"context"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
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

// maxDevices bounds how many people's devices one browser can hold.
const maxDevices = 16

// readDevices makes the data of a device record from cookies; nil if they hold none.
func (s *Store) readDevices(c cookies) ([]byte, error) {
	rest, sealed := s.seal.take(c, s.names.devices)
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

// amplifyDevices are the devices that Amplify's cookies hold complete.
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

// writeDevices returns the cookies that take the place of old ones when data is saved.
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

// deviceNames are the names that Amplify looks for a device under: those of before or, for a new
// one, that of the session.
func (s *Store) deviceNames(old cookies, d auth.DeviceSecret) []string {
	var users []string
	for _, there := range s.amplifyDevices(old) {
		if there.Key == d.Key {
			users = append(users, there.Username)
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

const purpose = "amplify-auth-go cookiestore 1 "

// saltSize is how long rand.Text is.
const saltSize = 26

// A sealer keeps bytes in cookies that nobody else can read or make: AES-256-GCM, in pieces called
// NAME.0, NAME.1 and so on.
type sealer struct {
	key []byte
}

func newSealer(key []byte) (sealer, error) {
	s := sealer{key: bytes.Clone(key)}
	if _, err := s.sealing(""); err != nil {
		return sealer{}, fmt.Errorf("cookiestore: Config.Key: %w", err)
	}
	return s, nil
}

// sealing derives a key for every salt: random nonces are good for 2^32 messages under one key,
// which a busy service would reach, since every step of a sign-in is one.
func (s sealer) sealing(salt string) (cipher.AEAD, error) { return aead.New(s.key, purpose+salt) }

// put seals data under the name and adds the pieces. The name goes into the seal, so that one is
// not taken for another.
func (s sealer) put(to cookies, name string, data []byte) error {
	salt := rand.Text()
	sealing, err := s.sealing(salt)
	if err != nil {
		return err
	}
	text := salt + base64.RawURLEncoding.EncodeToString(sealing.Seal(nil, nil, data, []byte(name))) //nolint:gosec // this AEAD makes its nonces itself
	perPiece := maxCookie - len(encodeName(name)) - len(".99")
	if size := len(text); size > maxTogether {
		return &SizeError{Cookie: name, Size: size, Limit: maxTogether}
	}
	for i := 0; text != ""; i++ {
		piece := text[:min(perPiece, len(text))]
		to[pieceName(name, i)], text = piece, text[len(piece):]
	}
	return nil
}

// take opens what is sealed under the name. What does not open is not there: anybody can send
// cookies.
func (s sealer) take(from cookies, name string) (data []byte, ok bool) {
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
	sealing, err := s.sealing(salt)
	if err != nil {
		return nil, false
	}
	data, err = sealing.Open(nil, nil, sealed, []byte(name))
	return data, err == nil
}

func pieceName(name string, i int) string { return name + "." + strconv.Itoa(i) }
