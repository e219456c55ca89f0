package bff

import (
	"encoding/json"
	"maps"
	"slices"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// user is what a script is told about who is signed in.
type user struct {
	auth.User
	Groups    []string           `json:"groups,omitempty"`
	Factors   []auth.FactorProof `json:"factors"`
	ExpiresAt time.Time          `json:"expiresAt"` // when the session ends if nobody uses it
}

func userPage(x *exchange) (*Page, error) {
	who, err := x.person.Session.CurrentUser(x.r.Context())
	if err != nil {
		return nil, err
	}
	ends := time.Time{}
	if m, known := x.h.activity.get(x.person.key); known {
		ends = m.Seen.Add(x.h.cfg.Idle)
		if last := m.Since.Add(x.h.cfg.Absolute); last.Before(ends) {
			ends = last
		}
	}
	page, err := accountPage(x)
	if err != nil {
		return nil, err
	}
	page.body = user{User: who, Groups: x.person.AccessToken.Groups, Factors: x.person.Factors, ExpiresAt: ends}
	return page, nil
}

func accountPage(x *exchange) (*Page, error) {
	page := &Page{
		Name: "account", Title: x.text(texts.AccountTitle),
		Lead: x.texts.Format(texts.SignedInAs, texts.Params{Name: x.person.SignInDetails.LoginID}),
	}
	for _, link := range []struct {
		text  texts.ID
		route string
	}{
		{texts.FactorsTitle, "account/factors"},
		{texts.PasswordTitle, "account/password"},
		{texts.DetailsTitle, "account/details"},
		{texts.DevicesTitle, "account/devices"},
		{texts.PasskeysTitle, "account/passkeys"},
		{texts.SignOutTitle, "sign-out"},
	} {
		page.Links = append(page.Links, Link{x.text(link.text), x.h.at(link.route, x.back)})
	}
	if x.r.URL.Query().Has("done") {
		page.Notice = x.text(texts.Saved)
	}
	return page, nil
}

// changed is the outcome of a change to what a person signs in with: the session gets another id.
func (x *exchange) changed(what string) (*outcome, error) {
	if err := x.renewID(); err != nil {
		return nil, err
	}
	to := withDone(x.h.at("account", ""), what)
	if x.back != "" {
		to = x.h.back(x.back)
	}
	return &outcome{to: to, body: struct{}{}}, nil
}

func factorsPage(x *exchange) (*Page, error) {
	preference, err := mfa.FetchMFAPreference(x.r.Context(), x.person.Session)
	if err != nil {
		return nil, err
	}
	page := &Page{Name: "factors", Title: x.text(texts.FactorsTitle), Lead: x.text(texts.FactorsLead), body: preference}
	if len(preference.Enabled) == 0 {
		page.Lead = x.text(texts.FactorsNone)
	}
	for _, kind := range []auth.MFAType{auth.MFATypeTOTP, auth.MFATypeSMS, auth.MFATypeEmail} {
		label, state := x.text(texts.ForMFAType(kind)), texts.FactorOff
		change := func(button texts.ID, to mfa.Preference) {
			page.Forms = append(page.Forms, Form{
				Action: x.h.at("account/factors", ""), Title: label, Button: x.text(button),
				Fields: []Field{hidden("factor", string(kind)), hidden("preference", string(to))},
			})
		}
		switch {
		case preference.Preferred == kind:
			state = texts.FactorPreferred
			change(texts.FactorTurnOff, mfa.Disabled)
		case slices.Contains(preference.Enabled, kind):
			state = texts.FactorOn
			change(texts.FactorPrefer, mfa.Preferred)
			change(texts.FactorTurnOff, mfa.Disabled)
		default:
			change(texts.FactorTurnOn, mfa.Enabled)
		}
		page.Facts = append(page.Facts, Fact{label, x.text(state)})
	}
	page.Links = []Link{
		{x.text(texts.TOTPSetUpTitle), x.h.at("account/totp", x.back)}, {x.text(texts.Back), x.h.at("account", "")},
	}
	return page, nil
}

func changeFactor(x *exchange) (*outcome, error) {
	to := mfa.Preference(x.in["preference"])
	var in mfa.UpdateMFAPreferenceInput
	switch auth.MFAType(x.in["factor"]) {
	case auth.MFATypeTOTP:
		in.TOTP = to
	case auth.MFATypeSMS:
		in.SMS = to
	case auth.MFATypeEmail:
		in.Email = to
	default:
		return nil, errInput
	}
	if err := mfa.UpdateMFAPreference(x.r.Context(), x.person.Session, in); err != nil {
		return nil, err
	}
	x.report(EventFactorsChanged, "")
	return x.changed("factors")
}

// totpPage shows the QR code of a set-up that was started, the same on every load.
func totpPage(x *exchange) (*Page, error) {
	details, started, err := mfa.PendingTOTPSetup(x.r.Context(), x.person.Session)
	if err != nil {
		return nil, err
	}
	page := &Page{Name: "totp", Title: x.text(texts.TOTPSetUpTitle), body: struct{}{}}
	form := Form{Action: x.h.at("account/totp", "")}
	if !started {
		page.Lead, form.Button = x.text(texts.FactorsNeeded), x.text(texts.FactorSetUp)
		form.Fields = []Field{hidden("start", "yes")}
	} else {
		page.Lead, form.Button = x.text(texts.TOTPSetUpLead), x.text(texts.Continue)
		form.Fields = []Field{x.codeField("code", texts.FieldAppCode), x.appNameField()}
		page.body = details
		if page.Setup, err = x.setup(details, x.person.SignInDetails.LoginID); err != nil {
			return nil, err
		}
	}
	page.Forms = []Form{form}
	page.Links = []Link{{x.text(texts.Cancel), x.h.at("account", "")}}
	return page, nil
}

func setUpTOTP(x *exchange) (*outcome, error) {
	ctx, session := x.r.Context(), x.person.Session
	switch {
	case x.in["start"] != "":
		details, err := mfa.SetUpTOTP(ctx, session)
		return &outcome{to: x.h.at("account/totp", x.back), body: details}, err
	case x.in["cancel"] != "":
		return &outcome{to: x.h.at("account/factors", x.back)}, mfa.CancelTOTPSetup(ctx, session)
	}
	err := mfa.VerifyTOTPSetup(ctx, session, mfa.VerifyTOTPSetupInput{
		Code: x.in["code"], FriendlyDeviceName: x.in["friendlyDeviceName"],
	})
	if err != nil {
		return nil, err
	}
	if err := mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Preferred}); err != nil {
		return nil, err
	}
	x.report(EventFactorsChanged, "")
	return x.changed("totp")
}

