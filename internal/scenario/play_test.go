package scenario_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

const totpPool = `{"mfa": "OPTIONAL", "totp": true}`

const totpUser = `{"username": "alice", "password": "Correct-horse-1!",
	"totpSecret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "mfa": ["SOFTWARE_TOKEN_MFA"]}`

// played plays the steps with the client, on a pool that has totpUser.
func played(t *testing.T, pool string, steps []scenario.Step, client client) ([]scenario.Outcome, error) {
	t.Helper()
	stage, err := scenario.NewStage(scenario.Scenario{
		Name: "s", About: "a", Pool: json.RawMessage(pool), Steps: steps,
		Users: []json.RawMessage{json.RawMessage(totpUser)},
	})
	require.NoError(t, err)
	defer stage.Close()
	server := httptest.NewServer(stage)
	defer server.Close()
	c := &conversation{t: t, http: server.Client(), url: server.URL, clientID: stage.Pool.ClientID}
	caller := func(_ context.Context, call string, input json.RawMessage) (scenario.Result, error) {
		return scenario.Result{Output: client(c, call, input)}, nil
	}
	return stage.Play(t.Context(), caller)
}

// A client answers one call.
type client func(c *conversation, call string, input json.RawMessage) json.RawMessage

// conversation sends Cognito requests by hand.
type conversation struct {
	t             *testing.T
	http          *http.Client
	url, clientID string
	sessions      []string // every challenge session received
	accessToken   string
}

func (c *conversation) send(operation string, body map[string]any) map[string]any {
	c.t.Helper()
	body["ClientId"] = c.clientID
	answer := c.call(operation, body)
	if session, ok := answer["Session"].(string); ok {
		c.sessions = append(c.sessions, session)
	}
	return answer
}

// call is send for operations without a client id.
func (c *conversation) call(operation string, body map[string]any) map[string]any {
	c.t.Helper()
	data, err := json.Marshal(body)
	require.NoError(c.t, err)
	return c.post("AWSCognitoIdentityProviderService."+operation, string(data), nil)
}

func (c *conversation) post(target, body string, header http.Header) map[string]any {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url, strings.NewReader(body))
	require.NoError(c.t, err)
	maps.Copy(request.Header, header)
	request.Header.Set("Content-Type", "application/x-amz-json-1.1")
	request.Header.Set("X-Amz-Target", target)
	response, err := c.http.Do(request)
	require.NoError(c.t, err)
	defer func() { require.NoError(c.t, response.Body.Close()) }()
	data, err := io.ReadAll(response.Body)
	require.NoError(c.t, err)
	answer := map[string]any{}
	require.NoError(c.t, json.Unmarshal(data, &answer))
	return answer
}

func (c *conversation) signIn() map[string]any {
	c.t.Helper()
	return c.send("InitiateAuth", map[string]any{
		"AuthFlow":       "USER_PASSWORD_AUTH",
		"AuthParameters": map[string]string{"USERNAME": "alice", "PASSWORD": "Correct-horse-1!"},
	})
}

func (c *conversation) answer(session, code string) map[string]any {
	c.t.Helper()
	return c.send("RespondToAuthChallenge", map[string]any{
		"ChallengeName":      "SOFTWARE_TOKEN_MFA",
		"Session":            session,
		"ChallengeResponses": map[string]string{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code},
	})
}

// A client that answers with an old challenge session has another outcome than one that answers
// with the latest.
func TestPlayDistinguishesChallengeSessions(t *testing.T) {
	t.Parallel()
	steps := []scenario.Step{
		{Call: "signIn"},
		{Call: "signIn"},
		{Call: "confirm", Input: json.RawMessage(`{"code": "$wrong-totp"}`)},
	}
	for session, want := range map[int]string{0: "<session 1>", 1: "<session 2>"} {
		client := func(c *conversation, call string, input json.RawMessage) json.RawMessage {
			if call == "signIn" {
				c.signIn()
				return nil
			}
			var in struct{ Code string }
			require.NoError(t, json.Unmarshal(input, &in))
			c.answer(c.sessions[session], in.Code)
			return nil
		}
		outcomes, err := played(t, totpPool, steps, client)
		require.NoError(t, err)
		assert.Equal(t, scenario.Request{
			Operation: "RespondToAuthChallenge",
			Body: map[string]any{
				"ClientId":      "<client id>",
				"ChallengeName": "SOFTWARE_TOKEN_MFA",
				"Session":       want,
				"ChallengeResponses": map[string]any{
					"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": "$wrong-totp",
				},
			},
			Answer: "CodeMismatchException",
		}, outcomes[2].Requests[0])
	}
}

