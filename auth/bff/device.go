package bff

import (
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/device"
)

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
		last := texts.Params{Time: d.LastAuthenticatedDate.UTC().Format(time.DateTime)}
		used := x.texts.Format(texts.DeviceLastUsed, last)
		if d.Current {
			used = x.text(texts.DeviceCurrent)
		}
		page.Facts = append(page.Facts, Fact{d.Name, used})
		page.Forms = append(page.Forms, Form{
			Action: x.h.at("account/devices", ""), Fields: []Field{hidden("deviceId", d.ID)},
			Button: x.texts.Format(texts.DeviceForget, texts.Params{Name: d.Name}),
		})
	}
	page.Links = []Link{{x.text(texts.Back), x.h.at("account", x.back)}}
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
	return &outcome{to: x.h.at("account/devices", x.back), body: struct{}{}}, nil
}
