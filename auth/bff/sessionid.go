package bff

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
)

// idSize is the size of an id in bytes: 256 bits.
const idSize = 32

// newID returns a random id for a cookie.
func newID() string {
	id := make([]byte, idSize)
	_, _ = rand.Read(id) // never fails
	return base64.RawURLEncoding.EncodeToString(id)
}

// wellFormed reports whether an id from a cookie can be one of ours.
func wellFormed(id string) bool {
	raw, err := base64.RawURLEncoding.Strict().DecodeString(id)
	return err == nil && len(raw) == idSize
}

// A purpose separates what ids are for: the id of one purpose is worth nothing for another.
type purpose string

const (
	forSession purpose = "bff/session/" // of somebody signed in
	forFlow    purpose = "bff/flow/"    // of a sign-in, a sign-up or a new password under way
	forBrowser purpose = "bff/browser/" // of a browser, for all who sign in on it
)

// key returns the Store's key for an id: its hash, so that whoever reads the Store's keys has no
// id. Nor does the time of a look-up tell how much of a guess is right: nobody can choose the hash
// of one.
func (p purpose) key(id string) string {
	sum := sha256.Sum256([]byte(string(p) + id))
	return string(p) + base64.RawURLEncoding.EncodeToString(sum[:])
}
