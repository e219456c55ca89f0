package main

import (
	"context"
	"fmt"
)

// requiredChecks are about pools where MFA is required.
func requiredChecks() []check {
	return []check{
		{
			name: "required/first sign-in", source: "R23; open", pool: requiredMFA(),
			about:    "MFA_SETUP at the first sign-in, and what it offers",
			expected: `MFA_SETUP{MFAS_CAN_SETUP USER_ID_FOR_SRP} Session ["SOFTWARE_TOKEN_MFA"]`,
			measure: func(ctx context.Context, l *lab) string {
				got := l.byPassword(ctx, l.person(ctx))
				return fmt.Sprintf("%s %s", got, got.parameter("MFAS_CAN_SETUP"))
			},
		},
		{
			name: "required/new password first", source: "recorded", pool: requiredMFA(),
			about:    "what follows the new password of an invited user",
			expected: "MFA_SETUP{MFAS_CAN_SETUP USER_ID_FOR_SRP} Session",
			measure: func(ctx context.Context, l *lab) string {
				p := l.invited(ctx, public())
				return l.respond(ctx, p, l.byPassword(ctx, p), body{"NEW_PASSWORD": newPassword()}).String()
			},
		},
		{
			name: "required/set-up", source: "R15", pool: requiredMFA(),
			about: "a wrong code, the right one with the same session, then the answer to MFA_SETUP",
			expected: then(
				"{SecretCode Session}", "EnableSoftwareTokenMFAException: Code mismatch",
				"{Session Status}", tokens, `[] preferred ""`,
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				challenge := l.byPassword(ctx, p)
				associated := l.ask(ctx, "AssociateSoftwareToken", body{"Session": challenge.session()})
				p.secret = text(associated.members["SecretCode"])
				verify := func(code string) answer {
					return l.ask(ctx, "VerifySoftwareToken", body{"Session": associated.session(), "UserCode": code})
				}
				wrong, verified := verify(l.wrongCode(p)), verify(l.code(ctx, p))
				challenge.members["Session"] = verified.members["Session"]
				return then(associated, wrong, verified, l.respond(ctx, p, challenge, nil), l.factors(ctx, p))
			},
		},
		{
			name: "required/set-up not done", source: "reading", pool: requiredMFA(),
			about:    "MFA_SETUP answered with its own session",
			expected: invalidSession,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return l.respond(ctx, p, l.byPassword(ctx, p), nil).String()
			},
		},
		{
			name: "required/set-up abandoned", source: "reported", pool: requiredMFA(),
			about:    "sign-in anew after VerifySoftwareToken, without the answer to MFA_SETUP",
			expected: appChallenge,
			measure:  func(ctx context.Context, l *lab) string { return l.byPassword(ctx, l.enrolled(ctx)).String() },
		},
		{
			name: "required/all off", source: "open; R4", pool: requiredMFA(),
			about:    "the user switches the only factor off, and signs in",
			expected: then(done, `[] preferred ""`, appChallenge),
			measure: func(ctx context.Context, l *lab) string {
				p := l.enrolled(ctx)
				signedIn := l.answerCode(ctx, p, l.byPassword(ctx, p), l.code(ctx, p))
				off := l.ask(ctx, "SetUserMFAPreference", body{
					"AccessToken":              signedIn.token("AccessToken"),
					"SoftwareTokenMfaSettings": body{"Enabled": false, "PreferredMfa": false},
				})
				return then(off, l.factors(ctx, p), l.byPassword(ctx, p))
			},
		},
	}
}

// enrolled returns a user who set up an app at the sign-in, and did not complete it.
func (l *lab) enrolled(ctx context.Context) *person {
	p := l.person(ctx)
	l.setUpAppInSession(ctx, p, l.byPassword(ctx, p))
	return p
}

// setUpAppInSession sets up an app with the session of MFA_SETUP, which is left unanswered.
func (l *lab) setUpAppInSession(ctx context.Context, p *person, challenge answer) {
	associated := l.need(ctx, "AssociateSoftwareToken", body{"Session": challenge.session()})
	p.secret = text(associated.members["SecretCode"])
	l.need(ctx, "VerifySoftwareToken", body{"Session": associated.session(), "UserCode": l.code(ctx, p)})
}
