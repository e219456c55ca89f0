package authtest

import (
	"crypto/sha256"
	"encoding/base64"
	"time"
)

// challengeSession is the state of an open challenge. The client holds an opaque string for it.
type challengeSession struct {
	challenge string
	signIn
	// expires is zero where a SECRET_BLOCK stands in for a session.
	expires time.Time
	// used sessions led to the next step and cannot be answered again.
	used bool

	// unnamed says that no challenge has told the client the internal user name.
	unnamed bool

	// choices are the factors offered by SELECT_CHALLENGE, SELECT_MFA_TYPE and MFA_SETUP.
	choices []string
	// code is what was sent to address, which is or becomes the user's attribute.
	code, attribute, address string
	// private and label are what CreateAuthChallenge keeps from the client.
	private map[string]string
	label   string
	// ceremony is the challenge that a passkey is to sign, until it was answered.
	ceremony string
	// tokenVerified says that VerifySoftwareToken succeeded in this MFA_SETUP.
	tokenVerified bool
}

// challengeSessions are kept by the hash of the string that the client holds.
type challengeSessions struct {
	clock  *clock
	byHash map[sessionHash]*challengeSession
	size   int // at which the sessions are swept next
}

// sessionHash is the SHA-256 of what the client holds.
type sessionHash [sha256.Size]byte

// open adds a session and returns its string, which is about a kilobyte long and begins like the
// real ones.
func (all *challengeSessions) open(s challengeSession) string {
	s.expires = all.clock.now().Add(s.client.sessionValidity)
	sweep(all.byHash, &all.size, func(s *challengeSession) bool { return all.clock.longGone(s.expires) })
	token := base64.RawURLEncoding.EncodeToString(append([]byte{0x01, 0x80, 0x01, 0x78}, randomBytes(760)...))
	all.byHash[sha256.Sum256([]byte(token))] = &s
	return token
}

// pending returns a session that can still be answered.
func (all *challengeSessions) pending(token string) (*challengeSession, error) {
	s := all.find(token)
	switch {
	case s == nil:
		return nil, notAuthorized(textInvalidSession)
	case !all.clock.now().Before(s.expires):
		return nil, notAuthorized(textExpiredSession)
	case s.used:
		return nil, notAuthorized(textUsedSession)
	}
	return s, nil
}

// find returns the session, open or not, or nil.
func (all *challengeSessions) find(token string) *challengeSession {
	return all.byHash[sha256.Sum256([]byte(token))]
}

// newest returns the pending session that was opened last among those that match, or nil.
func (all *challengeSessions) newest(match func(*challengeSession) bool) *challengeSession {
	var found *challengeSession
	for _, s := range all.byHash {
		open := !s.used && all.clock.now().Before(s.expires)
		if open && match(s) && (found == nil || s.expires.After(found.expires)) {
			found = s
		}
	}
	return found
}

// accepts reports whether the session can be answered as that challenge. The choice of a first
// factor stays open until a proof is given.
func (s *challengeSession) accepts(challenge string) bool {
	return s.challenge == challenge || challenge == challengeSelect && s.unnamed && len(s.choices) > 0
}

// rotate uses a session up and returns the string of its successor.
func (all *challengeSessions) rotate(s *challengeSession) string {
	next := *s
	s.used = true
	return all.open(next)
}

// pendingAt returns the pending session of a sign-up at that step.
func (all *challengeSessions) pendingAt(step string, c *appClient, u *user, token string) (*challengeSession, error) {
	s, err := all.pending(token)
	if err == nil && (s.challenge != step || s.client.id != c.id || s.user != u) {
		err = notAuthorized(textInvalidSession)
	}
	return s, err
}
