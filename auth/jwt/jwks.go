package jwt

import (
	"crypto/rsa"
	"errors"
	"math/big"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// Bounds on the key set. Cognito publishes two keys of 2048 bits.
const (
	maxKeySet  = 512 << 10
	maxKeys    = 20
	minKeyBits = 2048
	maxKeyBits = 8192
)

// webKey holds the members of a JSON web key that make an RSA public key (RFC 7518, section 6.3.1).
type webKey struct {
	Type      string `json:"kty"`
	ID        string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	N         string `json:"n"`
	E         string `json:"e"`
}

// parseKeySet returns the RS256 keys of a JSON web key set, by their ids. It ignores other keys, as
// RFC 7517, section 5, demands; a set without a usable key is an error.
func parseKeySet(document []byte) (map[string]*rsa.PublicKey, error) {
	if len(document) > maxKeySet {
		return nil, errors.New("the key set is longer than 512 KiB")
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(document, &set) != nil {
		return nil, errors.New("not a JSON web key set")
	}
	if len(set.Keys) > maxKeys {
		return nil, errors.New("the key set holds more than 20 keys")
	}
	keys := map[string]*rsa.PublicKey{}
	for _, data := range set.Keys {
		var k webKey
		if json.Unmarshal(data, &k) != nil || !k.signs() || keys[k.ID] != nil {
			continue
		}
		if key := k.publicKey(); key != nil {
			keys[k.ID] = key
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("the key set holds no key for RS256")
	}
	return keys, nil
}

func (k webKey) signs() bool {
	return k.Type == "RSA" && k.ID != "" && (k.Use == "" || k.Use == "sig") &&
		(k.Algorithm == "" || k.Algorithm == string(jose.RS256))
}

// publicKey returns the key, or nil if its numbers are unfit.
func (k webKey) publicKey() *rsa.PublicKey {
	n, errN := decodePart([]byte(k.N))
	e, errE := decodePart([]byte(k.E))
	if errN != nil || errE != nil || len(n) > maxKeyBits/8 || len(e) > 4 {
		return nil
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e).Int64()
	switch {
	case modulus.BitLen() < minKeyBits, modulus.Bit(0) == 0, exponent < 3, exponent%2 == 0, exponent >= 1<<31:
		return nil
	}
	return &rsa.PublicKey{N: modulus, E: int(exponent)}
}
