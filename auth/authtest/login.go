package authtest

import (
	"crypto/sha256"
	"time"
)

// login is a completed sign-in: what its tokens have in common for as long as they are refreshed.
type login struct {
	user *user
	// client is the app client that the tokens were issued to, as it was then.
	client    *appClient
	originJTI string
	// at is the auth_time, expires the end of the refresh tokens.
	at, expires time.Time
	// deviceKey is the device that the tokens are bound to, if any.
	deviceKey string
	// revoked logins have no working token left.
	revoked bool
	// refreshRevoked ones are not refreshed any more; their access tokens work until they expire.
	refreshRevoked bool
}

// refreshToken is what the pool keeps of a refresh token.
type refreshToken struct {
	*login
	// rotated is when the token was first exchanged for another one.
	rotated time.Time
}

// logins are kept by their origin_jti, by the event_id of their access tokens, and by the hashes of
// their refresh tokens.
type logins struct {
	byOrigin map[string]*login
	byEvent  map[string]*login
	byToken  map[[sha256.Size]byte]*refreshToken
}

func newLogins() logins {
	return logins{
		byOrigin: map[string]*login{},
		byEvent:  map[string]*login{},
		byToken:  map[[sha256.Size]byte]*refreshToken{},
	}
}

// add returns the next refresh token of the login.
func (all logins) add(l *login) string {
	token := newRefreshToken()
	l.user.signedIn = true
	all.byOrigin[l.originJTI] = l
	all.byToken[sha256.Sum256([]byte(token))] = &refreshToken{login: l}
	return token
}

func (all logins) find(token string) *refreshToken {
	return all.byToken[sha256.Sum256([]byte(token))]
}

// event returns the event_id of the login's next tokens, by which the login is found: not every
// access token has an origin_jti.
func (all logins) event(l *login) string {
	id := newUUID()
	all.byEvent[id] = l
	return id
}

// revoked reports whether the access token with that event_id was revoked.
func (all logins) revoked(eventID string) bool {
	l := all.byEvent[eventID]
	return l != nil && l.revoked
}

// end revokes all logins of the user.
func (all logins) end(u *user) {
	for _, l := range all.byOrigin {
		if l.user == u {
			l.revoked = true
		}
	}
}

// grantTokens ends a sign-in. If devices are tracked and none was presented, it issues the key of a
// new one.
func (a *authentication) grantTokens(in signIn) (outcome, error) {
	if err := a.lambdas.postAuthentication(
		in,
		a.devices.tracking() && a.devices.presented(in) == nil,
	); err != nil {
		return outcome{}, err
	}
	overrides, err := a.lambdas.preTokenGeneration(in.user, in.tokenSource(), in.caller())
	if err != nil {
		return outcome{}, err
	}
	now := a.clock.now()
	l := &login{
		user:      in.user,
		client:    in.client,
		originJTI: newUUID(),
		at:        now,
		expires:   now.Add(in.client.refreshValidity),
	}
	var created *newDeviceMetadata
	if a.devices.tracking() {
		d := a.devices.presented(in)
		if d == nil {
			d = a.devices.issue(in)
			created = &newDeviceMetadata{DeviceKey: d.key, DeviceGroupKey: d.groupKey}
		}
		d.authenticated = now
		if !in.aliased || in.provenKey == d.key {
			l.deviceKey = d.key
		}
	}
	g := a.tokens.logins.grant(l, a.clock.now())
	in.logEvent(g.eventID, true, now)
	g.override(overrides)
	g.newDevice, g.refreshToken = created, a.tokens.logins.add(l)
	return outcome{grant: g}, nil
}
