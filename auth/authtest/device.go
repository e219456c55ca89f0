package authtest

import (
	"slices"
	"time"
)

// device is one of a user's devices. Until it is confirmed it is only a key that was issued.
type device struct {
	key, groupKey, name   string
	confirmed, remembered bool
	verifier              verifier
	// serial orders a user's devices by age.
	serial int

	created, modified, authenticated time.Time
}

func (d *device) isConfirmed() bool  { return d.confirmed }
func (d *device) isRemembered() bool { return d.confirmed && d.remembered }

// newDeviceMetadata tells a client its new device key.
type newDeviceMetadata struct {
	DeviceKey      string
	DeviceGroupKey string
}

// deviceTracker issues, finds and forgets the devices of users.
type deviceTracker struct {
	clock    *clock
	identity identity
	settings *settings
}

// issue returns a new, unconfirmed device of the user. The key of an aliased sign-in cannot be
// confirmed.
func (t *deviceTracker) issue(in signIn) *device {
	u := in.user
	u.issued++
	d := &device{
		key: t.identity.region + "_" + newUUID(), groupKey: "-" + randomText(8, alphanumeric), serial: u.issued,
	}
	if in.aliased {
		return d
	}
	if u.unconfirmed() >= keptUnconfirmed {
		oldest := slices.IndexFunc(u.devices, func(d *device) bool { return !d.confirmed })
		u.devices = slices.Delete(u.devices, oldest, oldest+1)
	}
	u.devices = append(u.devices, d)
	return d
}

// unconfirmed counts the keys that were not confirmed.
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
func (t *deviceTracker) checkTracking() error {
	if t.settings.cfg.Devices == DevicesOff {
		return refuse(codePoolConfiguration, "Device tracking not currently enabled for this pool.")
	}
	return nil
}

// find returns a confirmed device for an operation on it.
func (t *deviceTracker) find(u *user, key string) (*device, error) {
	if err := t.checkTracking(); err != nil {
		return nil, err
	}
	if d := u.knownDevice(key); d != nil {
		return d, nil
	}
	return nil, refuse(codeResourceNotFound, textDeviceDoesNotExist)
}

// setRemembered sets the status of a device, as UpdateDeviceStatus does.
func (t *deviceTracker) setRemembered(d *device, status string) {
	if status != "" {
		d.remembered = status == statusRemembered
		d.modified = t.clock.now()
	}
}

// forget removes a device and revokes the refresh tokens that were issued to it.
func (t *deviceTracker) forget(u *user, d *device) {
	u.devices = slices.DeleteFunc(u.devices, func(other *device) bool { return other == d })
	u.logins.forget(d.key)
}

// A Device is a confirmed device of a user, as [Pool.Devices] returns it.
type Device struct {
	Key, GroupKey string
	// Name is the name that ConfirmDevice gave to the device, or empty.
	Name string
	// Remembered devices prove themselves at sign-in.
	Remembered bool
}

// Devices returns the confirmed devices of a user, oldest first. username is any name of the user.
func (p *Pool) Devices(username string) []Device {
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	u := p.core.users.anyName(username)
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

// deviceRecord is a device as the API shows it.
type deviceRecord struct {
	DeviceKey                   string
	DeviceAttributes            []attribute
	DeviceCreateDate            float64
	DeviceLastModifiedDate      float64
	DeviceLastAuthenticatedDate float64
}

type getDeviceOutput struct {
	Device deviceRecord
}

type devicePage struct {
	Limit           int    `wire:"Limit,PageSize"`
	PaginationToken string `wire:"PaginationToken,PaginationToken"`
}

type listDevicesOutput struct {
	Devices         []deviceRecord
	PaginationToken string `json:",omitempty"`
}

const (
	statusRemembered    = "remembered"
	statusNotRemembered = "not_remembered"
)

func (d *device) record() deviceRecord {
	attributes := []attribute{{Name: "device_status", Value: "valid"}}
	if d.name != "" {
		attributes = append(attributes, attribute{Name: "device_name", Value: d.name})
	}
	return deviceRecord{
		DeviceKey: d.key, DeviceAttributes: append(attributes, attribute{Name: "last_ip_used", Value: "127.0.0.1"}),
		DeviceCreateDate: epoch(d.created), DeviceLastModifiedDate: epoch(d.modified),
		DeviceLastAuthenticatedDate: epoch(d.authenticated.Truncate(time.Second)),
	}
}

// list returns a page of the user's devices that listed accepts, oldest first.
func (t *deviceTracker) list(
	u *user, page devicePage, listed func(*device) bool, show func(*device) deviceRecord,
) (any, error) {
	if err := t.checkTracking(); err != nil {
		return nil, err
	}
	fill(&page.Limit, pageSize)
	all := slices.DeleteFunc(slices.Clone(u.devices), func(d *device) bool { return !listed(d) })
	devices, next, err := pageBySerial(
		t.identity.id+" devices of "+u.username,
		all,
		func(d *device) int { return d.serial },
		page.Limit,
		page.PaginationToken,
	)
	if err != nil {
		return nil, err
	}
	out := listDevicesOutput{Devices: []deviceRecord{}, PaginationToken: next}
	for _, d := range devices {
		out.Devices = append(out.Devices, show(d))
	}
	return out, nil
}

// SetDevices changes whether the pool tracks devices. With [DevicesOff] the devices are kept but
// not used.
func (p *Pool) SetDevices(d Devices) {
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	p.core.settings.cfg.Devices = d
}
