package authtest

// askDevice asks the device to prove itself. The challenge has no parameters: whoever presented the key knows everything.
func (p *Pool) askDevice(in signIn) outcome {
	s := challengeSession{challenge: challengeDevice, signIn: in}
	return outcome{challenge: s.challenge, session: p.openSession(s), parameters: map[string]string{}}
}

// answerDevice begins the handshake with the device presented last.
func (p *Pool) answerDevice(s *challengeSession, responses map[string]string) (outcome, error) {
	clientPublic, err := p.group.parsePublic(responses["SRP_A"])
	if err != nil {
		return outcome{}, err
	}
	d, err := p.trackedDevice(s.user, s.deviceKey)
	if err != nil {
		return outcome{}, err
	}
	secret, serverPublic := p.group.ephemeral(d.verifier)
	block := p.sealBlock(srpState{
		Challenge: challengeDeviceVerifier, ClientID: s.client.id, Username: s.username, DeviceKey: d.key,
		ClientPublic: clientPublic, ServerPublic: serverPublic, Secret: secret,
		Expires: p.Now().Add(s.client.sessionValidity),
	})
	next := challengeSession{challenge: challengeDeviceVerifier, signIn: s.signIn}
	return outcome{challenge: next.challenge, session: p.openSession(next), parameters: map[string]string{
		"SALT":         d.verifier.salt.Text(16),
		"SRP_B":        serverPublic.Text(16),
		"SECRET_BLOCK": block,
		"DEVICE_KEY":   d.key,
		"USERNAME":     s.username,
	}}, nil
}

// answerDeviceVerifier checks the proof of the device's password. Every way to fail reads like a wrong password, but does not count
// as one for the lockout.
func (p *Pool) answerDeviceVerifier(s *challengeSession, responses map[string]string) (outcome, error) {
	c, err := p.readClaim(s.client, challengeDeviceVerifier, responses)
	if err != nil {
		return outcome{}, err
	}
	d, err := p.trackedDevice(s.user, s.deviceKey)
	if err != nil {
		return outcome{}, err
	}
	ours := c.state.Username == s.username && c.state.DeviceKey == d.key
	if !ours || !p.claimHolds(c, d.verifier, d.groupKey, d.key) || !p.use(c) {
		return outcome{}, notAuthorized(textWrongPassword)
	}
	in := s.signIn
	in.provenKey = d.key
	return p.proceed(in)
}
