package bff

import (
	"slices"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
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
		Lead: x.texts.Format(texts.SignedInAs, texts.Params{Name: x.person.login()}),
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
		page.Menu = append(page.Menu, Link{"", x.text(link.text), x.h.at(link.route, x.back)})
	}
	page.Links = []Link{{"", x.text(texts.Back), x.h.back(x.back)}}
	x.notice(page)
	return page, nil
}

// toAccount leads back to the list of the account pages.
func (x *exchange) toAccount() Link {
	return Link{"", x.text(texts.AccountTitle), x.h.at("account", x.back)}
}

// done are what the account pages say after something was changed.
var done = map[string]texts.ID{
	"details":         texts.Saved,
	"device":          texts.Saved,
	"factors":         texts.Saved,
	"passkey":         texts.PasskeyCreated,
	"passkey-deleted": texts.Saved,
	"password":        texts.PasswordDone,
	"totp":            texts.TOTPSetUpDone,
}

// notice says what was done, by the query of the URL.
func (x *exchange) notice(page *Page) {
	if id, ok := done[x.r.URL.Query().Get("done")]; ok {
		page.Notice = x.text(id)
	}
}

// changed is the outcome of a change to what a person signs in with: the session gets another id.
// The person sees that at the route.
func (x *exchange) changed(route, what string) (*outcome, error) {
	if err := x.renewID(); err != nil {
		return nil, err
	}
	to := withDone(x.h.at(route, ""), what)
	if x.back != "" {
		to = x.h.back(x.back)
	}
	return &outcome{to: to, body: struct{}{}}, nil
}

func detailsPage(x *exchange) (*Page, error) {
	attributes, err := x.person.Session.FetchUserAttributes(x.r.Context())
	if err != nil {
		return nil, err
	}
	page := &Page{Name: "details", Title: x.text(texts.DetailsTitle), body: attributes}
	for _, name := range x.h.cfg.AccountAttributes {
		field := x.attributeField(name)
		field.Name, field.Value, field.Optional = "value", attributes[name], true
		if x.in["userAttributeKey"] == name { // it was refused
			field.Value = x.in["value"]
		}
		if verified, known := attributes[name+"_verified"]; known {
			field.Note = x.text(texts.DetailNotConfirmed)
			if verified == "true" {
				field.Note = x.text(texts.DetailConfirmed)
			}
		}
		page.Forms = append(page.Forms, Form{
			Action: x.h.at("account/details", ""), Button: x.text(texts.Save), Quiet: true,
			Fields: []Field{hidden("userAttributeKey", name), field},
		})
	}
	page.Links = []Link{x.toAccount()}
	x.notice(page)
	return page, nil
}

func changeDetail(x *exchange) (*outcome, error) {
	name := x.in["userAttributeKey"]
	if !slices.Contains(x.h.cfg.AccountAttributes, name) {
		return nil, errInput
	}
	if slices.Contains(contacts, name) { // a code is sent there
		if err := x.limit(message, x.name()); err != nil {
			return nil, err
		}
	}
	out, err := x.person.Session.UpdateUserAttribute(x.r.Context(), auth.UpdateUserAttributeInput{
		AttributeKey: name, Value: x.in["value"], ClientMetadata: x.h.cfg.SignIn.ClientMetadata,
	})
	if err != nil {
		return nil, err
	}
	x.report(EventDetailChanged, "")
	to := withDone(x.h.at("account/details", x.back), "details")
	if _, sent := out.NextStep.(auth.ConfirmAttributeWithCode); sent {
		to = x.confirmationOf(name)
	}
	return &outcome{to: to, body: out}, nil
}
