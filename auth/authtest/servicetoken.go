package authtest

import (
	"fmt"
	"maps"
	"strings"
	"time"
)

// AccessToken returns an access token of the user, like that of a sign-in through the pool's first
// app client: the pool accepts it, GlobalSignOut revokes it, and the PreTokenGeneration trigger
// runs for it. username is any name that the user can sign in with, or the sub. Neither the user's
// password nor a second factor are asked for, so the state of the user does not matter.
//
// For a user who does not exist it calls Config.OnViolation and returns an empty token.
func (p *Pool) AccessToken(username string) string {
	token, err := p.authentication().accessTokenOf(username, p.ClientID)
	return p.minted(token, err)
}

func (a *authentication) accessTokenOf(username, clientID string) (string, error) {
	g, err := a.grantUnasked(username, clientID)
	if err != nil {
		return "", err
	}
	result, err := a.tokens.result(g)
	if err != nil {
		return "", err
	}
	return result.AccessToken, nil
}

// grantUnasked is the end of a sign-in that did not take place.
func (a *authentication) grantUnasked(username, clientID string) (*grant, error) {
	client, err := a.client(clientID)
	if err != nil {
		return nil, err
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	u := a.users.anyName(username)
	if u == nil {
		return nil, fmt.Errorf("there is no user %q", username)
	}
	in := signIn{user: u, client: client}
	overrides, err := a.lambdas.preTokenGeneration(u, in.tokenSource(), nil, in.caller())
	if err != nil {
		return nil, err
	}
	now := a.clock.now()
	l := &login{user: u, client: client, originJTI: newUUID(), at: now, expires: now.Add(client.refreshValidity)}
	a.tokens.logins.begin(l)
	g := a.tokens.logins.grant(l, now)
	g.override(overrides)
	return g, nil
}

// ClientCredentialsToken returns an access token that the OAuth 2.0 client credentials grant would
// issue to the pool's first app client: its sub is the client, and it has no user name. scopes are
// those of resource servers, for example "orders/read".
func (p *Pool) ClientCredentialsToken(scopes ...string) string {
	now := p.Now()
	token, err := p.core.tokens.sign(claims{
		"sub": p.ClientID, "scope": strings.Join(scopes, " "), "auth_time": now.Unix(), "version": 2,
	}, p.ClientID, now)
	return p.minted(token, err)
}

// Sign returns a token with the claims, signed by the pool: with the key of ID tokens if token_use
// is "id", otherwise with that of access tokens. What claims does not have is filled in: iss, a
// random sub, token_use (access), client_id (aud in an ID token), jti, iat, and exp, an hour after
// now. A nil value leaves a claim out. Times are seconds since 1970.
//
// For claims that are not JSON it calls Config.OnViolation and returns an empty token.
func (p *Pool) Sign(claims map[string]any) string {
	token, err := p.core.tokens.sign(claims, p.ClientID, p.Now())
	return p.minted(token, err)
}

func (t *tokenIssuer) sign(own claims, clientID string, now time.Time) (string, error) {
	id, access, err := t.keys.current()
	if err != nil {
		return "", err
	}
	key, audience := access, "client_id"
	if own["token_use"] == "id" {
		key, audience = id, "aud"
	}
	all := claims{
		"iss": t.issuer(), "sub": newUUID(), "token_use": "access", audience: clientID, "jti": newUUID(),
		"iat": now.Unix(), "exp": now.Add(time.Hour).Unix(),
	}.with(own)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	return key.sign(all)
}

// minted returns the token, or reports why there is none.
func (p *Pool) minted(token string, err error) string {
	if err != nil {
		p.service.violation(fmt.Errorf("authtest: cannot make a token: %w", err))
	}
	return token
}

// Lock locks the user out as many wrong passwords do: for the next 15 minutes of the pool's clock
// the pool refuses even the right password, with "Password attempts exceeded". username is any name
// that the user can sign in with, or the sub. The error says that there is no such user.
func (p *Pool) Lock(username string) error {
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	u := p.core.users.anyName(username)
	if u == nil {
		return fmt.Errorf("authtest: Lock: there is no user %q", username)
	}
	p.core.passwords.lockouts[u.username] = lockout{failures: failuresOfLongestLock, last: p.core.clock.now()}
	return nil
}
