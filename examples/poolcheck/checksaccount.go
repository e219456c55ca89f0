package main

import (
	"context"
	"fmt"
)

// accountChecks are about accounts and attributes.
func accountChecks() []check {
	return []check{
		{
			name: "account/change password", source: "reported", pool: optionalMFA(),
			about: "ChangePassword with a wrong old password, and with a weak new one",
			expected: then(
				wrongPassword,
				didNotConform+"Password must have uppercase characters",
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				access := l.access(ctx, p)
				change := func(old, proposed string) answer {
					return l.withToken(ctx, "ChangePassword", access, body{
						"PreviousPassword": old, "ProposedPassword": proposed,
					})
				}
				return then(change(newPassword(), newPassword()), change(p.password, "weakpassword"))
			},
		},
		{
			name: "account/unknown attribute", source: "R39", pool: optionalMFA(),
			about: "UpdateUserAttributes with an attribute that the pool lacks",
			expected: `InvalidParameterException: user.fake-key-name: Attribute does not exist in the ` +
				`schema.\n`,
			measure: func(ctx context.Context, l *lab) string {
				access := l.access(ctx, l.person(ctx))
				return l.withToken(ctx, "UpdateUserAttributes", access, body{
					"UserAttributes": []body{attribute("fake-key-name", "value")},
				}).String()
			},
		},
		{
			name: "account/custom attribute", source: "U4", pool: optionalMFA(),
			about: "a custom attribute, at a client without lists of attributes",
			expected: then(
				"NotAuthorizedException: A client attempted to write unauthorized attribute", `""`,
			),
			measure: func(ctx context.Context, l *lab) string {
				access := l.access(ctx, l.person(ctx))
				set := l.withToken(ctx, "UpdateUserAttributes", access, body{
					"UserAttributes": []body{attribute("custom:tier", "gold")},
				})
				shown := attributesOf(l.withToken(ctx, "GetUser", access))["custom:tier"]
				return then(set, fmt.Sprintf("%q", shown))
			},
		},
		{
			name: "account/exists", source: "reported", pool: optionalMFA(),
			about:    "SignUp under a name that is taken",
			expected: "UsernameExistsException: User already exists",
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return l.byName(ctx, "SignUp", p, body{"Password": newPassword()}).String()
			},
		},
		{
			name: "account/weak password", source: "reported", pool: optionalMFA(),
			about: "SignUp with passwords that break the policy in three ways",
			expected: then(
				didNotConform+"Password not long enough",
				didNotConform+"Password must have uppercase characters",
				didNotConform+"Password must have numeric characters",
			),
			measure: func(ctx context.Context, l *lab) string {
				p, seen := l.stranger(ctx, public()), []any{}
				for _, password := range []string{"Aa1!", "aaaaaa1!", "Aaaaaaa!"} {
					seen = append(seen, l.byName(ctx, "SignUp", p, body{"Password": password}))
				}
				return then(seen...)
			},
		},
		{
			name: "account/unknown attribute at sign-up", source: "A10", pool: optionalMFA(),
			about: "SignUp with attributes that the pool lacks",
			expected: `InvalidParameterException: Attributes did not conform to the schema: ` +
				`custom:one: Attribute does not exist in the schema.\n` +
				`custom:two: Attribute does not exist in the schema.\n`,
			measure: func(ctx context.Context, l *lab) string {
				p := l.stranger(ctx, public())
				return l.byName(ctx, "SignUp", p, body{
					"Password":       p.password,
					"UserAttributes": []body{attribute("custom:one", "1"), attribute("custom:two", "2")},
				}).String()
			},
		},
		{
			name: "account/confirm twice", source: "reported", pool: optionalMFA(),
			about: "ConfirmSignUp of a confirmed user, with a code, and with a code that has a space",
			expected: then(
				"NotAuthorizedException: User cannot be confirmed. Current status is CONFIRMED",
				badCode,
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				confirm := func(code string) answer {
					return l.byName(ctx, "ConfirmSignUp", p, body{"ConfirmationCode": code})
				}
				return then(confirm("123456"), confirm("123 456"))
			},
		},
		{
			name: "account/code with a space", source: "R40", pool: optionalMFA(),
			about:    "ConfirmSignUp of an unconfirmed user",
			expected: badCode,
			measure: func(ctx context.Context, l *lab) string {
				p := l.stranger(ctx, public())
				l.need(ctx, "SignUp", body{"ClientId": p.client.id, "Username": p.username, "Password": p.password})
				return l.byName(ctx, "ConfirmSignUp", p, body{"ConfirmationCode": "123 456"}).String()
			},
		},
		{
			name: "account/resend to confirmed", source: "reported", pool: optionalMFA(),
			about:    "ResendConfirmationCode for a confirmed user",
			expected: "InvalidParameterException: User is already confirmed.",
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return l.byName(ctx, "ResendConfirmationCode", p).String()
			},
		},
		{
			name: "account/forgot, temporary password", source: "A6", pool: optionalMFA(),
			about:    "ForgotPassword for a user with a temporary password",
			expected: "NotAuthorizedException: User password cannot be reset in the current state.",
			measure: func(ctx context.Context, l *lab) string {
				p := l.invited(ctx, public())
				return l.byName(ctx, "ForgotPassword", p).String()
			},
		},
		{
			name: "account/forgot, no contact", source: "reported", pool: optionalMFA(),
			about: "ForgotPassword for a user without an address",
			expected: "InvalidParameterException: Cannot reset password for the user as there is no " +
				"registered/verified email or phone_number",
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				return l.byName(ctx, "ForgotPassword", p).String()
			},
		},
		{
			name: "account/forgot, unknown user", source: "reported; A5", pool: optionalMFA(),
			about: "ForgotPassword for an unknown user, where existence is told and where it is hidden",
			expected: then(
				"UserNotFoundException: Username/client id combination not found.",
				"{CodeDeliveryDetails}",
			),
			measure: func(ctx context.Context, l *lab) string {
				forgot := func(p *person) answer {
					return l.byName(ctx, "ForgotPassword", p)
				}
				return then(forgot(l.stranger(ctx, public())), forgot(l.stranger(ctx, hiding())))
			},
		},
		{
			name: "account/reset of a disabled user", source: "R27", pool: optionalMFA(),
			about:    "AdminResetUserPassword of a disabled user",
			expected: userDisabled,
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				l.need(ctx, "AdminDisableUser", l.admin(ctx, p, nil))
				return l.ask(ctx, "AdminResetUserPassword", l.admin(ctx, p, nil)).String()
			},
		},
		{
			name: "account/delete", source: "documented", pool: optionalMFA(),
			about:    "DeleteUser, then the access token and the password",
			expected: then(done, userUnknown, userUnknown),
			measure: func(ctx context.Context, l *lab) string {
				p := l.person(ctx)
				access := body{"AccessToken": l.access(ctx, p)}
				return then(l.ask(ctx, "DeleteUser", access), l.ask(ctx, "GetUser", access), l.byPassword(ctx, p))
			},
		},
	}
}
