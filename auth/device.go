package auth

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strings"
	"time"
)

// deviceKeyPrefix begins the keys of device records. Session keys must not begin with it.
const deviceKeyPrefix = "device/"

// knownDevice is what a device needs to prove itself to Cognito.
type knownDevice struct {
	unprinted
	Key      string    `json:"key"`
	GroupKey string    `json:"groupKey"`
	Password string    `json:"password"`
	Since    time.Time `json:"since"`
	// Remembered means that the pool trusts the device, as far as is known here.
	Remembered bool `json:"remembered,omitempty"`
	// Refused means that the pool did not accept the device's proof. The device is useless then,
	// but the pool lists it until the device that replaces it is registered.
	Refused bool `json:"refused,omitempty"`
	// Reserved means that ConfirmDevice is under way: the device cannot be used yet, but no other
	// sign-in should register one.
	Reserved bool `json:"reserved,omitempty"`
}

// reservationTimeout is the age at which a reservation counts as abandoned.
const reservationTimeout = time.Minute

// deviceRecord holds the devices of one scope, one for each user who signed in there. They are
// keyed by Cognito's user name, which never changes, and can also be found by what people type:
// flows differ in which of the two they know when they need the device.
type deviceRecord struct {
	unprinted
	Devices map[string]knownDevice `json:"devices"` // by Cognito's user name
	Aliases map[string]string      `json:"aliases"` // what was typed, in lower case → Cognito's user name
}

type deviceEnvelope struct {
	Format int `json:"format"`
	deviceRecord
}

// username returns Cognito's user name for what somebody typed, or "" if it is not known here.
func (r deviceRecord) username(name string) string {
	if _, ok := r.Devices[name]; ok {
		return name
	}
	return r.Aliases[strings.ToLower(name)]
}

// usable returns the device of a user, typed or by Cognito's name, unless it is only reserved,
// refused or too old.
func (r deviceRecord) usable(name string, maxAge time.Duration) (knownDevice, bool) {
	d, ok := r.Devices[r.username(name)]
	tooOld := maxAge > 0 && time.Since(d.Since) > maxAge
	return d, ok && !d.Reserved && !d.Refused && !tooOld
}

// occupied reports whether another sign-in has registered a device for the user, or has reserved
// its place.
func (r deviceRecord) occupied(username string, maxAge time.Duration) bool {
	d := r.Devices[username]
	if d.Reserved {
		// One from the future is of a machine whose clock is wrong.
		return liveUntil(d.Since.Add(reservationTimeout), time.Now(), reservationTimeout)
	}
	_, ok := r.usable(username, maxAge)
	return ok
}

// put stores the device of that user, and the names that it is found by.
func (r *deviceRecord) put(username string, aliases []string, d knownDevice) {
	r.Devices, r.Aliases = cloned(r.Devices), cloned(r.Aliases)
	r.Devices[username] = d
	for _, alias := range aliases {
		r.Aliases[strings.ToLower(alias)] = username
	}
	for len(r.Devices) > maxDevices {
		r.forgetOldest(username)
	}
}

// maxDevices bounds the people whose devices one scope has, so that its record fits into every
// Store. Beyond that the device that is the longest there is registered anew.
const maxDevices = 256

func (r *deviceRecord) forgetOldest(except string) {
	oldest := ""
	for username, d := range r.Devices {
		if username != except && (oldest == "" || d.Since.Before(r.Devices[oldest].Since)) {
			oldest = username
		}
	}
	r.forgetUser(oldest)
}

// refuse notes that the proof of that user's device is not accepted.
func (r *deviceRecord) refuse(username string) {
	r.Devices = cloned(r.Devices)
	if d, ok := r.Devices[username]; ok {
		d.Refused = true
		r.Devices[username] = d
	}
}

// note records whether the pool trusts the device with that key.
func (r *deviceRecord) note(key string, remembered bool) {
	r.Devices = cloned(r.Devices)
	for username, d := range r.Devices {
		if d.Key == key {
			d.Remembered = remembered
			r.Devices[username] = d
		}
	}
}

// forget removes the device of the user with that name or, if name is an alias, only the alias.
func (r *deviceRecord) forget(name string) {
	r.Devices, r.Aliases = cloned(r.Devices), cloned(r.Aliases)
	if _, ok := r.Devices[name]; ok {
		delete(r.Devices, name)
		return
	}
	delete(r.Aliases, strings.ToLower(name))
}

// drop removes the device with that key.
func (r *deviceRecord) drop(key string) {
	r.Devices = cloned(r.Devices)
	maps.DeleteFunc(r.Devices, func(_ string, d knownDevice) bool { return d.Key == key })
}

