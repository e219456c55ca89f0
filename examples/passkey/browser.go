package main

import (
	"encoding/json"

	"github.com/descope/virtualwebauthn"
)

// browser plays the part of a page that is open at an origin, and of the computer's authenticator.
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

// newCredential makes a key pair that virtualwebauthn encodes correctly: it drops the leading zeros
// of a coordinate, about once in 128 times.
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
