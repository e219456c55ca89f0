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

// ownDevice finds a device of the owner of an access token.
func (o *ownDevices) ownDevice(accessToken, key string) (*user, *device, error) {
	if accessToken == "" {
		return nil, nil, missingParameter("AccessToken")
	}
	u, err := o.tokenUser(accessToken)
	if err != nil {
		return nil, nil, err
	}
	d, err := o.devices.trackedDevice(u, key)
	return u, d, err
}

func (o *ownDevices) getDevice(in ownDeviceInput) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, d, err := o.ownDevice(in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	return getDeviceOutput{Device: d.record()}, nil
}

func (o *ownDevices) updateDeviceStatus(in updateDeviceStatusInput) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	_, d, err := o.ownDevice(in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	o.devices.setRemembered(d, in.DeviceRememberedStatus)
	return struct{}{}, nil
}

func (o *ownDevices) forgetDevice(in ownDeviceInput) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	u, d, err := o.ownDevice(in.AccessToken, in.DeviceKey)
	if err != nil {
		return nil, err
	}
	o.devices.forget(u, d)
	return noOutput{}, nil
}

func (o *ownDevices) listDevices(in listDevicesInput) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	u, err := o.tokenUser(in.AccessToken)
	if err != nil {
		return nil, err
	}
	return o.devices.deviceList(u, in.devicePage, (*device).record)
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

// confirmDevice makes a device of the key that came with the access token.
func (o *ownDevices) confirmDevice(in confirmDeviceInput) (any, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	u, token, err := o.tokenOwner(in.AccessToken)
	if err != nil {
		return nil, err
	}
	if err := o.devices.checkTracking(); err != nil {
		return nil, err
	}
	d := u.issuedDevice(in.DeviceKey)
	switch {
	case d == nil || token.DeviceKey != d.key:
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

// askDevice asks the device to prove itself. The challenge has no parameters: whoever presented the
// key knows everything.
func (a *authentication) askDevice(in signIn) outcome {
	s := challengeSession{challenge: challengeDevice, signIn: in}
	return outcome{challenge: s.challenge, session: a.sessions.openSession(s), parameters: map[string]string{}}
}

// answerDevice begins the handshake with the device presented last.
func (a *authentication) answerDevice(s *challengeSession, responses map[string]string) (outcome, error) {
	clientPublic, err := a.passwords.group.parsePublic(responses["SRP_A"])
	if err != nil {
		return outcome{}, err
	}
	d, err := a.devices.trackedDevice(s.user, s.deviceKey)
	if err != nil {
		return outcome{}, err
	}
	secret, serverPublic := a.passwords.group.ephemeral(d.verifier)
	block := a.handshakes.sealBlock(srpState{
		Challenge: challengeDeviceVerifier, ClientID: s.client.id, Username: s.username, DeviceKey: d.key,
		ClientPublic: clientPublic, ServerPublic: serverPublic, Secret: secret,
		Expires: a.clock.now().Add(s.client.sessionValidity),
	})
	next := challengeSession{challenge: challengeDeviceVerifier, signIn: s.signIn}
	return outcome{challenge: next.challenge, session: a.sessions.openSession(next), parameters: map[string]string{
		"SALT":         d.verifier.salt.Text(16),
		"SRP_B":        serverPublic.Text(16),
		"SECRET_BLOCK": block,
		"DEVICE_KEY":   d.key,
		"USERNAME":     s.username,
	}}, nil
}

// answerDeviceVerifier checks the proof of the device's password. Every way to fail reads like a
// wrong password, but does not count as one for the lockout.
func (a *authentication) answerDeviceVerifier(s *challengeSession, responses map[string]string) (outcome, error) {
	c, err := a.handshakes.readClaim(s.client, challengeDeviceVerifier, responses)
	if err != nil {
		return outcome{}, err
	}
	d, err := a.devices.trackedDevice(s.user, s.deviceKey)
	if err != nil {
		return outcome{}, err
	}
	ours := c.state.Username == s.username && c.state.DeviceKey == d.key
	if !ours || !a.handshakes.claimHolds(c, d.verifier, d.groupKey, d.key) || !a.handshakes.use(c) {
		return outcome{}, notAuthorized(textWrongPassword)
	}
	in := s.signIn
	in.provenKey = d.key
	return a.proceed(in)
}
