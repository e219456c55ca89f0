package bff

import (
	"slices"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

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
		item, state := Item{Title: x.text(texts.ForMFAType(kind))}, texts.FactorOff
		change := func(button texts.ID, to mfa.Preference) {
			item.Forms = append(item.Forms, Form{
				Action: x.h.at("account/factors", ""), Button: x.text(button), Quiet: true,
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
		case kind == auth.MFATypeTOTP:
			item.Forms = []Form{x.startTOTP(true)}
		default:
			change(texts.FactorTurnOn, mfa.Enabled)
		}
		item.Badge = x.text(state)
		page.Items = append(page.Items, item)
	}
	page.Links = []Link{x.toAccount()}
	x.notice(page)
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
	return x.changed("account/factors", "factors")
}

// totpPage shows the QR code of a set-up that was started, the same on every load.
func totpPage(x *exchange) (*Page, error) {
	details, started, err := mfa.PendingTOTPSetup(x.r.Context(), x.person.Session)
	if err != nil {
		return nil, err
	}
	page := &Page{Name: "totp", Title: x.text(texts.TOTPSetUpTitle), body: struct{}{}}
	page.Links = []Link{x.toAccount()}
	if !started {
		page.Lead, page.Forms = x.text(texts.TOTPSetUpIntro), []Form{x.startTOTP(false)}
		if x.back != "" {
			page.Lead = x.text(texts.FactorsNeeded)
		}
		return page, nil
	}
	page.Lead, page.body = x.text(texts.TOTPSetUpLead), details
	if page.Setup, err = x.setup(details, x.person.login()); err != nil {
		return nil, err
	}
	action := x.h.at("account/totp", "")
	page.Forms = []Form{{
		Action: action, Button: x.text(texts.Continue),
		Fields: []Field{x.codeField("code", texts.FieldAppCode), x.appNameField()},
	}, {
		Action: action, Button: x.text(texts.Cancel), Quiet: true, Fields: []Field{hidden("cancel", "yes")},
	}}
	return page, nil
}

// startTOTP is the button that begins the set-up of an authenticator app.
func (x *exchange) startTOTP(quiet bool) Form {
	return Form{
		Action: x.h.at("account/totp", ""), Button: x.text(texts.FactorSetUp), Quiet: quiet,
		Fields: []Field{hidden("start", "yes")},
	}
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
	return x.changed("account/factors", "totp")
}
