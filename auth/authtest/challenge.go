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
	// keys are the responses that the answer must have, beside USERNAME; optional are those that it may have.
	keys, optional []string
	// answer carries the sign-in on. The session is used up unless it fails.
	answer func(p *Pool, s *challengeSession, responses map[string]string) (outcome, error)
}

func challenges() map[string]challenge {
	return map[string]challenge{
		challengePasswordVerifier: {
			keys: []string{"PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"},
		},
		challengeNewPassword: {keys: []string{"NEW_PASSWORD"}, answer: (*Pool).answerNewPassword},
		challengeSMS:         {keys: []string{"SMS_MFA_CODE"}, answer: answerCode("SMS_MFA_CODE")},
		challengeEmail:       {keys: []string{"EMAIL_OTP_CODE"}, answer: answerCode("EMAIL_OTP_CODE")},
		challengeTOTP:        {keys: []string{"SOFTWARE_TOKEN_MFA_CODE"}, answer: (*Pool).answerTOTP},
		challengeSelectMFA:   {keys: []string{"ANSWER"}, answer: (*Pool).answerSelectMFA},
		challengeMFASetup:    {optional: []string{"EMAIL"}, answer: (*Pool).answerMFASetup},
		challengeDevice:      {keys: []string{"DEVICE_KEY", "SRP_A"}, answer: (*Pool).answerDevice},
		challengeDeviceVerifier: {
			keys:   []string{"DEVICE_KEY", "PASSWORD_CLAIM_SECRET_BLOCK", "PASSWORD_CLAIM_SIGNATURE", "TIMESTAMP"},
			answer: (*Pool).answerDeviceVerifier,
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

func (p *Pool) respondToAuthChallenge(in respondToAuthChallengeInput) (any, error) {
	c, err := p.client(in.ClientID)
	if err != nil {
		return nil, err
	}
	if in.Session == "" && in.ChallengeName != challengePasswordVerifier {
		return nil, missingParameter("Session")
	}
	keys := append([]string{"USERNAME"}, challenges()[in.ChallengeName].keys...)
	if err := checkKeys(in.ChallengeResponses, keys...); err != nil {
		return nil, err
	}
	if err := p.checkAnswerHash(c, in.ChallengeResponses); err != nil {
		return nil, err
	}
	out, err := p.answerChallenge(c, in)
	if err != nil {
		return nil, err
	}
	return p.reply(out)
}

// checkAnswerHash wants the hash over the internal user name, whatever name the answer gives.
func (p *Pool) checkAnswerHash(c *appClient, responses map[string]string) error {
	name := responses["USERNAME"]
	p.mu.Lock()
	if u := p.users.find(name); u != nil {
		name = u.username
	}
	p.mu.Unlock()
	return c.checkSecretHash(responses["SECRET_HASH"], name)
}

func (p *Pool) answerChallenge(c *appClient, in respondToAuthChallengeInput) (outcome, error) {
	if in.ChallengeName == challengePasswordVerifier {
		return p.answerPasswordVerifier(c, in.ChallengeResponses)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	s, err := p.session(in.Session)
	switch {
	case err != nil:
		return outcome{}, err
	case s.client.id != c.id || s.user != p.users.find(in.ChallengeResponses["USERNAME"]):
		return outcome{}, notAuthorized(textInvalidSession)
	case in.ChallengeName == challengeTOTP && s.totp.secret == "":
		return outcome{}, refuse(codeSoftwareTokenNotFound, textNoSoftwareToken)
	case in.ChallengeName != s.challenge:
		return outcome{}, notAuthorized(textInvalidSession)
	}
	s.client = c // as it is now
	if err := p.present(&s.signIn, in.ChallengeResponses["DEVICE_KEY"]); err != nil {
		return outcome{}, err
	}
	s.aliased = s.aliased || p.users.fold(in.ChallengeResponses["USERNAME"]) != p.users.fold(s.username)
	out, err := challenges()[in.ChallengeName].answer(p, s, in.ChallengeResponses)
	if err == nil {
		s.used = true
	}
	return out, err
}
