package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

// distortion changes answers in one way, for the checks of some topics.
type distortion struct {
	name, topics string
	distort      func(*exchange)
}

// raw are all checks but the scenarios.
const raw = "^([^s]|s[^c])"

// distortions leave what a sign-in needs to go on.
func distortions() []distortion {
	return []distortion{
		{"texts", raw, func(e *exchange) {
			if e.status >= http.StatusMultipleChoices {
				e.answer["message"] = text(e.answer["message"]) + " So it is."
			}
		}},
		{"codes", "^(scenario|srp/timestamp|wire)", func(e *exchange) {
			if e.status >= http.StatusMultipleChoices {
				e.answer["__type"] = "Odd" + text(e.answer["__type"])
			}
		}},
		{"additional members", raw, func(e *exchange) {
			if e.status >= http.StatusMultipleChoices {
				return
			}
			e.answer["Odd"] = true
			for _, name := range []string{"ChallengeParameters", "AuthenticationResult", "Device"} {
				if object := e.member(name); object != nil {
					object["Odd"] = "odd"
				}
			}
		}},
		{"values", "^(account/custom|device|name|passkey/list|password/temp|preference|required|scenario|totp/secret)", distortValues},
		{"claims", "^token/", func(e *exchange) {
			for _, name := range []string{"AccessToken", "IdToken"} {
				changeToken(e, name, func(all map[string]any) {
					all["odd"], all["iss"], all["device_key"] = true, "odd", "odd"
				})
				result := e.member("AuthenticationResult")
				if token := text(result[name]); token != "" {
					result[name] = "eyJhbGciOiJub25lIn0" + token[strings.Index(token, "."):] + strings.Repeat("A", 2048)
				}
			}
		}},
	}
}

// distortValues changes the values that checks look into.
func distortValues(e *exchange) {
	if parameters := e.member("ChallengeParameters"); parameters != nil {
		for _, name := range []string{"requiredAttributes", "userAttributes", "MFAS_CAN_SETUP", "USERNAME"} {
			if parameters[name] != nil {
				parameters[name] = text(parameters[name]) + " "
			}
		}
		if name := text(parameters["USER_ID_FOR_SRP"]); name != "" {
			parameters["USER_ID_FOR_SRP"] = strings.ToUpper(name)
		}
	}
	if metadata, ok := e.member("AuthenticationResult")["NewDeviceMetadata"].(map[string]any); ok {
		metadata["DeviceKey"] = text(metadata["DeviceKey"]) + "0"
	}
	for _, list := range []string{"Devices", "Credentials", "UserMFASettingList"} {
		if items, ok := e.answer[list].([]any); ok {
			e.answer[list] = append(items, items...)
		}
	}
	if e.answer["UserConfirmationNecessary"] != nil {
		e.answer["UserConfirmationNecessary"] = "perhaps"
	}
	if secret := text(e.answer["SecretCode"]); secret != "" {
		e.answer["SecretCode"] = secret + "AAAA"
	}
	if attributes, ok := e.answer["UserAttributes"].([]any); ok {
		e.answer["UserAttributes"] = append(attributes, map[string]any{"Name": "custom:tier", "Value": "odd"})
	}
}

// TestEveryCheckCanFail: each check differs on a pool that is distorted in some way.
func TestEveryCheckCanFail(t *testing.T) { //nolint:tparallel // the outer subtest ends when all others have
	t.Parallel()
	failed := make(chan string, 10*len(checks()))
	t.Run("distortions", func(t *testing.T) {
		for _, d := range distortions() {
			t.Run(d.name, func(t *testing.T) {
				t.Parallel()
				found, err := checked(t, t.Context(), lyingTarget(t, d.distort), d.topics)
				assert.Error(t, err)
				for _, f := range found.Findings {
					// A failed preparation says nothing of what the check looks at.
					if f.Verdict == differs && !strings.HasPrefix(f.Got, "while preparing") {
						failed <- f.Check
					}
				}
			})
		}
	})
	close(failed)
	can := map[string]bool{}
	for name := range failed {
		can[name] = true
	}
	scenarios, err := scenarioChecks()
	assert.NoError(t, err)
	for _, c := range append(checks(), scenarios...) {
		if c.unfit == "" {
			assert.True(t, can[c.name], "no distortion made %q differ", c.name)
		}
	}
}
