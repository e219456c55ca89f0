package redisstore

import (
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

const (
	purpose  = "amplify-auth-go redisstore 1 "
	maxValue = MaxData + 1<<10
)

// A SealError reports a record that does not open: it was sealed under another key, or its value is
// damaged. It is an [auth.ErrRecordUnreadable]. The record stays until [Store.Save] replaces it or
// [Store.Delete] removes it.
type SealError struct {
	RedisKey string // of the value
	Err      error  // the reason
}

// Error returns the Redis key and the reason.
func (e *SealError) Error() string {
	return fmt.Sprintf("redisstore: %s does not open: %v", e.RedisKey, e.Err)
}

// Unwrap returns e.Err.
func (e *SealError) Unwrap() error { return e.Err }

// Is reports whether target is [auth.ErrRecordUnreadable].
func (e *SealError) Is(target error) bool { return target == auth.ErrRecordUnreadable }

// A sealer converts records to the values in Redis and back. Each record has an AES key of its own:
// one key is good for 2^32 saves, which all records of a busy service would exceed.
type sealer struct {
	keys aead.Keys
}

func binding(key string) aead.Binding { return aead.Binding{Purpose: purpose + key, Name: key} }

func (s sealer) seal(key string, r auth.Record) ([]byte, error) {
	return s.keys.SealRecord(binding(key), r.Version, r.Data)
}

func (s sealer) open(key string, value []byte) (auth.Record, error) {
	if err := aead.CheckRecord(value, maxValue); err != nil {
		return auth.Record{}, err
	}
	version, data, err := s.keys.OpenRecord(binding(key), value)
	if err != nil {
		return auth.Record{}, err
	}
	return auth.Record{Data: data, Version: version, ExpiresAt: aead.ExpiresAt(version)}, nil
}
