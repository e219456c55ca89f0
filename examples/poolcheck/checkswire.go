package main

import (
	"context"
	"fmt"
)

// wireChecks are about the form of requests and answers.
func wireChecks() []check {
	return []check{
		{
			name: "wire/refusal", source: "documented", pool: optionalMFA(),
			about:    "status and names of the error in header and body",
			expected: `400 "UserNotFoundException:" "UserNotFoundException" application/x-amz-json-1.1`,
			measure: func(ctx context.Context, l *lab) string {
				p := l.stranger(ctx, public())
				got := l.byPassword(ctx, p)
				return fmt.Sprintf("%d %q %q %s", got.status, got.header.Get("X-Amzn-Errortype"),
					text(got.members["__type"]), got.header.Get("Content-Type"))
			},
		},
		{
			name: "wire/missing parameter", source: "reported", pool: optionalMFA(),
			about:    "USER_PASSWORD_AUTH without PASSWORD",
			expected: "InvalidParameterException: Missing required parameter PASSWORD",
			measure: func(ctx context.Context, l *lab) string {
				return l.initiate(ctx, l.person(ctx), "USER_PASSWORD_AUTH", nil).String()
			},
		},
		{
			name: "wire/unknown client", source: "reported", pool: optionalMFA(),
			about:    "InitiateAuth with a client id that nobody has",
			expected: "ResourceNotFoundException: User pool client <client id> does not exist.",
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				p.client.id = "1nobodyhasthisclientid1234"
				l.hide(p.client.id, "client id")
				return l.byPassword(ctx, p).String()
			},
		},
		{
			name: "wire/flow not allowed", source: "reported", pool: optionalMFA(),
			about:    "CUSTOM_AUTH at a client that does not allow it",
			expected: "InvalidParameterException: CUSTOM_AUTH flow not enabled for this client",
			measure: func(ctx context.Context, l *lab) string {
				return l.initiate(ctx, l.person(ctx), "CUSTOM_AUTH", nil).String()
			},
		},
	}
}
