package cookiestore

import (
	"bytes"
	"maps"
	"slices"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

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
