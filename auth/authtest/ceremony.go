package authtest

import (
	"crypto/sha256"
	"crypto/subtle"
	"errors"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
)

// ceremonyTimeout is how long a browser gives its user, in milliseconds.
const ceremonyTimeout = 60_000

// newCeremonyChallenge makes what an authenticator is to sign.
func newCeremonyChallenge() protocol.URLEncodedBase64 {
	return randomBytes(32)
}

// passkeyAlgorithms are the signatures that the pool can verify: ES256 and RS256.
func passkeyAlgorithms() []protocol.CredentialParameter {
	return []protocol.CredentialParameter{
		{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgES256},
		{Type: protocol.PublicKeyCredentialType, Algorithm: webauthncose.AlgRS256},
	}
}

func descriptors(keys []*passkey) []protocol.CredentialDescriptor {
	list := make([]protocol.CredentialDescriptor, 0, len(keys))
	for _, k := range keys {
		list = append(list, protocol.CredentialDescriptor{Type: protocol.PublicKeyCredentialType, CredentialID: k.id})
	}
	return list
}

// checkClientData refuses what was signed on a page that is not the relying party's, or for another one.
func (c webAuthnConfiguration) checkClientData(client protocol.CollectedClientData, rpIDHash []byte) error {
	want := sha256.Sum256([]byte(c.RelyingPartyID))
	switch {
	case !c.allowsOrigin(client.Origin) || client.CrossOrigin:
		return refuse(codeWebAuthnOrigin, "The origin is not allowed by the relying party id.")
	case subtle.ConstantTimeCompare(rpIDHash, want[:]) == 0:
		return refuse(codeWebAuthnRelyingParty, "The credential belongs to another relying party.")
	}
	return nil
}

// verifyRegistration checks a registration as WebAuthn, section 7.1, wants it.
func (c webAuthnConfiguration) verifyRegistration(got *protocol.ParsedCredentialCreationData, challenge string) error {
	client, data := got.Response.CollectedClientData, got.Response.AttestationObject.AuthData
	if err := c.checkClientData(client, data.RPIDHash); err != nil {
		return err
	}
	if !sameSecret(string(got.RawID), string(data.AttData.CredentialID)) {
		return refuse(codeInvalidParameter, "The credential's id is not the one that was attested.")
	}
	_, err := got.Verify(challenge, c.RelyingPartyID, []string{client.Origin}, nil, protocol.TopOriginExplicitVerificationMode,
		false, c.verifies(), true, nil, passkeyAlgorithms())
	if err != nil {
		return refuse(codeWebAuthnUnsupported, "The credential is not supported: %v.", err)
	}
	return nil
}

// verifyAssertion checks a signature as WebAuthn, section 7.2, wants it.
func (c webAuthnConfiguration) verifyAssertion(got *protocol.ParsedCredentialAssertionData, challenge string, k *passkey) error {
	client, data := got.Response.CollectedClientData, got.Response.AuthenticatorData
	if err := c.checkClientData(client, data.RPIDHash); err != nil {
		return err
	}
	if data.Flags.HasBackupEligible() != k.backupEligible {
		return errors.New("its backup eligibility has changed")
	}
	return got.Verify(challenge, c.RelyingPartyID, "", []string{client.Origin}, nil, protocol.TopOriginExplicitVerificationMode,
		false, c.verifies(), true, k.publicKey)
}
