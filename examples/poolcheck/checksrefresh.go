package main

import "context"

// refresh sends REFRESH_TOKEN_AUTH.
func (l *lab) refresh(ctx context.Context, p *person, token string, more ...body) answer {
	parameters := body{"REFRESH_TOKEN": token}
	if hash := p.client.secretHash(p.username); hash != "" {
		parameters["SECRET_HASH"] = hash
	}
	return l.ask(ctx, "InitiateAuth", body{
		"ClientId": p.client.id, "AuthFlow": "REFRESH_TOKEN_AUTH", "AuthParameters": joined(parameters, more),
	})
}

// renew sends GetTokensFromRefreshToken.
func (l *lab) renew(ctx context.Context, p *person, token string, more ...body) answer {
	return l.ask(ctx, "GetTokensFromRefreshToken",
		joined(body{"ClientId": p.client.id, "RefreshToken": token}, more))
}

// refreshChecks are about refresh tokens, their rotation and their end.
func refreshChecks() []check {
	return []check{
		{
			name: "refresh/by sign-in flow", source: "R38", pool: optionalMFA(),
			about:    "members of the answer to REFRESH_TOKEN_AUTH",
			expected: refreshed,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return l.refresh(ctx, p, l.signIn(ctx, p).token("RefreshToken")).String()
			},
		},
		{
			name: "refresh/by tokens", source: "documented", pool: optionalMFA(),
			about:    "GetTokensFromRefreshToken without rotation",
			expected: renewed,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return l.renew(ctx, p, l.signIn(ctx, p).token("RefreshToken")).String()
			},
		},
		{
			name: "refresh/garbage", source: "reported", pool: optionalMFA(),
			about:    "a refresh token that was never issued, by both operations",
			expected: then(invalidRefresh, invalidRefresh),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return then(l.refresh(ctx, p, "not-a-token"), l.renew(ctx, p, "not-a-token"))
			},
		},
		{
			name: "refresh/other client", source: "U5", pool: optionalMFA(),
			about: "the refresh token of another client of the pool",
			expected: then(
				invalidRefresh, invalidRefresh,
				"UnauthorizedException: The token was not issued to this client.",
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				token := l.signIn(ctx, p).token("RefreshToken")
				p.client = l.client(ctx, hiding())
				return then(l.refresh(ctx, p, token), l.renew(ctx, p, token),
					l.ask(ctx, "RevokeToken", body{"ClientId": p.client.id, "Token": token}))
			},
		},
		{
			name: "refresh/revoked", source: "open", pool: optionalMFA(),
			about: "RevokeToken, a refresh, the access token, then RevokeToken again",
			expected: then(
				done, "NotAuthorizedException: Refresh Token has been revoked",
				"NotAuthorizedException: Access Token has been revoked", done,
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				signedIn := l.signIn(ctx, p)
				revoke := body{"ClientId": p.client.id, "Token": signedIn.token("RefreshToken")}
				return then(l.ask(ctx, "RevokeToken", revoke), l.refresh(ctx, p, signedIn.token("RefreshToken")),
					l.withToken(ctx, "GetUser", signedIn.token("AccessToken")), l.ask(ctx, "RevokeToken", revoke))
			},
		},
		{
			name: "refresh/signed out everywhere", source: "open", pool: optionalMFA(),
			about: "GlobalSignOut, a refresh, then the access token",
			expected: then(
				done, "NotAuthorizedException: Refresh Token has been revoked",
				"NotAuthorizedException: Access Token has been revoked",
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				signedIn := l.signIn(ctx, p)
				access := body{"AccessToken": signedIn.token("AccessToken")}
				return then(l.ask(ctx, "GlobalSignOut", access), l.refresh(ctx, p, signedIn.token("RefreshToken")),
					l.ask(ctx, "GetUser", access))
			},
		},
		{
			name: "refresh/disabled user", source: "open; A9", pool: optionalMFA(),
			about:    "a refresh and the access token of a user who was disabled",
			expected: then(userDisabled, userDisabled),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				signedIn := l.signIn(ctx, p)
				l.need(ctx, "AdminDisableUser", l.admin(ctx, p, nil))
				return then(l.refresh(ctx, p, signedIn.token("RefreshToken")),
					l.withToken(ctx, "GetUser", signedIn.token("AccessToken")))
			},
		},
		{
			name: "refresh/deleted user", source: "open", pool: optionalMFA(),
			about:    "a refresh and the access token of a user who was deleted",
			expected: then(userUnknown, userUnknown),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				signedIn := l.signIn(ctx, p)
				l.need(ctx, "AdminDeleteUser", l.admin(ctx, p, nil))
				return then(l.refresh(ctx, p, signedIn.token("RefreshToken")),
					l.withToken(ctx, "GetUser", signedIn.token("AccessToken")))
			},
		},
		{
			name: "refresh/rotation", source: "open", pool: optionalMFA(),
			about:    "without grace: a refresh, the old token again, then whether the new one still works",
			expected: then(rotated, "RefreshTokenReuseException: Refresh Token has been rotated.", rotated),
			measure: func(ctx context.Context, l *lab) string {
				p := l.personAt(ctx, rotating("rotating", 0))
				old := l.signIn(ctx, p).token("RefreshToken")
				first := l.renew(ctx, p, old)
				return then(first, l.renew(ctx, p, old), l.renew(ctx, p, first.token("RefreshToken")))
			},
		},
		{
			name: "refresh/rotation with grace", source: "open", pool: optionalMFA(),
			about:    "60 seconds of grace: the old token at once, and the first new one",
			expected: then(rotated, rotated, rotated),
			measure: func(ctx context.Context, l *lab) string {
				p := l.personAt(ctx, rotating("graceful", 60))
				old := l.signIn(ctx, p).token("RefreshToken")
				first := l.renew(ctx, p, old)
				return then(first, l.renew(ctx, p, old), l.renew(ctx, p, first.token("RefreshToken")))
			},
		},
		{
			name: "refresh/rotation after grace", source: "open", pool: optionalMFA(), slow: true,
			about:    "60 seconds of grace: the old token after 70",
			expected: "RefreshTokenReuseException: Refresh Token has been rotated.",
			measure: func(ctx context.Context, l *lab) string {
				p := l.personAt(ctx, rotating("graceful", 60))
				old := l.signIn(ctx, p).token("RefreshToken")
				l.renew(ctx, p, old)
				l.wait(ctx, 70)
				return l.renew(ctx, p, old).String()
			},
		},
		{
			name: "refresh/rotation, sign-in flow", source: "documented", pool: optionalMFA(),
			about:    "REFRESH_TOKEN_AUTH at a client that rotates",
			expected: "InvalidParameterException: REFRESH_TOKEN_AUTH flow not enabled for this client",
			measure: func(ctx context.Context, l *lab) string {
				p := l.personAt(ctx, rotating("rotating", 0))
				return l.refresh(ctx, p, l.signIn(ctx, p).token("RefreshToken")).String()
			},
		},
	}
}
