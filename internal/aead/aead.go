// Package aead makes the ciphers that Stores seal records with.
package aead

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"fmt"
)

// KeySize is how long keys are, in bytes.
const KeySize = 32

// New returns AES-256-GCM with random nonces, under a key that HKDF-SHA256 (RFC 5869) derives from
// key for that purpose alone, without salt. Key must hold KeySize random bytes. One purpose is good
// for 2^32 messages.
func New(key []byte, purpose string) (cipher.AEAD, error) {
	if len(key) != KeySize {
		return nil, fmt.Errorf("the key is %d bytes long, want %d", len(key), KeySize)
	}
	derived, err := hkdf.Key(sha256.New, key, nil, purpose, KeySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}
