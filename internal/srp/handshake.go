package srp

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math/bits"
	"strings"
	"time"
)

// ephemeralLimbs is the length of the client's secret a: 320 bits. RFC 5054 section 2.5.4 wants 256
// or more; RFC 7919 appendix A.2 wants 275 for a safe prime of this size; 320 is the next whole
// number of limbs.
const ephemeralLimbs = 5

// Handshake is the client's side of one SRP-6a handshake: a secret a and the public A = g^a mod N.
// It does not change after Begin, so it is safe for concurrent use. It prints as "[redacted]".
type Handshake struct {
	redacted
	secret []uint64 // a
	public [elementSize]byte
}

// Begin starts the client's side of one handshake with a fresh ephemeral secret. Every sign-in
// attempt, and the device's handshake within one, needs a Handshake of its own.
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

// A is SRP_A: lower-case hexadecimal without leading zeros, as Amplify sends it.
func (h *Handshake) A() string {
	return strings.TrimLeft(hex.EncodeToString(h.public[:]), "0")
}

// Sign answers Cognito's PASSWORD_VERIFIER or DEVICE_PASSWORD_VERIFIER challenge. It reads SALT,
// SRP_B and SECRET_BLOCK from Cognito's ChallengeParameters; a value that is missing, malformed or
// unsafe gives a *ParameterError before the password is used. The proof is made for the time now,
// which Cognito compares with its own clock.
func (h *Handshake) Sign(id Identity, parameters map[string]string, now time.Time) (Proof, error) {
	if len(h.secret) == 0 {
		return Proof{}, errors.New("srp: Handshake was not made by Begin")
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

// scrambler is u of RFC 5054 section 2.6. Zero is refused because the exponent a + u*x would not
// contain x any more.
func scrambler(u [sha256.Size]byte) ([sha256.Size]byte, error) {
	if u == [sha256.Size]byte{} {
		return u, &ParameterError{nameU, reasonZero}
	}
	return u, nil
}

// premaster is the client's premaster secret of RFC 5054 section 2.6: S = (B - k*g^x)^(a + u*x) mod
// N.
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

// exponent is a + u*x, with the carry in a limb of its own.
func exponent(a []uint64, u, x *[4]uint64) []uint64 {
	e := make([]uint64, max(len(a), len(u)+len(x))+1)
	copy(e, a)
	carry := addMul4(e, x[:], u, 0)
	for i := len(u) + len(x); i < len(e); i++ {
		e[i], carry = bits.Add64(e[i], carry, 0)
	}
	return e
}
