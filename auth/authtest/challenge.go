package authtest

import (
	"slices"
	"strings"
)

type respondToAuthChallengeInput struct {
	ChallengeName      string            `wire:"ChallengeName,ChallengeName,required"`
	ClientID           string            `wire:"ClientId,ClientId,required"`
	ChallengeResponses map[string]string `wire:"ChallengeResponses"`
	Session            string            `wire:"Session,Session"`
	callContext
}

// challenge is what the pool knows of answers to a challenge.
type challenge struct {
	// keys are the responses that the answer must have, beside USERNAME; optional are those that it
	// may have.
	keys, optional []string
	// answer carries the sign-in on, with the pool's lock held. The session is used up unless it
	// fails.
	answer func(a *authentication, s *challengeSession, responses map[string]string) (outcome, error)
}

func challenges() map[string]challenge {
	return map[string]challenge{
		challengePasswordVerifier: {
			keys:   []string{"PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"},
			answer: (*authentication).answerPasswordVerifier,
		},
		challengeSelect: {
			keys:     []string{"ANSWER"},
			optional: []string{"PASSWORD", "SRP_A", "CREDENTIAL"},
			answer:   (*authentication).answerSelect,
		},
		challengePassword:    {keys: []string{"PASSWORD"}, answer: (*authentication).answerPassword},
		challengePasswordSRP: {keys: []string{"SRP_A"}, answer: (*authentication).answerPasswordSRP},
		challengeCustom:      {keys: []string{"ANSWER"}, answer: (*authentication).answerCustom},
		challengeSMSOTP:      {keys: []string{"SMS_OTP_CODE"}, answer: answerCode("SMS_OTP_CODE")},
		factorWebAuthn:       {keys: []string{"CREDENTIAL"}, answer: (*authentication).answerPasskey},
		challengeNewPassword: {keys: []string{"NEW_PASSWORD"}, answer: (*authentication).answerNewPassword},
		challengeSMS:         {keys: []string{"SMS_MFA_CODE"}, answer: answerCode("SMS_MFA_CODE")},
		challengeEmail:       {keys: []string{"EMAIL_OTP_CODE"}, answer: answerCode("EMAIL_OTP_CODE")},
		challengeTOTP:        {keys: []string{"SOFTWARE_TOKEN_MFA_CODE"}, answer: (*authentication).answerTOTP},
		challengeSelectMFA:   {keys: []string{"ANSWER"}, answer: (*authentication).answerSelectMFA},
		challengeMFASetup:    {optional: []string{"EMAIL"}, answer: (*authentication).answerMFASetup},
		challengeDevice:      {keys: []string{"DEVICE_KEY", "SRP_A"}, answer: (*authentication).answerDevice},
		challengeDeviceVerifier: {
			keys:   []string{"DEVICE_KEY", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"},
			answer: (*authentication).answerDeviceVerifier,
		},
	}
}

func (in respondToAuthChallengeInput) unknownKeys() []string {
	c, served := challenges()[in.ChallengeName]
	if !served {
		return nil
	}
	known := slices.Concat([]string{"USERNAME", "SECRET_HASH", "DEVICE_KEY"}, c.keys, c.optional)
	return slices.DeleteFunc(keysBeyond(in.ChallengeResponses, known), func(key string) bool {
		return in.ChallengeName == challengeNewPassword && strings.HasPrefix(key, newAttributePrefix)
	})
}

func (o *authOperations) respondToAuthChallenge(in respondToAuthChallengeInput) (any, error) {
	c, err := o.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	if in.Session == "" && in.ChallengeName != challengePasswordVerifier && !in.provesDevice() {
		return nil, missingParameter("Session")
	}
	keys := append([]string{"USERNAME"}, challenges()[in.ChallengeName].keys...)
	if err := checkKeys(in.ChallengeResponses, keys...); err != nil {
		return nil, err
	}
	out, err := o.answerChallenge(c, in)
	if err != nil {
		return nil, err
	}
	return o.tokens.reply(out)
}

func (o *authOperations) answerChallenge(c *appClient, in respondToAuthChallengeInput) (outcome, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	name := in.ChallengeResponses["USERNAME"]
	// The hash is over the name in the same answer, whichever name of the user that is.
	if err := c.checkSecretHash(in.ChallengeResponses["SECRET_HASH"], name); err != nil {
		return outcome{}, err
	}
	s, err := o.openChallenge(c, in)
	switch {
	case err != nil:
		return outcome{}, err
	case s.client.id != c.id || !o.owns(s, name):
		return outcome{}, notAuthorized(textInvalidSession)
	case s.disabled:
		return outcome{}, notAuthorized(textUserDisabled)
	case in.ChallengeName == challengeTOTP && s.totp.secret == "":
		return outcome{}, refuse(codeSoftwareTokenNotFound, textNoSoftwareToken)
	case !s.accepts(in.ChallengeName) && in.ChallengeName == challengeSelect && !s.userAuth:
		return outcome{}, notAuthorized(textMismatchedFlow)
	case !s.accepts(in.ChallengeName):
		return outcome{}, notAuthorized(textInvalidSession)
	}
	s.client, s.metadata = c, in.ClientMetadata // as they are now
	if err := o.devices.present(&s.signIn, in.ChallengeResponses["DEVICE_KEY"]); err != nil {
		return outcome{}, err
	}
	s.aliased = s.aliased || !s.unnamed && name != s.username
	// Used from the start, because another answer may come while the lock is let go of.
	s.used = true
	out, err := challenges()[in.ChallengeName].answer(o.authentication, s, in.ChallengeResponses)
	s.used = err == nil || isFinal(err)
	return out, err
}

// openChallenge returns the session that an answer belongs to. A PASSWORD_VERIFIER of USER_SRP_AUTH
// has none, whatever the client sends. The answer of a device without one belongs to the newest
// sign-in that waits for that device.
func (o *authOperations) openChallenge(c *appClient, in respondToAuthChallengeInput) (*challengeSession, error) {
	if in.ChallengeName == challengePasswordVerifier && o.sessions.find(in.Session) == nil {
		return o.handshake(c, in.ChallengeResponses["USERNAME"]), nil
	}
	if in.Session != "" {
		return o.sessions.pending(in.Session)
	}
	key, u := in.ChallengeResponses["DEVICE_KEY"], o.users.find(in.ChallengeResponses["USERNAME"])
	s := o.sessions.newest(func(s *challengeSession) bool {
		return s.challenge == in.ChallengeName && s.client.id == c.id && s.user == u && s.deviceKey == key
	})
	if s == nil {
		return nil, missingParameter("Session")
	}
	return s, nil
}

// provesDevice reports whether the answer is one of the two of a device.
func (in respondToAuthChallengeInput) provesDevice() bool {
	return in.ChallengeName == challengeDevice || in.ChallengeName == challengeDeviceVerifier
}

// loose returns what the API's documentation forbids and the pool tolerates: AWS's samples answer
// for a device without the session that they got.
func (in respondToAuthChallengeInput) loose() []string {
	if in.Session != "" || !in.provesDevice() {
		return nil
	}
	return []string{"the answer to " + in.ChallengeName + " has no Session"}
}

// owns reports whether the session belongs to the user of that name.
func (o *authOperations) owns(s *challengeSession, name string) bool {
	u := o.users.find(name)
	if !s.simulated {
		return u == s.user
	}
	return u == nil && (o.users.fold(name) == s.username || o.hidden.user(name).username == s.username)
}
