package main

// poolKind is a user pool that checks run on. The settings are those of CreateUserPool, mfa is the
// body of SetUserPoolMfaConfig.
type poolKind struct {
	name     string
	settings body
	mfa      body
}

// relyingParty is the domain of the passkeys, and origin a page of it.
const (
	relyingParty = "poolcheck.example.com"
	origin       = "https://" + relyingParty
)

func totpMode(mode string) body {
	return body{
		"MfaConfiguration":              mode,
		"SoftwareTokenMfaConfiguration": body{"Enabled": true},
	}
}

// insensitive makes user names case-insensitive, as the console does.
func insensitive() body { return body{"CaseSensitive": false} }

// No pool sends messages: none verifies attributes automatically.

func optionalMFA() poolKind {
	return poolKind{
		name: "optional",
		settings: body{
			"UsernameConfiguration": insensitive(),
			"AliasAttributes":       []string{"email"},
			"Schema":                []body{{"Name": "tier", "AttributeDataType": "String", "Mutable": true}},
		},
		mfa: totpMode("OPTIONAL"),
	}
}

// settingsPool is for the checks whose requests would change a pool, if they were not refused.
func settingsPool() poolKind {
	kind := optionalMFA()
	kind.name = "settings"
	return kind
}

func requiredMFA() poolKind {
	return poolKind{
		name: "required", settings: body{"UsernameConfiguration": insensitive()}, mfa: totpMode("ON"),
	}
}

func devices(name string, onPrompt bool) poolKind {
	return poolKind{
		name: name,
		settings: body{
			"UsernameConfiguration": insensitive(),
			"DeviceConfiguration": body{
				"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": onPrompt,
			},
		},
		mfa: totpMode("OPTIONAL"),
	}
}

func devicesAlways() poolKind { return devices("always", false) }
func devicesOptIn() poolKind  { return devices("opt-in", true) }

func choice() poolKind {
	return poolKind{
		name: "choice",
		settings: body{
			"UsernameConfiguration": insensitive(),
			"Policies": body{"SignInPolicy": body{
				"AllowedFirstAuthFactors": []string{"PASSWORD", "WEB_AUTHN"},
			}},
		},
		mfa: body{
			"MfaConfiguration":      "OFF",
			"WebAuthnConfiguration": body{"RelyingPartyId": relyingParty, "UserVerification": "preferred"},
		},
	}
}

func newIssuer() poolKind {
	return poolKind{
		name: "issuer",
		settings: body{
			"UsernameConfiguration": insensitive(), "IssuerConfiguration": body{"Type": "UPDATED"},
		},
	}
}

// mailing is the only pool that sends messages, to the person who runs the program.
func mailing() poolKind {
	return poolKind{
		name: "mailing",
		settings: body{
			"UsernameConfiguration":  insensitive(),
			"AutoVerifiedAttributes": []string{"email"},
		},
	}
}

// clientKind is an app client that checks use, with the settings of CreateUserPoolClient.
type clientKind struct {
	name     string
	settings body
}

func flows(more ...string) []string {
	return append([]string{
		"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_AUTH", "ALLOW_ADMIN_USER_PASSWORD_AUTH",
	}, more...)
}

func public() clientKind {
	return clientKind{name: "public", settings: body{"ExplicitAuthFlows": flows("ALLOW_REFRESH_TOKEN_AUTH")}}
}

// hiding does not tell which users exist.
func hiding() clientKind {
	return clientKind{name: "hiding", settings: body{
		"ExplicitAuthFlows": flows("ALLOW_REFRESH_TOKEN_AUTH"), "PreventUserExistenceErrors": "ENABLED",
	}}
}

func withSecret() clientKind {
	return clientKind{name: "secret", settings: body{
		"ExplicitAuthFlows": flows("ALLOW_REFRESH_TOKEN_AUTH"), "GenerateSecret": true,
	}}
}

func rotating(name string, graceSeconds int) clientKind {
	return clientKind{name: name, settings: body{
		"ExplicitAuthFlows":    flows(),
		"RefreshTokenRotation": body{"Feature": "ENABLED", "RetryGracePeriodSeconds": graceSeconds},
	}}
}
