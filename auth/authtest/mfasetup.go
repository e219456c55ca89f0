package authtest

import "slices"

// askSetup lets a user who has no factor set one up, where the pool requires one. A phone number cannot be added during a
// sign-in, so text messages alone do not help.
func (p *Pool) askSetup(in signIn) (outcome, error) {
	choices := slices.DeleteFunc(factors(), func(f string) bool { return !p.mfa.offers(f) || p.recovers(f) })
	if !slices.Contains(choices, challengeTOTP) && !slices.Contains(choices, challengeEmail) {
		return outcome{}, refuse(codeInvalidParameter, "User has no MFA method and none can be set up during sign-in.")
	}
	return p.ask(challengeSession{challenge: challengeMFASetup, signIn: in, choices: choices},
		map[string]string{"MFAS_CAN_SETUP": jsonText(choices)}), nil
}

// answerMFASetup ends the set-up of an authenticator app, or begins that of an e-mail address.
func (p *Pool) answerMFASetup(s *challengeSession, responses map[string]string) (outcome, error) {
	email := responses["EMAIL"]
	switch {
	case email == "" && s.tokenVerified:
		return p.passChallenge(s)
	case email == "":
		return outcome{}, notAuthorized(textInvalidSession)
	case !slices.Contains(s.choices, challengeEmail):
		return outcome{}, refuse(codeInvalidParameter, "The pool does not offer e-mail messages as a factor.")
	case !isEmail(email):
		return outcome{}, refuse(codeInvalidParameter, textInvalidEmail)
	}
	return p.askCode(challengeSession{
		challenge: challengeEmail, signIn: s.signIn, attribute: attrEmail, address: email,
	}, codeLength)
}
