package authtest

// signIn is a sign-in on its way: whose it is, and how far it has come.
type signIn struct {
	*user
	// client is the app client that the sign-in goes through.
	client *appClient
	// deviceKey is the newest key of a device that the client presented.
	deviceKey string
	// provenKey is the key of the device that has proven itself.
	provenKey string
	// passed says that the second factor is done.
	passed bool
	// aliased says that a challenge was answered under another name than the internal one. Cognito then goes on, but
	// binds the tokens to no device.
	aliased bool
}

// present takes the key of a device that comes with a request. An unknown one refuses the request before the answer in it is
// judged, so that a proof, a code or a session is not used up. A pool that does not track devices takes no notice of keys.
func (p *Pool) present(in *signIn, key string) error {
	if key == "" || p.cfg.Devices == DevicesOff {
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
	if p.cfg.Devices == DevicesOff {
		return nil
	}
	return in.knownDevice(in.deviceKey)
}

// proceed decides what is left of a sign-in once the password is right and the user's own. A remembered device proves itself once,
// whenever its key came, and takes the place of a second factor that is still to be asked for.
func (p *Pool) proceed(in signIn) (outcome, error) {
	d := p.presented(in)
	remembered := d != nil && d.remembered
	switch {
	case remembered && in.provenKey != d.key:
		return p.askDevice(in), nil
	case in.passed || remembered && !p.cfg.MFAOnRememberedDevices:
		return p.grantTokens(in), nil
	}
	return p.secondFactor(in)
}

// pass ends the second factor.
func (p *Pool) pass(s *challengeSession) (outcome, error) {
	in := s.signIn
	in.passed = true
	return p.proceed(in)
}
