package auth

import (
	"context"
	"errors"
	"time"
)

// Errors of a Store. Adapters wrap them.
var (
	// ErrRecordNotFound is what Load wraps when nothing is stored under the key, or nothing that
	// has not expired.
	ErrRecordNotFound = errors.New("auth: no record under this key")
	// ErrRecordConflict is what Save and Delete wrap when the stored version is not the one given.
	ErrRecordConflict = errors.New("auth: the record was changed meanwhile")
	// ErrRecordUnreadable is what Load wraps when there is a record that cannot be read: it was
	// truncated, or sealed with a key that the Store does not have. The Record that Load returns
	// with it has a Version, by which Save replaces it and Delete removes it.
	ErrRecordUnreadable = errors.New("auth: the record is unreadable")
	// ErrRecordTooLarge is what Save wraps when it refuses a [Record] that is Refusable, because
	// there is no room for it. Nothing is stored then.
	ErrRecordTooLarge = errors.New("auth: there is no room for the record")
	// ErrLeaseInUse is what Lease may wrap beside the context's error, if the holder is certainly
	// at work, such as one in the same process. A refresh then goes on waiting. Without it a
	// refresh does without the lease after a second: the holder may be a process that was stopped.
	ErrLeaseInUse = errors.New("auth: the lease is in use")
)

// A Store keeps records. There is one per session key, with the tokens of somebody who is signed in
// or a sign-in that is half done. There is one per device scope, with the secrets of its devices,
// under the key "device/" + the app client's id + "/" + the scope. Records hold secrets, so a Store
// that leaves the process should encrypt them.
//
// Keys are not empty and hold any characters, up to 1024 bytes. A Store must take records of up to
// 256 KiB; they are mostly a few KiB. One with less room, such as cookies, refuses only records
// that are Refusable. A version never comes back under a key, not even after Delete, so that what
// was loaded under a version can be kept in memory and found by it. All methods must be safe for
// concurrent use and return the context's error when it is done. Package storetest checks all this.
//
// A Store may offer more: [Leaser] and [Revalidator].
type Store interface {
	// Load returns the record saved under key, or an error that wraps [ErrRecordNotFound] or
	// [ErrRecordUnreadable]. A record that has expired is not found.
	Load(ctx context.Context, key string) (Record, error)
	// Save stores r under key if the stored version still equals r.Version; an empty version means
	// that nothing may be stored yet, or nothing that has not expired. It returns r with its new
	// version, or an error that wraps [ErrRecordConflict] or [ErrRecordTooLarge]. It must not keep
	// r.Data.
	Save(ctx context.Context, key string, r Record) (Record, error)
	// Delete removes what is stored under key if its version equals r.Version, or else returns an
	// error that wraps [ErrRecordConflict]. Of r only the version counts. Deleting what is absent
	// is fine.
	Delete(ctx context.Context, key string, r Record) error
}

// A Leaser is a Store that several processes share and that can give one of them a lease. [Session]
// uses it to refresh tokens in one process at a time. Leases only save requests: correctness
// depends on Save alone.
type Leaser interface {
	// Lease waits until nobody else holds the lease of key, and holds it until release is called,
	// which may be done more than once. A process that dies loses its leases. It returns the
	// context's error if that is done first, and may wrap [ErrLeaseInUse] as well. Any other error
	// is a failure of the Store, after which nothing is refreshed.
	Lease(ctx context.Context, key string) (release func(), err error)
}

// A Revalidator is a Store that can check more cheaply than by a Load whether a record has changed
// since it was loaded. A [Client] then loads and decodes a session's record only when it has
// changed. A Store whose versions come from outside, such as cookies, must not offer it.
type Revalidator interface {
	// Unchanged reports whether the record under key has that version and has not expired. It
	// counts as a use of the record.
	Unchanged(ctx context.Context, key, version string) (bool, error)
}

// A Record is what a Store keeps: bytes that mean nothing to it, the version for
// compare-and-swap, and when the record ends. It prints as "[redacted]".
type Record struct {
	redacted
	Data    []byte
	Version string // chosen by the Store, never empty once saved
	// ExpiresAt is when the record becomes useless. Load must not return it afterwards,
	// and the Store may forget it. Stores may round it up to a full second. Zero: the record has no
	// end of its own, and a Store that limits how long it keeps records counts from the last use,
	// which is a Save, a Load or an Unchanged.
	ExpiresAt time.Time
	// Refusable means that the caller can do without what is new in Data, such as a large slot of
	// a program. It is for Save only, and is not stored.
	Refusable bool
}

var errRecordJSON = errors.New("auth: a Record has no JSON form: store its Data, encrypted, its Version and ExpiresAt")

// MarshalJSON returns an error: a record holds secrets, and would otherwise be encoded as
// "[redacted]", which silently loses it. A Store encodes the fields itself.
func (Record) MarshalJSON() ([]byte, error) { return nil, errRecordJSON }

// UnmarshalJSON returns an error, as MarshalJSON does.
func (*Record) UnmarshalJSON([]byte) error { return errRecordJSON }

// expired reports whether the record is of no more use.
func (r Record) expired() bool {
	return !r.ExpiresAt.IsZero() && !time.Now().Before(r.ExpiresAt)
}
