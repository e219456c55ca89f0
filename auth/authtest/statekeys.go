package authtest

import (
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
)

// savedKeys are the signing keys in a [State].
type savedKeys struct {
	// Rotations is how often they were rotated.
	Rotations int64 `json:"rotations,omitempty"`
	// Pairs are the keys for ID tokens and for access tokens, of both pairs in turn, in PKCS #1.
	// There are none if the keys are the test keys of this package.
	Pairs [][]byte `json:"pairs,omitempty"`
}

// mostRotations is more than anybody's, and leaves room for more.
const mostRotations = 1 << 32

func (r *keyRing) save() (savedKeys, error) {
	saved := savedKeys{Rotations: r.rotations.Load()}
	if !r.fresh {
		return saved, nil
	}
	for _, draw := range r.pairs {
		pair, err := draw()
		if err != nil {
			return savedKeys{}, err
		}
		for _, key := range []*rsa.PrivateKey{pair.id, pair.access} {
			saved.Pairs = append(saved.Pairs, x509.MarshalPKCS1PrivateKey(key))
		}
	}
	return saved, nil
}

// check refuses keys that a pool cannot sign with.
func (s savedKeys) check() error {
	if s.Rotations < 0 || s.Rotations > mostRotations {
		return errors.New("the number of rotations of the keys is out of range")
	}
	_, err := s.parse()
	return err
}

// parse returns the keys, or none.
func (s savedKeys) parse() ([]*rsa.PrivateKey, error) {
	if n := len(s.Pairs); n != 0 && n != 2*len(keyPairs{}) {
		return nil, fmt.Errorf("there are %d signing keys", n)
	}
	var keys []*rsa.PrivateKey
	for _, der := range s.Pairs {
		key, err := x509.ParsePKCS1PrivateKey(der)
		if err != nil {
			return nil, errors.New("a signing key is not an RSA key in PKCS #1")
		}
		if size := key.N.BitLen(); size < 2048 || size > 4096 {
			return nil, fmt.Errorf("a signing key has %d bits", size)
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// restore makes the ring sign with the saved keys. A pool with keys of its own gets the old ones
// back, and a pool with the test keys keeps those.
func (r *keyRing) restore(s savedKeys) {
	r.rotations.Store(s.Rotations)
	keys, err := s.parse()
	if err != nil || len(keys) == 0 || !r.fresh {
		return
	}
	for i, pair := range slices.Collect(slices.Chunk(keys, 2)) {
		r.pairs[i] = func() (keyPair, error) { return keyPair{id: pair[0], access: pair[1]}, nil }
	}
}
