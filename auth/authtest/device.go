package authtest

import (
	"slices"
	"time"
)

// device is what the pool knows of one of a user's devices. Until it is confirmed it only is a key
// that was handed out.
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

// deviceTracker hands out, finds and forgets the devices of users.
type deviceTracker struct {
	clock    *clock
	identity identity
	settings *settings
	tokens   *tokenIssuer
}

// issue hands out a key that ConfirmDevice can turn into a device.
func (t *deviceTracker) issue(u *user) *device {
	u.issued++
	d := &device{
		key: t.identity.region + "_" + newUUID(), groupKey: "-" + randomText(8, alphanumeric), serial: u.issued,
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
func (t *deviceTracker) checkTracking() error {
	if t.settings.cfg.Devices == DevicesOff {
		return refuse(codePoolConfiguration, "Device tracking not currently enabled for this pool.")
	}
	return nil
}

// find finds a confirmed device for an operation on it.
func (t *deviceTracker) find(u *user, key string) (*device, error) {
	if err := t.checkTracking(); err != nil {
		return nil, err
	}
	if d := u.knownDevice(key); d != nil {
		return d, nil
	}
	return nil, refuse(codeResourceNotFound, textDeviceDoesNotExist)
}

// setRemembered is what UpdateDeviceStatus does.
func (t *deviceTracker) setRemembered(d *device, status string) {
	if status != "" {
		d.remembered = status == statusRemembered
		d.modified = t.clock.now()
	}
}

// forget removes a device. The refresh tokens that were issued to it are dead.
func (t *deviceTracker) forget(u *user, d *device) {
	u.devices = slices.DeleteFunc(u.devices, func(other *device) bool { return other == d })
	for _, l := range t.tokens.logins.byOrigin {
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

// Devices returns the user's confirmed devices, oldest first. The user may go by any of their
// names. It is safe for concurrent use.
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

// list returns a page of the user's confirmed devices, oldest first.
func (t *deviceTracker) list(u *user, page devicePage, show func(*device) deviceRecord) (any, error) {
	if err := t.checkTracking(); err != nil {
		return nil, err
	}
	fill(&page.Limit, pageSize)
	confirmed := slices.DeleteFunc(slices.Clone(u.devices), func(d *device) bool { return !d.confirmed })
	devices, next, err := pageBySerial(confirmed, func(d *device) int { return d.serial }, page.Limit, page.PaginationToken)
	if err != nil {
		return nil, err
	}
	out := listDevicesOutput{Devices: []deviceRecord{}, PaginationToken: next}
	for _, d := range devices {
		out.Devices = append(out.Devices, show(d))
	}
	return out, nil
}

// SetDevices changes whether the pool tracks devices, as an administrator may at any time. With
// DevicesOff the devices stay, but nobody asks for them. It is safe for concurrent use.
func (p *Pool) SetDevices(d Devices) {
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	p.core.settings.cfg.Devices = d
}
