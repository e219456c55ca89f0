package main

import (
	"context"
	"fmt"
)

// mailChecks need somebody who reads the messages.
func mailChecks() []check {
	return []check{
		{
			name: "mail/sign-up", source: "documented", pool: mailing(), mailbox: true,
			about: "SignUp, a wrong code, then the right one",
			expected: then(
				"{CodeDeliveryDetails Session UserConfirmed UserSub}",
				"CodeMismatchException: Invalid verification code provided, please try again.",
				"{Session}",
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.stranger(ctx, public())
				signedUp := l.byName(ctx, "SignUp", p, body{
					"Password":       p.password,
					"UserAttributes": []body{attribute("email", l.target.mailbox)},
				})
				confirm := func(code string) answer {
					return l.byName(ctx, "ConfirmSignUp", p, body{"ConfirmationCode": code})
				}
				right := l.mailed(ctx, p)
				return then(signedUp, confirm(besides(right)), confirm(right))
			},
		},
		{
			name: "mail/reset required", source: "open; R28", pool: mailing(), mailbox: true,
			about: "a user whose password was reset: a wrong password, then the right one",
			expected: then(
				wrongPassword, "PasswordResetRequiredException: Password reset required for the user",
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx, contact(l.target.mailbox)...)
				l.need(ctx, "AdminResetUserPassword", l.admin(ctx, p, nil))
				return then(l.withPassword(ctx, p, newPassword()), l.byPassword(ctx, p))
			},
		},
		{
			name: "mail/forgot", source: "documented; A4", pool: mailing(), mailbox: true,
			about: "ForgotPassword, a wrong code, a weak password, then a good one",
			expected: then(
				"{CodeDeliveryDetails}",
				"CodeMismatchException: Invalid verification code provided, please try again.",
				doesNotConform+"Password must have uppercase characters",
				done,
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx, contact(l.target.mailbox)...)
				asked := l.byName(ctx, "ForgotPassword", p)
				confirm := func(code, password string) answer {
					return l.byName(ctx, "ConfirmForgotPassword", p, body{
						"ConfirmationCode": code, "Password": password,
					})
				}
				right := l.mailed(ctx, p)
				return then(asked, confirm(besides(right), newPassword()), confirm(right, "weakpassword"),
					confirm(right, newPassword()))
			},
		},
	}
}

// mailed returns the code that was sent last to a person.
func (l *lab) mailed(ctx context.Context, p *person) string {
	if l.err != nil {
		return ""
	}
	code, err := l.target.lastCode(ctx, l.poolID(ctx), p.username)
	if err != nil {
		l.fail(err)
	}
	l.detail("the code has %d characters", len(code))
	return code
}

// besides returns another code of the same length.
func besides(code string) string {
	other := fmt.Sprintf("%0*d", len(code), 0)
	if other == code {
		return fmt.Sprintf("%0*d", len(code), 1)
	}
	return other
}
