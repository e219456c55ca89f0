package authtest

import (
	"crypto/hmac"
	"encoding/base64"
	"time"
)

// beginSRP answers SRP_A. The challenge has no Session: all of its state is in the SECRET_BLOCK.
func (p *Pool) beginSRP(parameters map[string]string) (outcome, error) {
	clientPublic, err := p.group.parsePublic(parameters["SRP_A"])
	if err != nil {
		return outcome{}, err
	}
	p.mu.Lock()
	u, err := p.signingIn(parameters["USERNAME"])
	if err != nil {
		p.mu.Unlock()
		return outcome{}, err
	}
	username, v := u.username, u.password
	p.mu.Unlock()
	secret, serverPublic := p.group.ephemeral(v)
	block := p.sealBlock(srpState{
		Username: username, ClientPublic: clientPublic, ServerPublic: serverPublic, Secret: secret,
		Expires: p.Now().Add(p.cfg.AuthSessionValidity),
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
func (p *Pool) answerPasswordVerifier(responses map[string]string) (outcome, error) {
	at, err := parseTimestamp(responses["TIMESTAMP"])
	if err != nil {
		return outcome{}, err
	}
	p.mu.Lock()
	u := p.users.find(responses["USERNAME"])
	if u != nil && u.disabled {
		err = notAuthorized(textUserDisabled)
	}
	p.mu.Unlock()
	if err != nil {
		return outcome{}, err
	}
	if u == nil {
		// Nobody, or the stand-in for nobody: refused, and locked after a while, like a user with a wrong password.
		u = &user{username: responses["USERNAME"], status: statusConfirmed}
	}
	return p.firstFactor(u, func(v verifier) bool {
		return v.v != nil && p.fresh(at) && p.claimHolds(u, v, responses)
	})
}

// claimHolds reports whether the signature is the one that only the password's owner can make for this block.
func (p *Pool) claimHolds(u *user, v verifier, responses map[string]string) bool {
	block, err := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SECRET_BLOCK"])
	if err != nil {
		return false
	}
	signature, err := base64.StdEncoding.DecodeString(responses["PASSWORD_CLAIM_SIGNATURE"])
	if err != nil {
		return false
	}
	state, open := p.openBlock(block)
	if !open || state.Username != u.username {
		return false
	}
	key := p.group.claimKey(state.ClientPublic, state.ServerPublic, state.Secret, v)
	if key == nil {
		return false
	}
	want := claimSignature(key, p.poolName(), u.username, block, responses["TIMESTAMP"])
	return hmac.Equal(want, signature) && p.spend(block)
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
