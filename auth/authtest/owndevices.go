package authtest

import (
	"encoding/base64"
	"math/big"
)

type ownDeviceInput struct {
	AccessToken string `wire:"AccessToken,Token"`
	DeviceKey   string `wire:"DeviceKey,DeviceKey,required"`
}

type updateDeviceStatusInput struct {
	AccessToken            string `wire:"AccessToken,Token,required"`
	DeviceKey              string `wire:"DeviceKey,DeviceKey,required"`
	DeviceRememberedStatus string `wire:"DeviceRememberedStatus,DeviceStatus"`
}

type listDevicesInput struct {
	AccessToken string `wire:"AccessToken,Token,required"`
	devicePage
}

// ownDevices are the operations of signed-in users on their devices.
type ownDevices struct {
	*core
}

// ownDevice returns a device of the owner of an access token.
func (o *ownDevices) ownDevice(accessToken, key string) (*user, *device, error) {
	if accessToken == "" {
		return nil, nil, missingParameter("AccessToken")
	}
	u, err := o.tokenUser(accessToken)
	if err != nil {
		return nil, nil, err
	}
	d, err := o.devices.find(u, key)
	return u, d, err
}

func (o *ownDevices) getDevice(in ownDeviceInput) (any, error) {
	_, d, err := o.ownDevice(in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return getDeviceOutput{Device: d.record()}, nil
}

func (o *ownDevices) updateDeviceStatus(in updateDeviceStatusInput) (any, error) {
	_, d, err := o.ownDevice(in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	o.devices.setRemembered(d, in.DeviceRememberedStatus)
	return struct{}{}, nil
}

func (o *ownDevices) forgetDevice(in ownDeviceInput) (any, error) {
	u, d, err := o.ownDevice(in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	o.devices.forget(u, d)
	return noOutput{}, nil
}

// listDevices lists the remembered devices only. GetDevice returns the others too.
func (o *ownDevices) listDevices(in listDevicesInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return o.devices.list(u, in.devicePage, (*device).isRemembered, (*device).record)
}

type confirmDeviceInput struct {
	AccessToken                string                      `wire:"AccessToken,Token,required"`
	DeviceKey                  string                      `wire:"DeviceKey,DeviceKey,required"`
	DeviceName                 string                      `wire:"DeviceName,DeviceName"`
	DeviceSecretVerifierConfig *deviceSecretVerifierConfig `wire:"DeviceSecretVerifierConfig"`
}

type deviceSecretVerifierConfig struct {
	PasswordVerifier string `wire:"PasswordVerifier,String"`
	Salt             string `wire:"Salt,String"`
}

type confirmDeviceOutput struct {
	UserConfirmationNecessary bool
}

// confirmDevice confirms a device whose key was issued to the owner of the access token, at
// whatever sign-in.
func (o *ownDevices) confirmDevice(in confirmDeviceInput) (any, error) {
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := o.devices.checkTracking(); err != nil {
		return nil, err
	}
	d := u.issuedDevice(in.DeviceKey)
	switch {
	case d == nil:
		return nil, refuse(codeInvalidParameter, "Invalid device key given.")
	case d.confirmed:
		return nil, refuse(codeDeviceKeyExists, "Device key already exists.")
	}
	v, err := o.passwords.group.deviceVerifier(in.DeviceSecretVerifierConfig)
	if err != nil {
		return nil, err
	}
	now := o.clock.now()
	d.confirmed, d.name, d.verifier, d.remembered = true, in.DeviceName, v, o.settings.cfg.Devices == DevicesAlways
	d.created, d.modified, d.authenticated = now, now, now
	return confirmDeviceOutput{UserConfirmationNecessary: o.settings.cfg.Devices == DevicesOptIn}, nil
}

// deviceVerifier reads what the client made of the device's password. The numbers are unsigned;
// clients put a zero byte in front of those whose top bit is set, which makes a verifier as long as
// N one byte longer than N.
func (gr group) deviceVerifier(config *deviceSecretVerifierConfig) (verifier, error) {
	if config == nil {
		return verifier{}, missingParameter("DeviceSecretVerifierConfig")
	}
	salt, saltErr := base64.StdEncoding.DecodeString(config.Salt)
	v, err := base64.StdEncoding.DecodeString(config.PasswordVerifier)
	size := len(gr.n.Bytes()) + 1
	read := verifier{salt: new(big.Int).SetBytes(salt), v: new(big.Int).SetBytes(v)}
	switch {
	case saltErr != nil || len(salt) == 0 || len(salt) > size:
		return verifier{}, malformed(codeInvalidParameter, "Invalid device salt given.")
	case err != nil || len(v) > size || read.v.Sign() == 0 || read.v.Cmp(gr.n) >= 0:
		return verifier{}, malformed(codeInvalidParameter, "Invalid device password verifier given.")
	}
	return read, nil
}
