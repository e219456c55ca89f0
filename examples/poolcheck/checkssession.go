package main

import (
	"context"
)

// sessionChecks are about the challenge session.
func sessionChecks() []check {
	return []check{
		{
			name: "session/used", source: "reported", pool: optionalMFA(),
			about: "the session of a completed challenge once more",
			expected: then(
				tokens,
				"NotAuthorizedException: Invalid session for the user, session can only be used once.",
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				challenge := l.byPassword(ctx, p)
				first := l.answerCode(ctx, p, challenge, l.code(ctx, p))
				return then(first, l.answerCode(ctx, p, challenge, l.code(ctx, p)))
			},
		},
		{
			name: "session/garbage", source: "reported", pool: optionalMFA(),
			about:    "a session that the service never issued",
			expected: invalidSession,
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				challenge := l.byPassword(ctx, p)
				challenge.members["Session"] = "AYABeGFtcGxlLW9mLWEtc2Vzc2lvbi10aGF0LW5vYm9keS1pc3N1ZWQ"
				return l.answerCode(ctx, p, challenge, l.code(ctx, p)).String()
			},
		},
		{
			name: "session/missing", source: "open", pool: optionalMFA(),
			about:    "SOFTWARE_TOKEN_MFA answered without its session",
			expected: "InvalidParameterException: Missing required parameter Session",
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				challenge := l.byPassword(ctx, p)
				delete(challenge.members, "Session")
				return l.answerCode(ctx, p, challenge, l.code(ctx, p)).String()
			},
		},
		{
			name: "session/other challenge", source: "reading", pool: optionalMFA(),
			about:    "the session of SOFTWARE_TOKEN_MFA for NEW_PASSWORD_REQUIRED",
			expected: invalidSession,
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				challenge := l.byPassword(ctx, p)
				challenge.members["ChallengeName"] = "NEW_PASSWORD_REQUIRED"
				return l.respond(ctx, p, challenge, body{"NEW_PASSWORD": newPassword()}).String()
			},
		},
		{
			name: "session/another user", source: "reading", pool: optionalMFA(),
			about:    "the session of somebody else",
			expected: invalidSession,
			measure: func(ctx context.Context, l *lab) string {
				p, other := l.personWithApp(ctx), l.personWithApp(ctx)
				challenge, others := l.byPassword(ctx, p), l.byPassword(ctx, other)
				others.members["ChallengeParameters"] = challenge.members["ChallengeParameters"]
				return l.answerCode(ctx, p, others, l.code(ctx, p)).String()
			},
		},
		{
			name: "session/expired", source: "reported", pool: optionalMFA(), slow: true,
			about:    "a session of 200 seconds ago, where three minutes are allowed",
			expected: "NotAuthorizedException: Invalid session for the user, session is expired.",
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				challenge := l.byPassword(ctx, p)
				l.wait(ctx, 200)
				return l.answerCode(ctx, p, challenge, l.code(ctx, p)).String()
			},
		},
	}
}

// answerCode answers SOFTWARE_TOKEN_MFA.
func (l *lab) answerCode(ctx context.Context, p *person, challenge answer, code string) answer {
	return l.respond(ctx, p, challenge, body{"SOFTWARE_TOKEN_MFA_CODE": code})
}
