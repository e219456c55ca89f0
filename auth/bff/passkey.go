package bff

import (
	"encoding/json"

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
		created := texts.Params{Time: credential.CreatedAt.UTC().Format(minutes)}
		item := Item{Title: name, Detail: x.texts.Format(texts.PasskeyCreatedOn, created)}
		item.Forms = []Form{{
			Action: x.h.at("account/passkeys", ""), Quiet: true,
			Fields: []Field{hidden("credentialId", credential.CredentialID)},
			Button: x.texts.Format(texts.PasskeyDelete, texts.Params{Name: name}),
		}}
		page.Items = append(page.Items, item)
	}
	create := Form{
		Action: x.h.at("account/passkeys/complete", ""), Button: x.text(texts.PasskeyCreate), Scripted: true,
		Fields:  []Field{hidden("credential", "")},
		Passkey: x.passkeyCall("create", texts.ErrorPasskeyNotCreated),
	}
	create.Passkey.Start = x.h.at("account/passkeys/start", "")
	page.body, page.Forms, page.Links = found, []Form{create}, []Link{x.toAccount()}
	x.notice(page)
	return page, nil
}

// passkeyCall has the script do something, and gives it the words for what can go wrong.
func (x *exchange) passkeyCall(call string, failed texts.ID) *PasskeyCall {
	return &PasskeyCall{
		Call: call, Failed: x.text(failed), Stopped: x.text(texts.FormPasskeyStopped),
		Missing: x.text(texts.ErrorPasskeysOff), NeedsScript: x.text(texts.PasskeyNeedsScript),
	}
}

func deletePasskey(x *exchange) (*outcome, error) {
	in := passkey.DeleteWebAuthnCredentialInput{CredentialID: x.in["credentialId"]}
	if err := passkey.DeleteWebAuthnCredential(x.r.Context(), x.person.Session, in); err != nil {
		return nil, err
	}
	x.report(EventPasskeyChanged, "")
	return x.changed("account/passkeys", "passkey-deleted")
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
	return x.changed("account/passkeys", "passkey")
}
