package scenario_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

const totpPool = `{"mfa": "OPTIONAL", "totp": true}`

const totpUser = `{"username": "alice", "password": "Correct-horse-1!",
	"totpSecret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", "mfa": ["SOFTWARE_TOKEN_MFA"]}`

// played plays steps, on a pool with totpUser in it, with a client of the test's own.
func played(t *testing.T, pool string, steps []scenario.Step, client client) ([]scenario.Outcome, error) {
	t.Helper()
	stage, err := scenario.NewStage(scenario.Scenario{
		Name: "s", About: "a", Pool: json.RawMessage(pool), Users: []json.RawMessage{json.RawMessage(totpUser)}, Steps: steps,
	})
	require.NoError(t, err)
	defer stage.Close()
	server := httptest.NewServer(stage)
	defer server.Close()
	c := &conversation{t: t, http: server.Client(), url: server.URL, clientID: stage.Pool.ClientID}
	return stage.Play(t.Context(), func(_ context.Context, call string, input json.RawMessage) (scenario.Result, error) {
		output := client(c, call, input)
		return scenario.Result{Output: output}, nil
	})
}

// A client answers one call.
type client func(c *conversation, call string, input json.RawMessage) json.RawMessage

// conversation sends Cognito requests by hand.
type conversation struct {
	t             *testing.T
	http          *http.Client
	url, clientID string
	sessions      []string // every challenge session that came in
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

// call is send for operations that are not the app client's.
func (c *conversation) call(operation string, body map[string]any) map[string]any {
	c.t.Helper()
	data, err := json.Marshal(body)
	require.NoError(c.t, err)
	return c.post("AWSCognitoIdentityProviderService."+operation, string(data), http.Header{})
}

func (c *conversation) post(target, body string, header http.Header) map[string]any {
	c.t.Helper()
	request, err := http.NewRequestWithContext(c.t.Context(), http.MethodPost, c.url, strings.NewReader(body))
	require.NoError(c.t, err)
	request.Header = header
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

// TestPlayTellsSessionsApart shows that a client which answers with an old challenge session does
// not pass for one which answers with the latest.
func TestPlayTellsSessionsApart(t *testing.T) {
	t.Parallel()
	steps := []scenario.Step{{Call: "signIn"}, {Call: "signIn"}, {Call: "confirm", Input: json.RawMessage(`{"code": "$wrong-totp"}`)}}
	for session, want := range map[int]string{0: "<session 1>", 1: "<session 2>"} {
		outcomes, err := played(t, totpPool, steps, func(c *conversation, call string, input json.RawMessage) json.RawMessage {
			if call == "signIn" {
				c.signIn()
				return nil
			}
			var in struct{ Code string }
			require.NoError(t, json.Unmarshal(input, &in))
			c.answer(c.sessions[session], in.Code)
			return nil
		})
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

// TestPlayNamesWhatComesBack shows that tokens have names in requests and in outputs, and inside
// longer texts.
func TestPlayNamesWhatComesBack(t *testing.T) {
	t.Parallel()
	steps := []scenario.Step{{Call: "signIn"}, {Call: "confirm", Input: json.RawMessage(`{"code": "$totp"}`)}}
	outcomes, err := played(t, totpPool, steps, func(c *conversation, call string, input json.RawMessage) json.RawMessage {
		if call == "signIn" {
			c.signIn()
			return nil
		}
		var in struct{ Code string }
		require.NoError(t, json.Unmarshal(input, &in))
		tokens, ok := c.answer(c.sessions[0], in.Code)["AuthenticationResult"].(map[string]any)
		require.True(t, ok)
		output, err := json.Marshal([]any{tokens["AccessToken"], "Bearer " + tokens["IdToken"].(string), in.Code, "other"})
		require.NoError(t, err)
		return output
	})
	require.NoError(t, err)
	assert.Equal(t, "tokens", outcomes[1].Requests[0].Answer)
	assert.Equal(t, []any{"<access token 1>", "Bearer <id token 1>", "$totp", "other"}, outcomes[1].Output)
}

// TestPlayKeepsNonsense shows that a value which only stands where a random one belongs is not
// taken for one.
func TestPlayKeepsNonsense(t *testing.T) {
	t.Parallel()
	for _, srpA := range []string{"", "xyz", "0" + strings.Repeat("a", 760), strings.Repeat("A", 760)} {
		outcomes, err := played(t, `{}`, []scenario.Step{{Call: "signIn", Malformed: true}},
			func(c *conversation, _ string, _ json.RawMessage) json.RawMessage {
				c.send("InitiateAuth", map[string]any{
					"AuthFlow": "USER_SRP_AUTH", "AuthParameters": map[string]string{"USERNAME": "alice", "SRP_A": srpA},
				})
				return nil
			})
		require.NoError(t, err)
		assert.Equal(t, map[string]any{"USERNAME": "alice", "SRP_A": srpA}, outcomes[0].Requests[0].Body["AuthParameters"])
	}
}

func TestPlayRefuses(t *testing.T) {
	t.Parallel()
	silent := func(*conversation, string, json.RawMessage) json.RawMessage { return nil }
	posting := func(target, body string, header http.Header) client {
		return func(c *conversation, _ string, _ json.RawMessage) json.RawMessage {
			c.post(target, body, header)
			return nil
		}
	}
	admin := func(body string) scenario.Step {
		return scenario.Step{Admin: &scenario.Admin{Operation: "AdminGetUser", Body: json.RawMessage(body)}}
	}
	const getUser = "AWSCognitoIdentityProviderService.GetUser"
	cases := []struct {
		name   string
		step   scenario.Step
		client client
		want   string
	}{
		{"an unknown placeholder", scenario.Step{Input: json.RawMessage(`{"a": {"b": "$pin"}}`)}, silent, "unknown placeholder $pin"},
		{"a code that was never sent", scenario.Step{Input: json.RawMessage(`{"a": "$code:alice"}`)}, silent, "no code"},
		{"a device that was never registered", scenario.Step{Input: json.RawMessage(`{"a": "$device:alice"}`)}, silent, "no device"},
		{"an administrator's odd placeholder", admin(`{"Username": "$name"}`), silent, "unknown placeholder $name"},
		{"an administrator whom the pool refuses", admin(`{"Username": "nobody"}`), silent, "AdminGetUser: {\"__type\":\"UserNotFoundException\""},
		{"an odd duration", scenario.Step{Advance: "soon"}, silent, "advance"},
		{"an odd fault", scenario.Step{Fail: json.RawMessage(`{"operaton": "SignUp"}`)}, silent, "fail"},
		{"another service's request", scenario.Step{}, posting("DynamoDB.GetItem", "{}", http.Header{}), "no Cognito request"},
		{"a signed request", scenario.Step{}, posting(getUser, "{}", http.Header{"Authorization": {"AWS4-HMAC-SHA256"}}), "signed"},
		{"a malformed request", scenario.Step{}, posting(getUser, `{"AccesToken": "a"}`, http.Header{}), "AccesToken"},
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

func TestNewStageRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, pool, user, want string }{
		{"an unknown member of the pool", `{"mfaMode": "ON"}`, totpUser, `unknown field "mfaMode"`},
		{"a pool that cannot be", `{"mfa": "SOMETIMES"}`, totpUser, "MFA"},
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
