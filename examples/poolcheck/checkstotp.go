package main

import (
	"context"
	"fmt"
	"strings"
)

// totpChecks are about the authenticator app, where MFA is optional.
func totpChecks() []check {
	return []check{
		{
			name: "totp/secret", source: "open", pool: optionalMFA(),
			about:    "length and alphabet of SecretCode",
			expected: "{SecretCode}: 52 characters, 0 not of base32",
			measure: func(ctx context.Context, l *lab) string {
				access := l.access(ctx, l.person(ctx))
				got := l.withToken(ctx, "AssociateSoftwareToken", access)
				secret := text(got.members["SecretCode"])
				other := strings.Trim(secret, "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
				return fmt.Sprintf("%s: %d characters, %d not of base32", got, len(secret), len(other))
			},
		},
		{
			name: "totp/verify without associate", source: "open", pool: optionalMFA(),
			about:    "VerifySoftwareToken by an access token, and no secret",
			expected: "SoftwareTokenMFANotFoundException: Software Token MFA does not exist for the user.",
			measure: func(ctx context.Context, l *lab) string {
				access := l.access(ctx, l.person(ctx))
				return l.withToken(ctx, "VerifySoftwareToken", access, body{"UserCode": "123456"}).String()
			},
		},
		{
			name: "totp/verify wrong code", source: "R15, R16", pool: optionalMFA(),
			about:    "a wrong code, then the right one",
			expected: then("EnableSoftwareTokenMFAException: Code mismatch", "{Status}"),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				access := l.associate(ctx, p)
				verify := func(code string) answer {
					return l.withToken(ctx, "VerifySoftwareToken", access, body{"UserCode": code})
				}
				return then(verify(l.wrongCode(p)), verify(l.code(ctx, p)))
			},
		},
		{
			name: "totp/challenge", source: "R21", pool: optionalMFA(),
			about:    "parameters of SOFTWARE_TOKEN_MFA, and the answer to the code",
			expected: then(appChallenge, tokens),
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				challenge := l.byPassword(ctx, p)
				return then(challenge, l.answerCode(ctx, p, challenge, l.code(ctx, p)))
			},
		},
		{
			name: "totp/friendly name", source: "R24", pool: optionalMFA(),
			about:    "parameters of SOFTWARE_TOKEN_MFA where the app was given a name",
			expected: "SOFTWARE_TOKEN_MFA{FRIENDLY_DEVICE_NAME USER_ID_FOR_SRP} Session",
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				access := l.associate(ctx, p)
				l.need(ctx, "VerifySoftwareToken", body{
					"AccessToken": access, "UserCode": l.code(ctx, p), "FriendlyDeviceName": "phone",
				})
				l.prefer(ctx, p)
				return l.byPassword(ctx, p).String()
			},
		},
		{
			name: "totp/wrong code", source: "R16; open", pool: optionalMFA(),
			about:    "a wrong code, one with letters, then the right one with the same session",
			expected: then(wrongCode, wrongCode, tokens),
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				challenge := l.byPassword(ctx, p)
				return then(l.answerCode(ctx, p, challenge, l.wrongCode(p)), l.answerCode(ctx, p, challenge, "abcdef"),
					l.answerCode(ctx, p, challenge, l.code(ctx, p)))
			},
		},
		{
			name: "totp/six wrong codes", source: "open", pool: optionalMFA(),
			about:    "the sixth wrong code with one session, then the right one",
			expected: then(wrongCode, tokens),
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				challenge := l.byPassword(ctx, p)
				var last answer
				for range 6 {
					last = l.answerCode(ctx, p, challenge, l.wrongCode(p))
				}
				return then(last, l.answerCode(ctx, p, challenge, l.code(ctx, p)))
			},
		},
		{
			name: "totp/code used twice", source: "R18, C2", pool: optionalMFA(),
			about:    "the code that set the app up, again at the sign-in",
			expected: "ExpiredCodeException: Your software token has already been used once.",
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				return l.answerCode(ctx, p, l.byPassword(ctx, p), l.codeOf(p, p.step)).String()
			},
		},
		{
			name: "totp/window", source: "documented", pool: optionalMFA(),
			about:    "the code of two steps ago, then the one of the step before",
			expected: then(wrongCode, tokens),
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				l.code(ctx, p)
				l.wait(ctx, 3*secondsOfStep)
				challenge := l.byPassword(ctx, p)
				now := l.target.now().Unix() / secondsOfStep
				return then(l.answerCode(ctx, p, challenge, l.codeOf(p, now-2)),
					l.answerCode(ctx, p, challenge, l.codeOf(p, now-1)))
			},
		},
		{
			name: "totp/no preference", source: "open", pool: optionalMFA(),
			about:    "sign-in with a verified app and no preference",
			expected: tokens,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				l.setUpApp(ctx, p, l.access(ctx, p))
				return l.byPassword(ctx, p).String()
			},
		},
		{
			name: "totp/associated again", source: "R30; open", pool: optionalMFA(),
			about:    "a code of the old app while a new one is set up, and another after that",
			expected: then(tokens, wrongCode),
			measure: func(ctx context.Context, l *lab) string {
				p := l.personWithApp(ctx)
				signedIn := l.answerCode(ctx, p, l.byPassword(ctx, p), l.code(ctx, p))
				access := signedIn.token("AccessToken")
				associated := l.need(ctx, "AssociateSoftwareToken", body{"AccessToken": access})
				during := l.answerCode(ctx, p, l.byPassword(ctx, p), l.code(ctx, p))
				old := p.secret
				p.secret = text(associated.members["SecretCode"])
				l.need(ctx, "VerifySoftwareToken", body{"AccessToken": access, "UserCode": l.code(ctx, p)})
				p.secret = old
				return then(during, l.answerCode(ctx, p, l.byPassword(ctx, p), l.code(ctx, p)))
			},
		},
	}
}

// associate signs a person in and starts the set-up of an app.
func (l *lab) associate(ctx context.Context, p *person) (access string) {
	access = l.access(ctx, p)
	p.secret = text(l.need(ctx, "AssociateSoftwareToken", body{"AccessToken": access}).members["SecretCode"])
	return access
}

// prefer makes the app the preferred factor.
func (l *lab) prefer(ctx context.Context, p *person) {
	l.need(ctx, "AdminSetUserMFAPreference", l.admin(ctx, p, body{
		"SoftwareTokenMfaSettings": body{"Enabled": true, "PreferredMfa": true},
	}))
}