// Tokens are replaced by names in requests, in outputs and inside longer texts.
func TestPlayNamesTokens(t *testing.T) {
	t.Parallel()
	steps := []scenario.Step{{Call: "signIn"}, {Call: "confirm", Input: json.RawMessage(`{"code": "$totp"}`)}}
	client := func(c *conversation, call string, input json.RawMessage) json.RawMessage {
		if call == "signIn" {
			c.signIn()
			return nil
		}
		var in struct{ Code string }
		require.NoError(t, json.Unmarshal(input, &in))
		tokens, ok := c.answer(c.sessions[0], in.Code)["AuthenticationResult"].(map[string]any)
		require.True(t, ok)
		header := "Bearer " + tokens["IdToken"].(string)
		output, err := json.Marshal([]any{tokens["AccessToken"], header, in.Code, "other"})
		require.NoError(t, err)
		return output
	}
	outcomes, err := played(t, totpPool, steps, client)
	require.NoError(t, err)
	assert.Equal(t, "tokens", outcomes[1].Requests[0].Answer)
	assert.Equal(t, []any{"<access token 1>", "Bearer <id token 1>", "$totp", "other"}, outcomes[1].Output)
}

// A value of the wrong form in the place of a random value is not replaced.
func TestPlayKeepsInvalidValues(t *testing.T) {
	t.Parallel()
	for _, srpA := range []string{"", "xyz", "0" + strings.Repeat("a", 760), strings.Repeat("A", 760)} {
		outcomes, err := played(t, `{}`, []scenario.Step{{Call: "signIn", Malformed: true}},
			func(c *conversation, _ string, _ json.RawMessage) json.RawMessage {
				c.send("InitiateAuth", map[string]any{
					"AuthFlow":       "USER_SRP_AUTH",
					"AuthParameters": map[string]string{"USERNAME": "alice", "SRP_A": srpA},
				})
				return nil
			})
		require.NoError(t, err)
		want := map[string]any{"USERNAME": "alice", "SRP_A": srpA}
		assert.Equal(t, want, outcomes[0].Requests[0].Body["AuthParameters"])
	}
}

