package bff

import (
	"encoding/json"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

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
