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

// deviceKeyPrefix stands before the keys of device records; session keys must not begin with it.
const deviceKeyPrefix = "device/"

// knownDevice is what one device needs to prove to Cognito that it is the same one again.
type knownDevice struct {
	unprinted
	Key      string    `json:"key"`
	GroupKey string    `json:"groupKey"`
	Password string    `json:"password"`
	Since    time.Time `json:"since"`
	// Remembered says that the pool trusts the device, as far as this side knows.
	Remembered bool `json:"remembered,omitempty"`
	// Refused is set when the pool did not accept the device's proof. It is useless then, but the
	// pool still lists it, until the device that takes its place is registered.
	Refused bool `json:"refused,omitempty"`
	// Reserved is set while ConfirmDevice is under way: the device cannot be used yet, but nobody
	// else should register one.
	Reserved bool `json:"claimed,omitempty"`
}

// reservationTimeout is how long a reservation lasts at most; then it counts as abandoned.
const reservationTimeout = time.Minute

// deviceRecord is all that is known of the devices of one scope: each user who signed in there has
// one. It is kept under the name that Cognito gave, which never changes, and found by what people
// type as well: flows differ in which of the two they know when they need it.
type deviceRecord struct {
	unprinted
	Devices map[string]knownDevice `json:"devices"` // by Cognito's user name
	Aliases map[string]string      `json:"aliases"` // what was typed, in lower case → Cognito's user name
}

type deviceEnvelope struct {
	Format int `json:"format"`
	deviceRecord
}

// username returns Cognito's name for what somebody typed, as far as it is known here.
func (r deviceRecord) username(name string) string {
	if _, ok := r.Devices[name]; ok {
		return name
	}
	return r.Aliases[strings.ToLower(name)]
}

// usable returns the device of a user, typed or by Cognito's name, unless it is only reserved, refused
// or too old.
func (r deviceRecord) usable(name string, maxAge time.Duration) (knownDevice, bool) {
	d, ok := r.Devices[r.username(name)]
	tooOld := maxAge > 0 && time.Since(d.Since) > maxAge
	return d, ok && !d.Reserved && !d.Refused && !tooOld
}

// occupied reports whether another sign-in has registered a device for the user, or has reserved its
// place.
func (r deviceRecord) occupied(username string, maxAge time.Duration) bool {
	d := r.Devices[username]
	if d.Reserved {
		return time.Since(d.Since) < reservationTimeout
	}
	_, ok := r.usable(username, maxAge)
	return ok
}

func (r *deviceRecord) put(username string, aliases []string, d knownDevice) {
	r.Devices, r.Aliases = cloned(r.Devices), cloned(r.Aliases)
	r.Devices[username] = d
	for _, alias := range aliases {
		r.Aliases[strings.ToLower(alias)] = username
	}
}

// refuse marks the device of that user as one whose proof is not accepted.
func (r *deviceRecord) refuse(username string) {
	r.Devices = cloned(r.Devices)
	if d, ok := r.Devices[username]; ok {
		d.Refused = true
		r.Devices[username] = d
	}
}

// note sets whether the pool trusts the device with that key.
func (r *deviceRecord) note(key string, remembered bool) {
	r.Devices = cloned(r.Devices)
	for username, d := range r.Devices {
		if d.Key == key {
			d.Remembered = remembered
			r.Devices[username] = d
		}
	}
}

// forget removes what is found under name: the device of that user or, if name is an alias, the
// alias.
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

func cloned[V any](m map[string]V) map[string]V {
	if m == nil {
		return map[string]V{}
	}
	return maps.Clone(m)
}

func (r deviceRecord) encode() ([]byte, error) {
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

// deviceKey is the key of the device that the tokens belong to: the one noted at sign-in, or the
// token's own claim.
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

func (s *Session) deviceRecordKey() string {
	return deviceKeyPrefix + s.client.clientID + "/" + s.deviceScope
}

// loadDevices reads the scope's device record and its version. Nothing stored is the zero record.
func (s *Session) loadDevices(ctx context.Context) (deviceRecord, string, error) {
	record, err := s.client.store.Load(ctx, s.deviceRecordKey())
	if errors.Is(err, ErrRecordNotFound) {
		return deviceRecord{}, "", nil
	}
	if err != nil {
		return deviceRecord{}, "", err
	}
	devices, err := decodeDevices(record.Data)
	if err != nil {
		// Better a device that is registered anew than somebody who can never sign in here again.
		devices = deviceRecord{}
	}
	return devices, record.Version, nil
}

// updateDevices changes the scope's device record by compare-and-swap, and outlasts a short failure
// of the Store.
func (s *Session) updateDevices(ctx context.Context, change func(*deviceRecord) error) error {
	return retrySaves(ctx, func() error {
		return retryConflicts(func() error { return s.tryDevices(ctx, change) })
	})
}

func (s *Session) tryDevices(ctx context.Context, change func(*deviceRecord) error) error {
	devices, version, err := s.loadDevices(ctx)
	if err != nil {
		return err
	}
	if err := change(&devices); err != nil {
		return err
	}
	data, err := devices.encode()
	if err != nil {
		return err
	}
	_, err = s.client.store.Save(ctx, s.deviceRecordKey(), Record{Data: data, Version: version})
	return err
}

// CurrentDevice is the device that a session was signed in on.
type CurrentDevice struct {
	Key        string // Cognito's id of the device
	Remembered bool   // the pool trusts it, as far as is known here: Cognito does not tell
}

// CurrentDevice returns the device that this session was signed in on. A pool that does not track
// devices gives none: [ErrDeviceMetadataNotFound]. With nobody signed in it returns
// [ErrUserUnAuthenticated]. It makes no request. Package device builds on it.
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
		return CurrentDevice{}, fail(ErrDeviceMetadataNotFound, "this session has no device; does the pool track devices?")
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
