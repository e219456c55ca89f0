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
	all := k.tokens.logins
	events, tokens := map[*login][]string{}, map[*login][]savedToken{}
	for id, l := range all.byEvent {
		events[l] = append(events[l], id)
	}
	for hash, t := range all.byToken {
		tokens[t.login] = append(tokens[t.login], savedToken{SHA256: hash[:], Rotated: t.rotated})
	}
	var saved []savedLogin
	for _, l := range all.byOrigin {
		// An access token can outlive the refresh tokens by a day.
		if !k.users.has(l.user) || k.clients.find(l.client.id) == nil || k.clock.now().After(l.expires.Add(day)) {
			continue
		}
		one := l.save()
		one.Events = slices.Sorted(slices.Values(events[l]))
		one.RefreshTokens = slices.SortedFunc(slices.Values(tokens[l]), func(a, b savedToken) int {
			return bytes.Compare(a.SHA256, b.SHA256)
		})
		saved = append(saved, one)
	}
	slices.SortFunc(saved, func(a, b savedLogin) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.OriginJTI, b.OriginJTI))
	})
	return saved
}

func (l *login) save() savedLogin {
	saved := savedLogin{
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
		k.tokens.logins.byOrigin[l.originJTI] = l
		for _, id := range s.Events {
			k.tokens.logins.byEvent[id] = l
		}
		for _, t := range s.RefreshTokens {
			if len(t.SHA256) != sha256.Size {
				return fmt.Errorf("a refresh token of the user %q is no SHA-256", s.Sub)
			}
			k.tokens.logins.byToken[[sha256.Size]byte(t.SHA256)] = &refreshToken{login: l, rotated: t.Rotated}
		}
	}
	return nil
}
