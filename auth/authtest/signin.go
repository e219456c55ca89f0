package authtest

import (
	"encoding/json"
	"slices"
)

// authentication carries sign-ins on, from one challenge to the next and to the tokens.
type authentication struct {
	*core
	sessions   *challengeSessions
	handshakes *handshakes
	hidden     *hiddenUsers
	refresher  *refresher
}

// signIn is the state of a sign-in: its user and the steps done so far.
type signIn struct {
	*user
	// client is the app client that the sign-in goes through.
	client *appClient
	// metadata is the ClientMetadata of the latest answer; that of the first call is not kept.
	metadata map[string]string
	// custom is how far a CUSTOM_AUTH sign-in has come, until DefineAuthChallenge says that it is
	// done; nil in other flows.
	custom *customAuth
	// newPassword says that the password was changed on the way.
	newPassword bool
	// deviceKey is the newest key of a device that the client presented.
	deviceKey string
	// provenKey is the key of the device that has proven itself.
	provenKey string
	// passed says that the second factor is done.
	passed bool
	// userAuth says that the sign-in began with USER_AUTH.
	userAuth bool
	// aliased says that a challenge was answered under another name than the internal one, be it
	// only in another case. Cognito then goes on, but binds the tokens to no device.
	aliased bool
}

// proceed decides what is left of a sign-in once the password is right and is the user's own. A
// remembered device proves itself once, whenever its key was presented, and replaces a second
// factor that was not asked for yet. In CUSTOM_AUTH the second factor follows the password, and the
// device follows when DefineAuthChallenge issues tokens.
func (a *authentication) proceed(in signIn) (outcome, error) {
	d := a.devices.presented(in)
	remembered := d != nil && d.remembered
	switch {
	case in.simulated:
		return outcome{}, final(notAuthorized(textWrongPassword))
	case in.custom != nil && in.passed:
		return a.define(in)
	case in.custom != nil:
		return a.secondFactor(in)
	case remembered && in.provenKey != d.key:
		return a.askDevice(in), nil
	case in.passed || remembered && !a.settings.cfg.MFAOnRememberedDevices:
		return a.grantTokens(in)
	}
	return a.secondFactor(in)
}

// pass marks the second factor as done.
func (a *authentication) pass(in signIn) (outcome, error) {
	in.passed = true
	return a.proceed(in)
}

// passChallenge marks the second factor as done with the challenge that was answered.
func (a *authentication) passChallenge(s *challengeSession) (outcome, error) {
	in := s.signIn
	in.custom = in.custom.with(ChallengeResult{ChallengeName: s.challenge, ChallengeResult: true})
	return a.pass(in)
}

// outcome is the result of a step of a sign-in: a challenge, or the tokens.
type outcome struct {
	challenge  string
	session    string
	parameters map[string]string
	// available are the first factors that can be chosen.
	available []string
	grant     *grant
}

// The challenges that the pool gives. The first three are also the names of the factors in a
// UserMFASettingList.
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

// afterFirstFactor decides what follows a right password. Every flow passes through it.
func (a *authentication) afterFirstFactor(in signIn) (outcome, error) {
	if in.status != statusForceChangePassword {
		return a.proceed(in)
	}
	if !a.clock.now().Before(in.temporaryUntil) {
		return outcome{}, notAuthorized("Temporary password has expired and must be reset by an administrator.")
	}
	return a.askNewPassword(in), nil
}

// secondFactor decides which second factor to ask for, if any.
func (a *authentication) secondFactor(in signIn) (outcome, error) {
	if a.settings.mfa.mode == MFAOff {
		return a.pass(in)
	}
	chosen := a.settings.factors().chosenFactors(in.user)
	switch {
	case slices.Contains(chosen, in.preferredMFA):
		return a.askFactor(in, in.preferredMFA)
	case len(chosen) > 0:
		return a.askOneOf(in, chosen)
	case a.settings.mfa.mode == MFAOptional:
		return a.pass(in)
	}
	if usable := a.settings.factors().usableFactors(in.user); len(usable) > 0 {
		return a.askOneOf(in, usable)
	}
	return a.askSetup(in)
}

func (a *authentication) askOneOf(in signIn, choices []string) (outcome, error) {
	if len(choices) == 1 {
		return a.askFactor(in, choices[0])
	}
	return a.ask(challengeSession{challenge: challengeSelectMFA, signIn: in, choices: choices},
		map[string]string{"MFAS_CAN_CHOOSE": jsonText(choices)}), nil
}

func (a *authentication) askFactor(in signIn, factor string) (outcome, error) {
	if factor == challengeTOTP {
		return a.askTOTP(in), nil
	}
	attribute := attrEmail
	if factor == challengeSMS {
		attribute = attrPhone
	}
	return a.askCode(challengeSession{
		challenge: factor, signIn: in, attribute: attribute, address: in.attributes[attribute],
	}, codeLength)
}

// ask opens the session of a challenge.
func (a *authentication) ask(s challengeSession, parameters map[string]string) outcome {
	if !s.unnamed {
		parameters["USER_ID_FOR_SRP"] = s.username
	}
	return outcome{challenge: s.challenge, session: a.sessions.open(s), parameters: parameters}
}

// jsonText returns a value as the JSON string inside a challenge parameter.
func jsonText(value any) string {
	text, _ := json.Marshal(value) // strings and maps of strings always marshal
	return string(text)
}
