// Package device manages the devices that a pool remembers, for the person who is signed in.
//
// In a pool that tracks devices, package auth registers this device at the first sign-in, and
// proves it at the later ones. [RememberDevice] makes the pool trust it, where the person must be
// asked for that; a trusted device stands in for the second factor. [FetchDevices] lists the
// person's devices, [ForgetDevice] ends one. All of them work on an auth.Session and on nothing
// that package auth does not export. Errors are *auth.Error. A web back end gives each browser a
// scope of its own with auth.Session.OnDevice.
package device

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// Device is one of a person's devices. It marshals to Amplify's JSON, but for Current and
// Remembered, which Amplify does not have.
type Device struct {
	ID                    string            `json:"id"`             // Cognito's key of the device
	Name                  string            `json:"name,omitempty"` // as it was registered
	Attributes            map[string]string `json:"attributes"`     // Cognito's, by name, such as "last_ip_used"
	CreateDate            time.Time         `json:"createDate,omitzero"`
	LastModifiedDate      time.Time         `json:"lastModifiedDate,omitzero"`
	LastAuthenticatedDate time.Time         `json:"lastAuthenticatedDate,omitzero"`
	// Current says that this session was signed in on this device.
	Current bool `json:"-"`
	// Remembered says that the pool trusts the device. Cognito tells administrators only, so it is
	// known of the current device alone.
	Remembered bool `json:"-"`
}

// ForgetDeviceInput is the input of ForgetDevice. The zero value stands for the session's own
// device.
type ForgetDeviceInput struct {
	DeviceID string // the ID of a Device
}

// RememberDevice makes the pool trust the device that the session was signed in on, so that it
// stands in for the second factor. It is needed only in pools that leave the choice to the person,
// and does no harm in others.
//
// Errors: [auth.ErrDeviceMetadataNotFound] when the session has no device,
// [auth.ErrUserUnAuthenticated], [auth.ErrDeviceNotRecognized]. Cognito: UpdateDeviceStatus.
// Amplify: rememberDevice.
func RememberDevice(ctx context.Context, session *auth.Session) error {
	const op = "RememberDevice"
	current, err := session.CurrentDevice(ctx)
	if err != nil {
		return auth.APIError(ctx, op, err)
	}
	err = session.Call(ctx, op, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		_, err := api.UpdateDeviceStatus(ctx, &cognitoidentityprovider.UpdateDeviceStatusInput{
			AccessToken: &accessToken, DeviceKey: &current.Key, DeviceRememberedStatus: types.DeviceRememberedStatusTypeRemembered,
		})
		return err
	})
	if err != nil {
		return err
	}
	return auth.APIError(ctx, op, session.NoteDeviceRemembered(ctx, current.Key, true))
}

// ForgetDevice has the pool forget the session's own device, or another of the person's. The next
// sign-in on it asks for the second factor again and registers it anew. Cognito revokes the refresh
// tokens that belong to it. Forgetting a device that the pool does not know any more is fine.
//
// Errors: [auth.ErrDeviceMetadataNotFound] when no ID is given and the session has no device,
// [auth.ErrUserUnAuthenticated]. Cognito: ForgetDevice.
//
// Differs from Amplify: it fails for a device that the pool does not know.
// Amplify: forgetDevice.
func ForgetDevice(ctx context.Context, session *auth.Session, in ForgetDeviceInput) error {
	const op = "ForgetDevice"
	key := in.DeviceID
	if key == "" {
		current, err := session.CurrentDevice(ctx)
		if err != nil {
			return auth.APIError(ctx, op, err)
		}
		key = current.Key
	}
	err := session.Call(ctx, op, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		_, err := api.ForgetDevice(ctx, &cognitoidentityprovider.ForgetDeviceInput{AccessToken: &accessToken, DeviceKey: &key})
		return err
	})
	if err != nil && !errors.Is(err, auth.ErrDeviceNotRecognized) {
		return err
	}
	return auth.APIError(ctx, op, session.DropDevice(ctx, key))
}

// pageSize is the most that Cognito gives at once.
const pageSize = 60

// maxPages bounds what a server can make us collect.
const maxPages = 100

// FetchDevices lists all of the person's devices, in Cognito's order; beyond 6000 it gives
// [auth.ErrUnexpectedResponse].
//
// Errors: [auth.ErrUserUnAuthenticated], and InvalidUserPoolConfigurationException when the pool
// does not track devices. Cognito: ListDevices.
//
// Differs from Amplify: it goes on after the sixtieth device, and says which one is this.
// Amplify: fetchDevices.
func FetchDevices(ctx context.Context, session *auth.Session) ([]Device, error) {
	const op = "FetchDevices"
	current, err := session.CurrentDevice(ctx)
	if err != nil && !errors.Is(err, auth.ErrDeviceMetadataNotFound) {
		return nil, auth.APIError(ctx, op, err)
	}
	devices := []Device{} // never nil: it marshals to a list
	err = session.Call(ctx, op, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		request := &cognitoidentityprovider.ListDevicesInput{AccessToken: &accessToken, Limit: aws.Int32(pageSize)}
		for range maxPages {
			out, err := api.ListDevices(ctx, request)
			if err != nil {
				return err
			}
			for _, d := range out.Devices {
				devices = append(devices, newDevice(d, current))
			}
			if request.PaginationToken = out.PaginationToken; aws.ToString(out.PaginationToken) == "" {
				return nil
			}
		}
		return &auth.Error{Op: op, Code: auth.ErrUnexpectedResponse, Message: "the server's list of devices does not end"}
	})
	if err != nil {
		return nil, err
	}
	return devices, nil
}

func newDevice(d types.DeviceType, current auth.CurrentDevice) Device {
	device := Device{
		ID:                    aws.ToString(d.DeviceKey),
		Attributes:            map[string]string{},
		CreateDate:            aws.ToTime(d.DeviceCreateDate),
		LastModifiedDate:      aws.ToTime(d.DeviceLastModifiedDate),
		LastAuthenticatedDate: aws.ToTime(d.DeviceLastAuthenticatedDate),
	}
	for _, a := range d.DeviceAttributes {
		if name, value := aws.ToString(a.Name), aws.ToString(a.Value); name != "" && value != "" {
			device.Attributes[name] = value
		}
	}
	device.Name = device.Attributes["device_name"]
	device.Current = device.ID != "" && device.ID == current.Key
	device.Remembered = device.Current && current.Remembered
	return device
}
