package srp

import (
	"bytes"
	"crypto/sha256"
)

// Identity is what the password hash is made of: for a user the pool's name (the pool id after its
// "_"), USER_ID_FOR_SRP and the password; for a remembered device its group key, its key and its
// own password.
//
// It prints as "[redacted]", except as an unexported field of another struct: package fmt cannot
// call the methods of those.
type Identity struct {
	redacted
	Pool, User, Password string
}

// privateKey is x of RFC 2945 section 3 with the pool's name in front of the user's and the salt as
// an integer.
func (id Identity) privateKey(salt []byte) [sha256.Size]byte {
	inner := digest([]byte(id.Pool), []byte(id.User), []byte(":"), []byte(id.Password))
	return digest(pad(salt), inner[:])
}

func digest(parts ...[]byte) [sha256.Size]byte {
	h := sha256.New()
	for _, part := range parts {
		h.Write(part)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// pad returns a big-endian integer in the form that Cognito hashes, which is that of a signed
// number in as few bytes as possible: no leading zeros but one when the top bit would otherwise be
// set. RFC 5054's PAD fills up to the length of N.
func pad(b []byte) []byte {
	// The copy is made in either case, so that the time does not show the top bit of S.
	b = append([]byte{0}, bytes.TrimLeft(b, "\x00")...)
	if len(b) > 1 && b[1] < 0x80 {
		return b[1:]
	}
	return b
}
