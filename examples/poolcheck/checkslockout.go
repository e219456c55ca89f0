package main

import (
	"context"
	"fmt"
)

// lockoutChecks are about wrong passwords one after the other.
func lockoutChecks() []check {
	return []check{
		{
			name: "lockout/fifth", source: "open; C3", pool: optionalMFA(),
			about:    "the fifth wrong password, the right one at once, and the right one after two seconds",
			expected: then(wrongPassword, "NotAuthorizedException: Password attempts exceeded", tokens),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				l.inHaste = true
				var fifth answer
				for range 5 {
					fifth = l.withPassword(ctx, p, "Wrong-horse-1!")
				}
				locked := l.byPassword(ctx, p)
				l.wait(ctx, 2)
				return then(fifth, locked, l.byPassword(ctx, p))
			},
		},
		{
			name: "lockout/steps", source: "open", pool: optionalMFA(), slow: true,
			about:    "how long the sixth and the seventh wrong password lock, in seconds",
			expected: then("1 s", "2 s", "4 s"),
			measure:  lockSteps,
		},
		{
			name: "lockout/SRP", source: "documented", pool: optionalMFA(),
			about:    "whether five wrong passwords lock USER_SRP_AUTH, and at which call",
			expected: then(passwordVerifier, "NotAuthorizedException: Password attempts exceeded"),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				h := l.handshake()
				l.inHaste = true
				for range 5 {
					l.withPassword(ctx, p, "Wrong-horse-1!")
				}
				challenge := l.challenged(ctx, p, h)
				if challenge.code() != "" {
					return challenge.String()
				}
				return then(challenge, l.respond(ctx, p, challenge, l.proof(ctx, p, h, challenge, l.target.now())))
			},
		},
	}
}

// lockSteps fails seven times, and after each failure from the fifth on waits until a password is
// looked at again.
func lockSteps(ctx context.Context, l *lab) string {
	p, seen := l.person(ctx), []any{}
	l.inHaste = true
	for range 5 {
		l.withPassword(ctx, p, "Wrong-horse-1!")
	}
	for range 2 {
		seen = append(seen, l.locked(ctx, p, "Wrong-horse-1!"))
	}
	return then(append(seen, l.locked(ctx, p, p.password))...)
}

// longestLock is the number of seconds after which locked gives up.
const longestLock = 60

// locked tries a password once a second until it is looked at, and returns how long that took.
func (l *lab) locked(ctx context.Context, p *person, password string) string {
	seconds := 0
	for ; l.err == nil && seconds < longestLock; seconds++ {
		if l.withPassword(ctx, p, password).members["message"] != "Password attempts exceeded" {
			break
		}
		l.wait(ctx, 1)
	}
	return fmt.Sprintf("%d s", seconds)
}
