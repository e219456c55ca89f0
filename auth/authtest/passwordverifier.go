package authtest

import (
	"crypto/hmac"
	"encoding/base64"
	"time"
)

// beginSRP answers SRP_A. The challenge has no Session: all of its state is in the SECRET_BLOCK.
func (p *Pool) beginSRP(c *appClient, parameters map[string]string) (outcome, error) {
	clientPublic, err := p.group.parsePublic(parameters["SRP_A"])
	if err != nil {
		return outcome{}, err
	}
	p.mu.Lock()
	in, err := p.signingIn(c, parameters)
	if err != nil {
		p.mu.Unlock()
		return outcome{}, err
	}
	username, v := in.username, in.password
	p.mu.Unlock()
	secret, serverPublic := p.group.ephemeral(v)
	block := p.sealBlock(srpState{
		Challenge: challengePasswordVerifier, ClientID: c.id, Username: username, DeviceKey: in.deviceKey,
		ClientPublic: clientPublic, ServerPublic: serverPublic, Secret: secret,
		Expires: p.Now().Add(c.sessionValidity),
	})
	return outcome{challenge: challengePasswordVerifier, parameters: map[string]string{
		"SALT":            v.salt.Text(16),
		"SRP_B":           serverPublic.Text(16),
		"SECRET_BLOCK":    block,
		"USERNAME":        username,
		"USER_ID_FOR_SRP": username,
	}}, nil
}

// claimSkew is how far the client's clock may be off.
const claimSkew = 5 * time.Minute

// answerPasswordVerifier checks the proof of the password. Every way to fail reads like a wrong password.
func (p *Pool) answerPasswordVerifier(client *appClient, responses map[string]string) (outcome, error) {
	c, err := p.readClaim(client, challengePasswordVerifier, responses)
	if err != nil {
		return outcome{}, err
	}
	p.mu.Lock()
	in, err := p.claimant(client, c, responses)
	p.mu.Unlock()
	if err != nil {
		return outcome{}, err
	}
	return p.firstFactor(in, func(v verifier) bool {
		return v.v != nil && c.state.Username == in.username && p.claimHolds(c, v, p.poolName(), in.username) && p.spend(c.block)
	})
}

// claimant is who answers PASSWORD_VERIFIER, with the device that came with the answer or with SRP_A.
func (p *Pool) claimant(client *appClient, c claim, responses map[string]string) (signIn, error) {
	name := responses["USERNAME"]
	in := signIn{user: p.users.find(name), client: client}
	switch {
	case in.user == nil:
		// Only the stand-in for an unknown user gets as far as here; it is locked like a real one.
		in.user = &user{username: name, status: statusConfirmed}
	case in.disabled:
		return signIn{}, notAuthorized(textUserDisabled)
	}
	in.deviceKey, in.aliased = c.state.DeviceKey, p.users.fold(name) != p.users.fold(in.username)
	return in, p.present(&in, responses["DEVICE_KEY"])
}

// claim is the answer to the second step of a handshake.
type claim struct {
	block, signature []byte
	timestamp        string
	at               time.Time
	// state is what was in the block; whole says that it is one of the pool's, for this client and challenge, and in time.
	state srpState
	whole bool
}

// readClaim only fails for a TIMESTAMP that no client would send.
func (p *Pool) readClaim(client *appClient, challenge string, responses map[string]string) (claim, error) {
	at, err := parseTimestamp(responses["TIMESTAMP"])
	if err != nil {
		return claim{}, err
	}
	block, blockErr := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
	signature, err := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SIGNATURE"])
	state, open := p.openBlock(block)
	return claim{
		block: block, signature: signature, timestamp: responses["TIMESTAMP"], at: at, state: state,
		whole: blockErr == nil && err == nil && open && state.ClientID == client.id && state.Challenge == challenge,
	}, nil
}

// claimHolds reports whether the signature is the one that only the password's owner can make for this block.
func (p *Pool) claimHolds(c claim, v verifier, pool, name string) bool {
	if !c.whole || !p.fresh(c.at) {
		return false
	}
	key := p.group.claimKey(c.state.ClientPublic, c.state.ServerPublic, c.state.Secret, v)
	return key != nil && hmac.Equal(claimSignature(key, pool, name, c.block, c.timestamp), c.signature)
}

// timestampLayout is Java's "EEE MMM d HH:mm:ss z yyyy" in UTC: the day of the month has no padding.
const timestampLayout = "Mon Jan 2 15:04:05 UTC 2006"

// parseTimestamp is as strict as the service: a padded day or a weekday that does not belong to the date is as bad as a wrong
// password.
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

// fresh reports whether a timestamp is near the wall clock or the pool's. Clients cannot move with the pool's clock.
func (p *Pool) fresh(at time.Time) bool {
	return time.Until(at).Abs() <= claimSkew || at.Sub(p.Now()).Abs() <= claimSkew
}
