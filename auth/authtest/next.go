package authtest

import (
	"encoding/json"
	"slices"
)

// outcome is what a step of a sign-in leads to: a challenge, or the tokens.
type outcome struct {
	challenge  string
	session    string
	parameters map[string]string
	// available are the first factors that can be chosen.
	available []string
	grant     *grant
}

// The challenges that the pool gives. The first three are also the names of the factors in a UserMFASettingList.
const (
	challengeSMS              = "SMS_MFA"
	challengeTOTP             = "SOFTWARE_TOKEN_MFA"
	challengeEmail            = "EMAIL_OTP"
	challengeSelectMFA        = "SELECT_MFA_TYPE"
	challengeMFASetup         = "MFA_SETUP"
	challengeNewPassword      = "NEW_PASSWORD_REQUIRED"
	challengePasswordVerifier = "PASSWORD_VERIFIER"
	challengeDevice           = "DEVICE_SRP_AUTH"
	challengeDeviceVerifier   = "DEVICE_PASSWORD_VERIFIER"
	challengeSelect           = "SELECT_CHALLENGE"
	challengePassword         = "PASSWORD"
	challengePasswordSRP      = "PASSWORD_SRP"
	challengeSMSOTP           = "SMS_OTP"
)

// factors are the second factors in the order in which lists name them.
func factors() []string {
	return []string{challengeSMS, challengeTOTP, challengeEmail}
}

// afterFirstFactor decides what follows a right password. Every flow comes through here.
func (p *Pool) afterFirstFactor(in signIn) (outcome, error) {
	if in.status != statusForceChangePassword {
		return p.proceed(in)
	}
	if !p.Now().Before(in.temporaryUntil) {
		return outcome{}, notAuthorized("Temporary password has expired and must be reset by an administrator.")
	}
	return p.askNewPassword(in), nil
}

// secondFactor decides which factor to ask for, if any.
func (p *Pool) secondFactor(in signIn) (outcome, error) {
	if p.mfa.mode == MFAOff {
		return p.pass(in)
	}
	chosen := p.chosenFactors(in.user)
	switch {
	case slices.Contains(chosen, in.preferredMFA):
		return p.askFactor(in, in.preferredMFA)
	case len(chosen) > 0:
		return p.askOneOf(in, chosen)
	case p.mfa.mode == MFAOptional:
		return p.pass(in)
	}
	if usable := p.usableFactors(in.user); len(usable) > 0 {
		return p.askOneOf(in, usable)
	}
	return p.askSetup(in)
}

// chosenFactors are the factors that the user switched on and that work. A factor which the pool has switched off stays in the
// user's list but is not asked for.
func (p *Pool) chosenFactors(u *user) []string {
	return slices.DeleteFunc(factors(), func(f string) bool { return !slices.Contains(u.mfa, f) || !p.ready(u, f) })
}

// usableFactors are the factors that work for a user who chose none. A message to where the account is recovered would be the
// same factor twice.
func (p *Pool) usableFactors(u *user) []string {
	return slices.DeleteFunc(factors(), func(f string) bool { return !p.ready(u, f) || p.recovers(f) })
}

// ready reports whether the user could answer the factor now. An authenticator app keeps working when the pool no longer
// offers it.
func (p *Pool) ready(u *user, factor string) bool {
	return u.hasDelivery(factor) && (factor == challengeTOTP || p.mfa.offers(factor))
}

// recovers reports whether the factor's medium is the first way to recover an account.
func (p *Pool) recovers(factor string) bool {
	if len(p.cfg.AccountRecovery) == 0 {
		return false
	}
	first := p.cfg.AccountRecovery[0]
	return first == recoveryPhone && factor == challengeSMS || first == recoveryEmail && factor == challengeEmail
}

func (p *Pool) askOneOf(in signIn, choices []string) (outcome, error) {
	if len(choices) == 1 {
		return p.askFactor(in, choices[0])
	}
	return p.ask(challengeSession{challenge: challengeSelectMFA, signIn: in, choices: choices},
		map[string]string{"MFAS_CAN_CHOOSE": jsonText(choices)}), nil
}

func (p *Pool) askFactor(in signIn, factor string) (outcome, error) {
	if factor == challengeTOTP {
		return p.askTOTP(in), nil
	}
	attribute := attrEmail
	if factor == challengeSMS {
		attribute = attrPhone
	}
	return p.askCode(challengeSession{
		challenge: factor, signIn: in, attribute: attribute, address: in.attributes[attribute],
	}, codeLength)
}

// ask opens the session of a challenge.
func (p *Pool) ask(s challengeSession, parameters map[string]string) outcome {
	if !s.unnamed {
		parameters["USER_ID_FOR_SRP"] = s.username
	}
	return outcome{challenge: s.challenge, session: p.openSession(s), parameters: parameters}
}

// jsonText is a list or object inside a challenge parameter: JSON as a string.
func jsonText(value any) string {
	text, _ := json.Marshal(value) // strings and maps of strings always marshal
	return string(text)
}