func detailsPage(x *exchange) (*Page, error) {
	attributes, err := x.person.Session.FetchUserAttributes(x.r.Context())
	if err != nil {
		return nil, err
	}
	page := &Page{Name: "details", Title: x.text(texts.DetailsTitle), body: attributes}
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if name == "sub" || slices.Contains([]string{"email_verified", "phone_number_verified", "identities"}, name) {
			continue
		}
		field := x.attributeField(name)
		label := field.Label
		field.Name, field.Value, field.Optional = "value", attributes[name], true
		page.Forms = append(page.Forms, Form{
			Action: x.h.at("account/details", ""), Title: label, Button: x.text(texts.Save),
			Fields: []Field{hidden("userAttributeKey", name), field},
		})
		if verified, known := attributes[name+"_verified"]; known {
			state := texts.DetailNotConfirmed
			if verified == "true" {
				state = texts.DetailConfirmed
			}
			page.Facts = append(page.Facts, Fact{label, x.text(state)})
		}
	}
	page.Links = []Link{{x.text(texts.Back), x.h.at("account", x.back)}}
	return page, nil
}

func changeDetail(x *exchange) (*outcome, error) {
	name := x.in["userAttributeKey"]
	out, err := x.person.Session.UpdateUserAttribute(x.r.Context(), auth.UpdateUserAttributeInput{
		AttributeKey: name, Value: x.in["value"], ClientMetadata: x.h.cfg.SignIn.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	x.report(EventDetailChanged, "")
	to := withDone(x.h.at("account", ""), "details")
	if _, sent := out.NextStep.(auth.ConfirmAttributeWithCode); sent {
		to = x.confirmationOf(name)
	}
	return &outcome{to: to, body: out}, nil
}

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

func passkeysPage(x *exchange) (*Page, error) {
	page := &Page{Name: "passkeys", Title: x.text(texts.PasskeysTitle), Lead: x.text(texts.PasskeysLead)}
	found := []passkey.Credential{}
	for credential, err := range passkey.WebAuthnCredentials(x.r.Context(), x.person.Session) {
		if err != nil {
			return nil, err
		}
		found = append(found, credential)
		name := credential.FriendlyCredentialName
		created := texts.Params{Time: credential.CreatedAt.UTC().Format(time.DateTime)}
		page.Facts = append(page.Facts, Fact{name, x.texts.Format(texts.PasskeyCreatedOn, created)})
		page.Forms = append(page.Forms, Form{
			Action: x.h.at("account/passkeys", ""), Fields: []Field{hidden("credentialId", credential.CredentialID)},
			Button: x.texts.Format(texts.PasskeyDelete, texts.Params{Name: name}),
		})
	}
	page.body = found
	page.Links = []Link{{x.text(texts.Back), x.h.at("account", x.back)}}
	return page, nil
}

func deletePasskey(x *exchange) (*outcome, error) {
	in := passkey.DeleteWebAuthnCredentialInput{CredentialID: x.in["credentialId"]}
	if err := passkey.DeleteWebAuthnCredential(x.r.Context(), x.person.Session, in); err != nil {
		return nil, err
	}
	x.report(EventPasskeyChanged, "")
	return x.changed("passkey")
}

// startPasskey returns the options for a script that has the browser create a passkey.
func startPasskey(x *exchange) (*outcome, error) {
	options, err := passkey.StartAssociateWebAuthnCredential(x.r.Context(), x.person.Session)
	return &outcome{to: x.h.at("account/passkeys", x.back), body: options}, err
}

func completePasskey(x *exchange) (*outcome, error) {
	credential := json.RawMessage(x.in["credential"])
	if err := passkey.CompleteAssociateWebAuthnCredential(x.r.Context(), x.person.Session, credential); err != nil {
		return nil, err
	}
	x.report(EventPasskeyChanged, "")
	return x.changed("passkey")
}
