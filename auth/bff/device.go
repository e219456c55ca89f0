package bff

import (
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/device"
)

// minutes is how pages show a time.
const minutes = "2006-01-02 15:04 UTC"

func devicesPage(x *exchange) (*Page, error) {
	devices, err := device.FetchDevices(x.r.Context(), x.person.Session)
	if err != nil {
		return nil, err
	}
	page := &Page{Name: "devices", Title: x.text(texts.DevicesTitle), Lead: x.text(texts.DevicesLead), body: devices}
	if len(devices) == 0 {
		page.Lead = x.text(texts.DevicesNone)
	}
	for _, d := range devices {
		last := texts.Params{Time: d.LastAuthenticatedDate.UTC().Format(minutes)}
		item := Item{Title: d.Name, Detail: x.texts.Format(texts.DeviceLastUsed, last), Forms: []Form{{
			Action: x.h.at("account/devices", ""), Fields: []Field{hidden("deviceId", d.ID)}, Quiet: true,
			Button: x.texts.Format(texts.DeviceForget, texts.Params{Name: d.Name}),
		}}}
		if d.Current {
			item.Badge = x.text(texts.DeviceCurrent)
		}
		page.Items = append(page.Items, item)
	}
	page.Links = []Link{x.toAccount()}
	x.notice(page)
	return page, nil
}

func forgetDevice(x *exchange) (*outcome, error) {
	if x.in["deviceId"] == "" {
		return nil, errInput
	}
	in := device.ForgetDeviceInput{DeviceID: x.in["deviceId"]}
	if err := device.ForgetDevice(x.r.Context(), x.person.Session, in); err != nil {
		return nil, err
	}
	x.report(EventDeviceChanged, "")
	return &outcome{to: withDone(x.h.at("account/devices", x.back), "device"), body: struct{}{}}, nil
}
