package main

import (
	"context"
	"strings"
)

// nameChecks are about the names of a user and the SECRET_HASH.
func nameChecks() []check {
	return []check{
		{
			name: "name/case", source: "R5", pool: optionalMFA(),
			about:    "USER_ID_FOR_SRP of a name typed in capitals, and the stored name",
			expected: then("lower case", "lower case"),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				stored := text(l.need(ctx, "AdminGetUser", l.admin(ctx, p, nil)).members["Username"])
				lower := p.username
				p.username = strings.ToUpper(p.username)
				internal := l.challenged(ctx, p, l.handshake()).parameter("USER_ID_FOR_SRP")
				return then(either(internal == lower, "lower case"), either(stored == lower, "lower case"))
			},
		},
		{
			name: "name/alias", source: "documented", pool: optionalMFA(),
			about:    "USER_ID_FOR_SRP and USERNAME of a sign-in under an alias",
			expected: then("internal name", "internal name"),
			measure: func(ctx context.Context, l *lab) string {
				p, internal := l.aliased(ctx, public())
				got := l.challenged(ctx, p, l.handshake())
				return then(either(got.parameter("USER_ID_FOR_SRP") == internal, "internal name"),
					either(got.parameter("USERNAME") == internal, "internal name"))
			},
		},
		{
			name: "name/alias in the answer", source: "R1, R7", pool: optionalMFA(),
			about:    "PASSWORD_VERIFIER answered under the alias, with the hash of the alias",
			expected: tokens,
			measure: func(ctx context.Context, l *lab) string {
				p, _ := l.aliased(ctx, withSecret())
				h := l.handshake()
				challenge := l.challenged(ctx, p, h)
				proof := l.proof(ctx, p, h, challenge, l.target.now())
				return l.respond(ctx, p, challenge, p.client.named(p.username, proof)).String()
			},
		},
		{
			name: "name/hash of another name", source: "R1", pool: optionalMFA(),
			about:    "PASSWORD_VERIFIER answered under the internal name, with the hash of the alias",
			expected: "NotAuthorizedException: Unable to verify secret hash for client <client id>",
			measure: func(ctx context.Context, l *lab) string {
				p, _ := l.aliased(ctx, withSecret())
				h := l.handshake()
				challenge := l.challenged(ctx, p, h)
				proof := l.proof(ctx, p, h, challenge, l.target.now())
				proof["SECRET_HASH"] = p.client.secretHash(p.username)
				return l.respond(ctx, p, challenge, proof).String()
			},
		},
		{
			name: "name/no hash", source: "reported", pool: optionalMFA(),
			about: "a client with a secret without SECRET_HASH, and with a wrong one",
			expected: then(
				"NotAuthorizedException: Client <client id> is configured with secret but SECRET_HASH was not received",
				"NotAuthorizedException: Unable to verify secret hash for client <client id>",
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.personAt(ctx, withSecret())
				wrong := l.byPassword(ctx, p, body{"SECRET_HASH": p.client.secretHash("somebody else")})
				p.client.secret = ""
				return then(l.byPassword(ctx, p), wrong)
			},
		},
		{
			name: "name/sub", source: "reported", pool: optionalMFA(),
			about:    "the sub as user name, in a pool whose users have names",
			expected: userUnknown,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				user := l.need(ctx, "GetUser", body{"AccessToken": l.access(ctx, p)})
				p.username = attributesOf(user)["sub"]
				return l.byPassword(ctx, p).String()
			},
		},
	}
}

// aliased returns a user who types the e-mail address, and the user's name.
func (l *lab) aliased(ctx context.Context, kind clientKind) (p *person, internal string) {
	p = l.stranger(ctx, kind)
	address := p.username + "@example.com"
	l.hide(address, "alias")
	p = l.personAt(ctx, kind, contact(address)...)
	internal, p.username = p.username, address
	return p, internal
}

func either(holds bool, what string) string {
	if holds {
		return what
	}
	return "not " + what
}

// attributesOf are the UserAttributes of GetUser.
func attributesOf(user answer) map[string]string {
	all := map[string]string{}
	list, _ := user.members["UserAttributes"].([]any)
	for _, item := range list {
		one, _ := item.(map[string]any)
		all[text(one["Name"])] = text(one["Value"])
	}
	return all
}
