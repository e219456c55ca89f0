package auth

import "time"

// maxEarly is how long before their end tokens are renewed at the most.
const maxEarly = time.Minute

// lifetime is, by this side's clock, when the tokens came, when they are to be renewed, and when the access token ends.
type lifetime struct {
	ReceivedAt time.Time `json:"receivedAt"`
	RenewAt    time.Time `json:"renewAt"`
	ValidUntil time.Time `json:"validUntil"`
}

// received notes how long the tokens live by this machine's clock: from now, as long as the server says. The two clocks are
// never compared. They are to be renewed a minute before the first of them ends or, if it is short-lived, a tenth of its life.
func (l *lifetime) received(now time.Time, expiresIn int32, session AuthSession) {
	life := time.Duration(expiresIn) * time.Second
	if life <= 0 {
		life = session.AccessToken.life()
	}
	shortest := life
	if id := session.IDToken.life(); id > 0 {
		shortest = min(shortest, id)
	}
	l.ReceivedAt, l.ValidUntil = now, now.Add(life)
	l.RenewAt = now.Add(shortest - min(maxEarly, shortest/10))
}

func (t Token) life() time.Duration { return t.ExpiresAt.Sub(t.IssuedAt) }

// fresh reports whether the tokens need not be renewed yet.
func (l lifetime) fresh(now time.Time) bool {
	return l.valid(now) && now.Before(l.RenewAt)
}

// valid reports whether the access token has not expired. A clock that was set back to before the token came proves nothing.
func (l lifetime) valid(now time.Time) bool {
	return now.Before(l.ValidUntil) && !now.Before(l.ReceivedAt.Add(-maxEarly))
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
