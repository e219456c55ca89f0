package authtest

import (
	"crypto/hmac"
	"encoding/base64"
	"math/big"
	"time"
)

// beginSRP answers SRP_A. The challenge has no Session: all of its state is in the SECRET_BLOCK.
func (a *authentication) beginSRP(b beginning) (outcome, error) {
	clientPublic, err := a.passwords.group.parsePublic(b.parameters["SRP_A"])
	if err != nil {
		return outcome{}, err
	}
	in, err := a.signingIn(b)
	if err != nil {
		return outcome{}, err
	}
	return a.askPasswordVerifier(in, clientPublic, false), nil
}

// askPasswordVerifier goes on with a handshake. A bound one is part of a sign-in that has a
// session, which the answer must carry: without it the proof would be worth a whole sign-in.
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
		out.session = a.sessions.openSession(challengeSession{challenge: challengePasswordVerifier, signIn: in})
	}
	return out
}

// claimSkew is how far the client's clock may be off.
const claimSkew = 5 * time.Minute

// answerPasswordVerifier checks the proof of the password. Every way to fail reads like a wrong
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
		return c.state.Username == in.username && a.handshakes.claimHolds(c, v, a.identity.name, in.username) && a.handshakes.spend(c)
	})
}

// handshake stands in for the session of a PASSWORD_VERIFIER that has none.
func (o *authOperations) handshake(client *appClient, name string) *challengeSession {
	u := o.users.find(name)
	if u == nil {
		// Only the stand-in for an unknown user gets as far as here; it is locked like a real one.
		u = &user{username: name, status: statusConfirmed, simulated: true}
	}
	return &challengeSession{challenge: challengePasswordVerifier, signIn: signIn{user: u, client: client}}
}

// claim is the answer to the second step of a handshake.
type claim struct {
	block, signature []byte
	timestamp        string
	at               time.Time
	// state is what was in the block; whole says that it is one of the pool's, for this client and
	// challenge, and in time.
	state srpState
	whole bool
}

// readClaim only fails for a TIMESTAMP that no client would send.
func (h *handshakes) readClaim(client *appClient, challenge string, responses map[string]string) (claim, error) {
	at, err := parseTimestamp(responses["TIMESTAMP"])
	if err != nil {
		return claim{}, err
	}
	block, blockErr := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
	signature, err := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SIGNATURE"])
	state, open := h.openBlock(block)
	return claim{
		block: block, signature: signature, timestamp: responses["TIMESTAMP"], at: at, state: state,
		whole: blockErr == nil && err == nil && open && state.ClientID == client.id && state.Challenge == challenge,
	}, nil
}

// claimHolds reports whether the signature is the one that only the password's owner can make for
// this block.
func (h *handshakes) claimHolds(c claim, v verifier, pool, name string) bool {
	if !c.whole || !h.fresh(c.at) {
		return false
	}
	key := h.group.claimKey(c.state.ClientPublic, c.state.ServerPublic, c.state.Secret, v)
	return key != nil && hmac.Equal(claimSignature(key, pool, name, c.block, c.timestamp), c.signature)
}

// timestampLayout is Java's "EEE MMM d HH:mm:ss z yyyy" in UTC: the day of the month has no
// padding.
const timestampLayout = "Mon Jan 2 15:04:05 UTC 2006"

// parseTimestamp is as strict as the service: a padded day or a weekday that does not belong to the
// date is as bad as a wrong password.
func parseTimestamp(text string) (time.Time, error) {
	at, err := time.Parse(timestampLayout, text)
	if err != nil {
		return time.Time{}, malformed(codeInvalidParameter,
			"TIMESTAMP format should be EEE MMM d HH:mm:ss z yyyy in english.")
	}
	if at.Format(timestampLayout) != text {
		return time.Time{}, malformed(codeNotAuthorized, textWrongPassword)
	}
	return at, nil
}

// fresh reports whether a timestamp is near the wall clock or the pool's. Clients cannot move with
// the pool's clock.
func (h *handshakes) fresh(at time.Time) bool {
	return time.Until(at).Abs() <= claimSkew || at.Sub(h.clock.now()).Abs() <= claimSkew
}
