package filestore

import (
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

const (
	purpose = "amplify-auth-go filestore 1"
	maxFile = MaxData + 1<<10
)

// A SealError reports a record that does not open: it was sealed under another key, or its file is
// damaged. It is an [auth.ErrRecordUnreadable]. The file stays until [Store.Save], [Store.Delete]
// or [Store.RemoveUnreadable] is called.
type SealError struct {
	Path string // of the file
	Err  error  // the reason
}

// Error returns the path and the reason.
func (e *SealError) Error() string {
	return fmt.Sprintf("filestore: %s does not open: %v", e.Path, e.Err)
}

// Unwrap returns e.Err.
func (e *SealError) Unwrap() error { return e.Err }

// Is reports whether target is [auth.ErrRecordUnreadable].
func (e *SealError) Is(target error) bool { return target == auth.ErrRecordUnreadable }

// A sealer converts records to the contents of files and back. All records of a Store share an AES
// key, which is good for 2^32 saves.
type sealer struct {
	keys aead.Keys
}

// binding binds a record to the name of its file, which is known without its key.
func binding(name string) aead.Binding { return aead.Binding{Purpose: purpose, Name: name} }

func (s sealer) seal(name string, r auth.Record) ([]byte, error) {
	return s.keys.SealRecord(binding(name), r.Version, r.Data)
}

// open opens the file with that name, whose session key it need not know.
func (s sealer) open(name string, file []byte) (auth.Record, error) {
	if err := aead.CheckRecord(file, maxFile); err != nil {
		return auth.Record{}, err
	}
	version, data, err := s.keys.OpenRecord(binding(name), file)
	if err != nil {
		return auth.Record{}, err
	}
	return auth.Record{Data: data, Version: version, ExpiresAt: aead.ExpiresAt(version)}, nil
}
