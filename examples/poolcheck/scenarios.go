package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

const (
	asRecorded = "as recorded with aws-amplify, but for the declared differences"
	// longestWait is how long a scenario may wait without -slow.
	longestWait = time.Minute
)

// scenarioChecks are the scenarios of internal/scenario, played with this SDK.
func scenarioChecks() ([]check, error) {
	recorded, err := scenario.Recorded()
	if err != nil {
		return nil, err
	}
	all := make([]check, 0, len(recorded))
	for _, s := range recorded {
		c := check{
			name: "scenario/" + s.Name, source: "internal/scenario", pool: poolKind{name: "s-" + s.Name},
			about: s.About, expected: asRecorded,
		}
		var config authtest.Config
		if err := json.Unmarshal(s.Pool, &config); err != nil {
			return nil, fmt.Errorf("%s: %w", c.name, err)
		}
		if c.unfit = unfit(s); c.unfit == "" {
			c.slow = waits(s) > longestWait
			c.pool = scenarioPool(s.Name, config)
			c.measure = func(ctx context.Context, l *lab) string { return l.playScenario(ctx, s, config) }
		}
		all = append(all, c)
	}
	return all, nil
}

// mostWait is the longest time that a run may wait for.
const mostWait = 5 * time.Minute

// unfit returns what a scenario needs that a pool of AWS does not have for this program.
func unfit(s scenario.Scenario) string {
	switch {
	case s.Triggers != "":
		return "needs Lambda functions"
	case slices.ContainsFunc(s.Steps, func(step scenario.Step) bool { return step.Fail != nil }):
		return "needs faults"
	case sendsMessages(s):
		return "needs messages"
	case waits(s) > mostWait:
		return "needs a clock that can be moved"
	case !canBeCreated(s):
		return "needs a pool or a user that cannot be created without messages or waiting"
	default:
		return ""
	}
}

func sendsMessages(s scenario.Scenario) bool {
	calls := []string{
		"signUp", "confirmSignUp", "resendSignUpCode", "resetPassword", "sendUserAttributeVerificationCode",
		"updateUserAttribute", "updateUserAttributes",
	}
	for _, step := range s.Steps {
		if slices.Contains(calls, step.Call) || strings.Contains(string(step.Input), `code:`) {
			return true
		}
	}
	return false
}

func waits(s scenario.Scenario) time.Duration {
	var total time.Duration
	for _, step := range s.Steps {
		by, err := time.ParseDuration(step.Advance)
		if err == nil {
			total += by
		}
	}
	return total
}

// canBeCreated reports whether the program knows how to make the pool and its users.
func canBeCreated(s scenario.Scenario) bool {
	var pool map[string]json.RawMessage
	if json.Unmarshal(s.Pool, &pool) != nil {
		return false
	}
	known := []string{
		"mfa", "totp", "devices", "mfaOnRememberedDevices", "explicitAuthFlows", "allowedFirstAuthFactors",
		"aliasAttributes", "usernameAttributes", "customAttributes", "preventUserExistenceErrors",
		"refreshTokenRotation", "retryGracePeriod", "tokenRevocationOff",
	}
	for name := range pool {
		if !slices.Contains(known, name) {
			return false
		}
	}
	if strings.Contains(string(pool["allowedFirstAuthFactors"]), "_OTP") {
		return false
	}
	for _, data := range s.Users {
		var user authtest.User
		if json.Unmarshal(data, &user) != nil || user.Unconfirmed || user.ResetRequired || user.Sub != "" {
			return false
		}
	}
	return true
}

// scenarioPool is the pool of a scenario in the form of the API.
func scenarioPool(name string, config authtest.Config) poolKind {
	settings := body{"UsernameConfiguration": insensitive()}
	if len(config.AliasAttributes) > 0 {
		settings["AliasAttributes"] = config.AliasAttributes
	}
	if len(config.UsernameAttributes) > 0 {
		settings["UsernameAttributes"] = config.UsernameAttributes
	}
	var schema []body
	for _, attribute := range config.CustomAttributes {
		schema = append(schema, body{
			"Name": strings.TrimPrefix(attribute, "custom:"), "AttributeDataType": "String", "Mutable": true,
		})
	}
	if schema != nil {
		settings["Schema"] = schema
	}
	if config.Devices == authtest.DevicesAlways || config.Devices == authtest.DevicesOptIn {
		settings["DeviceConfiguration"] = body{
			"ChallengeRequiredOnNewDevice":     !config.MFAOnRememberedDevices,
			"DeviceOnlyRememberedOnUserPrompt": config.Devices == authtest.DevicesOptIn,
		}
	}
	kind := poolKind{name: "s-" + name, settings: settings}
	if config.TOTP {
		kind.mfa = totpMode(map[authtest.MFA]string{
			authtest.MFAOptional: "OPTIONAL", authtest.MFARequired: "ON",
		}[config.MFA])
	}
	return kind
}

// scenarioClient is the app client of a scenario. By default it allows what that of an
// authtest.Config allows.
func scenarioClient(config authtest.Config) clientKind {
	allowed := config.ExplicitAuthFlows
	if len(allowed) == 0 {
		allowed = []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"}
		if !config.RefreshTokenRotation {
			allowed = append(allowed, "ALLOW_REFRESH_TOKEN_AUTH")
		}
	}
	settings := body{"ExplicitAuthFlows": allowed, "EnableTokenRevocation": !config.TokenRevocationOff}
	if config.PreventUserExistenceErrors {
		settings["PreventUserExistenceErrors"] = "ENABLED"
	}
	if config.RefreshTokenRotation {
		settings["RefreshTokenRotation"] = body{
			"Feature": "ENABLED", "RetryGracePeriodSeconds": int(config.RetryGracePeriod.Seconds()),
		}
	}
	return clientKind{name: "scenario", settings: settings}
}
