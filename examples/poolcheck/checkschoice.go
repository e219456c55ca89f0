package main

import "context"

// choiceChecks are about USER_AUTH.
func choiceChecks() []check {
	return []check{
		{
			name: "choice/offer", source: "R13", pool: choice(),
			about:    "SELECT_CHALLENGE for a user with a password",
			expected: "SELECT_CHALLENGE{} Session [PASSWORD PASSWORD_SRP]",
			measure: func(ctx context.Context, l *lab) string {
				return l.initiate(ctx, l.person(ctx), "USER_AUTH", nil).String()
			},
		},
		{
			name: "choice/preferred password", source: "R11", pool: choice(),
			about:    "PREFERRED_CHALLENGE PASSWORD, without the password and with it",
			expected: then("PASSWORD{} Session", tokens),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return then(l.initiate(ctx, p, "USER_AUTH", body{"PREFERRED_CHALLENGE": "PASSWORD"}),
					l.byChoice(ctx, p))
			},
		},
		{
			name: "choice/preferred and not available", source: "documented", pool: choice(),
			about:    "PREFERRED_CHALLENGE WEB_AUTHN of a user without a passkey",
			expected: "SELECT_CHALLENGE{} Session [PASSWORD PASSWORD_SRP]",
			measure: func(ctx context.Context, l *lab) string {
				return l.initiate(ctx, l.person(ctx), "USER_AUTH", body{"PREFERRED_CHALLENGE": "WEB_AUTHN"}).String()
			},
		},
		{
			name: "choice/password", source: "R13", pool: choice(),
			about:    "SELECT_CHALLENGE answered with the password, and with a wrong one",
			expected: then(tokens, wrongPassword),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				choose := func(password string) answer {
					offer := l.initiate(ctx, p, "USER_AUTH", nil)
					return l.respond(ctx, p, offer, body{"ANSWER": "PASSWORD", "PASSWORD": password})
				}
				return then(choose(p.password), choose(newPassword()))
			},
		},
		{
			name: "choice/SRP", source: "C5", pool: choice(),
			about: "PASSWORD_VERIFIER of USER_AUTH, answered without its session and with it",
			expected: then(
				"PASSWORD_VERIFIER{SALT SECRET_BLOCK SRP_B USERNAME USER_ID_FOR_SRP} Session",
				invalidSession, tokens,
			),
			measure: func(ctx context.Context, l *lab) string {
				p, h := l.person(ctx), l.handshake()
				if l.err != nil {
					return ""
				}
				preferred := body{"PREFERRED_CHALLENGE": "PASSWORD_SRP", "SRP_A": h.A()}
				challenge := l.initiate(ctx, p, "USER_AUTH", preferred)
				proof := l.proof(ctx, p, h, challenge, l.target.now())
				bare := answer{members: map[string]any{"ChallengeName": challenge.members["ChallengeName"]}}
				without := l.respond(ctx, p, bare, proof)
				return then(challenge, without, l.respond(ctx, p, challenge, proof))
			},
		},
		{
			name: "choice/changed mind", source: "F1", pool: choice(),
			about:    "SELECT_CHALLENGE answered with the session of PASSWORD",
			expected: then("PASSWORD{} Session", tokens),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				chosen := l.respond(ctx, p, l.initiate(ctx, p, "USER_AUTH", nil), body{"ANSWER": "PASSWORD"})
				again := chosen.as("SELECT_CHALLENGE")
				return then(chosen, l.respond(ctx, p, again, body{"ANSWER": "PASSWORD", "PASSWORD": p.password}))
			},
		},
		{
			name: "choice/other flow", source: "R14", pool: optionalMFA(),
			about:    "SELECT_CHALLENGE answered with a session of USER_PASSWORD_AUTH",
			expected: "NotAuthorizedException: Invalid session due to a mismatched auth flow",
			measure: func(ctx context.Context, l *lab) string {
				p := l.invited(ctx, public())
				challenge := l.byPassword(ctx, p)
				challenge.members["ChallengeName"] = "SELECT_CHALLENGE"
				return l.respond(ctx, p, challenge, body{"ANSWER": "PASSWORD", "PASSWORD": p.password}).String()
			},
		},
		{
			name: "choice/unknown answer", source: "reading", pool: choice(),
			about:    "SELECT_CHALLENGE answered with a factor that was not offered",
			expected: `InvalidParameterException: ANSWER is not one of ["PASSWORD","PASSWORD_SRP"]`,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return l.respond(ctx, p, l.initiate(ctx, p, "USER_AUTH", nil), body{"ANSWER": "SMS_OTP"}).String()
			},
		},
		{
			name: "choice/temporary password", source: "documented", pool: choice(),
			about: "SELECT_CHALLENGE for a user with a temporary password, and after it",
			expected: then(
				"SELECT_CHALLENGE{} Session [PASSWORD PASSWORD_SRP]",
				"NEW_PASSWORD_REQUIRED{USER_ID_FOR_SRP requiredAttributes userAttributes} Session",
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.invited(ctx, public())
				offer := l.initiate(ctx, p, "USER_AUTH", nil)
				return then(offer, l.respond(ctx, p, offer, body{"ANSWER": "PASSWORD", "PASSWORD": p.password}))
			},
		},
		{
			name: "choice/unknown user", source: "reading", pool: choice(),
			about:    "USER_AUTH of an unknown user, where existence is told",
			expected: userUnknown,
			measure: func(ctx context.Context, l *lab) string {
				return l.initiate(ctx, l.stranger(ctx, public()), "USER_AUTH", nil).String()
			},
		},
		{
			name: "choice/after a disabled user", source: "F3", pool: choice(),
			about:    "USER_AUTH of a disabled user",
			expected: userDisabled,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				l.need(ctx, "AdminDisableUser", l.admin(ctx, p, nil))
				return l.initiate(ctx, p, "USER_AUTH", nil).String()
			},
		},
		{
			name: "choice/with an app", source: "documented", pool: optionalMFA(),
			about:    "USER_AUTH by password of a user with an app",
			expected: appChallenge,
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				return l.byChoice(ctx, p).String()
			},
		},
	}
}

// byChoice signs in with USER_AUTH and the password.
func (l *lab) byChoice(ctx context.Context, p *person) answer {
	return l.initiate(ctx, p, "USER_AUTH", body{"PREFERRED_CHALLENGE": "PASSWORD", "PASSWORD": p.password})
}
