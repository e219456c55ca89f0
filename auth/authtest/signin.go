package authtest

// signIn is a sign-in on its way: whose it is, and how far it has come.
type signIn struct {
	*user
	// client is the app client that the sign-in goes through.
	client *appClient
	// metadata is the ClientMetadata of the latest answer; that of the first call is not kept.
	metadata map[string]string
	// custom is how far a CUSTOM_AUTH sign-in has come, until DefineAuthChallenge says that it is done; nil in other flows.
	custom *customAuth
	// newPassword says that the password was changed on the way.
	newPassword bool
	// deviceKey is the newest key of a device that the client presented.
	deviceKey string
	// provenKey is the key of the device that has proven itself.
	provenKey string
	// passed says that the second factor is done.
	passed bool
	// aliased says that a challenge was answered under another name than the internal one. Cognito then goes on, but
	// binds the tokens to no device.
	aliased bool
	// untracked says that the sign-in has nothing to do with devices.
	untracked bool
}

// tracks reports whether devices play a part in the sign-in.
func (p *Pool) tracks(in signIn) bool {
	return p.cfg.Devices != DevicesOff && !in.untracked
}

// present takes the key of a device that comes with a request. An unknown one refuses the request before the answer in it is
// judged, so that a proof, a code or a session is not used up. A pool that does not track devices takes no notice of keys.
func (p *Pool) present(in *signIn, key string) error {
	if key == "" || !p.tracks(*in) {
		return nil
	}
	if in.knownDevice(key) == nil {
		return refuse(codeResourceNotFound, textDeviceDoesNotExist)
	}
	in.deviceKey = key
	return nil
}

// presented is the device presented last, or nil: it may have been forgotten since, or the pool no longer tracks devices.
func (p *Pool) presented(in signIn) *device {
	if !p.tracks(in) {
		return nil
	}
	return in.knownDevice(in.deviceKey)
}

// proceed decides what is left of a sign-in once the password is right and the user's own. A remembered device proves itself once,
// whenever its key came, and takes the place of a second factor that is still to be asked for. In CUSTOM_AUTH the second factor
// follows the password, and the device comes when DefineAuthChallenge is content.
func (p *Pool) proceed(in signIn) (outcome, error) {
	d := p.presented(in)
	remembered := d != nil && d.remembered
	switch {
	case in.simulated:
		return outcome{}, final(notAuthorized(textWrongPassword))
	case in.custom != nil && in.passed:
		return p.define(in)
	case in.custom != nil:
		return p.secondFactor(in)
	case remembered && in.provenKey != d.key:
		return p.askDevice(in), nil
	case in.passed || remembered && !p.cfg.MFAOnRememberedDevices:
		return p.grantTokens(in)
	}
	return p.secondFactor(in)
}

// pass ends the second factor.
func (p *Pool) pass(in signIn) (outcome, error) {
	in.passed = true
	return p.proceed(in)
}

// passChallenge ends the second factor with the challenge that was answered.
func (p *Pool) passChallenge(s *challengeSession) (outcome, error) {
	in := s.signIn
	in.custom = in.custom.with(ChallengeResult{ChallengeName: s.challenge, ChallengeResult: true})
	return p.pass(in)
}
