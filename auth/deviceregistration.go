package auth

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/internal/srp"
)

// NewDevice is the result of registering a device that was new to the pool. It is zero if the pool
// does not track devices, or knew this one and nothing about it had to be stored.
type NewDevice struct {
	// Key is Cognito's id of the device.
	Key string
	// ConfirmationNecessary means that the pool remembers devices only if the person agrees: ask,
	// then call device.RememberDevice.
	ConfirmationNecessary bool
	// Err is why the device could not be registered or stored. The sign-in is valid all the same.
	// If the reason may pass, such as throttling, the next verb that needs the tokens registers the
	// device. Otherwise it will not replace the second factor next time, and Cognito may refuse to
	// renew the tokens: then the session lasts as long as the access token. Differs from Amplify:
	// it drops this error.
	Err error
}

var (
	// errDeviceOccupied says that another sign-in in the same device scope was first.
	errDeviceOccupied = errors.New("another sign-in on this device is registering it")
	// errDeviceUnderway says that another process is confirming the same key with its own secret.
	errDeviceUnderway = errors.New("another process is registering this device")
	// errDeviceRegistered says that another process has done so.
	errDeviceRegistered = errors.New("another process has registered this device")
)

// nameDevice returns the name to register the device under: the given one, or that of the Client.
func (c *Client) nameDevice(given string) string {
	return cmp.Or(bounded(given, maxDeviceName-4), c.deviceName)
}

// registration describes a device to be registered with Cognito.
type registration struct {
	username    string // Cognito's
	aliases     []string
	deviceName  string
	accessToken string
	metadata    *types.NewDeviceMetadataType
	// replaces is the key of the session's own device, whose tokens a reauthentication has
	// replaced.
	replaces string
}

// registerDevice generates the device's secret, confirms the device and stores it. It reserves the
// user's place in the record first, so that of two sign-ins at once only one registers a device. It
// outlives its caller: the tokens are stored already, and Cognito renews none of a device that was
// never confirmed. Unconfirmed is why the device was not confirmed.
func (s *Session) registerDevice(ctx context.Context, reg registration) (result NewDevice, unconfirmed error) {
	ctx, cancel := outlive(ctx)
	defer cancel()
	result.Key = aws.ToString(reg.metadata.DeviceKey)
	group := aws.ToString(reg.metadata.DeviceGroupKey)
	secret, err := srp.NewDeviceVerifier(group, result.Key)
	if err != nil {
		result.Err = fail(ErrUnexpectedResponse, err.Error())
		return result, result.Err
	}
	device := knownDevice{Key: result.Key, GroupKey: group, Password: secret.Password, Since: time.Now()}
	replaced, err := s.reserveDevice(ctx, reg, device)
	switch {
	case errors.Is(err, errDeviceRegistered):
		return result, nil
	case errors.Is(err, errDeviceOccupied), errors.Is(err, errDeviceUnderway):
		result.Err = err
		return result, err
	case err != nil:
		unconfirmed = s.confirmUnused(ctx, reg)
		result.Err = alongside(err, unconfirmed)
		return result, unconfirmed
	}
	result.ConfirmationNecessary, unconfirmed = s.confirmDevice(ctx, reg, secret)
	if result.ConfirmationNecessary && replaced.Remembered && replaced.Key == reg.replaces {
		result.ConfirmationNecessary = s.rememberAgain(ctx, reg) != nil
	}
	device.Remembered = unconfirmed == nil && !result.ConfirmationNecessary
	result.Err = alongside(unconfirmed, s.endReservation(ctx, reg, device, unconfirmed == nil))
	if replaced.Key != "" && unconfirmed == nil {
		s.forgetReplaced(ctx, reg, replaced)
	}
	if result.Err == nil {
		s.client.tell(ctx, Event{Name: EventDeviceRegistered, SessionKey: s.key})
	}
	return result, unconfirmed
}

// reserveDevice stores the device as one that is about to be confirmed, and returns the one that it
// replaces. Two processes may come with the same key, each with a secret of its own, if the device
// is late: the one that is first goes on.
func (s *Session) reserveDevice(
	ctx context.Context, reg registration, device knownDevice,
) (replaced knownDevice, err error) {
	device.Reserved = true
	var lost error
	err = s.updateDevices(ctx, func(r *deviceRecord) error {
		there := r.Devices[reg.username]
		same := there.Key == device.Key
		lost = nil
		switch occupied := r.occupied(reg.username, s.client.deviceMaxAge); {
		case same && there.Password == device.Password:
			return nil // it was stored by a save whose answer was lost
		case occupied && same && there.Reserved:
			lost = errDeviceUnderway
			return nil
		case occupied && same:
			lost = errDeviceRegistered
			return nil
		case occupied && (there.Reserved || there.Key != reg.replaces):
			lost = errDeviceOccupied
			r.put(reg.username, reg.aliases, there) // the next sign-in finds it by what was typed now
			return nil
		case same:
			replaced = knownDevice{} // an abandoned try to register it
		default:
			replaced = there
		}
		r.put(reg.username, reg.aliases, device)
		return nil
	})
	return replaced, cmp.Or(err, lost)
}

// endReservation makes the reserved device a usable one, or removes it. It has a time limit of its
// own: ConfirmDevice may have used up the other.
func (s *Session) endReservation(ctx context.Context, reg registration, device knownDevice, confirmed bool) error {
	ctx, cancel := outlive(ctx)
	defer cancel()
	return s.updateDevices(ctx, func(r *deviceRecord) error {
		if confirmed {
			r.put(reg.username, reg.aliases, device)
		} else {
			r.drop(device.Key)
		}
		return nil
	})
}

// forgetReplaced makes the pool forget a device that became too old here, or whose proof it did not
// accept. Its failure is ignored: a superfluous entry in the person's list of devices is no reason
// to fail a sign-in.
func (s *Session) forgetReplaced(ctx context.Context, reg registration, replaced knownDevice) {
	_, _ = s.client.cognito.ForgetDevice(ctx, &cognitoidentityprovider.ForgetDeviceInput{
		AccessToken: &reg.accessToken, DeviceKey: &replaced.Key,
	})
}

func (s *Session) confirmDevice(
	ctx context.Context, reg registration, secret srp.DeviceVerifier,
) (askUser bool, err error) {
	out, err := s.client.cognito.ConfirmDevice(ctx, &cognitoidentityprovider.ConfirmDeviceInput{
		AccessToken: &reg.accessToken,
		DeviceKey:   reg.metadata.DeviceKey,
		DeviceName:  &reg.deviceName,
		DeviceSecretVerifierConfig: &types.DeviceSecretVerifierConfigType{
			PasswordVerifier: &secret.Verifier,
			Salt:             &secret.Salt,
		},
	})
	if err != nil {
		return false, apiError(ctx, err)
	}
	return out.UserConfirmationNecessary, nil
}

// confirmUnused confirms a device with a secret that is not stored, because Cognito renews no
// tokens of a device that was never confirmed. A superfluous entry in the person's list of devices
// is better than a session that ends at its first refresh.
func (s *Session) confirmUnused(ctx context.Context, reg registration) error {
	group, key := aws.ToString(reg.metadata.DeviceGroupKey), aws.ToString(reg.metadata.DeviceKey)
	secret, err := srp.NewDeviceVerifier(group, key)
	if err != nil {
		return fail(ErrUnexpectedResponse, err.Error())
	}
	ctx, cancel := outlive(ctx)
	defer cancel()
	_, err = s.confirmDevice(ctx, reg, secret)
	return err
}
