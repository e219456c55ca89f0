package authtest

import (
	"encoding/base64"
	"math/big"
)

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

// confirmDevice makes a device of the key that came with the access token.
func (p *Pool) confirmDevice(in confirmDeviceInput) (any, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	u, token, err := p.tokenOwner(in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := p.checkTracking(); err != nil {
		return nil, err
	}
	d := u.issuedDevice(in.DeviceKey)
	switch {
	case d == nil || token.DeviceKey != d.key:
		return nil, refuse(codeInvalidParameter, "Invalid device key given.")
	case d.confirmed:
		return nil, refuse(codeDeviceKeyExists, "Device key already exists.")
	}
	v, err := p.group.deviceVerifier(in.DeviceSecretVerifierConfig)
	if err != nil {
		return nil, err
	}
	now := p.Now()
	d.confirmed, d.name, d.verifier, d.remembered = true, in.DeviceName, v, p.cfg.Devices == DevicesAlways
	d.created, d.modified, d.authenticated = now, now, now
	return confirmDeviceOutput{UserConfirmationNecessary: p.cfg.Devices == DevicesOptIn}, nil
}

// deviceVerifier reads what the client made of the device's password. The numbers are unsigned; clients put a zero byte in front of
// those whose top bit is set, which makes a verifier as long as N one byte longer than N.
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
