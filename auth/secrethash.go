package auth

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
)

// secretKeeper gives the function that tells the secret itself, for the one operation that wants it; nil without one.
func secretKeeper(clientSecret string) func() *string {
	return func() *string {
		if clientSecret == "" {
			return nil
		}
		return &clientSecret
	}
}

// secretHasher gives the function that computes SECRET_HASH for a user name; nil for a client without a secret. The
// secret stays inside the function, out of reach of %v.
func secretHasher(clientID, clientSecret string) func(username string) *string {
	return func(username string) *string {
		if clientSecret == "" {
			return nil
		}
		mac := hmac.New(sha256.New, []byte(clientSecret))
		mac.Write([]byte(username + clientID))
		hash := base64.StdEncoding.EncodeToString(mac.Sum(nil))
		return &hash
	}
}
