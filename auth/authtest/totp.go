package authtest

import (
	"encoding/base32"
	"errors"
	"fmt"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
)

const totpStep = 30 * time.Second

// TOTPCode returns the code that an authenticator app shows for a base32 secret at a time: RFC 6238 with SHA-1, 6 digits and
// steps of 30 seconds. Use Pool.Now for the time. The error never holds the secret.
func TOTPCode(secret string, at time.Time) (string, error) {
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		return "", fmt.Errorf("authtest: TOTP code: %w", err)
	}
	return code, nil
}

// softwareToken is a user's authenticator app.
type softwareToken struct {
	// secret is the verified one, pending the one still to be verified.
	secret, pending string
	deviceName      string
	// lastStep is the latest step of which a code was accepted. Neither it nor an earlier one is accepted again.
	lastStep int64
}

var (
	errWrongTOTP = errors.New("authtest: no such TOTP code")
	errSpentTOTP = errors.New("authtest: TOTP step used before")
)

// accept takes a code of the current step or one of its neighbours, once.
func (t *softwareToken) accept(secret, code string, now time.Time) error {
	result := errWrongTOTP
	current := now.Unix() / int64(totpStep.Seconds())
	for step := current - 1; step <= current+1; step++ {
		if !totpMatches(secret, code, step) {
			continue
		}
		if step > t.lastStep {
			t.lastStep = step
			return nil
		}
		result = errSpentTOTP
	}
	return result
}

func totpMatches(secret, code string, step int64) bool {
	at := time.Unix(step*int64(totpStep.Seconds()), 0)
	ok, err := totp.ValidateCustom(code, secret, at, totp.ValidateOpts{
		Period: uint(totpStep.Seconds()), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
	})
	return err == nil && ok
}

// newTOTPSecret draws 32 bytes, which makes 52 characters.
func newTOTPSecret() string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(randomBytes(32))
}
