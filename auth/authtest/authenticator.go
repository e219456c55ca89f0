package authtest

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// An Authenticator is a virtual browser with a security key, for tests that sign in with passkeys.
// [Authenticator.Create] and [Authenticator.Get] take the place of navigator.credentials.create and
// navigator.credentials.get in a page. It keeps its passkeys, ES256 keys with signature counters,
// and attests nothing. The zero value is ready once Origin is set. All methods are safe for
// concurrent use.
type Authenticator struct {
	// Origin is the origin of the page, such as "http://localhost:3000". Its host must be the
	// relying party's domain or below it.
	Origin string
	// Unverified makes the security key check that a user is present, but not which one: it has no
	// PIN. It then refuses relying parties that require user verification.
	Unverified bool

	mu   sync.Mutex
	keys []*residentKey
}

// residentKey is a passkey on its authenticator.
type residentKey struct {
	id, userHandle []byte
	relyingParty   string
	key            *ecdsa.PrivateKey
	count          uint32
}

// base64URL is a byte string that is base64url without padding in JSON.
type base64URL []byte

func (b base64URL) MarshalText() ([]byte, error) {
	return base64.RawURLEncoding.AppendEncode(nil, b), nil
}

func (b *base64URL) UnmarshalText(text []byte) (err error) {
	*b, err = base64.RawURLEncoding.AppendDecode(nil, bytes.TrimRight(text, "="))
	return err
}

// ceremonyOptions are the members of PublicKeyCredentialCreationOptionsJSON and
// PublicKeyCredentialRequestOptionsJSON that an authenticator acts on.
type ceremonyOptions struct {
	Challenge        base64URL              `json:"challenge"`
	RPID             string                 `json:"rpId"`
	UserVerification string                 `json:"userVerification"`
	AllowCredentials []credentialDescriptor `json:"allowCredentials"`

	RP struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID base64URL `json:"id"`
	} `json:"user"`
	Algorithms []struct {
		Alg int `json:"alg"`
	} `json:"pubKeyCredParams"`
	Selection struct {
		UserVerification string `json:"userVerification"`
	} `json:"authenticatorSelection"`
	ExcludeCredentials []credentialDescriptor `json:"excludeCredentials"`
}

// credentialJSON is WebAuthn's RegistrationResponseJSON or AuthenticationResponseJSON.
type credentialJSON[Response any] struct {
	ID         base64URL `json:"id"`
	RawID      base64URL `json:"rawId"`
	Type       string    `json:"type"`
	Attachment string    `json:"authenticatorAttachment"`
	Extensions struct{}  `json:"clientExtensionResults"`
	Response   Response  `json:"response"`
}

func credentialOf[Response any](k *residentKey, r Response) (json.RawMessage, error) {
	return json.Marshal(credentialJSON[Response]{
		ID: k.id, RawID: k.id, Type: "public-key", Attachment: "cross-platform", Response: r,
	})
}

type attestationJSON struct {
	ClientData        base64URL `json:"clientDataJSON"`
	AttestationObject base64URL `json:"attestationObject"`
	AuthenticatorData base64URL `json:"authenticatorData"`
	PublicKey         base64URL `json:"publicKey"`
	Algorithm         int       `json:"publicKeyAlgorithm"`
	Transports        []string  `json:"transports"`
}

type assertionJSON struct {
	ClientData        base64URL `json:"clientDataJSON"`
	AuthenticatorData base64URL `json:"authenticatorData"`
	Signature         base64URL `json:"signature"`
	UserHandle        base64URL `json:"userHandle"`
}

const (
	algorithmES256 = -7

	flagUserPresent  = 1 << 0
	flagUserVerified = 1 << 2
	flagAttested     = 1 << 6
)

// Create makes a passkey. options are the PublicKeyCredentialCreationOptionsJSON of the relying
// party: the CredentialCreationOptions of StartWebAuthnRegistration. It returns the
// RegistrationResponseJSON, which is the Credential of CompleteWebAuthnRegistration. As in WebAuthn,
// a new passkey replaces the older one of the same user, unless the relying party excludes that.
//
// The error begins with the name of the DOMException that a browser would throw: SecurityError,
// InvalidStateError (a passkey is excluded), NotSupportedError or NotAllowedError.
func (a *Authenticator) Create(options json.RawMessage) (json.RawMessage, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	o, err := a.parse(options)
	if err != nil {
		return nil, err
	}
	if err := a.mayCreate(o); err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	k := &residentKey{id: randomBytes(32), userHandle: o.User.ID, relyingParty: o.RPID, key: key}
	a.keys = append(slices.DeleteFunc(a.keys, func(old *residentKey) bool {
		return old.relyingParty == k.relyingParty && bytes.Equal(old.userHandle, k.userHandle)
	}), k)
	return a.attest(k, o)
}

// mayCreate returns the error of a browser that creates no passkey.
func (a *Authenticator) mayCreate(o ceremonyOptions) error {
	es256 := len(o.Algorithms) == 0
	for _, p := range o.Algorithms {
		es256 = es256 || p.Alg == algorithmES256
	}
	switch {
	case !es256:
		return exception("NotSupportedError", "the relying party does not accept ES256")
	case slices.ContainsFunc(a.keys, func(k *residentKey) bool { return k.in(o.ExcludeCredentials, o.RPID) }):
		return exception("InvalidStateError", "the authenticator has a passkey that the relying party excludes")
	}
	return nil
}

