package redisstore

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

const (
	format      = 1
	purpose     = "amplify-auth-go redisstore 1 "
	versionSize = 26 // of rand.Text
	headerSize  = 1 + versionSize
	maxValue    = MaxData + 1<<10
)

// A SealError says that there is a record, but that it does not open: Config.Key is another one, or the value is damaged. The
// record stays as it is until somebody calls Delete.
type SealError struct {
	RedisKey string // of the value
	Err      error  // why
}

// Error names the Redis key and the reason.
func (e *SealError) Error() string {
	return fmt.Sprintf("redisstore: %s does not open: %v", e.RedisKey, e.Err)
}

// Unwrap returns the reason.
func (e *SealError) Unwrap() error { return e.Err }

// A sealer turns records into the values that Redis keeps, and back.
type sealer struct {
	pseudorandomKey []byte
}

func newSealer(key []byte) (sealer, error) {
	if len(key) == 0 {
		return sealer{}, fmt.Errorf("redisstore: no Key given: records hold refresh tokens and are sealed under %d random bytes", KeySize)
	}
	if len(key) != KeySize {
		return sealer{}, fmt.Errorf("redisstore: the Key is %d bytes long, want %d", len(key), KeySize)
	}
	extracted, err := hkdf.Extract(sha256.New, key, nil)
	if err != nil {
		return sealer{}, fmt.Errorf("redisstore: %w", err)
	}
	return sealer{pseudorandomKey: extracted}, nil
}

// aead derives a key for every record: random nonces are good for 2^32 saves under one key, which a busy service would reach.
func (s sealer) aead(key string) (cipher.AEAD, error) {
	derived, err := hkdf.Expand(sha256.New, s.pseudorandomKey, purpose+key, KeySize)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (s sealer) seal(key string, r auth.Record) ([]byte, error) {
	aead, err := s.aead(key)
	if err != nil {
		return nil, err
	}
	head := header(r.Version)
	return aead.Seal([]byte(head), nil, r.Data, []byte(head+key)), nil //nolint:gosec // this AEAD makes its nonces itself
}

func (s sealer) open(key, value string) (auth.Record, error) {
	switch {
	case value[0] != format:
		return auth.Record{}, fmt.Errorf("its format is %d, and only %d is known", value[0], format)
	case len(value) > maxValue:
		return auth.Record{}, fmt.Errorf("it is longer than %d bytes", maxValue)
	case len(value) < headerSize:
		return auth.Record{}, errors.New("it has no version")
	}
	aead, err := s.aead(key)
	if err != nil {
		return auth.Record{}, err
	}
	data, err := aead.Open(nil, nil, []byte(value[headerSize:]), []byte(value[:headerSize]+key))
	if err != nil {
		return auth.Record{}, errors.New("it was sealed under another key, or changed since")
	}
	return auth.Record{Data: data, Version: value[1:headerSize]}, nil
}

// header is what the value of a record of that version begins with; nothing, if there is no record.
func header(version string) string {
	if version == "" {
		return ""
	}
	return string(rune(format)) + version
}
