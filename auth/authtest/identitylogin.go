package authtest

import (
	"encoding/json"
	"maps"
	"slices"
)

// maxLogins is how many logins a request may have.
const maxLogins = 10

// The texts of refused logins. Clients match on them.
const (
	textNotIDToken        = "Invalid login token. Not a valid OpenId Connect identity token."
	textWrongProviderName = "Invalid login token. Issuer doesn't match providerName"
	textTokenExpired      = "Invalid login token. Token expired: %d >= %d"
	textNoProvider        = "Token is not from a supported provider of this identity pool."
	textTokenInactive     = "Token is inactive"
)

// loginToken are the claims that the identity service reads in an ID token.
type loginToken struct {
	Iss, Aud, Sub string
	Exp           int64
	TokenUse      string   `json:"token_use"`
	OriginJTI     string   `json:"origin_jti"`
	EventID       string   `json:"event_id"`
	Roles         []string `json:"cognito:roles"`
	PreferredRole string   `json:"cognito:preferred_role"`

	provider string
	claims   map[string]json.RawMessage
}

// key identifies the person at the login provider.
func (l *loginToken) key() loginKey { return loginKey{provider: l.provider, sub: l.Sub} }

// loginKey is a person at a login provider.
type loginKey struct{ provider, sub string }

// verifiedLogins returns the logins of a request, in the order of their providers. A single bad one
// fails them all.
func (f *identityService) verifiedLogins(p *identityPool, logins map[string]string) ([]*loginToken, error) {
	if len(logins) > maxLogins {
		return nil, malformed(codeInvalidParameter, "1 validation error detected: Value at 'logins' failed to "+
			"satisfy constraint: Member must have length less than or equal to %d", maxLogins)
	}
	var verified []*loginToken
	for _, provider := range slices.Sorted(maps.Keys(logins)) {
		l, err := f.verifiedLogin(p, provider, logins[provider])
		if err != nil {
			return nil, err
		}
		verified = append(verified, l)
	}
	return verified, nil
}

// verifiedLogin verifies an ID token of a user pool behind the same address, for real: signature,
// issuer, use, audience and lifetime.
func (f *identityService) verifiedLogin(p *identityPool, provider, token string) (*loginToken, error) {
	if !slices.ContainsFunc(p.providers, func(known loginProvider) bool { return known.ProviderName == provider }) {
		return nil, notAuthorized(textNoProvider)
	}
	userPool := f.userPool(provider)
	if userPool == nil {
		return nil, notAuthorized(textNoProvider)
	}
	payload, err := userPool.core.tokens.verifiedPayload(token)
	if err != nil {
		return nil, f.unverified(token)
	}
	l := &loginToken{provider: provider}
	if json.Unmarshal(payload, l) != nil || json.Unmarshal(payload, &l.claims) != nil || l.TokenUse != "id" {
		return nil, malformed(codeNotAuthorized, textNotIDToken)
	}
	now := f.clock.now().Unix()
	known := slices.IndexFunc(p.providers, func(known loginProvider) bool {
		return known.ProviderName == provider && known.ClientID == l.Aud
	})
	switch {
	case withoutScheme(l.Iss) != provider:
		return nil, notAuthorized(textWrongProviderName)
	case known < 0:
		return nil, notAuthorized(textNoProvider)
	case now >= l.Exp:
		return nil, refuse(codeNotAuthorized, textTokenExpired, now, l.Exp)
	case p.providers[known].ServerSideTokenCheck && !userPool.active(l):
		return nil, notAuthorized(textTokenInactive)
	default:
		return l, nil
	}
}

// userPool returns the user pool behind the same address that goes by the provider's name, or nil.
func (f *identityService) userPool(provider string) *Pool {
	for _, u := range f.userPools() {
		if id := u.core.identity; withoutScheme(id.issuer) == provider || withoutScheme(id.updatedIssuer) == provider {
			return u
		}
	}
	return nil
}

// unverified returns the refusal of a token that the provider did not sign.
func (f *identityService) unverified(token string) error {
	if f.userPool(withoutScheme(claimed(token).Iss)) != nil {
		return notAuthorized(textWrongProviderName)
	}
	return malformed(codeNotAuthorized, textNotIDToken)
}

// active reports whether the person with that ID token still has an account and a sign-in that was
// not revoked.
func (p *Pool) active(l *loginToken) bool {
	p.core.lock()
	defer p.core.unlock()
	u := p.core.users.bySub[l.Sub]
	return u != nil && !u.disabled && !p.core.tokens.logins.revoked(l.EventID)
}
