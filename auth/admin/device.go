package admin

import (
	"context"
	"errors"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// Device is one of a user's devices.
type Device struct {
	ID                    string            // Cognito's device key
	Name                  string            // as it was registered
	Remembered            bool              // the pool trusts it, so it may replace the second factor
	Attributes            map[string]string // Cognito's, by name, such as "last_ip_used"
	CreateDate            time.Time
	LastModifiedDate      time.Time
	LastAuthenticatedDate time.Time
}

// A DeviceStatus says whether the pool trusts a device.
type DeviceStatus string

// The values of [DeviceStatus].
const (
	Remembered    DeviceStatus = "remembered"
	NotRemembered DeviceStatus = "not_remembered"
)

const (
	pageSize = 60  // Cognito's maximum
	maxPages = 100 // bounds the requests that a server can cause
)

// Devices iterates over a user's devices in Cognito's order, and requests each page when the loop
// reaches it. An error ends the iteration:
//
//	for device, err := range client.Devices(ctx, "alice") {
//		if err != nil { … }
//	}
//
// Errors:
//   - [auth.ErrUserNotFound]: there is no such user
//   - [auth.ErrInvalidUserPoolConfig]: the pool does not track devices
//   - [auth.ErrUnexpectedResponse]: the list has more than 6000 devices
//
// Cognito: AdminListDevices.
func (c *Client) Devices(ctx context.Context, username string) iter.Seq2[Device, error] {
	return c.devices(ctx, "Devices", username)
}

func (c *Client) devices(ctx context.Context, op, username string) iter.Seq2[Device, error] {
	return func(yield func(Device, error) bool) {
		request := &cognitoidentityprovider.AdminListDevicesInput{
			UserPoolId: &c.id, Username: &username, Limit: aws.Int32(pageSize),
		}
		for range maxPages {
			out, err := c.cognito.AdminListDevices(ctx, request)
			if err != nil {
				yield(Device{}, shaped(ctx, op, err))
				return
			}
			for _, d := range out.Devices {
				if !yield(newDevice(d), nil) {
					return
				}
			}
			if request.PaginationToken = out.PaginationToken; aws.ToString(out.PaginationToken) == "" {
				return
			}
		}
		yield(Device{}, fail(op, auth.ErrUnexpectedResponse, "the list of devices does not end", ""))
	}
}

// FetchDevice returns one device of a user.
//
// Errors:
//   - [auth.ErrUserNotFound]: there is no such user
//   - [auth.ErrDeviceNotRecognized]: the user has no such device
//
// Cognito: AdminGetDevice.
func (c *Client) FetchDevice(ctx context.Context, username, deviceID string) (Device, error) {
	out, err := c.cognito.AdminGetDevice(ctx, &cognitoidentityprovider.AdminGetDeviceInput{
		UserPoolId: &c.id, Username: &username, DeviceKey: &deviceID,
	})
	if err != nil {
		return Device{}, shaped(ctx, "FetchDevice", err)
	}
	if out.Device == nil {
		return Device{}, fail("FetchDevice", auth.ErrUnexpectedResponse, "the response has no device", "")
	}
	return newDevice(*out.Device), nil
}

// ForgetDevice makes the pool forget a user's device: the next sign-in on it asks for the second
// factor again, and its refresh tokens are revoked. It succeeds if the pool does not know the
// device.
//
// Errors:
//   - [auth.ErrUserNotFound]: there is no such user
//
// Cognito: AdminForgetDevice.
func (c *Client) ForgetDevice(ctx context.Context, username, deviceID string) error {
	return c.forget(ctx, "ForgetDevice", username, deviceID)
}

func (c *Client) forget(ctx context.Context, op, username, deviceID string) error {
	_, err := c.cognito.AdminForgetDevice(ctx, &cognitoidentityprovider.AdminForgetDeviceInput{
		UserPoolId: &c.id, Username: &username, DeviceKey: &deviceID,
	})
	if err = shaped(ctx, op, err); errors.Is(err, auth.ErrDeviceNotRecognized) {
		return nil
	}
	return err
}

// ForgetAllDevices lists a user's devices, calls [Client.ForgetDevice] for each and returns how
// many it forgot: none in a pool that does not track devices. After an error some are forgotten;
// call it again.
//
// Errors:
//   - [auth.ErrUserNotFound]: there is no such user
//
// Cognito: AdminListDevices, AdminForgetDevice.
func (c *Client) ForgetAllDevices(ctx context.Context, username string) (int, error) {
	return c.forgetAll(ctx, "ForgetAllDevices", username)
}

func (c *Client) forgetAll(ctx context.Context, op, username string) (int, error) {
	devices, err := c.allDevices(ctx, op, username)
	if err != nil {
		return 0, err
	}
	for done, d := range devices {
		if err := c.forget(ctx, op, username, d.ID); err != nil {
			return done, err
		}
	}
	return len(devices), nil
}

// allDevices returns the whole list, so that it is complete before a device is forgotten: page
// tokens may not survive that. In a pool that does not track devices it is empty.
func (c *Client) allDevices(ctx context.Context, op, username string) ([]Device, error) {
	var all []Device
	for d, err := range c.devices(ctx, op, username) {
		if errors.Is(err, auth.ErrInvalidUserPoolConfig) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		all = append(all, d)
	}
	return all, nil
}

// UpdateDeviceStatus makes the pool trust a user's device, or stop trusting it. A device that is
// not trusted stays in the list, and its sessions continue.
//
// Errors:
//   - [auth.ErrUserNotFound]: there is no such user
//   - [auth.ErrDeviceNotRecognized]: the user has no such device
//   - [auth.ErrInvalidParameter]: status is neither [Remembered] nor [NotRemembered]
//
// Cognito: AdminUpdateDeviceStatus.
func (c *Client) UpdateDeviceStatus(ctx context.Context, username, deviceID string, status DeviceStatus) error {
	if status != Remembered && status != NotRemembered {
		const why = "status is neither Remembered nor NotRemembered"
		return fail("UpdateDeviceStatus", auth.ErrInvalidParameter, why, "")
	}
	_, err := c.cognito.AdminUpdateDeviceStatus(ctx, &cognitoidentityprovider.AdminUpdateDeviceStatusInput{
		UserPoolId: &c.id, Username: &username, DeviceKey: &deviceID,
		DeviceRememberedStatus: types.DeviceRememberedStatusType(status),
	})
	return shaped(ctx, "UpdateDeviceStatus", err)
}

func newDevice(d types.DeviceType) Device {
	device := Device{
		ID:                    aws.ToString(d.DeviceKey),
		Attributes:            map[string]string{},
		CreateDate:            aws.ToTime(d.DeviceCreateDate),
		LastModifiedDate:      aws.ToTime(d.DeviceLastModifiedDate),
		LastAuthenticatedDate: aws.ToTime(d.DeviceLastAuthenticatedDate),
	}
	for _, a := range d.DeviceAttributes {
		device.Attributes[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	device.Name = device.Attributes["device_name"]
	device.Remembered = device.Attributes["dev:device_remembered_status"] == string(Remembered)
	return device
}
