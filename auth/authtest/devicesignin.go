package authtest

// askDevice asks the device to prove itself. The challenge has no parameters: the client that
// presented the key has what it needs.
func (a *authentication) askDevice(in signIn) outcome {
	s := challengeSession{challenge: challengeDevice, signIn: in}
	return outcome{challenge: s.challenge, session: a.sessions.open(s), parameters: map[string]string{}}
}

// answerDevice begins the SRP handshake with the device presented last.
func (a *authentication) answerDevice(s *challengeSession, responses map[string]string) (outcome, error) {
	clientPublic, err := a.passwords.group.parsePublic(responses["SRP_A"])
	if err != nil {
		return outcome{}, err
	}
	d, err := a.devices.find(s.user, s.deviceKey)
	if err != nil {
		return outcome{}, err
	}
	secret, serverPublic := a.passwords.group.ephemeral(d.verifier)
	block := a.handshakes.sealBlock(srpState{
		Challenge: challengeDeviceVerifier, ClientID: s.client.id, Username: s.username, DeviceKey: d.key,
		ClientPublic: clientPublic, ServerPublic: serverPublic, Secret: secret,
		Expires: a.clock.now().Add(s.client.sessionValidity),
	})
	next := challengeSession{challenge: challengeDeviceVerifier, signIn: s.signIn}
	return outcome{challenge: next.challenge, session: a.sessions.open(next), parameters: map[string]string{
		"SALT":         d.verifier.salt.Text(16),
		"SRP_B":        serverPublic.Text(16),
		"SECRET_BLOCK": block,
		"DEVICE_KEY":   d.key,
		"USERNAME":     s.username,
	}}, nil
}

// answerDeviceVerifier checks the proof of the device's password. Every failure looks like a wrong
// password, but does not count for the lockout.
func (a *authentication) answerDeviceVerifier(s *challengeSession, responses map[string]string) (outcome, error) {
	c, err := a.handshakes.readClaim(s.client, challengeDeviceVerifier, responses)
	if err != nil {
		return outcome{}, err
	}
	d, err := a.devices.find(s.user, s.deviceKey)
	if err != nil {
		return outcome{}, err
	}
	ours := c.state.Username == s.username && c.state.DeviceKey == d.key
	if !ours || !a.handshakes.claimHolds(c, d.verifier, d.groupKey, d.key) || !a.handshakes.use(c) {
		return outcome{}, notAuthorized(textWrongPassword)
	}
	in := s.signIn
	in.provenKey = d.key
	return a.proceed(in)
}

// tracking reports whether the pool tracks devices.
func (t *deviceTracker) tracking() bool { return t.settings.cfg.Devices != DevicesOff }

// present notes the device key that comes with a request. An unknown key refuses the request before
// its answer is checked, so that a proof, a code or a session is not used up. A pool that does not
// track devices ignores keys.
func (t *deviceTracker) present(in *signIn, key string) error {
	if key == "" || !t.tracking() {
		return nil
	}
	if in.knownDevice(key) == nil {
		return refuse(codeResourceNotFound, textDeviceDoesNotExist)
	}
	in.deviceKey = key
	return nil
}

// presented returns the device that was presented last. It returns nil if that was forgotten since,
// or if the pool no longer tracks devices.
func (t *deviceTracker) presented(in signIn) *device {
	if !t.tracking() {
		return nil
	}
	return in.knownDevice(in.deviceKey)
}
