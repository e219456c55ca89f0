package auth

import (
	"maps"
	"slices"
	"time"
)

// DeviceSecret is what a device proves itself with to Cognito, for a Store that shares it with programs of another kind.
type DeviceSecret struct {
	unprinted
	Username string // whose device it is: Cognito's name or, when imported, an alias
	Key      string // Cognito's id of the device
	GroupKey string
	Password string
}

// ExportDevices takes the devices that are in use out of the data of a device record, ordered by user name. What is left is rest: data for
// ImportDevices, and nil if there is nothing. Data that is no device record is ErrCorruptRecord.
func ExportDevices(data []byte) (devices []DeviceSecret, rest []byte, err error) {
	record, err := decodeDevices(data)
	if err != nil {
		return nil, nil, fail("ExportDevices", ErrCorruptRecord, "the data is unreadable: "+err.Error())
	}
	if len(record.Devices) == 0 && len(record.Aliases) == 0 {
		return nil, nil, nil
	}
	record.Devices = cloned(record.Devices)
	for _, username := range slices.Sorted(maps.Keys(record.Devices)) {
		d := record.Devices[username]
		if d.Claimed || d.Refused {
			continue
		}
		devices = append(devices, DeviceSecret{Username: username, Key: d.Key, GroupKey: d.GroupKey, Password: d.Password})
		d.GroupKey, d.Password = "", ""
		record.Devices[username] = d
	}
	rest, err = record.encode()
	return devices, rest, err
}

// ImportDevices makes the data of a device record from devices and from what ExportDevices left, which may be nil. Devices that were
// exported and are not given any more are dropped, those that are new count as registered now. Rest that is unreadable is
// ErrCorruptRecord.
func ImportDevices(devices []DeviceSecret, rest []byte) ([]byte, error) {
	var record deviceRecord
	if rest != nil {
		var err error
		if record, err = decodeDevices(rest); err != nil {
			return nil, fail("ImportDevices", ErrCorruptRecord, "what was left is unreadable: "+err.Error())
		}
	}
	record.Devices, record.Aliases = cloned(record.Devices), cloned(record.Aliases)
	for _, d := range devices {
		record.take(d)
	}
	maps.DeleteFunc(record.Devices, func(_ string, d knownDevice) bool { return d.Password == "" })
	return record.encode()
}

// take completes the device of that key, or adds it.
func (r *deviceRecord) take(given DeviceSecret) {
	for username, d := range r.Devices {
		if d.Key != given.Key {
			continue
		}
		if d.Password == "" {
			d.GroupKey, d.Password = given.GroupKey, given.Password
			r.Devices[username] = d
		}
		return
	}
	r.Devices[given.Username] = knownDevice{
		Key: given.Key, GroupKey: given.GroupKey, Password: given.Password, Since: time.Now(),
	}
}
