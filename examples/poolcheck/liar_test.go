package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// exchange is a request, and the answer that a lie may change.
type exchange struct {
	operation string
	request   map[string]any
	status    int
	header    http.Header
	answer    map[string]any
}

// liar changes the answers of a pool.
type liar struct {
	next http.RoundTripper
	lie  func(*exchange)
}

func (l liar) RoundTrip(r *http.Request) (*http.Response, error) {
	e := exchange{operation: strings.TrimPrefix(r.Header.Get("X-Amz-Target"), targetPrefix)}
	if r.Body != nil {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		_ = json.Unmarshal(sent, &e.request) // GET has no body
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(sent))
	}
	response, err := l.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(response.Body)
	if err != nil {
		return nil, err
	}
	e.status, e.header, e.answer = response.StatusCode, response.Header, map[string]any{}
	if len(data) > 0 {
		if err := json.Unmarshal(data, &e.answer); err != nil {
			return nil, err
		}
	}
	l.lie(&e)
	if data, err = json.Marshal(e.answer); err != nil {
		return nil, err
	}
	response.StatusCode, response.Body = e.status, io.NopCloser(bytes.NewReader(data))
	response.ContentLength = int64(len(data))
	return response, nil
}

// member returns a JSON object in the answer, or nil.
func (e *exchange) member(name string) map[string]any {
	object, _ := e.answer[name].(map[string]any)
	return object
}

func (e *exchange) isChallenge(name string) bool { return e.answer["ChallengeName"] == name }

func (e *exchange) refuse(code, message string) {
	e.status, e.answer = http.StatusBadRequest, map[string]any{"__type": code, "message": message}
}

func lyingTarget(t *testing.T, lie func(*exchange)) *target {
	t.Helper()
	at := offlineTarget(t)
	at.api.client.Transport = liar{at.api.client.Transport, lie}
	return at
}

// lies are ten ways in which a service can differ, each with the checks that find it among those of
// some topics.
var lies = []struct {
	name, topics string
	lie          func(*exchange)
	found        []string
}{
	{"another text for a wrong password", "^(password|lockout|account/change)", func(e *exchange) {
		if e.answer["message"] == "Incorrect username or password." {
			e.answer["message"] = "Invalid credentials."
		}
	}, []string{"password/wrong", "password/unknown user hidden", "lockout/fifth", "account/change password"}},
	{"another code for an unknown user", "^(wire|password|srp)/", func(e *exchange) {
		if e.answer["__type"] == "UserNotFoundException" {
			e.answer["__type"] = "NotAuthorizedException"
		}
	}, []string{"wire/refusal", "password/unknown user", "srp/unknown user"}},
	{"a parameter missing in a challenge", "^totp/(challenge|friendly|no preference|wrong code)", func(e *exchange) {
		if e.isChallenge("SOFTWARE_TOKEN_MFA") {
			delete(e.member("ChallengeParameters"), "USER_ID_FOR_SRP")
		}
	}, []string{"totp/challenge", "totp/friendly name"}},
	{"a session where there is none", "^srp/(challenge|unknown|wrong)", func(e *exchange) {
		if e.isChallenge("PASSWORD_VERIFIER") {
			e.answer["Session"] = "AYABeExampleOfASession"
		}
	}, []string{"srp/challenge", "srp/unknown user hidden"}},
	{"no new device after a password", "^device/new", func(e *exchange) {
		if e.operation == "InitiateAuth" && e.request["AuthFlow"] == "USER_PASSWORD_AUTH" {
			delete(e.member("AuthenticationResult"), "NewDeviceMetadata")
		}
	}, []string{"device/new by password"}},
	{"two preferred factors accepted", "^preference/", func(e *exchange) {
		if e.operation == "AdminSetUserMFAPreference" && e.request["SMSMfaSettings"] != nil &&
			e.request["SoftwareTokenMfaSettings"] != nil && e.request["EmailMfaSettings"] == nil {
			e.status, e.answer = http.StatusOK, map[string]any{}
		}
	}, []string{"preference/two preferred"}},
	{"a rotated token that goes on working", "^refresh/", func(e *exchange) {
		if e.answer["__type"] == "RefreshTokenReuseException" {
			e.refuse("NotAuthorizedException", "Invalid Refresh Token.")
		}
	}, []string{"refresh/rotation", "refresh/rotation after grace"}},
	{"a shorter secret", "^totp/(secret|challenge)", func(e *exchange) {
		if secret, ok := e.answer["SecretCode"].(string); ok && len(secret) > 32 && e.request["AccessToken"] != nil {
			e.answer["SecretCode"] = secret[:32]
		}
	}, []string{"totp/secret", "totp/challenge"}},
	{"another claim in the access token", "^token/", func(e *exchange) {
		changeToken(e, "AccessToken", func(claims map[string]any) { claims["version"] = 2 })
	}, []string{"token/access claims", "token/times"}},
	{"a device that is not remembered at once", "^device/(confirm|list|proof$)", func(e *exchange) {
		if e.operation == "ConfirmDevice" && e.status == http.StatusOK {
			e.answer["UserConfirmationNecessary"] = true
		}
	}, []string{"device/confirm"}},
}

// TestEachLieIsFoundAndNamed: exactly the checks about it differ.
func TestEachLieIsFoundAndNamed(t *testing.T) {
	t.Parallel()
	for _, l := range lies {
		t.Run(l.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				found, err := checked(t, t.Context(), lyingTarget(t, l.lie), l.topics)
				require.ErrorContains(t, err, "differ")
				var named []string
				for _, f := range found.Findings {
					if f.Verdict == differs {
						named = append(named, f.Check)
						t.Logf("%s: %s, not %s", f.Check, f.Got, f.Expected)
						assert.NotEqual(t, f.Expected, f.Got, f.Check)
					}
				}
				assert.ElementsMatch(t, l.found, named)
			})
		})
	}
}

// changeToken changes the claims of a token, whose signature nobody checks here.
func changeToken(e *exchange, name string, change func(claims map[string]any)) {
	result := e.member("AuthenticationResult")
	token, _ := result[name].(string)
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return
	}
	all := claims(token)
	change(all)
	data, err := json.Marshal(all)
	if err != nil {
		return
	}
	parts[1] = base64.RawURLEncoding.EncodeToString(data)
	result[name] = strings.Join(parts, ".")
}
