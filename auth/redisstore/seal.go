package redisstore

import (
	"bytes"
	"crypto/cipher"
	"errors"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

const (
	format      = 1
	purpose     = "amplify-auth-go redisstore 1 "
	versionSize = 26 // of rand.Text
	headerSize  = 1 + versionSize
	maxValue    = MaxData + 1<<10
)

// A SealError says that there is a record, but that it does not open: Config.Key is another one, or
// the value is damaged. The record stays as it is until somebody calls Delete.
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
	key []byte
}

func newSealer(key []byte) (sealer, error) {
	s := sealer{key: bytes.Clone(key)}
	if _, err := s.sealing(""); err != nil {
		return sealer{}, fmt.Errorf("redisstore: Config.Key: %w", err)
	}
	return s, nil
}

// sealing derives a key for every record: random nonces are good for 2^32 saves under one key,
// which a busy service would reach.
func (s sealer) sealing(key string) (cipher.AEAD, error) {
	return aead.New(s.key, purpose+key)
}

func (s sealer) seal(key string, r auth.Record) ([]byte, error) {
	sealing, err := s.sealing(key)
	if err != nil {
		return nil, err
	}
	head := header(r.Version)
	return sealing.Seal([]byte(head), nil, r.Data, []byte(head+key)), nil //nolint:gosec // this AEAD makes its nonces itself
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
	sealing, err := s.sealing(key)
	if err != nil {
		return auth.Record{}, err
	}
	data, err := sealing.Open(nil, nil, []byte(value[headerSize:]), []byte(value[:headerSize]+key))
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
