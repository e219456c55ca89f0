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
	// oauth is what an OAuth request asked for; nil after a sign-in through the API.
	oauth *oauthTerms
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

// tokenPair is what the pool keeps of an access token and its ID token, of which the later one
// expires at that time.
type tokenPair struct {
	login   *login
	expires time.Time
}

// logins are kept by the event_id of their access and ID tokens and by the hashes of their refresh
// tokens. Those that can be revoked are kept with their users too.
type logins struct {
	clock   *clock
	byEvent map[string]tokenPair
	byToken map[[sha256.Size]byte]*refreshToken
	size    int // at which the events are swept next
}

func newLogins(c *clock) *logins {
	return &logins{
		clock:   c,
		byEvent: map[string]tokenPair{},
		byToken: map[[sha256.Size]byte]*refreshToken{},
	}
}

// userLogins are the logins of a user, by their origin_jti.
type userLogins struct {
	byOrigin map[string]*login
	size     int // at which they are swept next
}

// begin lets the login be revoked with the others of its user.
func (all *logins) begin(l *login) {
	own := &l.user.logins
	if own.byOrigin == nil {
		own.byOrigin = map[string]*login{}
	}
	sweep(own.byOrigin, &own.size, func(l *login) bool { return l.revoked || all.isOver(l) })
	own.byOrigin[l.originJTI] = l
}

// isOver reports whether no token of the login can work any more. Its last access and ID token
// may outlive the refresh tokens by a day.
func (all *logins) isOver(l *login) bool {
	return all.clock.longGone(l.expires.Add(day))
}

// add returns the next refresh token of the login.
func (all *logins) add(l *login) string {
	token := newRefreshToken()
	l.user.signedIn = true
	all.begin(l)
	all.byToken[sha256.Sum256([]byte(token))] = &refreshToken{login: l}
	return token
}

func (all *logins) find(token string) *refreshToken {
	return all.byToken[sha256.Sum256([]byte(token))]
}

// event returns the event_id of the login's next tokens, by which the login is found: not every
// access token has an origin_jti.
func (all *logins) event(l *login, now time.Time) string {
	sweep(all.byEvent, &all.size, func(t tokenPair) bool { return all.clock.longGone(t.expires) })
	id := newUUID()
	all.byEvent[id] = tokenPair{login: l, expires: now.Add(max(l.client.accessValidity, l.client.idValidity))}
	return id
}

// revoked reports whether the tokens with that event_id were revoked.
func (all *logins) revoked(eventID string) bool {
	pair, known := all.byEvent[eventID]
	return known && pair.login.revoked
}

// end revokes the logins.
func (own *userLogins) end() {
	for _, l := range own.byOrigin {
		l.revoked = true
	}
	*own = userLogins{}
}

// forget lets the refresh tokens that are bound to the device work no more.
func (own *userLogins) forget(deviceKey string) {
	for _, l := range own.byOrigin {
		if l.deviceKey == deviceKey {
			l.refreshRevoked = true
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
	if in.onPage {
		in.logEvent(newUUID(), true, a.clock.now())
		return outcome{signedIn: in.user}, nil
	}
	overrides, err := a.lambdas.preTokenGeneration(in.user, in.tokenSource(), nil, in.caller())
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
