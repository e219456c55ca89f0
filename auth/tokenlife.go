package auth

import "time"

// maxEarly is how long before their end tokens are renewed at the most.
const maxEarly = time.Minute

// received notes how long the tokens live by this machine's clock: from now, as long as the server says. The two clocks are
// never compared. They are to be renewed a minute before the first of them ends or, if it is short-lived, a tenth of its life.
func (t *tokens) received(now time.Time, expiresIn int32, session AuthSession) {
	life := time.Duration(expiresIn) * time.Second
	if life <= 0 {
		life = session.AccessToken.life()
	}
	shortest := life
	if id := session.IDToken.life(); id > 0 {
		shortest = min(shortest, id)
	}
	t.ReceivedAt, t.ValidUntil = now, now.Add(life)
	t.RenewAt = now.Add(shortest - min(maxEarly, shortest/10))
}

func (t Token) life() time.Duration { return t.ExpiresAt.Sub(t.IssuedAt) }

// fresh reports whether the tokens need not be renewed yet.
func (t *tokens) fresh(now time.Time) bool {
	return t.valid(now) && now.Before(t.RenewAt)
}

// valid reports whether the access token has not expired. A clock that was set back to before the token came proves nothing.
func (t *tokens) valid(now time.Time) bool {
	return now.Before(t.ValidUntil) && !now.Before(t.ReceivedAt.Add(-maxEarly))
}

// deviceKey is the key of the device that the tokens belong to: the one noted at sign-in, or the token's own claim.
func (t *tokens) deviceKey() string {
	if t.DeviceKey != "" {
		return t.DeviceKey
	}
	access, err := decodeToken(t.AccessToken)
	if err != nil {
		return ""
	}
	return access.text("device_key")
}
