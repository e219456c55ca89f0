package authtest

import (
	"crypto/subtle"
	"errors"
	"slices"
)

const (
	digits     = "0123456789"
	codeLength = 6
)

func newCode() string {
	return randomText(codeLength, digits)
}

// askCode sends a code of that many digits for the challenge of s. Nobody gets the code of a user who only seems to exist.
func (p *Pool) askCode(s challengeSession, length int) (outcome, error) {
	sent := deliveryTo(s.attribute, s.address)
	if !s.simulated {
		s.code = randomText(length, digits)
		m := Message{Medium: sent.DeliveryMedium, Destination: s.address, Code: s.code, Kind: kindMFA}
		if s.unnamed {
			m.Kind = kindOTP
		}
		if err := p.send(s.user, m, s.caller()); err != nil {
			return outcome{}, err
		}
	}
	return p.ask(s, map[string]string{
		"CODE_DELIVERY_DELIVERY_MEDIUM": sent.DeliveryMedium,
		"CODE_DELIVERY_DESTINATION":     sent.Destination,
	}), nil
}

// answerCode checks a code that was sent. A right one also verifies the address that it was sent to.
func answerCode(key string) func(*Pool, *challengeSession, map[string]string) (outcome, error) {
	return func(p *Pool, s *challengeSession, responses map[string]string) (outcome, error) {
		if s.code == "" || !sameSecret(responses[key], s.code) {
			return outcome{}, refuse(codeCodeMismatch, "Invalid code or auth state for the user.")
		}
		if err := p.verifyContact(s.user, s.attribute, s.address, false); err != nil {
			return outcome{}, err
		}
		return p.passChallenge(s)
	}
}

func sameSecret(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

func (p *Pool) askTOTP(in signIn) outcome {
	parameters := map[string]string{}
	if in.totp.deviceName != "" {
		parameters["FRIENDLY_DEVICE_NAME"] = in.totp.deviceName
	}
	return p.ask(challengeSession{challenge: challengeTOTP, signIn: in}, parameters)
}

func (p *Pool) answerTOTP(s *challengeSession, responses map[string]string) (outcome, error) {
	err := s.totp.accept(s.totp.secret, responses["SOFTWARE_TOKEN_MFA_CODE"], p.Now())
	switch {
	case errors.Is(err, errSpentTOTP):
		return outcome{}, refuse(codeExpiredCode, "Your software token has already been used once.")
	case err != nil:
		return outcome{}, refuse(codeCodeMismatch, "Invalid code received for user")
	}
	return p.passChallenge(s)
}

func (p *Pool) answerSelectMFA(s *challengeSession, responses map[string]string) (outcome, error) {
	if !slices.Contains(s.choices, responses["ANSWER"]) {
		return outcome{}, refuse(codeInvalidParameter, "ANSWER is not one of %s", jsonText(s.choices))
	}
	return p.askFactor(s.signIn, responses["ANSWER"])
}
