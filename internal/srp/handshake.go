package srp

import (
	"bytes"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

// ephemeralLimbs is the length of the client's secret a: 320 bits. RFC 5054 section 2.5.4 wants 256
// or more; RFC 7919 appendix A.2 wants 275 for a safe prime of this size; 320 is the next whole
// number of limbs.
const ephemeralLimbs = 5

// Handshake is the client's side of one SRP-6a handshake: a secret a and the public A = g^a mod N.
// It is immutable, so it is safe for concurrent use. It prints as "[redacted]".
type Handshake struct {
	redacted
	secret []uint64 // a
	public [elementSize]byte
}

// Begin returns a Handshake with a fresh ephemeral secret. Every sign-in attempt, and the device's
// handshake within it, needs its own.
func Begin() (*Handshake, error) {
	var seed [8 * ephemeralLimbs]byte
	if _, err := rand.Read(seed[:]); err != nil {
		return nil, fmt.Errorf("srp: %w", err)
	}
	h := &Handshake{secret: make([]uint64, ephemeralLimbs)}
	setLimbs(h.secret, seed[:])
	g := cognitoGroup()
	public := g.powerOfG(h.secret)
	h.public = g.bytes(&public)
	return h, nil
}

// A returns SRP_A: lower-case hexadecimal without leading zeros, as Amplify sends it.
func (h *Handshake) A() string {
	return strings.TrimLeft(hex.EncodeToString(h.public[:]), "0")
}

// Sign answers Cognito's PASSWORD_VERIFIER or DEVICE_PASSWORD_VERIFIER challenge. It uses SALT,
// SRP_B and SECRET_BLOCK of Cognito's ChallengeParameters; if one is missing, malformed or unsafe,
// it returns a *[ParameterError] before it uses the password. The proof carries the time now, which
// Cognito compares with its own clock.
func (h *Handshake) Sign(id Identity, parameters map[string]string, now time.Time) (Proof, error) {
	if len(h.secret) == 0 {
		return Proof{}, errors.New("srp: Handshake was not returned by Begin")
	}
	c, err := parseChallenge(parameters)
	if err != nil {
		return Proof{}, err
	}
	u, err := scrambler(digest(pad(h.public[:]), pad(c.public[:])))
	if err != nil {
		return Proof{}, err
	}
	s := h.premaster(&c.public, u, id.privateKey(c.salt))
	key, err := sessionKey(&s, u)
	if err != nil {
		return Proof{}, err
	}
	return c.proof(key, id, now), nil
}

// scrambler returns u of RFC 5054 section 2.6. Zero is refused because then the exponent a + u*x
// would not depend on x.
func scrambler(u [sha256.Size]byte) ([sha256.Size]byte, error) {
	if u == [sha256.Size]byte{} {
		return u, &ParameterError{nameU, reasonZero}
	}
	return u, nil
}

// premaster returns the client's premaster secret of RFC 5054 section 2.6: S = (B - k*g^x)^(a +
// u*x) mod N.
func (h *Handshake) premaster(public *[elementSize]byte, u, x [sha256.Size]byte) [elementSize]byte {
	g := cognitoGroup()
	var uLimbs, xLimbs [4]uint64
	setLimbs(uLimbs[:], u[:])
	setLimbs(xLimbs[:], x[:])

	verifier := g.powerOfG(xLimbs[:])
	masked := g.mul(&g.multiplier, &verifier)
	base := g.fromBytes(public)
	base = g.sub(&base, &masked)
	s := g.power(&base, exponent(h.secret, &uLimbs, &xLimbs))
	return g.bytes(&s)
}

// exponent returns a + u*x, with the carry in a limb of its own.
func exponent(a []uint64, u, x *[4]uint64) []uint64 {
	e := make([]uint64, max(len(a), len(u)+len(x))+1)
	copy(e, a)
	for i, factor := range u {
		var carry, c uint64
		for j, limb := range x {
			high, low := bits.Mul64(limb, factor)
			low, c = bits.Add64(low, carry, 0)
			high += c
			e[i+j], c = bits.Add64(e[i+j], low, 0)
			carry = high + c
		}
		for j := i + len(x); j < len(e); j++ {
			e[j], carry = bits.Add64(e[j], carry, 0)
		}
	}
	return e
}

// keySize is the length of the key that signs the proof, in bytes.
const keySize = 16

// Proof proves knowledge of the password: the PASSWORD_CLAIM_SECRET_BLOCK, PASSWORD_CLAIM_SIGNATURE
// and TIMESTAMP of Cognito's RespondToAuthChallenge, ready to send. It prints as "[redacted]".
type Proof struct {
	redacted
	SecretBlock, Signature, Timestamp string
}

// sessionKey returns HKDF (RFC 5869 sections 2.2 and 2.3) of S with u as the salt.
func sessionKey(s *[elementSize]byte, u [sha256.Size]byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, pad(s[:]), pad(u[:]), "Caldera Derived Key", keySize)
	if err != nil {
		return nil, fmt.Errorf("srp: %w", err)
	}
	return key, nil
}

func (c *challenge) proof(key []byte, id Identity, now time.Time) Proof {
	timestamp := Timestamp(now)
	mac := hmac.New(sha256.New, key)
	for _, part := range [][]byte{[]byte(id.Pool), []byte(id.User), c.secret, []byte(timestamp)} {
		mac.Write(part)
	}
	return Proof{
		SecretBlock: c.secretBlock,
		Signature:   base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		Timestamp:   timestamp,
	}
}

// Timestamp returns t in the form of Cognito's TIMESTAMP: in UTC, with English names, a 24-hour
// clock and a day of the month without a leading zero. Cognito answers any other form like a wrong
// password.
func Timestamp(t time.Time) string {
	return t.UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
}

// Identity holds what the password hash is made of: for a user the pool's name (the pool id after
// its "_"), USER_ID_FOR_SRP and the password; for a remembered device its group key, its key and
// its own password.
//
// It prints as "[redacted]", except in an unexported field of another struct: package fmt cannot
// call its methods there.
type Identity struct {
	redacted
	Pool, User, Password string
}

// privateKey returns x of RFC 2945 section 3, with the pool's name before the user's and the salt
// as an integer.
func (id Identity) privateKey(salt []byte) [sha256.Size]byte {
	inner := digest([]byte(id.Pool), []byte(id.User), []byte(":"), []byte(id.Password))
	return digest(pad(salt), inner[:])
}

func digest(parts ...[]byte) [sha256.Size]byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// pad returns a big-endian integer in the form that Cognito hashes: a signed number in as few bytes
// as possible, with no leading zeros but one if the top bit would otherwise be set. RFC 5054's PAD
// fills up to the length of N.
func pad(b []byte) []byte {
	// The copy is made in either case, so that the time does not show the top bit of S.
	b = append([]byte{0}, bytes.TrimLeft(b, "\x00")...)
	if len(b) > 1 && b[1] < 0x80 {
		return b[1:]
	}
	return b
}

// redacted is embedded in every type that holds a secret: the value prints, logs and marshals as
// "[redacted]".
type redacted = redact.Secret
