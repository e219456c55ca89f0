package main

import (
	"encoding/json"

	"github.com/descope/virtualwebauthn"
)

// browser stands in for a page that is open at an origin, and for the authenticator of the
// computer.
type browser struct {
	origin        string
	authenticator virtualwebauthn.Authenticator
	credential    virtualwebauthn.Credential
}

func newBrowser(origin string) *browser {
	return &browser{
		origin: origin, authenticator: virtualwebauthn.NewAuthenticator(),
		credential: newCredential(),
	}
}

// newCredential makes a key pair that virtualwebauthn encodes in full: it drops the zeros in front
// of a coordinate, about one time in 128.
func newCredential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key with two coordinates of 32
	for {
		credential := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(credential.Key.AttestationData()) == whole {
			return credential
		}
	}
}

// create does what the page does with navigator.credentials.create.
func (b *browser) create(options json.RawMessage) (json.RawMessage, error) {
	parsed, err := virtualwebauthn.ParseAttestationOptions(string(options))
	if err != nil {
		return nil, err
	}
	b.authenticator.Options.UserHandle = []byte(parsed.UserID)
	rp := virtualwebauthn.RelyingParty{ID: parsed.RelyingPartyID, Name: parsed.RelyingPartyName, Origin: b.origin}
	return json.RawMessage(virtualwebauthn.CreateAttestationResponse(rp, b.authenticator, b.credential, *parsed)), nil
}

// get does what the page does with navigator.credentials.get.
func (b *browser) get(options json.RawMessage) (json.RawMessage, error) {
	parsed, err := virtualwebauthn.ParseAssertionOptions(string(options))
	if err != nil {
		return nil, err
	}
	b.credential.Counter++
	rp := virtualwebauthn.RelyingParty{ID: parsed.RelyingPartyID, Origin: b.origin}
	return json.RawMessage(virtualwebauthn.CreateAssertionResponse(rp, b.authenticator, b.credential, *parsed)), nil
}
