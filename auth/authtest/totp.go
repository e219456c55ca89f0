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

// TOTPCode returns the code that an authenticator app shows for a base32 secret at a time: RFC 6238
// with SHA-1, 6 digits and steps of 30 seconds. Pass the time of [Pool.Now]. The error never
// contains the secret. Under GODEBUG=fips140=only it needs Go 1.26.
func TOTPCode(secret string, at time.Time) (string, error) {
	var code string
	var err error
	if refused := allowSHA1(func() { code, err = totp.GenerateCode(secret, at) }); refused != nil {
		return "", refused
	}
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
	// lastStep is the latest step of which a code was accepted. Neither it nor an earlier one is
	// accepted again.
	lastStep int64
}

var (
	errWrongTOTP = errors.New("authtest: no such TOTP code")
	errSpentTOTP = errors.New("authtest: TOTP step used before")
)

// accept accepts a code of the current step or a neighboring one, once.
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
	var ok bool
	var err error
	refused := allowSHA1(func() {
		ok, err = totp.ValidateCustom(code, secret, at, totp.ValidateOpts{
			Period: uint(totpStep.Seconds()), Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1,
		})
	})
	if refused != nil {
		panic(refused) // the pool reports it
	}
	return err == nil && ok
}

// newTOTPSecret draws 32 bytes, which makes 52 characters.
func newTOTPSecret() string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(randomBytes(32))
}

type associateSoftwareTokenInput struct {
	AccessToken string `wire:"AccessToken,Token"`
	Session     string `wire:"Session,Session"`
}

type associateSoftwareTokenOutput struct {
	SecretCode string
	Session    string `json:",omitempty"`
}

type verifySoftwareTokenInput struct {
	AccessToken        string `wire:"AccessToken,Token"`
	Session            string `wire:"Session,Session"`
	UserCode           string `wire:"UserCode,UserCode,required"`
	FriendlyDeviceName string `wire:"FriendlyDeviceName,String"`
}

type verifySoftwareTokenOutput struct {
	Status  string
	Session string `json:",omitempty"`
}

// settingUpToken returns the user who sets up an authenticator app: the owner of an access token,
// or the user of a sign-in's session.
func (o *ownAccount) settingUpToken(accessToken, session string) (*user, *challengeSession, error) {
	var u *user
	var s *challengeSession
	var err error
	switch {
	case accessToken != "":
		u, err = o.tokenUser(accessToken)
	case session != "":
		s, err = o.sessions.pending(session)
		if err == nil && s.challenge != challengeMFASetup {
			err = notAuthorized(textInvalidSession)
		}
	default:
		err = malformed(codeInvalidParameter, "Either AccessToken or Session is required")
	}
	if err != nil {
		return nil, nil, err
	}
	if !o.settings.mfa.totp {
		return nil, nil, refuse(codeSoftwareTokenNotFound, textSoftwareTokenOff)
	}
	if s != nil {
		u = s.user
	}
	return u, s, nil
}

// associateSoftwareToken returns a new secret. An older verified one works until the new one is
// verified.
func (o *ownAccount) associateSoftwareToken(in associateSoftwareTokenInput) (any, error) {
	u, s, err := o.settingUpToken(in.AccessToken, in.Session)
	if err != nil {
		return nil, err
	}
	u.totp.pending = newTOTPSecret()
	out := associateSoftwareTokenOutput{SecretCode: u.totp.pending}
	if s != nil {
		out.Session = o.sessions.rotate(s)
	}
	return out, nil
}

// verifySoftwareToken checks the first code. It does not enable the factor: SetUserMFAPreference
// does.
func (o *ownAccount) verifySoftwareToken(in verifySoftwareTokenInput) (any, error) {
	u, s, err := o.settingUpToken(in.AccessToken, in.Session)
	if err != nil {
		return nil, err
	}
	if u.totp.pending == "" {
		return nil, refuse(codeSoftwareTokenNotFound, textNoSoftwareToken)
	}
	err = u.totp.accept(u.totp.pending, in.UserCode, o.clock.now())
	switch {
	case errors.Is(err, errSpentTOTP):
		return nil, refuse(codeEnableSoftwareToken, "Your software token has already been used once")
	case err != nil:
		return nil, refuse(codeEnableSoftwareToken, "Code mismatch")
	}
	u.totp.secret, u.totp.pending, u.totp.deviceName = u.totp.pending, "", in.FriendlyDeviceName
	out := verifySoftwareTokenOutput{Status: "SUCCESS"}
	if s != nil {
		s.tokenVerified = true
		out.Session = o.sessions.rotate(s)
	}
	return out, nil
}
