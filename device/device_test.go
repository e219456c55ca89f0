package device_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
)

const password = "Correct-Horse-7-Battery"

func newPool(t *testing.T, devices authtest.Devices) *authtest.Pool {
	t.Helper()
	pool := authtest.New(t, authtest.Config{Devices: devices})
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	return pool
}

// signedIn returns a session of alice on the device of that name.
func signedIn(t *testing.T, pool *authtest.Pool, name string) *auth.Session {
	t.Helper()
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, DeviceName: name})
	require.NoError(t, err)
	session := client.Session("test")
	_, err = session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	return session
}

func TestFetchDevices(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.DevicesAlways)
	const many = 65 // more than a page
	for i := range many - 1 {
		signedIn(t, pool, fmt.Sprint("device ", i))
	}
	session := signedIn(t, pool, "laptop")
	ctx := context.Background()
	devices, err := device.FetchDevices(ctx, session)
	require.NoError(t, err)
	require.Len(t, devices, many)
	seen := map[string]bool{}
	for _, d := range devices {
		seen[d.ID] = true
		assert.Equal(t, d.Name == "laptop", d.Current)
		assert.WithinDuration(t, time.Now(), d.CreateDate, time.Minute)
		assert.WithinDuration(t, time.Now(), d.LastAuthenticatedDate, time.Minute)
	}
	assert.Len(t, seen, many)
}

// Of a pool that leaves the choice to the user, Cognito lists only the devices that the user chose.
func TestFetchDevicesListsRememberedDevices(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.DevicesOptIn)
	phone, laptop := signedIn(t, pool, "phone"), signedIn(t, pool, "laptop")
	ctx := context.Background()
	devices, err := device.FetchDevices(ctx, laptop)
	require.NoError(t, err)
	assert.Empty(t, devices)

	require.NoError(t, device.RememberDevice(ctx, phone))
	devices, err = device.FetchDevices(ctx, laptop)
	require.NoError(t, err)
	require.Len(t, devices, 1)
	assert.Equal(t, "phone", devices[0].Name)
	assert.False(t, devices[0].Current)
}

func TestForgetDevice(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.DevicesAlways)
	phone, laptop := signedIn(t, pool, "phone"), signedIn(t, pool, "laptop")
	ctx := context.Background()
	current, err := phone.CurrentDevice(ctx)
	require.NoError(t, err)

	require.NoError(t, device.ForgetDevice(ctx, laptop, device.ForgetDeviceInput{DeviceID: current.Key}), "another one")
	require.NoError(t, device.ForgetDevice(ctx, laptop, device.ForgetDeviceInput{DeviceID: current.Key}), "twice")
	devices, err := device.FetchDevices(ctx, laptop)
	require.NoError(t, err)
	require.Len(t, devices, 1)
	assert.Equal(t, "laptop", devices[0].Name)

	require.NoError(t, device.ForgetDevice(ctx, laptop, device.ForgetDeviceInput{}), "its own")
	devices, err = device.FetchDevices(ctx, laptop)
	require.NoError(t, err)
	assert.Empty(t, devices)
}

func TestPoolThatDoesNotTrackDevices(t *testing.T) {
	t.Parallel()
	session := signedIn(t, newPool(t, authtest.DevicesOff), "laptop")
	ctx := context.Background()
	require.ErrorIs(t, device.RememberDevice(ctx, session), auth.ErrDeviceMetadataNotFound)
	require.ErrorIs(t, device.ForgetDevice(ctx, session, device.ForgetDeviceInput{}), auth.ErrDeviceMetadataNotFound)
	_, err := device.FetchDevices(ctx, session)
	require.ErrorIs(t, err, auth.ErrorCode("InvalidUserPoolConfigurationException"))
}

func TestFunctionsNeedASignedInUser(t *testing.T) {
	t.Parallel()
	session := signedIn(t, newPool(t, authtest.DevicesAlways), "laptop")
	ctx := context.Background()
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	require.ErrorIs(t, device.RememberDevice(ctx, session), auth.ErrUserUnAuthenticated)
	require.ErrorIs(t, device.ForgetDevice(ctx, session, device.ForgetDeviceInput{DeviceID: "us-east-1_x"}), auth.ErrUserUnAuthenticated)
	_, err := device.FetchDevices(ctx, session)
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
}

func TestDeviceMarshalsToAmplifysJSON(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(device.Device{
		ID: "us-east-1_x", Name: "laptop", Attributes: map[string]string{"device_name": "laptop"},
		CreateDate: time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), Current: true,
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{"id":"us-east-1_x","name":"laptop","attributes":{"device_name":"laptop"},"createDate":"2026-01-02T03:04:05Z"}`, string(got))
}

func TestErrorsNameTheFunction(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	untracked := signedIn(t, newPool(t, authtest.DevicesOff), "laptop")
	nobody := signedIn(t, newPool(t, authtest.DevicesOff), "laptop")
	require.NoError(t, errOf(nobody.SignOut(ctx, auth.SignOutInput{})))
	for name, call := range map[string]func(*auth.Session) error{
		"RememberDevice": func(s *auth.Session) error { return device.RememberDevice(ctx, s) },
		"ForgetDevice":   func(s *auth.Session) error { return device.ForgetDevice(ctx, s, device.ForgetDeviceInput{}) },
		"FetchDevices":   func(s *auth.Session) error { _, err := device.FetchDevices(ctx, s); return err },
	} {
		for _, session := range []*auth.Session{untracked, nobody} {
			var e *auth.Error
			require.ErrorAs(t, call(session), &e)
			assert.Equal(t, name, e.Op)
			assert.NotEmpty(t, e.Code)
		}
	}
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }

func TestRefusedStatusIsNotRemembered(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.DevicesOptIn)
	session := signedIn(t, pool, "laptop")
	pool.Fail(authtest.Fault{Operation: "UpdateDeviceStatus", Code: "TooManyRequestsException", Times: -1})
	require.ErrorIs(t, device.RememberDevice(t.Context(), session), auth.ErrTooManyRequests)
	current, err := session.CurrentDevice(t.Context())
	require.NoError(t, err)
	assert.False(t, current.Remembered)
}
