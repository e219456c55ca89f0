// Package aead seals the records of Stores with AES-256-GCM, under keys that are derived for one
// purpose each.
package aead

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// ErrOpen is the error of [Keys.Open] for bytes that do not open.
var ErrOpen = errors.New("it was sealed under another key, or changed since")

// Keys seal with the first key and open with any of them. The zero Keys neither seal nor open. They
// are safe for concurrent use.
type Keys struct {
	keys [][]byte
}

// NewKeys returns the Keys of the given keys, each of [KeySize] random bytes. It keeps copies.
func NewKeys(first []byte, others ...[]byte) (Keys, error) {
	var k Keys
	for _, key := range append([][]byte{first}, others...) {
		if len(key) != KeySize {
			return Keys{}, fmt.Errorf("the key is %d bytes long, want %d", len(key), KeySize)
		}
		k.keys = append(k.keys, bytes.Clone(key))
	}
	return k, nil
}

// A Binding says what sealed bytes are for. They open only with the Binding that they were sealed
// with, so they cannot be moved to another place.
type Binding struct {
	// Purpose selects the AES key: HKDF-SHA256 (RFC 5869) of the key, without salt, with Purpose as
	// the info. One purpose is good for 2^32 messages, since nonces are random.
	Purpose string
	// Name is additional data of the AEAD, after the header.
	Name string
}

// Seal returns header, a random nonce of 12 bytes, the encrypted plain and the tag of 16 bytes. The
// header is authenticated, not encrypted.
func (k Keys) Seal(b Binding, header, plain []byte) ([]byte, error) {
	if len(k.keys) == 0 {
		return nil, errors.New("no key")
	}
	sealing, err := derive(k.keys[0], b.Purpose)
	if err != nil {
		return nil, err
	}
	additional := b.additional(header)
	return sealing.Seal(bytes.Clone(header), nil, plain, additional), nil //nolint:gosec // this AEAD makes its nonces
}

// Open returns what [Keys.Seal] encrypted behind a header of headerSize bytes. The error is
// [ErrOpen] if no key opens it.
func (k Keys) Open(b Binding, headerSize int, sealed []byte) (plain []byte, err error) {
	if len(sealed) < headerSize {
		return nil, ErrOpen
	}
	header, body := sealed[:headerSize], sealed[headerSize:]
	for _, key := range k.keys {
		opening, err := derive(key, b.Purpose)
		if err != nil {
			return nil, err
		}
		if plain, err := opening.Open(nil, nil, body, b.additional(header)); err == nil {
			return plain, nil
		}
	}
	return nil, ErrOpen
}

func (b Binding) additional(header []byte) []byte {
	return append(bytes.Clone(header), b.Name...)
}

// derive returns AES-256-GCM with random nonces, under the key for that purpose.
func derive(key []byte, purpose string) (cipher.AEAD, error) {
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
