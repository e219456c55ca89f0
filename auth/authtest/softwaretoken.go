package authtest

import "errors"

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

// settingUpToken finds who sets an authenticator app up: the owner of an access token, or, with a session, a user in the
// middle of a sign-in.
func (p *Pool) settingUpToken(accessToken, session string) (*user, *challengeSession, error) {
	var u *user
	var s *challengeSession
	var err error
	switch {
	case accessToken != "":
		u, err = p.tokenUser(accessToken)
	case session != "":
		s, err = p.session(session)
		if err == nil && s.challenge != challengeMFASetup {
			err = notAuthorized(textInvalidSession)
		}
	default:
		err = malformed(codeInvalidParameter, "Either AccessToken or Session is required")
	}
	if err != nil {
		return nil, nil, err
	}
	if !p.mfa.totp {
		return nil, nil, refuse(codeSoftwareTokenNotFound, textSoftwareTokenOff)
	}
	if s != nil {
		u = s.user
	}
	return u, s, nil
}

// associateSoftwareToken hands out a new secret. An older verified one works until the new one is verified.
func (p *Pool) associateSoftwareToken(in associateSoftwareTokenInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, s, err := p.settingUpToken(in.AccessToken, in.Session)
	if err != nil {
		return nil, err
	}
	u.totp.pending = newTOTPSecret()
	out := associateSoftwareTokenOutput{SecretCode: u.totp.pending}
	if s != nil {
		out.Session = p.rotate(s)
	}
	return out, nil
}

// verifySoftwareToken checks the first code. It does not switch the factor on: SetUserMFAPreference does.
func (p *Pool) verifySoftwareToken(in verifySoftwareTokenInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, s, err := p.settingUpToken(in.AccessToken, in.Session)
	if err != nil {
		return nil, err
	}
	if u.totp.pending == "" {
		return nil, refuse(codeSoftwareTokenNotFound, textNoSoftwareToken)
	}
	err = u.totp.accept(u.totp.pending, in.UserCode, p.Now())
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
		out.Session = p.rotate(s)
	}
	return out, nil
}
