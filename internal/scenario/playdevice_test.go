package scenario_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

// TestPlayNamesDevices shows what is named of a device: its key, in requests and where a step asks
// for it; what a client drew for it; and the dates that the pool told, but no other ones.
func TestPlayNamesDevices(t *testing.T) {
	t.Parallel()
	steps := []scenario.Step{
		{Call: "register"},
		{Call: "list", Input: json.RawMessage(`{"key": "$device:alice", "first": "$first-device:alice"}`)},
		{Call: "nothing", Admin: &scenario.Admin{
			Operation: "AdminForgetDevice", Body: json.RawMessage(`{"Username": "alice", "DeviceKey": "$device:alice"}`),
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
		"input":   map[string]any{"key": "<device key 1>", "first": "<device key 1>"},
		"devices": []any{map[string]any{"createDate": "<DeviceCreateDate>", "lastModifiedDate": "2001-02-03T04:05:06Z"}},
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

// register signs in and confirms the device that the pool hands out.
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
