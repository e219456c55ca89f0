package dynamostore

import (
	"errors"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

const (
	purpose     = "amplify-auth-go dynamostore 1 "
	versionSize = aead.HeaderSize - 1
	maxSealed   = 400 << 10 // DynamoDB's limit of an item
)

// A SealError reports a record that does not open: it was sealed under another key, or its item is
// damaged. It is an [auth.ErrRecordUnreadable]. The record stays until [Store.Save] replaces it or
// [Store.Delete] removes it.
type SealError struct {
	ItemID string // the item's id
	Err    error  // the reason
}

// Error returns the item's id and the reason.
func (e *SealError) Error() string {
	return fmt.Sprintf("dynamostore: item %s does not open: %v", e.ItemID, e.Err)
}

// Unwrap returns e.Err.
func (e *SealError) Unwrap() error { return e.Err }

// Is reports whether target is [auth.ErrRecordUnreadable].
func (e *SealError) Is(target error) bool { return target == auth.ErrRecordUnreadable }

// A sealer converts records to items and back. Each record has an AES key of its own: one key is
// good for 2^32 saves, which all records of a busy service would exceed.
type sealer struct {
	keys aead.Keys
}

func binding(key string) aead.Binding { return aead.Binding{Purpose: purpose + key, Name: key} }

// seal returns the sealed attribute: what [aead.Keys.SealRecord] returns, without the header, which
// is the version attribute.
func (s sealer) seal(key string, r auth.Record) ([]byte, error) {
	sealed, err := s.keys.SealRecord(binding(key), r.Version, r.Data)
	if err != nil {
		return nil, err
	}
	return sealed[aead.HeaderSize:], nil
}

func (s sealer) open(key string, i item) (auth.Record, error) {
	if len(i.version()) != versionSize {
		return auth.Record{}, errors.New("it has no version")
	}
	value := append([]byte(aead.Header(i.version())), i.sealed()...)
	if err := aead.CheckRecord(value, maxSealed); err != nil {
		return auth.Record{}, err
	}
	version, data, err := s.keys.OpenRecord(binding(key), value)
	if err != nil {
		return auth.Record{}, err
	}
	// The attribute is not sealed, but must not outlive the record's own end, which is.
	if expires, err := i.expires(); err != nil || expires > endOf(version) {
		return auth.Record{}, errors.New("its attribute expires is not a time up to the record's end")
	}
	return auth.Record{Data: data, Version: version, ExpiresAt: aead.ExpiresAt(version)}, nil
}