func TestPlayRefusesAnInvalidStep(t *testing.T) {
	t.Parallel()
	silent := func(*conversation, string, json.RawMessage) json.RawMessage { return nil }
	posting := func(target, body string, header http.Header) client {
		return func(c *conversation, _ string, _ json.RawMessage) json.RawMessage {
			c.post(target, body, header)
			return nil
		}
	}
	input := func(in string) scenario.Step { return scenario.Step{Input: json.RawMessage(in)} }
	admin := func(body string) scenario.Step {
		return scenario.Step{Admin: &scenario.Admin{Operation: "AdminGetUser", Body: json.RawMessage(body)}}
	}
	const getUser = "AWSCognitoIdentityProviderService.GetUser"
	signature := http.Header{"Authorization": {"AWS4-HMAC-SHA256"}}
	cases := []struct {
		name   string
		step   scenario.Step
		client client
		want   string
	}{
		{"an unknown placeholder", input(`{"a": {"b": "$pin"}}`), silent, "unknown placeholder $pin"},
		{"a code that was never sent", input(`{"a": "$code:alice"}`), silent, "no code"},
		{"a device that was never registered", input(`{"a": "$device:alice"}`), silent, "no device"},
		{"an unknown placeholder for an administrator", admin(`{"Username": "$name"}`), silent, "placeholder $name"},
		{"a refused request of an administrator", admin(`{"Username": "nobody"}`), silent, "UserNotFoundException"},
		{"an invalid duration", scenario.Step{Advance: "soon"}, silent, "advance"},
		{"an invalid fault", scenario.Step{Fail: json.RawMessage(`{"operaton": "SignUp"}`)}, silent, "fail"},
		{"another service's request", scenario.Step{}, posting("DynamoDB.GetItem", "{}", nil), "not a Cognito request"},
		{"a signed request", scenario.Step{}, posting(getUser, "{}", signature), "signed"},
		{"a malformed request", scenario.Step{}, posting(getUser, `{"AccesToken": "a"}`, nil), "AccesToken"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.step.Call = "signIn"
			_, err := played(t, `{}`, []scenario.Step{c.step}, c.client)
			require.ErrorContains(t, err, "s: step 1 (signIn)")
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestNewStageRefusesAnInvalidScenario(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, pool, user, want string }{
		{"an unknown member of the pool", `{"mfaMode": "ON"}`, totpUser, `unknown field "mfaMode"`},
		{"an invalid pool", `{"mfa": "SOMETIMES"}`, totpUser, "MFA"},
		{"an unknown member of a user", `{}`, `{"usrname": "alice"}`, `unknown field "usrname"`},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := scenario.NewStage(scenario.Scenario{
				Name: "s", Pool: json.RawMessage(c.pool), Users: []json.RawMessage{json.RawMessage(c.user)},
			})
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// The key of a device is replaced by a name in requests and outputs, so are its salt and verifier,
// and its dates if the pool sent them.
func TestPlayNamesDevices(t *testing.T) {
	t.Parallel()
	steps := []scenario.Step{
		{Call: "register"},
		{Call: "list", Input: json.RawMessage(`{"key": "$device:alice", "first": "$first-device:alice"}`)},
		{Call: "nothing", Admin: &scenario.Admin{
			Operation: "AdminForgetDevice",
			Body:      json.RawMessage(`{"Username": "alice", "DeviceKey": "$device:alice"}`),
		}},
		{Call: "list"},
	}
	outcomes, err := played(t, `{"devices": "ALWAYS"}`, steps, deviceClient)
	require.NoError(t, err)
	assert.Equal(t, map[string]any{
		"AccessToken": "<access token 1>", "DeviceKey": "<device key 1>", "DeviceSecretVerifierConfig": map[string]any{
			"Salt": "<Salt>", "PasswordVerifier": "<PasswordVerifier>",
		},
	}, outcomes[0].Requests[1].Body)
	assert.Equal(t, map[string]any{
		"input": map[string]any{"key": "<device key 1>", "first": "<device key 1>"},
		"devices": []any{map[string]any{
			"createDate": "<DeviceCreateDate>", "lastModifiedDate": "2001-02-03T04:05:06Z",
		}},
	}, outcomes[1].Output)
	assert.Empty(t, outcomes[2].Requests, "an administrator's request is not the client's")
	assert.Equal(t, map[string]any{"devices": []any{}, "input": nil}, outcomes[3].Output)
}

// deviceClient registers a device, or lists devices with a date that is not the pool's.
func deviceClient(c *conversation, call string, input json.RawMessage) json.RawMessage {
	if call == "register" {
		c.register()
	}
	if call != "list" {
		return nil
	}
	list := []any{}
	for _, device := range c.call("ListDevices", map[string]any{"AccessToken": c.accessToken})["Devices"].([]any) {
		created := device.(map[string]any)["DeviceCreateDate"].(float64)
		list = append(list, map[string]any{
			"createDate": time.UnixMilli(int64(created * 1000)).UTC(), "lastModifiedDate": "2001-02-03T04:05:06Z",
		})
	}
	output, err := json.Marshal(map[string]any{"input": input, "devices": list})
	require.NoError(c.t, err)
	return output
}

// register signs in and confirms the device that the pool issues.
func (c *conversation) register() {
	c.t.Helper()
	tokens := c.signIn()["AuthenticationResult"].(map[string]any)
	c.accessToken = tokens["AccessToken"].(string)
	c.call("ConfirmDevice", map[string]any{
		"AccessToken": c.accessToken, "DeviceKey": tokens["NewDeviceMetadata"].(map[string]any)["DeviceKey"],
		"DeviceSecretVerifierConfig": map[string]string{
			"Salt":             base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{1}, 16)),
			"PasswordVerifier": base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{2}, 384)),
		},
	})
}
