package authtest

import (
	"slices"
)

// aim describes the requests that a fault or a hold is for. Empty fields match everything.
type aim struct {
	operation, username, clientID string
}

// subject is what a request is about, as far as the pool can tell before it carries it out.
type subject struct {
	service   *service
	operation string
	body      map[string]any
}

func (s *service) subject(c call) subject {
	return subject{service: s, operation: c.operation, body: c.body}
}

func (about subject) hitBy(a aim) bool {
	if a.operation != "" && a.operation != about.operation {
		return false
	}
	if a.username == "" && a.clientID == "" {
		return true
	}
	p := about.service.poolFor(about.body)
	usernames, clientIDs := p.named(about.body)
	return (a.clientID == "" || slices.Contains(clientIDs, a.clientID)) &&
		(a.username == "" || p.isAmong(a.username, usernames))
}

// isAmong reports whether one of the names is the user's, who need not exist yet.
func (p *Pool) isAmong(username string, names []string) bool {
	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	users := p.core.users
	u := users.anyName(username)
	return slices.ContainsFunc(names, func(name string) bool {
		return name != "" && (users.fold(name) == users.fold(username) || u != nil && users.anyName(name) == u)
	})
}

// named returns the users and app clients that a request names. Nothing in it is verified yet.
func (p *Pool) named(body map[string]any) (usernames, clientIDs []string) {
	text := func(members map[string]any, name string) string {
		value, _ := members[name].(string)
		return value
	}
	usernames, clientIDs = []string{text(body, "Username")}, []string{text(body, "ClientId")}
	refreshTokens := []string{text(body, "RefreshToken"), text(body, "Token")}
	for _, member := range []string{"AuthParameters", "ChallengeResponses"} {
		parameters, _ := body[member].(map[string]any)
		usernames = append(usernames, text(parameters, "USERNAME"))
		refreshTokens = append(refreshTokens, text(parameters, "REFRESH_TOKEN"))
	}
	claims := claimed(text(body, "AccessToken"))
	usernames, clientIDs = append(usernames, claims.Sub), append(clientIDs, claims.ClientID)

	p.core.mu.Lock()
	defer p.core.mu.Unlock()
	if s := p.sessions.find(text(body, "Session")); s != nil {
		usernames, clientIDs = append(usernames, s.username), append(clientIDs, s.client.id)
	}
	for _, token := range refreshTokens {
		if t := p.core.tokens.logins.find(token); t != nil {
			usernames, clientIDs = append(usernames, t.user.username), append(clientIDs, t.client.id)
		}
	}
	return usernames, clientIDs
}
