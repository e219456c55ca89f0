package main

import (
	"context"
	"fmt"
)

// preferenceChecks are about SetUserMFAPreference, where MFA is optional.
func preferenceChecks() []check {
	app := func(enabled, preferred bool) body {
		return body{"SoftwareTokenMfaSettings": body{"Enabled": enabled, "PreferredMfa": preferred}}
	}
	phone := body{"SMSMfaSettings": body{"Enabled": true, "PreferredMfa": false}}
	return []check{
		{
			name: "preference/two preferred", source: "open; R19", pool: optionalMFA(),
			about:    "two factors preferred in one call",
			expected: `InvalidParameterException: Only one MFA method can be preferred. [] preferred ""`,
			measure: func(ctx context.Context, l *lab) string {
				in := app(true, true)
				in["SMSMfaSettings"] = body{"Enabled": true, "PreferredMfa": true}
				return l.preference(ctx, l.appAndPhone(ctx), in)
			},
		},
		{
			name: "preference/preferred and off", source: "reported", pool: optionalMFA(),
			about: "a factor that is preferred and not enabled",
			expected: `InvalidParameterException: A disabled MFA method cannot be preferred. [] ` +
				`preferred ""`,
			measure: func(ctx context.Context, l *lab) string {
				return l.preference(ctx, l.appAndPhone(ctx), app(false, true))
			},
		},
		{
			name: "preference/no app", source: "reported", pool: optionalMFA(),
			about: "SOFTWARE_TOKEN_MFA on, without an app",
			expected: `InvalidParameterException: User does not have delivery config set to turn on ` +
				`SOFTWARE_TOKEN_MFA [] preferred ""`,
			measure: func(ctx context.Context, l *lab) string {
				return l.preference(ctx, l.person(ctx), app(true, true))
			},
		},
		{
			name: "preference/no phone", source: "reported", pool: optionalMFA(),
			about: "SMS_MFA on, without a phone number",
			expected: `InvalidParameterException: User does not have delivery config set to turn on ` +
				`SMS_MFA [] preferred ""`,
			measure: func(ctx context.Context, l *lab) string {
				return l.preference(ctx, l.person(ctx), phone)
			},
		},
		{
			name: "preference/off without a factor", source: "R20", pool: optionalMFA(),
			about:    "factors switched off that the user never had",
			expected: `{} [] preferred ""`,
			measure: func(ctx context.Context, l *lab) string {
				off := body{"Enabled": false, "PreferredMfa": false}
				return l.preference(ctx, l.person(ctx), body{
					"SMSMfaSettings": off, "SoftwareTokenMfaSettings": off, "EmailMfaSettings": off,
				})
			},
		},
		{
			name: "preference/one block", source: "open", pool: optionalMFA(),
			about: "SMS_MFA on with nothing said of the app, which was preferred",
			expected: then(
				`{} [SOFTWARE_TOKEN_MFA] preferred "SOFTWARE_TOKEN_MFA"`,
				`{} [SMS_MFA SOFTWARE_TOKEN_MFA] preferred "SOFTWARE_TOKEN_MFA"`,
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.appAndPhone(ctx)
				first := l.preference(ctx, p, app(true, true))
				return then(first, l.preference(ctx, p, phone))
			},
		},
		{
			name: "preference/preferred no longer", source: "reported", pool: optionalMFA(),
			about: "the preferred factor enabled, and not preferred",
			expected: then(
				`{} [SOFTWARE_TOKEN_MFA] preferred "SOFTWARE_TOKEN_MFA"`,
				`{} [SOFTWARE_TOKEN_MFA] preferred ""`,
			),
			measure: func(ctx context.Context, l *lab) string {
				p := l.appAndPhone(ctx)
				first := l.preference(ctx, p, app(true, true))
				return then(first, l.preference(ctx, p, app(true, false)))
			},
		},
	}
}

// appAndPhone returns a user with a verified app and a phone number, and no preference.
func (l *lab) appAndPhone(ctx context.Context) *person {
	p := l.person(ctx, attribute("phone_number", "+15555550100"), attribute("phone_number_verified", "true"))
	l.setUpApp(ctx, p, l.access(ctx, p))
	return p
}

// preference sets a preference and returns the answer with the factors that AdminGetUser then
// shows.
func (l *lab) preference(ctx context.Context, p *person, settings body) string {
	got := l.ask(ctx, "AdminSetUserMFAPreference", l.admin(ctx, p, settings))
	return fmt.Sprintf("%s %s", got, l.factors(ctx, p))
}

func (l *lab) factors(ctx context.Context, p *person) string {
	user := l.need(ctx, "AdminGetUser", l.admin(ctx, p, nil))
	enabled, _ := user.members["UserMFASettingList"].([]any)
	return fmt.Sprintf("%v preferred %q", sorted(enabled), text(user.members["PreferredMfaSetting"]))
}
