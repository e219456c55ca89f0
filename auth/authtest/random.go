package authtest

import (
	"crypto/rand"
	"fmt"
)

const (
	lowerAlphanumeric = "0123456789abcdefghijklmnopqrstuvwxyz"
	alphanumeric      = lowerAlphanumeric + "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
)

func randomBytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails: crypto/rand ends the program rather than return an error
	return b
}

// randomText returns n random characters of the alphabet, each equally likely.
func randomText(n int, alphabet string) string {
	text := make([]byte, 0, n)
	limit := 256 - 256%len(alphabet)
	for len(text) < n {
		for _, b := range randomBytes(n) {
			if int(b) < limit && len(text) < n {
				text = append(text, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(text)
}

// newUUID returns a random id in Cognito's format: like a UUID, but with 70 in the place of the
// version and two random digits of RFC 9562.
func newUUID() string {
	return formatUUID(randomBytes(16))
}

func formatUUID(b []byte) string {
	return fmt.Sprintf("%x-%x-70%x-%x-%x", b[0:4], b[4:6], b[7:8], b[8:10], b[10:16])
}