// cloned returns a copy of m, which is never nil.
func cloned[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return maps.Clone(m)
}

// encode leaves out the names of people who have no device here any more.
func (r deviceRecord) encode() ([]byte, error) {
	r.Aliases = cloned(r.Aliases)
	maps.DeleteFunc(r.Aliases, func(_, username string) bool {
		_, known := r.Devices[username]
		return !known
	})
	return json.Marshal(deviceEnvelope{Format: recordFormat, deviceRecord: r})
}

func decodeDevices(data []byte) (deviceRecord, error) {
	var e deviceEnvelope
	if err := json.Unmarshal(data, &e); err != nil {
		return deviceRecord{}, errors.New("it is not a device record") // err may quote what it found
	}
	if e.Format != recordFormat {
		return deviceRecord{}, fmt.Errorf("it has format %d, not %d", e.Format, recordFormat)
	}
	return e.deviceRecord, nil
}

// deviceKey returns the key of the device that the tokens belong to: the one stored at sign-in, or
// the token's device_key claim.
func (t *tokens) deviceKey() string {
	if t.DeviceKey != "" {
		return t.DeviceKey
	}
	access, err := decodeToken(t.AccessToken)
	if err != nil {
		return ""
	}
	return access.text("device_key")
}

// deviceRecordKey returns the key of the scope's device record. A scope that would make it too long
// for a Store is hashed.
func (s *Session) deviceRecordKey() string {
	prefix := deviceKeyPrefix + s.client.clientID + "/"
	if len(prefix)+len(s.deviceScope) > maxKey {
		return prefix + "sha256/" + fingerprint(s.deviceScope)
	}
	return prefix + s.deviceScope
}

// loadDevices returns the scope's device record and its version; the zero record if nothing is
// stored.
func (s *Session) loadDevices(ctx context.Context) (deviceRecord, string, error) {
	record, err := s.client.load(ctx, s.deviceRecordKey())
	if errors.Is(err, ErrRecordNotFound) {
		return deviceRecord{}, "", nil
	}
	if err != nil && !errors.Is(err, ErrRecordUnreadable) {
		return deviceRecord{}, "", err
	}
	devices, err := decodeDevices(record.Data)
	if err != nil {
		// A device is registered anew; an error here would keep its user out for good.
		devices = deviceRecord{}
	}
	return devices, record.Version, nil
}

// updateDevices changes the scope's device record by compare-and-swap. It tries again after a
// failure of the Store.
func (s *Session) updateDevices(ctx context.Context, change func(*deviceRecord) error) error {
	return s.retryRecord(ctx, func() error { return s.tryDevices(ctx, change) })
}

func (s *Session) tryDevices(ctx context.Context, change func(*deviceRecord) error) error {
	devices, version, err := s.loadDevices(ctx)
	if err != nil {
		return err
	}
	if err := change(&devices); err != nil {
		return err
	}
	if len(devices.Devices) == 0 {
		return s.client.remove(ctx, s.deviceRecordKey(), Record{Version: version})
	}
	data, err := devices.encode()
	if err != nil {
		return err
	}
	_, err = s.client.save(ctx, s.deviceRecordKey(), Record{Data: data, Version: version})
	return err
}

// CurrentDevice is the device that a session was signed in on.
type CurrentDevice struct {
	Key        string // Cognito's id of the device
	Remembered bool   // the pool trusts it, as far as is known here: Cognito does not say
}

// CurrentDevice returns the device that this session was signed in on. It makes no request. Package
// device builds on it.
//
// Errors:
//   - [ErrDeviceMetadataNotFound]: the session has no device; the pool may not track devices
//   - [ErrUserUnAuthenticated]: nobody is signed in
//
// Not in Amplify.
func (s *Session) CurrentDevice(ctx context.Context) (current CurrentDevice, err error) {
	defer nameVerb("CurrentDevice", &err)
	st, err := s.load(ctx)
	if err != nil {
		return CurrentDevice{}, err
	}
	if st.Tokens == nil {
		return CurrentDevice{}, st.signedOut()
	}
	current.Key = st.Tokens.deviceKey()
	if current.Key == "" {
		return CurrentDevice{}, fail(ErrDeviceMetadataNotFound,
			"this session has no device; does the pool track devices?")
	}
	devices, _, err := s.loadDevices(ctx)
	if err != nil {
		return CurrentDevice{}, err
	}
	for _, d := range devices.Devices {
		if d.Key == current.Key {
			current.Remembered = d.Remembered
		}
	}
	return current, nil
}
