package srp

import (
	"crypto/sha256"
	"math/big"
)

// The longest texts that are looked at.
const (
	MaxB           = maxB
	MaxSalt        = maxSalt
	MaxSecretBlock = maxSecretBlock
)

// NewHandshake is Begin with a given secret of up to 1024 bits, which is what other implementations
// use.
func NewHandshake(a *big.Int) *Handshake {
	h := &Handshake{secret: make([]uint64, 16)}
	setLimbs(h.secret, a.FillBytes(make([]byte, 8*len(h.secret))))
	h.public = fieldBytes(Power(big.NewInt(2), a))
	return h
}

// Steps returns what Sign computes on the way.
func (h *Handshake) Steps(id Identity, parameters map[string]string) (x, u, s, key []byte, err error) {
	c, err := parseChallenge(parameters)
	if err != nil {
		return nil, nil, nil, nil, err
	}
	private := id.privateKey(c.salt)
	scramble := digest(pad(h.public[:]), pad(c.public[:]))
	premaster := h.premaster(&c.public, scramble, private)
	key, err = sessionKey(&premaster, scramble)
	return private[:], scramble[:], premaster[:], key, err
}

// Scrambler checks u.
func Scrambler(u [sha256.Size]byte) error {
	_, err := scrambler(u)
	return err
}

// PrivateKey is x.
func (id Identity) PrivateKey(salt []byte) [sha256.Size]byte { return id.privateKey(salt) }

// FixedDeviceVerifier is NewDeviceVerifier with given randomness: 40 bytes and 16.
func FixedDeviceVerifier(groupKey, deviceKey string, secret, salt []byte) DeviceVerifier {
	return newDeviceVerifier(groupKey, deviceKey, secret, salt)
}

// ParseInteger and ParseSecretBlock are the two parsers of server texts.
func ParseInteger(text string, maxDigits int) ([]byte, error) {
	return parseInteger(nameSalt, text, maxDigits)
}

func ParseSecretBlock(text string) ([]byte, error) { return parseSecretBlock(text) }

// Pad is the form in which integers are hashed.
func Pad(b []byte) []byte { return pad(b) }

// Modulus and Multiplier are N and k as the group holds them.
func Modulus() *big.Int { return new(big.Int).SetBytes(cognitoGroup().modulusBytes) }

func Multiplier() *big.Int {
	b := cognitoGroup().bytes(&cognitoGroup().multiplier)
	return new(big.Int).SetBytes(b[:])
}

// Mul, Square, Sub, Power and PowerOfG are the field operations on plain integers below N.
func Mul(x, y *big.Int) *big.Int {
	a, b := fieldElement(x), fieldElement(y)
	return fieldInt(cognitoGroup().mul(&a, &b))
}

func Square(x *big.Int) *big.Int {
	a := fieldElement(x)
	return fieldInt(cognitoGroup().square(&a))
}

func Sub(x, y *big.Int) *big.Int {
	a, b := fieldElement(x), fieldElement(y)
	return fieldInt(cognitoGroup().sub(&a, &b))
}

func Power(base, e *big.Int) *big.Int {
	b := fieldElement(base)
	return fieldInt(cognitoGroup().power(&b, append(fieldLimbs(e, 16), 0)))
}

// PowerWithCarry is base^(e + 2^1024).
func PowerWithCarry(base, e *big.Int) *big.Int {
	b := fieldElement(base)
	return fieldInt(cognitoGroup().power(&b, append(fieldLimbs(e, 16), 1)))
}

func PowerOfG(e *big.Int, limbCount int) *big.Int {
	return fieldInt(cognitoGroup().powerOfG(fieldLimbs(e, limbCount)))
}

// Exponent is a + u*x for an a of limbCount limbs.
func Exponent(a, u, x *big.Int, limbCount int) *big.Int {
	sum := exponent(fieldLimbs(a, limbCount), (*[4]uint64)(fieldLimbs(u, 4)), (*[4]uint64)(fieldLimbs(x, 4)))
	n := new(big.Int)
	for i := len(sum) - 1; i >= 0; i-- {
		n.Lsh(n, 64).Or(n, new(big.Int).SetUint64(sum[i]))
	}
	return n
}

// NewGroup builds the tables that are otherwise built once.
func NewGroup() any { return newGroup() }

func fieldLimbs(n *big.Int, count int) []uint64 {
	z := make([]uint64, count)
	setLimbs(z, n.FillBytes(make([]byte, 8*count)))
	return z
}

func fieldElement(n *big.Int) element {
	b := fieldBytes(n)
	return cognitoGroup().fromBytes(&b)
}

func fieldInt(x element) *big.Int {
	b := cognitoGroup().bytes(&x)
	return new(big.Int).SetBytes(b[:])
}

func fieldBytes(n *big.Int) [elementSize]byte {
	return [elementSize]byte(n.FillBytes(make([]byte, elementSize)))
}
