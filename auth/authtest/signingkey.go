package authtest

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	_ "embed" // for the test keys
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"

	"github.com/go-jose/go-jose/v4"
)

// keyPair holds the two keys of a pool: one signs ID tokens, the other access tokens.
type keyPair struct {
	id, access *rsa.PrivateKey
}

// keyPairs are the pairs that a pool uses in turn. Pools share them: generating a pair takes a good
// part of a second. The key ids belong to each pool.
type keyPairs [2]func() (keyPair, error)

var (
	testKeyPairs = keyPairs{
		sync.OnceValues(func() (keyPair, error) { return readTestKeys(0) }),
		sync.OnceValues(func() (keyPair, error) { return readTestKeys(1) }),
	}
	freshKeyPairs = keyPairs{sync.OnceValues(newKeyPair), sync.OnceValues(newKeyPair)}
)

// testKeysPEM holds keys that anybody can read. Their PEM type is not that of a private key, so
// that no tool takes them for one.
//
//go:embed testkeys.pem
var testKeysPEM []byte

// readTestKeys returns a pair of the test keys, by number.
func readTestKeys(pair int) (keyPair, error) {
	rest := testKeysPEM
	var keys [2]*rsa.PrivateKey
	for i := range 2*pair + len(keys) {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return keyPair{}, errors.New("authtest: the test keys are incomplete")
		}
		if i < 2*pair {
			continue
		}
		key, err := x509.ParsePKCS1PrivateKey(block.Bytes)
		if err != nil {
			return keyPair{}, fmt.Errorf("authtest: test keys: %w", err)
		}
		keys[i-2*pair] = key
	}
	return keyPair{id: keys[0], access: keys[1]}, nil
}

func newKeyPair() (keyPair, error) {
	id, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return keyPair{}, fmt.Errorf("authtest: signing key: %w", err)
	}
	access, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return keyPair{}, fmt.Errorf("authtest: signing key: %w", err)
	}
	return keyPair{id: id, access: access}, nil
}

// signingKey is a key under its id.
type signingKey struct {
	*rsa.PrivateKey
	kid string
}

// keyRing holds the keys of a pool: the current pair, which signs, and the one before it, which is
// still published. It has no lock that a caller could hold.
type keyRing struct {
	poolID string
	pairs  keyPairs
	// fresh says that the pairs are not the test keys.
	fresh     bool
	rotations atomic.Int64
}

func newKeyRing(cfg Config, poolID string) *keyRing {
	if cfg.FreshKeys {
		return &keyRing{poolID: poolID, pairs: freshKeyPairs, fresh: true}
	}
	return &keyRing{poolID: poolID, pairs: testKeyPairs}
}

// current returns the keys that sign.
func (r *keyRing) current() (id, access signingKey, err error) {
	return r.after(r.rotations.Load())
}

// after returns the keys that sign after so many rotations.
func (r *keyRing) after(rotations int64) (id, access signingKey, err error) {
	pair, err := r.pairs[rotations%int64(len(r.pairs))]()
	if err != nil {
		return signingKey{}, signingKey{}, err
	}
	return r.named("id", pair.id, rotations), r.named("access", pair.access, rotations), nil
}

// named returns the key with its id, which depends on the key, the pool and the rotation.
func (r *keyRing) named(use string, key *rsa.PrivateKey, rotations int64) signingKey {
	h := sha256.New()
	for _, part := range []string{r.poolID, use, strconv.FormatInt(rotations, 10), key.N.Text(16)} {
		_, _ = h.Write([]byte(part + "\x00")) // a hash never fails
	}
	return signingKey{PrivateKey: key, kid: base64.StdEncoding.EncodeToString(h.Sum(nil))}
}

// published returns the public keys: the current ones first.
func (r *keyRing) published() (jose.JSONWebKeySet, error) {
	var set jose.JSONWebKeySet
	newest := r.rotations.Load()
	for rotations := newest; rotations >= max(0, newest-1); rotations-- {
		id, access, err := r.after(rotations)
		if err != nil {
			return jose.JSONWebKeySet{}, err
		}
		for _, key := range []signingKey{id, access} {
			set.Keys = append(set.Keys, jose.JSONWebKey{
				Key: key.Public(), KeyID: key.kid, Algorithm: string(jose.RS256), Use: "sig",
			})
		}
	}
	return set, nil
}

// RotateKeys makes the pool sign with other keys from now on. The keys before them are still
// published, so that tokens they signed remain valid; those before the last rotation are withdrawn.
// So two calls invalidate the tokens that were issued before. A verifier has to fetch the keys
// again when it meets an id that it does not know.
func (p *Pool) RotateKeys() {
	p.core.tokens.keys.rotations.Add(1)
}

// JWKSURL returns the address of the pool's keys:
// {URL}{UserPoolID}/.well-known/jwks.json.
func (p *Pool) JWKSURL() string { return p.core.identity.jwksURL() }

// Issuer returns the iss claim of the pool's tokens. It is not an address of this pool unless
// [Config].LocalIssuer or Issuer makes it one.
func (p *Pool) Issuer() string { return p.core.tokens.issuer() }

func (id identity) jwksURL() string {
	return id.url + id.id + "/.well-known/jwks.json"
}
