package scenario_test

import (
	"context"
	"encoding/json"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/device"
)

// deviceName is the name of the device that the real Amplify runs on in internal/conformance.
const deviceName = "conformance"

func rememberDevice(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	return nil, device.RememberDevice(ctx, session)
}

// forgetDevice reads Amplify's input, which names the device by a member of a member.
func forgetDevice(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
	var in struct{ Device device.Device }
	if len(input) > 0 {
		if err := json.Unmarshal(input, &in); err != nil {
			return nil, err
		}
	}
	return nil, device.ForgetDevice(ctx, session, device.ForgetDeviceInput{DeviceID: in.Device.ID})
}

func fetchDevices(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	return device.FetchDevices(ctx, session)
}
