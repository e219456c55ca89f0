package authtest

import (
	"slices"
	"time"
)

// device is what the pool knows of one of a user's devices. Until it is confirmed it only is a key that was handed out.
type device struct {
	key, groupKey, name   string
	confirmed, remembered bool
	verifier              verifier
	// serial orders a user's devices by age.
	serial int

	created, modified, authenticated time.Time
}

// newDeviceMetadata tells a client of a new device.
type newDeviceMetadata struct {
	DeviceKey      string
	DeviceGroupKey string
}

// issueDevice hands out a key that ConfirmDevice can turn into a device.
func (p *Pool) issueDevice(u *user) *device {
	u.issued++
	d := &device{
		key: p.cfg.Region + "_" + newUUID(), groupKey: "-" + randomText(8, alphanumeric), serial: u.issued,
	}
	if u.unconfirmed() >= keptUnconfirmed {
		oldest := slices.IndexFunc(u.devices, func(d *device) bool { return !d.confirmed })
		u.devices = slices.Delete(u.devices, oldest, oldest+1)
	}
	u.devices = append(u.devices, d)
	return d
}

// unconfirmed counts the keys that nobody has made a device of.
func (u *user) unconfirmed() int {
	n := 0
	for _, d := range u.devices {
		if !d.confirmed {
			n++
		}
	}
	return n
}

// issuedDevice returns the user's device of that key, confirmed or not, or nil.
func (u *user) issuedDevice(key string) *device {
	i := slices.IndexFunc(u.devices, func(d *device) bool { return d.key == key })
	if i < 0 {
		return nil
	}
	return u.devices[i]
}

// knownDevice returns the user's confirmed device of that key, or nil.
func (u *user) knownDevice(key string) *device {
	if d := u.issuedDevice(key); d != nil && d.confirmed {
		return d
	}
	return nil
}

// checkTracking refuses operations on devices in a pool that does not track them.
func (p *Pool) checkTracking() error {
	if p.cfg.Devices == DevicesOff {
		return refuse(codePoolConfiguration, "Device tracking not currently enabled for this pool.")
	}
	return nil
}

// trackedDevice finds a confirmed device for an operation on it.
func (p *Pool) trackedDevice(u *user, key string) (*device, error) {
	if err := p.checkTracking(); err != nil {
		return nil, err
	}
	if d := u.knownDevice(key); d != nil {
		return d, nil
	}
	return nil, refuse(codeResourceNotFound, textDeviceDoesNotExist)
}

// setRemembered is what UpdateDeviceStatus does.
func (p *Pool) setRemembered(d *device, status string) {
	if status != "" {
		d.remembered = status == statusRemembered
		d.modified = p.Now()
	}
}

// forget removes a device. The refresh tokens that were issued to it are dead.
func (p *Pool) forget(u *user, d *device) {
	u.devices = slices.DeleteFunc(u.devices, func(other *device) bool { return other == d })
	for _, l := range p.logins.byOrigin {
		if l.user == u && l.deviceKey == d.key {
			l.refreshRevoked = true
		}
	}
}

// A Device is a confirmed device of a user, as Pool.Devices shows it.
type Device struct {
	Key, GroupKey string
	// Name is what ConfirmDevice called the device, or "".
	Name string
	// Remembered devices prove themselves at sign-in.
	Remembered bool
}

// Devices returns the user's confirmed devices, oldest first. The user may go by any of their names. It is safe for concurrent use.
func (p *Pool) Devices(username string) []Device {
	p.mu.Lock()
	defer p.mu.Unlock()
	u := p.users.anyName(username)
	if u == nil {
		return nil
	}
	var list []Device
	for _, d := range u.devices {
		if d.confirmed {
			list = append(list, Device{Key: d.key, GroupKey: d.groupKey, Name: d.name, Remembered: d.remembered})
		}
	}
	return list
}
