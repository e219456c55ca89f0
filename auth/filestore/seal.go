package filestore

import (
	"crypto/cipher"
	"errors"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

const (
	format      = 1
	purpose     = "amplify-auth-go filestore 1"
	versionSize = 26 // of rand.Text
	maxFile     = MaxData + 1<<10
)

// A SealError says that there is a record, but that it does not open: the key is another one, or
// the file is damaged. The file stays as it is until somebody calls Delete.
type SealError struct {
	Path string // of the file
	Err  error  // why
}

// Error names the file and the reason.
func (e *SealError) Error() string {
	return fmt.Sprintf("filestore: %s does not open: %v", e.Path, e.Err)
}

// Unwrap returns the reason.
func (e *SealError) Unwrap() error { return e.Err }

// A sealer turns records into the contents of files and back.
type sealer struct {
	aead cipher.AEAD
}

// newSealer derives a key of its own, so that the same key may serve other purposes, too. With
// random nonces it is good for 2^32 saves.
func newSealer(key []byte) (sealer, error) {
	sealing, err := aead.New(key, purpose)
	if err != nil {
		return sealer{}, fmt.Errorf("filestore: %w", err)
	}
	return sealer{aead: sealing}, nil
}

func (s sealer) seal(key string, r auth.Record) []byte {
	plain := append([]byte(r.Version), r.Data...)
	return s.aead.Seal([]byte{format}, nil, plain, binding(key)) //nolint:gosec // this AEAD makes its nonces itself
}

func (s sealer) open(key string, file []byte) (auth.Record, error) {
	switch {
	case len(file) == 0:
		return auth.Record{}, errors.New("it is empty")
	case file[0] != format:
		return auth.Record{}, fmt.Errorf("its format is %d, and only %d is known", file[0], format)
	case len(file) > maxFile:
		return auth.Record{}, fmt.Errorf("it is longer than %d bytes", maxFile)
	}
	plain, err := s.aead.Open(nil, nil, file[1:], binding(key))
	if err != nil {
		return auth.Record{}, errors.New("it was sealed under another key, or changed since")
	}
	if len(plain) < versionSize {
		return auth.Record{}, errors.New("it has no version")
	}
	return auth.Record{Data: plain[versionSize:], Version: string(plain[:versionSize])}, nil
}

// binding keeps a file from opening under another key's name.
func binding(key string) []byte {
	return append([]byte{format}, key...)
}
