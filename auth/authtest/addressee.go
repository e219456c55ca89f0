package authtest

import (
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// addressee is the pool that a request is for. It may be named by its id, by one of its app clients, by the issuer of the access
// token or by the challenge session that the request carries, in this order.
func (s *service) addressee(body map[string]any) *Pool {
	for _, way := range []struct {
		member string
		owns   func(*Pool, string) bool
	}{
		{"UserPoolId", func(p *Pool, id string) bool { return p.UserPoolID == id }},
		{"ClientId", func(p *Pool, id string) bool { return p.clients.find(id) != nil }},
		{"AccessToken", func(p *Pool, token string) bool { return p.issuer() == claimedIssuer(token) }},
		{"Session", (*Pool).opened},
	} {
		if value, _ := body[way.member].(string); value != "" {
			return s.search(func(p *Pool) bool { return way.owns(p, value) })
		}
	}
	return s.nowhere
}

func (s *service) search(owns func(*Pool) bool) *Pool {
	pools := s.all()
	if i := slices.IndexFunc(pools, owns); i >= 0 {
		return pools[i]
	}
	return s.nowhere
}

// claimedIssuer is the iss of a token that nobody has verified yet.
func claimedIssuer(token string) string {
	_, rest, _ := strings.Cut(token, ".")
	part, _, _ := strings.Cut(rest, ".")
	payload, err := base64.RawURLEncoding.DecodeString(part)
	var c accessToken
	if err != nil || json.Unmarshal(payload, &c) != nil {
		return ""
	}
	return c.Iss
}
