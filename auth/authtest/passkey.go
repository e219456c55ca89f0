package authtest

import (
	"bytes"
	"crypto/sha256"
	"crypto/subtle"
	"errors"
	"slices"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"
)

// passkey is a WebAuthn credential of a user's.
type passkey struct {
	id, publicKey []byte
	// signCount is the authenticator's own count of signatures at the last one. One that does not
	// count stays at 0.
	signCount uint32
	// backupEligible says that the authenticator may copy it to others. That never changes.
	backupEligible bool
	relyingParty   string
	attachment     string
	transports     []string
	created        time.Time
	// serial numbers the user's passkeys in the order in which they came.
	serial int
}

// maxPasskeys is how many passkeys a user can have.
const maxPasskeys = 20

// passkeys are a user's passkeys, oldest first, and the registration under way.
type passkeys struct {
	list []*passkey
	// issued counts the passkeys that there ever were.
	issued       int
	registration *passkeyRegistration
	// multiFactor says that the user wants a passkey to count as two factors (WebAuthnMfaSettings).
	multiFactor bool
}

// passkeyRegistration is what StartWebAuthnRegistration began. A user has one: the newest.
type passkeyRegistration struct {
	challenge, clientID string
	expires             time.Time
}

func (all *passkeys) add(k *passkey) {
	all.issued++
	k.serial = all.issued
	all.list = append(all.list, k)
}

// find returns the passkey of that id, or nil.
func (all *passkeys) find(id []byte) *passkey {
	i := slices.IndexFunc(all.list, func(k *passkey) bool { return bytes.Equal(k.id, id) })
	if i < 0 {
		return nil
	}
	return all.list[i]
}

// of returns those that work for the relying party: a browser finds no other.
func (all *passkeys) of(relyingParty string) []*passkey {
	return slices.DeleteFunc(slices.Clone(all.list), func(k *passkey) bool { return k.relyingParty != relyingParty })
}

// remove reports whether there was such a passkey.
func (all *passkeys) remove(id []byte) bool {
	before := len(all.list)
	all.list = slices.DeleteFunc(all.list, func(k *passkey) bool { return bytes.Equal(k.id, id) })
	return len(all.list) < before
}

// friendlyName is the name that the service makes up. The real one knows the makers of
// authenticators, too.
func (k *passkey) friendlyName() string {
	if k.attachment == "platform" {
		return "Platform passkey"
	}
	return "Roaming passkey"
}

// counted stores the authenticator's new count. It must have grown, unless the authenticator does
// not count: otherwise the passkey is a copy.
func (k *passkey) counted(count uint32) bool {
	if count <= k.signCount && (count != 0 || k.signCount != 0) {
		return false
	}
	k.signCount = count
	return true
}

// How long a browser gives its user to register and to use a passkey, in milliseconds.
const (
	registrationTimeout = 60_000
	assertionTimeout    = 180_000
)

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

// credentialDescriptor is WebAuthn's PublicKeyCredentialDescriptorJSON, with all of its members.
type credentialDescriptor struct {
	Type       protocol.CredentialType   `json:"type"`
	ID         protocol.URLEncodedBase64 `json:"id"`
	Transports []string                  `json:"transports"`
}

func descriptors(keys []*passkey) []credentialDescriptor {
	list := make([]credentialDescriptor, 0, len(keys))
	for _, k := range keys {
		list = append(list, credentialDescriptor{
			Type: protocol.PublicKeyCredentialType, ID: k.id, Transports: append([]string{}, k.transports...),
		})
	}
	return list
}

// checkClientData refuses what was signed on a page that is not the relying party's, or for another
// one.
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

// verifyRegistration checks a registration as WebAuthn, section 7.1, requires.
func (c webAuthnConfiguration) verifyRegistration(got *protocol.ParsedCredentialCreationData, challenge string) error {
	client, data := got.Response.CollectedClientData, got.Response.AttestationObject.AuthData
	if err := c.checkClientData(client, data.RPIDHash); err != nil {
		return err
	}
	if !sameSecret(string(got.RawID), string(data.AttData.CredentialID)) {
		return refuse(codeInvalidParameter, "The credential's id is not the one that was attested.")
	}
	_, err := got.Verify(
		challenge,
		c.RelyingPartyID,
		[]string{client.Origin},
		nil,
		protocol.TopOriginExplicitVerificationMode,
		false,
		c.verifies(),
		true,
		nil,
		passkeyAlgorithms(),
	)
	if err != nil {
		return refuse(codeWebAuthnUnsupported, "The credential is not supported: %v.", err)
	}
	return nil
}

// verifyAssertion checks a signature as WebAuthn, section 7.2, requires.
func (c webAuthnConfiguration) verifyAssertion(
	got *protocol.ParsedCredentialAssertionData,
	challenge string,
	k *passkey,
) error {
	client, data := got.Response.CollectedClientData, got.Response.AuthenticatorData
	if err := c.checkClientData(client, data.RPIDHash); err != nil {
		return err
	}
	if data.Flags.HasBackupEligible() != k.backupEligible {
		return errors.New("its backup eligibility has changed")
	}
	return got.Verify(
		challenge,
		c.RelyingPartyID,
		"",
		[]string{client.Origin},
		nil,
		protocol.TopOriginExplicitVerificationMode,
		false,
		c.verifies(),
		true,
		k.publicKey,
	)
}
