package main

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// srpChecks are about USER_SRP_AUTH.
func srpChecks() []check {
	return []check{
		{
			name: "srp/challenge", source: "C4", pool: optionalMFA(),
			about:    "parameters of PASSWORD_VERIFIER, and whether it has a session",
			expected: passwordVerifier,
			measure: func(ctx context.Context, l *lab) string {
				got := l.challenged(ctx, l.person(ctx), l.handshake())
				l.detail("SALT %d, SRP_B %d, SECRET_BLOCK %d characters", len(got.parameter("SALT")),
					len(got.parameter("SRP_B")), len(got.parameter("SECRET_BLOCK")))
				return got.String()
			},
		},
		{
			name: "srp/answer without session", source: "R9", pool: optionalMFA(),
			about:    "PASSWORD_VERIFIER answered as it came",
			expected: tokens,
			measure:  func(ctx context.Context, l *lab) string { return l.bySRP(ctx, l.person(ctx)).String() },
		},
		{
			name: "srp/wrong password", source: "reported", pool: optionalMFA(),
			about:    "a proof of another password",
			expected: wrongPassword,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				p.password = newPassword()
				return l.bySRP(ctx, p).String()
			},
		},
		{
			name: "srp/second answer", source: "C1", pool: optionalMFA(),
			about:    "the same right proof sent twice",
			expected: then(tokens, wrongPassword),
			measure: func(ctx context.Context, l *lab) string {
				p, h := l.person(ctx), l.handshake()
				challenge := l.challenged(ctx, p, h)
				proof := l.proof(ctx, p, h, challenge, l.target.now())
				return then(l.respond(ctx, p, challenge, proof), l.respond(ctx, p, challenge, proof))
			},
		},
		{
			name: "srp/unknown user", source: "reported", pool: optionalMFA(),
			about:    "where existence is told",
			expected: userUnknown,
			measure: func(ctx context.Context, l *lab) string {
				return l.challenged(ctx, l.stranger(ctx, public()), l.handshake()).String()
			},
		},
		{
			name: "srp/unknown user hidden", source: "documented; open", pool: optionalMFA(),
			about:    "a simulated challenge: what stays the same in a second one, and the answer to a proof",
			expected: then(passwordVerifier, "same SALT USER_ID_FOR_SRP", wrongPassword),
			measure: func(ctx context.Context, l *lab) string {
				p, h := l.stranger(ctx, hiding()), l.handshake()
				first, second := l.challenged(ctx, p, h), l.challenged(ctx, p, h)
				proof := l.proof(ctx, p, h, second, l.target.now())
				return then(first, same(first, second), l.respond(ctx, p, second, proof))
			},
		},
		{
			name: "srp/disabled user", source: "R34", pool: optionalMFA(),
			about:    "at which of the two calls a disabled user is refused",
			expected: userDisabled,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				l.need(ctx, "AdminDisableUser", l.admin(ctx, p, nil))
				return l.challenged(ctx, p, l.handshake()).String()
			},
		},
		{
			name: "srp/timestamp tolerance", source: "open", pool: optionalMFA(),
			about: "proofs made some minutes before and after now",
			expected: "-60 NotAuthorizedException, -6 NotAuthorizedException, -4 ok, -1 ok, +0 ok, +1 " +
				"ok, +4 ok, +6 NotAuthorizedException, +60 NotAuthorizedException",
			measure: timestamps,
		},
		{
			name: "srp/timestamp form", source: "reported", pool: optionalMFA(),
			about:    "a weekday that does not belong to the date",
			expected: wrongPassword,
			measure: func(ctx context.Context, l *lab) string {
				p, h := l.person(ctx), l.handshake()
				challenge := l.challenged(ctx, p, h)
				proof := l.proof(ctx, p, h, challenge, l.target.now())
				stamp := text(proof["TIMESTAMP"])
				wrong := "Mon"
				if strings.HasPrefix(stamp, wrong) {
					wrong = "Tue"
				}
				if len(stamp) > 3 {
					proof["TIMESTAMP"] = wrong + stamp[3:]
				}
				return l.respond(ctx, p, challenge, proof).String()
			},
		},
		{
			name: "srp/late answer", source: "open", pool: optionalMFA(), slow: true,
			about:    "a fresh proof for a challenge of 30 seconds, and of 200 seconds, ago",
			expected: then(tokens, wrongPassword),
			measure: func(ctx context.Context, l *lab) string {
				late := func(seconds int64) answer {
					p, h := l.person(ctx), l.handshake()
					challenge := l.challenged(ctx, p, h)
					l.wait(ctx, seconds)
					return l.respond(ctx, p, challenge, l.proof(ctx, p, h, challenge, l.target.now()))
				}
				return then(late(30), late(200))
			},
		},
	}
}

// same tells which values two simulated challenges have in common.
func same(first, second answer) string {
	var common []string
	for _, name := range []string{"SALT", "SECRET_BLOCK", "SRP_B", "USER_ID_FOR_SRP"} {
		if first.parameter(name) == second.parameter(name) {
			common = append(common, name)
		}
	}
	return "same " + strings.Join(common, " ")
}

// timestamps tries right proofs with other times. A right one in between resets the count of
// failures.
func timestamps(ctx context.Context, l *lab) string {
	p := l.person(ctx)
	var seen []string
	for _, minutes := range []int{-60, -6, -4, -1, 0, 1, 4, 6, 60} {
		h := l.handshake()
		challenge := l.challenged(ctx, p, h)
		at := l.target.now().Add(time.Duration(minutes) * time.Minute)
		got := l.respond(ctx, p, challenge, l.proof(ctx, p, h, challenge, at))
		verdict := got.code()
		if got.token("AccessToken") != "" {
			verdict = "ok"
		}
		seen = append(seen, fmt.Sprintf("%+d %s", minutes, verdict))
	}
	return strings.Join(seen, ", ")
}
