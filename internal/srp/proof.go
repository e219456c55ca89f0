package srp

import (
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"
)

// keySize is the length of the key that signs the proof, in bytes.
const keySize = 16

// Proof proves knowledge of the password: the PASSWORD_CLAIM_SECRET_BLOCK, PASSWORD_CLAIM_SIGNATURE
// and TIMESTAMP of Cognito's RespondToAuthChallenge, ready to send. It prints as "[redacted]".
type Proof struct {
	redacted
	SecretBlock, Signature, Timestamp string
}

// sessionKey is HKDF (RFC 5869 sections 2.2 and 2.3) of S with u as the salt.
func sessionKey(s *[elementSize]byte, u [sha256.Size]byte) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, pad(s[:]), pad(u[:]), "Caldera Derived Key", keySize)
	if err != nil {
		return nil, fmt.Errorf("srp: %w", err)
	}
	return key, nil
}

func (c *challenge) proof(key []byte, id Identity, now time.Time) Proof {
	timestamp := Timestamp(now)
	mac := hmac.New(sha256.New, key)
	for _, part := range [][]byte{[]byte(id.Pool), []byte(id.User), c.secret, []byte(timestamp)} {
		mac.Write(part)
	}
	return Proof{
		SecretBlock: c.secretBlock,
		Signature:   base64.StdEncoding.EncodeToString(mac.Sum(nil)),
		Timestamp:   timestamp,
	}
}

// Timestamp is t as Cognito wants it in TIMESTAMP: in UTC, with English names, a 24-hour clock and
// a day of the month without a leading zero. Any other form is answered as a wrong password.
func Timestamp(t time.Time) string {
	return t.UTC().Format("Mon Jan 2 15:04:05 UTC 2006")
}
