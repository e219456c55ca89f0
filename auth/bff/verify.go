package bff

import (
	"context"
	"slices"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/device"
)

// contacts are the attributes that a code can verify.
var contacts = []string{"email", "phone_number"}

// unverified returns the contacts of the person if there are some and none is verified: then a
// forgotten password could not be replaced. It returns none if Cognito does not tell.
func (x *exchange) unverified(ctx context.Context) []Option {
	attributes, err := x.person.Session.FetchUserAttributes(ctx)
	if err != nil {
		return nil
	}
	var open []Option
	for _, name := range contacts {
		if attributes[name+"_verified"] == "true" {
			return nil
		}
		if attributes[name] != "" {
			open = append(open, Option{Value: name, Label: attributes[name], Checked: len(open) == 0})
		}
	}
	return open
}

func verifyPage(x *exchange) (*Page, error) {
	choice := Field{
		Name: "userAttributeKey", Label: x.text(texts.FieldChoice), Type: "radio", Options: x.unverified(x.r.Context()),
	}
	page := &Page{Name: "verify", Title: x.text(texts.VerifyTitle), Lead: x.text(texts.VerifyLead)}
	if len(choice.Options) > 0 {
		page.Forms = []Form{{Action: x.h.at("verify", ""), Button: x.text(texts.SendCode), Fields: []Field{choice}}}
	}
	page.Links = []Link{{"", x.text(texts.NotNow), x.h.back(x.back)}}
	return page, nil
}

func sendVerification(x *exchange) (*outcome, error) {
	if !slices.Contains(contacts, x.in["userAttributeKey"]) {
		return nil, errInput
	}
	sent, err := x.person.Session.SendUserAttributeVerificationCode(x.r.Context(),
		auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: x.in["userAttributeKey"]})
	if err != nil {
		return nil, err
	}
	return &outcome{to: x.confirmationOf(x.in["userAttributeKey"]), body: sent}, nil
}

// confirmationOf returns the page for the code that was sent to a contact.
func (x *exchange) confirmationOf(contact string) string {
	return withQuery(x.h.at("verify/confirm", x.back), "contact", contact)
}

func verifyCodePage(x *exchange) (*Page, error) {
	contact := x.in["userAttributeKey"]
	if contact == "" {
		contact = x.r.URL.Query().Get("contact")
	}
	if !slices.Contains(contacts, contact) {
		contact = contacts[0]
	}
	page := x.page("verify-code", texts.ForAttributeUpdate(auth.AttributeUpdateStepConfirmWithCode), texts.Params{})
	page.Forms = []Form{{
		Action: x.h.at("verify/confirm", ""), Button: x.text(texts.VerifyButton),
		Fields: []Field{hidden("userAttributeKey", contact), x.codeField("confirmationCode", texts.FieldCode)},
	}}
	page.Links = []Link{{"", x.text(texts.NotNow), x.h.back(x.back)}}
	return page, nil
}

func confirmVerification(x *exchange) (*outcome, error) {
	if !slices.Contains(contacts, x.in["userAttributeKey"]) {
		return nil, errInput
	}
	err := x.person.Session.ConfirmUserAttribute(x.r.Context(), auth.ConfirmUserAttributeInput{
		UserAttributeKey: x.in["userAttributeKey"], ConfirmationCode: x.in["confirmationCode"],
	})
	if err != nil {
		return nil, err
	}
	x.report(EventDetailChanged, "")
	return &outcome{to: x.h.back(x.back), body: struct{}{}}, nil
}

func rememberPage(x *exchange) (*Page, error) {
	yes := Form{
		Action: x.h.at("remember", ""), Button: x.text(texts.RememberButton),
		Fields: []Field{hidden("remember", "yes")},
	}
	return &Page{
		Name: "remember", Title: x.text(texts.RememberTitle), Lead: x.text(texts.RememberHint),
		Forms: []Form{yes}, Links: []Link{{"", x.text(texts.NotNow), x.h.back(x.back)}},
	}, nil
}

// remember has the pool trust this browser: the next sign-in of this person on it needs no second
// factor.
func remember(x *exchange) (*outcome, error) {
	if err := device.RememberDevice(x.r.Context(), x.person.Session); err != nil {
		return nil, err
	}
	x.report(EventDeviceChanged, "")
	return &outcome{to: x.h.back(x.back), body: struct{}{}}, nil
}
