package authtest

import (
	"bytes"
	"slices"
	"time"
)

// passkey is a WebAuthn credential of a user's.
type passkey struct {
	id, publicKey []byte
	// signCount is the authenticator's own count of signatures at the last one. One that does not count stays at 0.
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

// friendlyName is the name that the service makes up. The real one knows the makers of authenticators, too.
func (k *passkey) friendlyName() string {
	if k.attachment == "platform" {
		return "Platform passkey"
	}
	return "Roaming passkey"
}

// counted takes the authenticator's new count. It must have grown, unless the authenticator does not count: one that has not
// is a copy's.
func (k *passkey) counted(count uint32) bool {
	if count <= k.signCount && (count != 0 || k.signCount != 0) {
		return false
	}
	k.signCount = count
	return true
}
