package authtest

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"fmt"
	"slices"
	"strings"
	"time"
)

// savedLogin is a completed sign-in in a [State], with the hashes of its refresh tokens and the ids
// of its access tokens.
type savedLogin struct {
	Sub            string       `json:"sub"`
	ClientID       string       `json:"clientId"`
	OriginJTI      string       `json:"originJti"`
	At             time.Time    `json:"at"`
	Expires        time.Time    `json:"expires"`
	DeviceKey      string       `json:"deviceKey,omitempty"`
	OAuth          *savedTerms  `json:"oauth,omitempty"`
	Revoked        bool         `json:"revoked,omitempty"`
	RefreshRevoked bool         `json:"refreshRevoked,omitempty"`
	Events         []string     `json:"events,omitempty"`
	RefreshTokens  []savedToken `json:"refreshTokens,omitempty"`
}

type savedTerms struct {
	Scopes   []string `json:"scopes"`
	Resource string   `json:"resource,omitempty"`
}

type savedToken struct {
	SHA256  []byte    `json:"sha256"`
	Rotated time.Time `json:"rotated,omitzero"`
}

// saveLogins returns the sign-ins of which a token may still work, by their times.
func (k *core) saveLogins() []savedLogin {
	byLogin := k.tokens.logins.saveTokens()
	var saved []savedLogin
	for l, one := range byLogin {
		if !k.users.has(l.user) || k.clients.find(l.client.id) == nil || k.tokens.logins.isOver(l) {
			continue
		}
		slices.Sort(one.Events)
		slices.SortFunc(one.RefreshTokens, func(a, b savedToken) int { return bytes.Compare(a.SHA256, b.SHA256) })
		saved = append(saved, *one)
	}
	slices.SortFunc(saved, func(a, b savedLogin) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.OriginJTI, b.OriginJTI))
	})
	return saved
}

// saveTokens returns the logins with their tokens. Access and ID tokens that expired are left out.
func (all *logins) saveTokens() map[*login]*savedLogin {
	byLogin := map[*login]*savedLogin{}
	saved := func(l *login) *savedLogin {
		if byLogin[l] == nil {
			byLogin[l] = l.save()
		}
		return byLogin[l]
	}
	for id, pair := range all.byEvent {
		if !all.clock.longGone(pair.expires) {
			one := saved(pair.login)
			one.Events = append(one.Events, id)
		}
	}
	for hash, t := range all.byToken {
		one := saved(t.login)
		one.RefreshTokens = append(one.RefreshTokens, savedToken{SHA256: hash[:], Rotated: t.rotated})
	}
	return byLogin
}

func (l *login) save() *savedLogin {
	saved := &savedLogin{
		Sub: l.user.sub, ClientID: l.client.id, OriginJTI: l.originJTI, At: l.at, Expires: l.expires,
		DeviceKey: l.deviceKey, Revoked: l.revoked, RefreshRevoked: l.refreshRevoked,
	}
	if l.oauth != nil {
		saved.OAuth = &savedTerms{Scopes: l.oauth.scopes, Resource: l.oauth.resource}
	}
	return saved
}

// restoreLogins adds the sign-ins to a new pool, which has their users and app clients.
func (k *core) restoreLogins(all []savedLogin) error {
	logins, latest := k.tokens.logins, k.clock.now().Add(day) // the longest that an access or ID token is valid
	for _, s := range all {
		u, c := k.users.bySub[s.Sub], k.clients.find(s.ClientID)
		if u == nil || c == nil {
			return fmt.Errorf("there is a sign-in of user %q at app client %q, but not both of them", s.Sub, s.ClientID)
		}
		l := &login{
			user: u, client: c, originJTI: s.OriginJTI, at: s.At, expires: s.Expires, deviceKey: s.DeviceKey,
			revoked: s.Revoked, refreshRevoked: s.RefreshRevoked,
		}
		if s.OAuth != nil {
			l.oauth = &oauthTerms{scopes: slices.Clone(s.OAuth.Scopes), resource: s.OAuth.Resource}
		}
		logins.begin(l)
		for _, id := range s.Events {
			logins.byEvent[id] = tokenPair{login: l, expires: latest}
		}
		for _, t := range s.RefreshTokens {
			if len(t.SHA256) != sha256.Size {
				return fmt.Errorf("a refresh token of the user %q is no SHA-256", s.Sub)
			}
			logins.byToken[[sha256.Size]byte(t.SHA256)] = &refreshToken{login: l, rotated: t.Rotated}
		}
	}
	return nil
}
