package authtest

import (
	"math/big"
)

// beginSRP answers SRP_A. The challenge has no Session: all of its state is in the SECRET_BLOCK.
func (o *authOperations) beginSRP(b beginning) (outcome, error) {
	clientPublic, err := o.passwords.group.parsePublic(b.parameters["SRP_A"])
	if err != nil {
		return outcome{}, err
	}
	in, err := o.signingIn(b)
	if err != nil {
		return outcome{}, err
	}
	return o.askPasswordVerifier(in, clientPublic, false), nil
}

// askPasswordVerifier continues a handshake. A bound handshake is part of a sign-in with a session,
// which the answer must carry: otherwise the proof alone would complete a sign-in.
func (a *authentication) askPasswordVerifier(in signIn, clientPublic *big.Int, bound bool) outcome {
	v := a.hidden.verifierOf(in.user)
	var secret, serverPublic *big.Int
	a.mu.unlocked(func() { secret, serverPublic = a.passwords.group.ephemeral(v) })
	out := outcome{challenge: challengePasswordVerifier, parameters: map[string]string{
		"SALT":  v.salt.Text(16),
		"SRP_B": serverPublic.Text(16),
		"SECRET_BLOCK": a.handshakes.sealBlock(srpState{
			Challenge: challengePasswordVerifier, Bound: bound, ClientID: in.client.id, Username: in.username,
			DeviceKey: in.deviceKey, ClientPublic: clientPublic, ServerPublic: serverPublic, Secret: secret,
			Expires: a.clock.now().Add(in.client.sessionValidity),
		}),
		"USERNAME":        in.username,
		"USER_ID_FOR_SRP": in.username,
	}}
	if bound {
		out.session = a.sessions.open(challengeSession{challenge: challengePasswordVerifier, signIn: in})
	}
	return out
}

// answerPasswordVerifier checks the proof of the password. Every failure looks like a wrong
// password.
func (a *authentication) answerPasswordVerifier(s *challengeSession, responses map[string]string) (outcome, error) {
	in := s.signIn
	c, err := a.handshakes.readClaim(in.client, challengePasswordVerifier, responses)
	switch {
	case err != nil:
		return outcome{}, err
	case c.whole && c.state.Bound == s.expires.IsZero():
		return outcome{}, notAuthorized(textInvalidSession)
	}
	if in.deviceKey == "" {
		in.deviceKey = c.state.DeviceKey
	}
	return a.provePassword(in, func(v verifier) bool {
		return c.state.Username == in.username && a.handshakes.claimHolds(c, v, a.identity.name, in.username) &&
			a.handshakes.spend(c)
	})
}

// handshake returns the session of a PASSWORD_VERIFIER that has none.
func (o *authOperations) handshake(client *appClient, name string) *challengeSession {
	u := o.users.find(name)
	if u == nil {
		// Only the stand-in for an unknown user gets as far as here; it is locked like a real one.
		u = &user{username: name, status: statusConfirmed, simulated: true}
	}
	return &challengeSession{challenge: challengePasswordVerifier, signIn: signIn{user: u, client: client}}
}

func (o *authOperations) beginPassword(b beginning) (outcome, error) {
	from := caller{clientID: b.client.id, metadata: b.metadata}
	if err := o.migrate(b.parameters["USERNAME"], b.parameters["PASSWORD"], sourceMigrateSignIn, from); err != nil {
		return outcome{}, err
	}
	in, err := o.signingIn(b)
	if err != nil {
		return outcome{}, err
	}
	return o.tryPassword(in, b.parameters["PASSWORD"])
}

// tryPassword continues a sign-in if the password is right.
func (a *authentication) tryPassword(in signIn, password string) (outcome, error) {
	return a.provePassword(in, func(v verifier) bool {
		return a.passwords.group.matches(v, a.identity.name, in.username, password)
	})
}

// provePassword continues a sign-in if prove accepts the verifier of the password. The state of the
// account and a lockout are checked before the password. prove runs without the pool's lock,
// because it takes milliseconds.
func (a *authentication) provePassword(in signIn, prove func(verifier) bool) (outcome, error) {
	if err := a.passwords.checkGates(in.user); err != nil {
		return outcome{}, err
	}
	v, proven := a.hidden.verifierOf(in.user), false
	a.mu.unlocked(func() { proven = prove(v) })
	// Others may have guessed meanwhile: no more guesses are judged than one after the other would
	// be.
	if err := a.passwords.checkGates(in.user); err != nil {
		return outcome{}, err
	}
	if !proven {
		a.passwords.failed(in.username)
		in.logEvent(newUUID(), false, a.clock.now())
		return outcome{}, notAuthorized(textWrongPassword)
	}
	delete(a.passwords.lockouts, in.username)
	if err := in.checkStatus(); err != nil {
		return outcome{}, err
	}
	in.custom = in.custom.with(ChallengeResult{ChallengeName: challengePasswordVerifier, ChallengeResult: true})
	return a.afterFirstFactor(in)
}
