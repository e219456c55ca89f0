package keyringstore

import "errors"

// Errors of Open about the key.
var (
	// ErrKeyLost is what Open wraps when there are records, but no key in the keyring.
	ErrKeyLost = errors.New("keyringstore: the key is not in the keyring")
	// ErrNotAKey is what Open wraps when the keyring holds something that this package did not put
	// there.
	ErrNotAKey = errors.New("keyringstore: what the keyring holds is not a key of 32 bytes")
)

// A KeyringError says that the system's keyring is absent or locked, or does not answer.
type KeyringError struct {
	Op  string // what was tried
	Err error  // what the keyring said, or the context's error
}

// Error says what the person can do about it, too.
func (e *KeyringError) Error() string {
	return "keyringstore: " + e.Op + ": " + e.Err.Error() +
		"; unlock the keyring and try again, or, where there is none, choose filestore with a key of your own"
}

// Unwrap returns Err.
func (e *KeyringError) Unwrap() error { return e.Err }
