package main

import "context"

// passwordChecks are about USER_PASSWORD_AUTH and the state of the account.
func passwordChecks() []check {
	return []check{
		{
			name: "password/right", source: "recorded", pool: optionalMFA(),
			about:    "members of the answer with tokens",
			expected: tokens,
			measure: func(ctx context.Context, l *lab) string {
				return l.byPassword(ctx, l.person(ctx)).String()
			},
		},
		{
			name: "password/wrong", source: "reported", pool: optionalMFA(),
			about:    "text of the refusal",
			expected: wrongPassword,
			measure: func(ctx context.Context, l *lab) string {
				return l.withPassword(ctx, l.person(ctx), newPassword()).String()
			},
		},
		{
			name: "password/unknown user", source: "reported", pool: optionalMFA(),
			about:    "where existence is told",
			expected: userUnknown,
			measure: func(ctx context.Context, l *lab) string {
				return l.byPassword(ctx, l.stranger(ctx, public())).String()
			},
		},
		{
			name: "password/unknown user hidden", source: "documented", pool: optionalMFA(),
			about:    "where existence is hidden",
			expected: wrongPassword,
			measure: func(ctx context.Context, l *lab) string {
				return l.byPassword(ctx, l.stranger(ctx, hiding())).String()
			},
		},
		{
			name: "password/disabled user", source: "R34", pool: optionalMFA(),
			about:    "right and wrong password of a disabled user",
			expected: then(userDisabled, userDisabled),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				l.need(ctx, "AdminDisableUser", l.admin(ctx, p, nil))
				return then(l.byPassword(ctx, p), l.withPassword(ctx, p, newPassword()))
			},
		},
		{
			name: "password/unconfirmed user", source: "R33", pool: optionalMFA(),
			about: "wrong password of an unconfirmed user",
			expected: then(
				"UserNotConfirmedException: User is not confirmed.",
				"UserNotConfirmedException: User is not confirmed.",
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.stranger(ctx, public())
				l.need(ctx, "SignUp", body{"ClientId": p.client.id, "Username": p.username, "Password": p.password})
				return then(l.withPassword(ctx, p, newPassword()), l.byPassword(ctx, p))
			},
		},
		{
			name: "password/temporary", source: "R17", pool: optionalMFA(),
			about: "NEW_PASSWORD_REQUIRED, a weak password, then a good one with the same session",
			expected: then(
				"NEW_PASSWORD_REQUIRED{USER_ID_FOR_SRP requiredAttributes userAttributes} Session",
				doesNotConform+"Password not long enough",
				tokens,
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.invited(ctx, public())
				challenge := l.byPassword(ctx, p)
				return then(challenge, l.respond(ctx, p, challenge, body{"NEW_PASSWORD": "weak"}),
					l.respond(ctx, p, challenge, body{"NEW_PASSWORD": newPassword()}))
			},
		},
		{
			name: "password/temporary parameters", source: "recorded", pool: optionalMFA(),
			about:    "requiredAttributes and userAttributes of NEW_PASSWORD_REQUIRED",
			expected: `[] {"name":"Alice"}`,
			measure: func(ctx context.Context, l *lab) string {
				p := l.invited(ctx, public(), attribute("name", "Alice"))
				challenge := l.byPassword(ctx, p)
				return challenge.parameter("requiredAttributes") + " " + challenge.parameter("userAttributes")
			},
		},
	}
}
