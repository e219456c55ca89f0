package cookiestore

import (
	"crypto/cipher"
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

const purpose = "amplify-auth-go cookiestore 1"

// A sealer keeps bytes in cookies that nobody else can read or make: AES-256-GCM, in pieces called NAME.0, NAME.1 and so on.
type sealer struct {
	cipher cipher.AEAD
}

// put seals data under the name and adds the pieces. The name goes into the seal, so that one is not taken for another.
func (s sealer) put(to cookies, name string, data []byte) error {
	text := base64.RawURLEncoding.EncodeToString(s.cipher.Seal(nil, nil, data, []byte(name))) //nolint:gosec // this AEAD makes its nonces itself
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

// take opens what is sealed under the name. What does not open is not there: anybody can send cookies.
func (s sealer) take(from cookies, name string) (data []byte, ok bool) {
	var text strings.Builder
	for i := 0; from[pieceName(name, i)] != ""; i++ {
		text.WriteString(from[pieceName(name, i)])
	}
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(text.String())
	if err != nil || len(sealed) == 0 {
		return nil, false
	}
	data, err = s.cipher.Open(nil, nil, sealed, []byte(name))
	return data, err == nil
}

func newSealer(key []byte) (sealer, error) {
	if len(key) != aead.KeySize {
		return sealer{}, fmt.Errorf("cookiestore: Config.Key is %d bytes long, want %d", len(key), aead.KeySize)
	}
	made, err := aead.New(key, purpose)
	if err != nil {
		return sealer{}, fmt.Errorf("cookiestore: %w", err)
	}
	return sealer{cipher: made}, nil
}

func pieceName(name string, i int) string { return name + "." + strconv.Itoa(i) }
