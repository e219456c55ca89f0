package main

import "context"

// settingsChecks are about the settings of pools and clients.
func settingsChecks() []check {
	return []check{
		{
			name: "settings/required without a factor", source: "R29", pool: settingsPool(),
			about: "SetUserPoolMfaConfig with ON and no factor",
			expected: "InvalidParameterException: Invalid MFA configuration given, can't disable all " +
				"MFAs with a required or optional configuration.",
			measure: func(ctx context.Context, l *lab) string {
				return l.ask(ctx, "SetUserPoolMfaConfig", body{
					"UserPoolId": l.poolID(ctx), "MfaConfiguration": "ON",
				}).String()
			},
		},
		{
			name: "settings/validity of temporary passwords", source: "U3", pool: settingsPool(),
			about: "UpdateUserPool with both of its names",
			expected: "InvalidParameterException: Please use TemporaryPasswordValidityDays in " +
				"PasswordPolicy instead of UnusedAccountValidityDays",
			measure: func(ctx context.Context, l *lab) string {
				return l.ask(ctx, "UpdateUserPool", body{
					"UserPoolId":            l.poolID(ctx),
					"AdminCreateUserConfig": body{"UnusedAccountValidityDays": 7},
					"Policies": body{"PasswordPolicy": body{
						"MinimumLength": 8, "TemporaryPasswordValidityDays": 7,
					}},
				}).String()
			},
		},
		{
			name: "settings/unwritable attribute", source: "U7", pool: settingsPool(),
			about: "CreateUserPoolClient with sub among WriteAttributes",
			expected: "InvalidParameterException: Invalid write attributes specified while creating a " +
				"client",
			measure: func(ctx context.Context, l *lab) string {
				return l.ask(ctx, "CreateUserPoolClient", body{
					"UserPoolId": l.poolID(ctx), "ClientName": "refused", "WriteAttributes": []string{"sub"},
				}).String()
			},
		},
		{
			name: "settings/rotation and refresh flow", source: "documented", pool: settingsPool(),
			about: "CreateUserPoolClient with rotation and ALLOW_REFRESH_TOKEN_AUTH",
			expected: "InvalidParameterException: Refresh token rotation cannot be enabled together " +
				"with ALLOW_REFRESH_TOKEN_AUTH.",
			measure: func(ctx context.Context, l *lab) string {
				return l.ask(ctx, "CreateUserPoolClient", body{
					"UserPoolId": l.poolID(ctx), "ClientName": "refused",
					"ExplicitAuthFlows":    []string{"ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
					"RefreshTokenRotation": body{"Feature": "ENABLED", "RetryGracePeriodSeconds": 0},
				}).String()
			},
		},
		{
			name: "settings/first factors without a password", source: "documented", pool: settingsPool(),
			about:    "UpdateUserPool with AllowedFirstAuthFactors that lack PASSWORD",
			expected: "InvalidParameterException: AllowedFirstAuthFactors must contain PASSWORD.",
			measure: func(ctx context.Context, l *lab) string {
				return l.ask(ctx, "UpdateUserPool", body{
					"UserPoolId": l.poolID(ctx),
					"Policies":   body{"SignInPolicy": body{"AllowedFirstAuthFactors": []string{"WEB_AUTHN"}}},
				}).String()
			},
		},
	}
}
