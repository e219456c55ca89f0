package cookiestore

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"strconv"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

// extra is what a record has besides Amplify's cookies.
type extra struct {
	rest  []byte // nil if there is none
	ends  time.Time
	owner owner
	large largeTokens
}

// owner identifies the sign-in whose tokens an extra was sealed with. It is zero if there were
// none.
type owner [8]byte

// empty reports whether there is nothing to seal.
func (e extra) empty() bool {
	return e.rest == nil && e.ends.IsZero() && e.large == largeTokens{}
}

// leaveTo leaves to the sign-in of some tokens only what may be theirs: it drops what was sealed
// with the tokens of another one.
func (e *extra) leaveTo(of owner) {
	if e.owner != (owner{}) && of != (owner{}) && e.owner != of {
		e.rest, e.ends = nil, time.Time{}
	}
}

const (
	purpose   = "amplify-auth-go cookiestore 2 "
	saltSize  = 26 // of rand.Text
	extraSize = 1 + 8 + len(owner{})
	endMark   = "." // of what is sealed
)

// Flags of the first byte of an encoded extra.
const (
	withRest = 1 << iota
	withLarge
)

func (e extra) encode() []byte {
	data := make([]byte, extraSize, extraSize+len(e.rest))
	if !e.ends.IsZero() {
		roundedUp := e.ends.Add(time.Millisecond - time.Nanosecond).UnixMilli()
		binary.BigEndian.PutUint64(data[1:], uint64(max(roundedUp, 1)))
	}
	copy(data[9:], e.owner[:])
	if l := e.large; l != (largeTokens{}) {
		data[0] |= withLarge
		for _, text := range l.texts() {
			data = binary.AppendUvarint(data, uint64(len(*text)))
			data = append(data, *text...)
		}
	}
	if e.rest != nil {
		data[0] |= withRest
		data = append(data, e.rest...)
	}
	return data
}

// decodeExtra returns the zero extra for data that encode did not return.
func decodeExtra(data []byte) extra {
	if len(data) < extraSize {
		return extra{}
	}
	e, flags, rest := extra{owner: owner(data[9:extraSize])}, data[0], data[extraSize:]
	if end := binary.BigEndian.Uint64(data[1:]); end > 0 {
		e.ends = time.UnixMilli(int64(end)) //nolint:gosec // sealed by this Store, which writes an int64
	}
	if flags&withLarge != 0 {
		for _, text := range e.large.texts() {
			size, prefix := binary.Uvarint(rest)
			if prefix <= 0 || size > uint64(len(rest[prefix:])) {
				return extra{}
			}
			rest = rest[prefix:]
			*text, rest = string(rest[:size]), rest[size:]
		}
	}
	if flags&withRest != 0 {
		e.rest = rest
	}
	return e
}

// A sealer keeps data in encrypted cookies called NAME.0, NAME.1 and so on.
//
// The cookies together hold a salt, the sealed data in base64 and a full stop. Whatever follows
// that is of older data: a response that was made before the browser had that data cannot remove
// its cookies. Each salt has an AES key of its own: one key is good for 2^32 messages, which a busy
// service would exceed, because it seals one for every step of a sign-in. The cookie's name is
// additional data, so that the data of one name does not open under another.
type sealer struct {
	keys aead.Keys
}

// put seals e and adds its cookies, as many as it needs.
func (s sealer) put(to cookies, name string, e extra) error {
	salt := rand.Text()
	sealed, err := s.keys.Seal(aead.Binding{Purpose: purpose + salt, Name: name}, nil, e.encode())
	if err != nil {
		return err
	}
	text := salt + base64.RawURLEncoding.EncodeToString(sealed) + endMark
	perPiece := maxCookie - len(encodeName(name)) - len(".99")
	for i := 0; text != ""; i++ {
		piece := text[:min(perPiece, len(text))]
		to[pieceName(name, i)], text = piece, text[len(piece):]
	}
	return nil
}

// open returns what is sealed under name. It returns the zero extra if that is absent or does not
// open, and no error, because anyone can send cookies.
func (s sealer) open(from cookies, name string) extra {
	var pieces strings.Builder
	for i, last := 0, false; !last; i++ {
		piece := from[pieceName(name, i)]
		pieces.WriteString(piece)
		last = piece == "" || strings.HasSuffix(piece, endMark)
	}
	text, complete := strings.CutSuffix(pieces.String(), endMark)
	if !complete || len(text) < saltSize {
		return extra{}
	}
	salt, encoded := text[:saltSize], text[saltSize:]
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return extra{}
	}
	data, err := s.keys.Open(aead.Binding{Purpose: purpose + salt, Name: name}, 0, sealed)
	if err != nil {
		return extra{}
	}
	return decodeExtra(data)
}

func pieceName(name string, i int) string { return name + "." + strconv.Itoa(i) }
