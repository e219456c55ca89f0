package cookiestore

import (
	"bytes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

const purpose = "amplify-auth-go cookiestore 1 "

// saltSize is how long rand.Text is.
const saltSize = 26

// A sealer keeps bytes in cookies that nobody else can read or make: AES-256-GCM, in pieces called
// NAME.0, NAME.1 and so on.
type sealer struct {
	key []byte
}

func newSealer(key []byte) (sealer, error) {
	s := sealer{key: bytes.Clone(key)}
	if _, err := s.sealing(""); err != nil {
		return sealer{}, fmt.Errorf("cookiestore: Config.Key: %w", err)
	}
	return s, nil
}

// sealing derives a key for every salt: random nonces are good for 2^32 messages under one key,
// which a busy service would reach, since every step of a sign-in is one.
func (s sealer) sealing(salt string) (cipher.AEAD, error) { return aead.New(s.key, purpose+salt) }

// put seals data under the name and adds the pieces. The name goes into the seal, so that one is
// not taken for another.
func (s sealer) put(to cookies, name string, data []byte) error {
	salt := rand.Text()
	sealing, err := s.sealing(salt)
	if err != nil {
		return err
	}
	text := salt + base64.RawURLEncoding.EncodeToString(sealing.Seal(nil, nil, data, []byte(name))) //nolint:gosec // this AEAD makes its nonces itself
	perPiece := maxCookie - len(encodeName(name)) - len(".99")
	if size := len(text); size > maxTogether {
		return &SizeError{Cookie: name, Size: size, Limit: maxTogether}
	}
	for i := 0; text != ""; i++ {
		piece := text[:min(perPiece, len(text))]
		to[pieceName(name, i)], text = piece, text[len(piece):]
	}
	return nil
}

// take opens what is sealed under the name. What does not open is not there: anybody can send
// cookies.
func (s sealer) take(from cookies, name string) (data []byte, ok bool) {
	var text strings.Builder
	for i := 0; from[pieceName(name, i)] != ""; i++ {
		text.WriteString(from[pieceName(name, i)])
	}
	if text.Len() < saltSize {
		return nil, false
	}
	salt, encoded := text.String()[:saltSize], text.String()[saltSize:]
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(encoded)
	if err != nil {
		return nil, false
	}
	sealing, err := s.sealing(salt)
	if err != nil {
		return nil, false
	}
	data, err = sealing.Open(nil, nil, sealed, []byte(name))
	return data, err == nil
}

func pieceName(name string, i int) string { return name + "." + strconv.Itoa(i) }