// Get signs with a passkey. options are the PublicKeyCredentialRequestOptionsJSON of the relying
// party: the CREDENTIAL_REQUEST_OPTIONS of a WEB_AUTHN challenge. It returns the
// AuthenticationResponseJSON, which is the CREDENTIAL of the answer. Of several passkeys it takes
// the newest that the relying party allows.
//
// The error begins with the name of the DOMException that a browser would throw: SecurityError, or
// NotAllowedError (also if there is no such passkey).
func (a *Authenticator) Get(options json.RawMessage) (json.RawMessage, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	o, err := a.parse(options)
	if err != nil {
		return nil, err
	}
	for _, k := range slices.Backward(a.keys) {
		if k.relyingParty == o.RPID && (len(o.AllowCredentials) == 0 || k.in(o.AllowCredentials, o.RPID)) {
			return a.assert(k, o)
		}
	}
	return nil, exception("NotAllowedError", "the authenticator has no passkey for the relying party")
}

// parse reads either kind of options and checks what a browser checks for both.
func (a *Authenticator) parse(options json.RawMessage) (ceremonyOptions, error) {
	var o ceremonyOptions
	if err := json.Unmarshal(options, &o); err != nil {
		return o, fmt.Errorf("authtest: the options: %w", err)
	}
	fill(&o.RPID, o.RP.ID)
	fill(&o.UserVerification, o.Selection.UserVerification)
	page, err := url.Parse(a.Origin)
	if err != nil || page.Hostname() == "" || a.Origin != page.Scheme+"://"+page.Host {
		return o, fmt.Errorf("authtest: Authenticator.Origin: %q is not an origin", a.Origin)
	}
	host := page.Hostname()
	fill(&o.RPID, host)
	switch {
	case len(o.Challenge) == 0:
		return o, fmt.Errorf("authtest: the options have no challenge")
	case host != o.RPID && !strings.HasSuffix(host, "."+o.RPID):
		return o, exception("SecurityError", "a page of "+a.Origin+" cannot use passkeys of "+o.RPID)
	case a.Unverified && o.UserVerification == verificationRequired:
		return o, exception("NotAllowedError", "the authenticator cannot verify its user")
	}
	return o, nil
}

func exception(name, text string) error {
	return fmt.Errorf("%s: %s", name, text)
}

// in reports whether the relying party's list has the passkey.
func (k *residentKey) in(list []credentialDescriptor, relyingParty string) bool {
	return k.relyingParty == relyingParty &&
		slices.ContainsFunc(list, func(d credentialDescriptor) bool { return bytes.Equal(d.ID, k.id) })
}

// clientData returns the CollectedClientData (WebAuthn, section 5.8.1).
func (a *Authenticator) clientData(ceremony string, o ceremonyOptions) ([]byte, error) {
	return json.Marshal(struct {
		Type        string    `json:"type"`
		Challenge   base64URL `json:"challenge"`
		Origin      string    `json:"origin"`
		CrossOrigin bool      `json:"crossOrigin"`
	}{ceremony, o.Challenge, a.Origin, false})
}

// data returns the authenticator data (WebAuthn, section 6.1) without a credential.
func (a *Authenticator) data(k *residentKey, flags byte) []byte {
	flags |= flagUserPresent
	if !a.Unverified {
		flags |= flagUserVerified
	}
	hash := sha256.Sum256([]byte(k.relyingParty))
	return binary.BigEndian.AppendUint32(append(hash[:], flags), k.count)
}

func (a *Authenticator) attest(k *residentKey, o ceremonyOptions) (json.RawMessage, error) {
	clientData, err := a.clientData("webauthn.create", o)
	if err != nil {
		return nil, err
	}
	coseKey, err := k.coseKey()
	if err != nil {
		return nil, err
	}
	publicKey, err := x509.MarshalPKIXPublicKey(k.key.Public())
	if err != nil {
		return nil, err
	}
	var aaguid [16]byte // of an authenticator that does not tell its model
	data := append(a.data(k, flagAttested), aaguid[:]...)
	data = binary.BigEndian.AppendUint16(data, uint16(len(k.id))) //nolint:gosec // 32 bytes
	data = slices.Concat(data, k.id, coseKey)
	return credentialOf(k, attestationJSON{
		ClientData: clientData, AttestationObject: attestationObject(data), AuthenticatorData: data,
		PublicKey: publicKey, Algorithm: algorithmES256, Transports: []string{"usb"},
	})
}

// coseKey returns the public key as RFC 9053, section 7.1.1, encodes it: the CBOR map
// {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}.
func (k *residentKey) coseKey() ([]byte, error) {
	public, err := k.key.PublicKey.ECDH()
	if err != nil {
		return nil, err
	}
	point := public.Bytes() // 0x04, x, y
	return slices.Concat(
		[]byte{0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01},
		[]byte{0x21, 0x58, 32}, point[1:33],
		[]byte{0x22, 0x58, 32}, point[33:65],
	), nil
}

// attestationObject returns the CBOR map {"fmt": "none", "attStmt": {}, "authData": data}
// (WebAuthn, section 6.5.4).
func attestationObject(data []byte) []byte {
	object := []byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58")
	return append(append(object, byte(len(data))), data...) //nolint:gosec // 164: all its parts have fixed sizes
}

// assert signs as WebAuthn, section 6.3.3, says.
func (a *Authenticator) assert(k *residentKey, o ceremonyOptions) (json.RawMessage, error) {
	clientData, err := a.clientData("webauthn.get", o)
	if err != nil {
		return nil, err
	}
	k.count++
	data, clientDataHash := a.data(k, 0), sha256.Sum256(clientData)
	digest := sha256.Sum256(slices.Concat(data, clientDataHash[:]))
	signature, err := ecdsa.SignASN1(rand.Reader, k.key, digest[:])
	if err != nil {
		return nil, err
	}
	return credentialOf(k, assertionJSON{
		ClientData: clientData, AuthenticatorData: data, Signature: signature, UserHandle: k.userHandle,
	})
}
