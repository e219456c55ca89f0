package srp

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
)

// The values of [ParameterError.Name] in a registration, as in Cognito's NewDeviceMetadata.
const (
	nameDeviceGroupKey = "DeviceGroupKey"
	nameDeviceKey      = "DeviceKey"
)

// The sizes of a device's random values, in bytes.
const (
	deviceSecretSize = 40
	deviceSaltSize   = 16
)

// DeviceVerifier holds what registers a device with Cognito. It prints as "[redacted]".
type DeviceVerifier struct {
	redacted
	Password       string // for the Identity of the device, 56 characters; never sent
	Salt, Verifier string // DeviceSecretVerifierConfig's Salt and PasswordVerifier, ready to send
}

// NewDeviceVerifier returns a fresh password for a device and the verifier that ConfirmDevice
// sends. The keys are those of Cognito's NewDeviceMetadata; an empty one is a *[ParameterError].
//
// From then on the device proves itself as a user does, with [Begin] and [Handshake.Sign].
// DEVICE_SRP_AUTH is answered with A, and DEVICE_PASSWORD_VERIFIER with the proof of
//
//	Identity{Pool: groupKey, User: deviceKey, Password: verifier.Password}
func NewDeviceVerifier(groupKey, deviceKey string) (DeviceVerifier, error) {
	if groupKey == "" {
		return DeviceVerifier{}, &ParameterError{nameDeviceGroupKey, reasonMissing}
	}
	if deviceKey == "" {
		return DeviceVerifier{}, &ParameterError{nameDeviceKey, reasonMissing}
	}
	var seed [deviceSecretSize + deviceSaltSize]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return DeviceVerifier{}, fmt.Errorf("srp: %w", err)
	}
	return newDeviceVerifier(groupKey, deviceKey, seed[:deviceSecretSize], seed[deviceSecretSize:]), nil
}

func newDeviceVerifier(groupKey, deviceKey string, secret, salt []byte) DeviceVerifier {
	// Base64 reads its alphabet from a table of one or two cache lines: memory accesses can reveal
	// at most one bit of every six.
	password := base64.StdEncoding.EncodeToString(secret)
	verifier := Identity{Pool: groupKey, User: deviceKey, Password: password}.verifier(salt)
	return DeviceVerifier{
		Password: password,
		Salt:     base64.StdEncoding.EncodeToString(pad(salt)),
		Verifier: base64.StdEncoding.EncodeToString(pad(verifier[:])),
	}
}

// verifier returns v = g^x mod N of RFC 5054 section 2.4.
func (id Identity) verifier(salt []byte) [elementSize]byte {
	x := id.privateKey(salt)
	var e [4]uint64
	setLimbs(e[:], x[:])
	g := cognitoGroup()
	v := g.powerOfG(e[:])
	return g.bytes(&v)
}
