package authtest

import (
	"encoding/base64"
	"strconv"
	"time"
)

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

// pageSize is how many devices a page has at most, and by default.
const pageSize = 60

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

// deviceList is a page of the user's confirmed devices, oldest first.
func (p *Pool) deviceList(u *user, page devicePage, show func(*device) deviceRecord) (any, error) {
	if err := p.checkTracking(); err != nil {
		return nil, err
	}
	after, err := page.after()
	if err != nil {
		return nil, err
	}
	fill(&page.Limit, pageSize)
	out := listDevicesOutput{Devices: []deviceRecord{}}
	last := after
	for _, d := range u.devices {
		switch {
		case !d.confirmed || d.serial <= after:
			continue
		case len(out.Devices) == page.Limit:
			out.PaginationToken = base64.StdEncoding.EncodeToString([]byte(strconv.Itoa(last)))
			return out, nil
		}
		out.Devices = append(out.Devices, show(d))
		last = d.serial
	}
	return out, nil
}

// after is the serial number of the last device on the page before.
func (page devicePage) after() (int, error) {
	if page.PaginationToken == "" {
		return 0, nil
	}
	text, err := base64.StdEncoding.DecodeString(page.PaginationToken)
	if err != nil {
		return 0, malformed(codeInvalidParameter, "Invalid pagination token given.")
	}
	serial, err := strconv.Atoi(string(text))
	if err != nil {
		return 0, malformed(codeInvalidParameter, "Invalid pagination token given.")
	}
	return serial, nil
}
