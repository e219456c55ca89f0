// Package device manages the devices that a pool remembers, for the user who is signed in.
//
// In a pool that tracks devices, package auth registers the device at its first sign-in and proves
// it at later ones. [RememberDevice] makes the pool trust the device where the user must be asked
// for that; a trusted device replaces the second factor. [FetchDevices] lists the trusted devices
// of the user, and [ForgetDevice] removes one. All of them work on an [auth.Session] and use only
// what package auth exports. Their errors are [auth.Error] values. A web back end gives each
// browser a scope of its own with [auth.Session.OnDevice].
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

// Device is one of a user's devices. It marshals to Amplify's JSON, without Current, which Amplify
// does not have.
type Device struct {
	ID                    string            `json:"id"`             // Cognito's device key
	Name                  string            `json:"name,omitempty"` // as it was registered
	Attributes            map[string]string `json:"attributes"`     // Cognito's, by name, such as "last_ip_used"
	CreateDate            time.Time         `json:"createDate,omitzero"`
	LastModifiedDate      time.Time         `json:"lastModifiedDate,omitzero"`
	LastAuthenticatedDate time.Time         `json:"lastAuthenticatedDate,omitzero"`
	// Current says whether the session was signed in on this device.
	Current bool `json:"-"`
}

// ForgetDeviceInput is the input of [ForgetDevice]. The zero value stands for the session's own
// device.
type ForgetDeviceInput struct {
	DeviceID string // the ID of a Device; default: the session's
}

// RememberDevice makes the pool trust the device that the session was signed in on, so that it
// replaces the second factor. Only pools that leave the choice to the user need it; in others it
// changes nothing.
//
// Errors:
//   - [auth.ErrDeviceMetadataNotFound]: the session has no device
//   - [auth.ErrUserUnAuthenticated]: nobody is signed in
//   - [auth.ErrDeviceNotRecognized]: the pool no longer knows the device
//
// Cognito: UpdateDeviceStatus. Amplify: rememberDevice.
func RememberDevice(ctx context.Context, session *auth.Session) error {
	const op = "RememberDevice"
	current, err := session.CurrentDevice(ctx)
	if err != nil {
		return auth.APIError(ctx, op, err)
	}
	err = session.Call(ctx, op, func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		_, err := api.UpdateDeviceStatus(ctx, &cognitoidentityprovider.UpdateDeviceStatusInput{
			AccessToken: &accessToken, DeviceKey: &current.Key,
			DeviceRememberedStatus: types.DeviceRememberedStatusTypeRemembered,
		})
		return err
	})
	if err != nil {
		return err
	}
	return auth.APIError(ctx, op, session.NoteDeviceRemembered(ctx, current.Key, true))
}

// ForgetDevice makes the pool forget the session's own device, or another of the user's. The next
// sign-in on it asks for the second factor again and registers it anew. Cognito revokes its refresh
// tokens. It succeeds if the pool does not know the device.
//
// Errors:
//   - [auth.ErrDeviceMetadataNotFound]: DeviceID is empty and the session has no device
//   - [auth.ErrUserUnAuthenticated]: nobody is signed in
//
// Differs from Amplify: which fails for a device that the pool does not know.
//
// Cognito: ForgetDevice. Amplify: forgetDevice.
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
	err := session.Call(ctx, op, func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		_, err := api.ForgetDevice(ctx, &cognitoidentityprovider.ForgetDeviceInput{
			AccessToken: &accessToken, DeviceKey: &key,
		})
		return err
	})
	if err != nil && !errors.Is(err, auth.ErrDeviceNotRecognized) {
		return err
	}
	return auth.APIError(ctx, op, session.DropDevice(ctx, key))
}

const (
	pageSize = 60  // Cognito's maximum
	maxPages = 100 // bounds the requests that a server can cause
)

// FetchDevices returns the devices that the pool trusts, in Cognito's order. In a pool that leaves
// the choice to the user, a device is missing until [RememberDevice] has been called on it, also
// the session's own; [auth.Session.CurrentDevice] returns that one.
//
// Errors:
//   - [auth.ErrUserUnAuthenticated]: nobody is signed in
//   - [auth.ErrInvalidUserPoolConfig]: the pool does not track devices
//   - [auth.ErrUnexpectedResponse]: the list has more than 6000 devices
//
// Differs from Amplify: it reads more than sixty devices, and says which one is the current.
//
// Cognito: ListDevices. Amplify: fetchDevices.
func FetchDevices(ctx context.Context, session *auth.Session) ([]Device, error) {
	const op = "FetchDevices"
	current, err := session.CurrentDevice(ctx)
	if err != nil && !errors.Is(err, auth.ErrDeviceMetadataNotFound) {
		return nil, auth.APIError(ctx, op, err)
	}
	var devices []Device
	err = session.Call(ctx, op, func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		devices = []Device{} // never nil, so that it marshals to a list
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
		return &auth.Error{Op: op, Code: auth.ErrUnexpectedResponse, Message: "the list of devices does not end"}
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
	return device
}
