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

// Device is one of a person's devices.
type Device struct {
	ID                    string            // Cognito's key of the device
	Name                  string            // as it was registered
	Remembered            bool              // the pool trusts it, so that it may stand in for the second factor
	Attributes            map[string]string // Cognito's, by name, such as "last_ip_used"
	CreateDate            time.Time
	LastModifiedDate      time.Time
	LastAuthenticatedDate time.Time
}

// A DeviceStatus says whether the pool trusts a device.
type DeviceStatus string

// The two values of DeviceStatus.
const (
	Remembered    DeviceStatus = "remembered"
	NotRemembered DeviceStatus = "not_remembered"
)

const (
	pageSize = 60  // the most that Cognito gives at once
	maxPages = 100 // bounds what a server can make us ask for
)

// Devices lists a person's devices in Cognito's order, a page at a time as the loop gets there. A
// failure is the last thing that the loop sees:
//
//	for device, err := range pool.Devices(ctx, "alice") {
//		if err != nil { … }
//	}
//
// Errors: [auth.ErrUserNotFound], and [auth.ErrInvalidUserPoolConfig] when the pool does not track
// devices; beyond 6000 devices [auth.ErrUnexpectedResponse]. Cognito: AdminListDevices.
func (c *Client) Devices(ctx context.Context, username string) iter.Seq2[Device, error] {
	return c.devices(ctx, "Devices", username)
}

func (c *Client) devices(ctx context.Context, op, username string) iter.Seq2[Device, error] {
	return func(yield func(Device, error) bool) {
		request := &cognitoidentityprovider.AdminListDevicesInput{UserPoolId: &c.id, Username: &username, Limit: aws.Int32(pageSize)}
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
		yield(Device{}, fail(op, auth.ErrUnexpectedResponse, "the server's list of devices does not end", ""))
	}
}

// FetchDevice reads one device of a person. Errors: [auth.ErrUserNotFound],
// [auth.ErrDeviceNotRecognized]. Cognito: AdminGetDevice.
func (c *Client) FetchDevice(ctx context.Context, username, deviceID string) (Device, error) {
	out, err := c.cognito.AdminGetDevice(ctx, &cognitoidentityprovider.AdminGetDeviceInput{
		UserPoolId: &c.id, Username: &username, DeviceKey: &deviceID,
	})
	if err != nil {
		return Device{}, shaped(ctx, "FetchDevice", err)
	}
	if out.Device == nil {
		return Device{}, fail("FetchDevice", auth.ErrUnexpectedResponse, "the server's answer has no device", "")
	}
	return newDevice(*out.Device), nil
}

// ForgetDevice has the pool forget a person's device: the next sign-in on it asks for the second
// factor again, and the refresh tokens that belong to it are revoked. Forgetting one that the pool
// does not know is fine. Errors: [auth.ErrUserNotFound]. Cognito: AdminForgetDevice.
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

// ForgetAllDevices is ForgetDevice for each device that the person has at the beginning, and says
// how many those were. In a pool that does not track devices there are none. After a failure some
// are forgotten; call it again. Errors: [auth.ErrUserNotFound]. Cognito: AdminListDevices,
// AdminForgetDevice.
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

// allDevices reads the whole list, before anything is forgotten: a page token need not survive
// that. A pool that does not track devices has none.
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

// UpdateDeviceStatus makes the pool trust a person's device, or stop doing so. A device that is not
// trusted stays in the list, and its sessions go on. Errors: [auth.ErrUserNotFound],
// [auth.ErrDeviceNotRecognized], [auth.ErrInvalidParameter] for a status that does not exist.
// Cognito: AdminUpdateDeviceStatus.
func (c *Client) UpdateDeviceStatus(ctx context.Context, username, deviceID string, status DeviceStatus) error {
	if status != Remembered && status != NotRemembered {
		return fail("UpdateDeviceStatus", auth.ErrInvalidParameter, "a status is Remembered or NotRemembered", "")
	}
	_, err := c.cognito.AdminUpdateDeviceStatus(ctx, &cognitoidentityprovider.AdminUpdateDeviceStatusInput{
		UserPoolId: &c.id, Username: &username, DeviceKey: &deviceID, DeviceRememberedStatus: types.DeviceRememberedStatusType(status),
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
