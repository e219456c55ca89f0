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

// askCode sends a code of that many digits for the challenge of s. Codes of simulated users are not
// sent.
func (a *authentication) askCode(s challengeSession, length int) (outcome, error) {
	sent := deliveryTo(s.attribute, s.address)
	if !s.simulated {
		s.code = randomText(length, digits)
		m := Message{Medium: sent.DeliveryMedium, Destination: s.address, Code: s.code, Kind: kindMFA}
		if s.unnamed {
			m.Kind = kindOTP
		}
		if err := a.outbox.send(s.user, m, s.caller()); err != nil {
			return outcome{}, err
		}
	}
	return a.ask(s, map[string]string{
		"CODE_DELIVERY_DELIVERY_MEDIUM": sent.DeliveryMedium,
		"CODE_DELIVERY_DESTINATION":     sent.Destination,
	}), nil
}

// answerCode returns a function that checks a code that was sent. A right code also verifies the
// address that it was sent to.
func answerCode(key string) func(*authentication, *challengeSession, map[string]string) (outcome, error) {
	return func(a *authentication, s *challengeSession, responses map[string]string) (outcome, error) {
		if s.code == "" || !sameSecret(responses[key], s.code) {
			return outcome{}, refuse(codeCodeMismatch, "Invalid code or auth state for the user.")
		}
		if err := a.users.verifyContact(s.user, s.attribute, s.address, false); err != nil {
			return outcome{}, err
		}
		return a.passChallenge(s)
	}
}

func sameSecret(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

func (a *authentication) askTOTP(in signIn) outcome {
	parameters := map[string]string{}
	if in.totp.deviceName != "" {
		parameters["FRIENDLY_DEVICE_NAME"] = in.totp.deviceName
	}
	return a.ask(challengeSession{challenge: challengeTOTP, signIn: in}, parameters)
}

func (a *authentication) answerTOTP(s *challengeSession, responses map[string]string) (outcome, error) {
	err := s.totp.accept(s.totp.secret, responses["SOFTWARE_TOKEN_MFA_CODE"], a.clock.now())
	switch {
	case errors.Is(err, errSpentTOTP):
		return outcome{}, refuse(codeExpiredCode, "Your software token has already been used once.")
	case err != nil:
		return outcome{}, refuse(codeCodeMismatch, "Invalid code received for user")
	}
	return a.passChallenge(s)
}

func (a *authentication) answerSelectMFA(s *challengeSession, responses map[string]string) (outcome, error) {
	if !slices.Contains(s.choices, responses["ANSWER"]) {
		return outcome{}, refuse(codeInvalidParameter, "ANSWER is not one of %s", jsonText(s.choices))
	}
	return a.askFactor(s.signIn, responses["ANSWER"])
}

// askSetup offers to set up a factor to a user who has none, if the pool requires one. A phone
// number cannot be added during a sign-in, so text messages alone are not enough.
func (a *authentication) askSetup(in signIn) (outcome, error) {
	choices := slices.DeleteFunc(
		factors(),
		func(f string) bool { return !a.settings.mfa.offers(f) || a.settings.factors().recovers(f) },
	)
	if !slices.Contains(choices, challengeTOTP) && !slices.Contains(choices, challengeEmail) {
		return outcome{}, refuse(codeInvalidParameter, "User has no MFA method and none can be set up during sign-in.")
	}
	return a.ask(challengeSession{challenge: challengeMFASetup, signIn: in, choices: choices},
		map[string]string{"MFAS_CAN_SETUP": jsonText(choices)}), nil
}

// answerMFASetup ends the set-up of an authenticator app, or begins that of an e-mail address.
func (a *authentication) answerMFASetup(s *challengeSession, responses map[string]string) (outcome, error) {
	email := responses["EMAIL"]
	switch {
	case email == "" && s.tokenVerified:
		return a.passChallenge(s)
	case email == "":
		return outcome{}, notAuthorized(textInvalidSession)
	case !slices.Contains(s.choices, challengeEmail):
		return outcome{}, refuse(codeInvalidParameter, "The pool does not offer e-mail messages as a factor.")
	case !isEmail(email):
		return outcome{}, refuse(codeInvalidParameter, textInvalidEmail)
	}
	return a.askCode(challengeSession{
		challenge: challengeEmail, signIn: s.signIn, attribute: attrEmail, address: email,
	}, codeLength)
}
