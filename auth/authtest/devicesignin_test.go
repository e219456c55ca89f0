package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestRememberedDeviceReplacesSecondFactor(t *testing.T) {
	t.Parallel()
	for name, signIn := range onDevice() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, totpDevices(authtest.DevicesAlways), withTOTP())
			first := f.code(f.signIn("alice", password), "").tokens()
			metadata := first["NewDeviceMetadata"].(object)
			assert.Regexp(t, `^us-east-1_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, metadata["DeviceKey"])
			assert.Regexp(t, `^-[0-9a-zA-Z]{8}$`, metadata["DeviceGroupKey"])
			assert.Equal(t, metadata["DeviceKey"], payload(t, first, "AccessToken")["device_key"])
			assert.NotContains(t, payload(t, first, "IdToken"), "device_key")

			d := f.confirmDevice(first, "")
			parameters, session := signIn(f, d).challenge("DEVICE_SRP_AUTH")
			assert.Empty(t, parameters)
			result := f.proveDevice(d, session).boundTo(d)
			f.refresh(result, d.key).refreshed()

			f.forgetDevice(result, d)
			signIn := f.signIn("alice", password)
			assert.NotEqual(t, d.key, issued(t, f.code(signIn, "").tokens()).key)
			f.unviolated()
		})
	}
}

func TestChallengesAfterADevice(t *testing.T) {
	t.Parallel()
	const totp, tokens, device = "SOFTWARE_TOKEN_MFA", "", "DEVICE_SRP_AUTH"
	for name, c := range map[string]struct {
		devices     authtest.Devices
		mfaAnyway   bool
		user        authtest.User
		status      string // set with UpdateDeviceStatus
		next, after string // after the password, and after the device's proof
	}{
		"always":              {devices: authtest.DevicesAlways, user: withTOTP(), next: device, after: tokens},
		"always, without MFA": {devices: authtest.DevicesAlways, user: alice(), next: device, after: tokens},
		"always, MFA on remembered devices": {
			devices: authtest.DevicesAlways, mfaAnyway: true, user: withTOTP(), next: device, after: totp,
		},
		"always, MFA on remembered devices, user without MFA": {
			devices: authtest.DevicesAlways, mfaAnyway: true, user: alice(), next: device, after: tokens,
		},
		"always, not remembered": {
			devices: authtest.DevicesAlways, user: withTOTP(), status: "not_remembered", next: totp,
		},
		"opt-in":              {devices: authtest.DevicesOptIn, user: withTOTP(), next: totp},
		"opt-in, without MFA": {devices: authtest.DevicesOptIn, user: alice(), next: tokens},
		"opt-in, remembered": {
			devices: authtest.DevicesOptIn, user: withTOTP(), status: "remembered", next: device, after: tokens,
		},
		"opt-in, remembered, MFA on remembered devices": {
			devices: authtest.DevicesOptIn, mfaAnyway: true, user: withTOTP(), status: "remembered", next: device,
			after: totp,
		},
		"opt-in, status unchanged": {devices: authtest.DevicesOptIn, user: withTOTP(), status: "-", next: totp},
		"opt-in, no longer remembered": {
			devices: authtest.DevicesOptIn, user: withTOTP(), status: "not_remembered", next: totp,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := totpDevices(c.devices)
			cfg.MFAOnRememberedDevices = c.mfaAnyway
			f := start(t, cfg, c.user)
			finish := func(r reply) reply {
				if r.body["ChallengeName"] == totp {
					return f.code(r, "")
				}
				return r
			}
			first := finish(f.signIn("alice", password)).tokens()
			d := f.confirmDevice(first, "")
			switch c.status {
			case "":
			case "-":
				assert.Empty(
					t,
					f.call("UpdateDeviceStatus", object{"AccessToken": first["AccessToken"], "DeviceKey": d.key}).ok(),
				)
			default:
				assert.Empty(t, f.setStatus(first, d, c.status).ok())
			}
			r := f.signInOn(d)
			got, _ := r.body["ChallengeName"].(string)
			require.Equal(t, c.next, got, "%v", r.body)
			if got == device {
				_, session := r.challenge(device)
				r = f.proveDevice(d, session)
				got, _ = r.body["ChallengeName"].(string)
				require.Equal(t, c.after, got, "%v", r.body)
			}
			finish(r).boundTo(d)
			f.unviolated()
		})
	}
}

func TestDeviceAfterNewPasswordAndSetup(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{MFA: authtest.MFARequired, TOTP: true, Devices: authtest.DevicesAlways}
	f := start(t, cfg, authtest.User{Username: "alice", Password: password, TemporaryPassword: true})
	_, session := f.signIn("alice", password).challenge("NEW_PASSWORD_REQUIRED")
	_, session = f.respond("NEW_PASSWORD_REQUIRED", session, object{"USERNAME": "alice", "NEW_PASSWORD": password}).
		challenge("MFA_SETUP")
	setup := f.call("AssociateSoftwareToken", object{"Session": session}).ok()
	verified := f.call("VerifySoftwareToken", object{
		"Session": setup["Session"], "UserCode": f.totp(setup["SecretCode"].(string)),
	}).ok()
	result := f.respond("MFA_SETUP", verified["Session"].(string), object{"USERNAME": "alice"}).tokens()
	f.refresh(result, issued(t, result).key).fails("NotAuthorizedException", invalidRefresh)
	d := f.confirmDevice(result, "")
	f.refresh(result, d.key).refreshed()

	f.admin("AdminSetUserPassword", object{"Username": "alice", "Password": password}).ok()
	_, session = f.signInOn(d).challenge("NEW_PASSWORD_REQUIRED")
	_, session = f.respond("NEW_PASSWORD_REQUIRED", session, object{"USERNAME": "alice", "NEW_PASSWORD": password}).
		challenge("DEVICE_SRP_AUTH")
	f.proveDevice(d, session).boundTo(d)
	f.unviolated()
}

func TestDeviceKeyPresentedWithTheCode(t *testing.T) {
	t.Parallel()
	for name, anyway := range map[string]bool{"MFA on new devices": false, "MFA anyway": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := totpDevices(authtest.DevicesAlways)
			cfg.MFAOnRememberedDevices = anyway
			f := start(t, cfg, withTOTP())
			d := f.confirmDevice(f.code(f.signIn("alice", password), "").tokens(), "")
			_, session := f.code(f.signIn("alice", password), d.key).challenge("DEVICE_SRP_AUTH")
			result := f.proveDevice(d, session).boundTo(d)
			f.setStatus(result, d, "not_remembered").ok()
			f.code(f.signIn("alice", password), d.key).boundTo(d)
		})
	}
}

func TestNewestDeviceKeyCounts(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesOptIn}, alice())
	first := f.signIn("alice", password).tokens()
	old := f.confirmDevice(first, "")
	recent := f.confirmDevice(f.signIn("alice", password).tokens(), "")
	c := newSRPClient()
	parameters, _ := f.call("InitiateAuth", object{
		"AuthFlow": "USER_SRP_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": "alice", "SRP_A": c.public.Text(16), "DEVICE_KEY": old.key},
	}).challenge("PASSWORD_VERIFIER")
	responses := c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters)
	responses["DEVICE_KEY"] = recent.key
	f.respond("PASSWORD_VERIFIER", "", responses).boundTo(recent)
}

func TestDeviceForgottenDuringSignIn(t *testing.T) {
	t.Parallel()
	f := start(t, totpDevices(authtest.DevicesOptIn), withTOTP())
	first := f.code(f.signIn("alice", password), "").tokens()
	d := f.confirmDevice(first, "")
	waiting := f.signInOn(d)
	f.forgetDevice(first, d)
	assert.NotEqual(t, d.key, issued(t, f.code(waiting, "").tokens()).key, "as without a device key")
}

func TestTrackingSwitchedOffDuringSignIn(t *testing.T) {
	t.Parallel()
	const off = "Device tracking not currently enabled for this pool."
	f := start(t, totpDevices(authtest.DevicesAlways), withTOTP())
	d := f.confirmDevice(f.code(f.signIn("alice", password), "").tokens(), "")
	c := newSRPClient()
	_, session := f.signInOn(d).challenge("DEVICE_SRP_AUTH")
	parameters, verifying := f.beginDevice(c, d, session).challenge("DEVICE_PASSWORD_VERIFIER")
	_, session = f.signInOn(d).challenge("DEVICE_SRP_AUTH")
	f.SetDevices(authtest.DevicesOff)
	f.beginDevice(c, d, session).fails("InvalidUserPoolConfigurationException", off)
	proof := d.claim(c, parameters, time.Now())
	f.respond("DEVICE_PASSWORD_VERIFIER", verifying, proof).fails("InvalidUserPoolConfigurationException", off)
	result := f.code(f.signInOn(d), d.key).tokens()
	assert.NotContains(t, payload(t, result, "AccessToken"), "device_key")
	f.refresh(result, "").refreshed()
	f.SetDevices(authtest.DevicesAlways)
	f.respond("DEVICE_PASSWORD_VERIFIER", verifying, proof).boundTo(d)
}

// A request with an unknown device key is refused. The same request without the key succeeds.
func TestUnknownDeviceKeyUsesNothingUp(t *testing.T) {
	t.Parallel()
	f := start(t, totpDevices(authtest.DevicesAlways), withTOTP(), authtest.User{Username: "bob", Password: password})
	neverConfirmed := issued(t, f.signIn("bob", password).tokens())
	bobs := f.confirmDevice(f.signIn("bob", password).tokens(), "")
	forgotten := func() phoneDevice {
		result := f.code(f.signIn("alice", password), "").tokens()
		d := f.confirmDevice(result, "")
		f.forgetDevice(result, d)
		return d
	}()
	for name, key := range map[string]string{
		"never issued": "us-east-1_00000000-0000-7000-0000-000000000000", "another user's": bobs.key,
		"never confirmed": neverConfirmed.key, "forgotten": forgotten.key, "nonsense": "?",
	} {
		unknown := func(r reply) {
			t.Helper()
			require.Equal(t, "ResourceNotFoundException", r.body["__type"], name)
			r.fails("ResourceNotFoundException", noDevice)
		}
		unknown(f.signInOn(phoneDevice{key: key}))
		unknown(f.call("InitiateAuth", object{
			"AuthFlow": "USER_SRP_AUTH", "ClientId": f.ClientID,
			"AuthParameters": object{"USERNAME": "alice", "SRP_A": "7f", "DEVICE_KEY": key},
		}))
		responses := f.claim("alice", password)
		responses["DEVICE_KEY"] = key
		unknown(f.respond("PASSWORD_VERIFIER", "", responses))
		delete(responses, "DEVICE_KEY")
		_, session := f.respond("PASSWORD_VERIFIER", "", responses).challenge("SOFTWARE_TOKEN_MFA")
		code := f.nextTOTP(secret)
		unknown(f.codeFor(session, code, key))
		f.codeFor(session, code, "").tokens()
	}
	f.unviolated()
}

func TestDeviceKeyOfHiddenUser(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways, PreventUserExistenceErrors: true}, alice())
	d := f.confirmDevice(f.signIn("alice", password).tokens(), "")
	for _, username := range []string{"alice", "nobody"} {
		f.call("InitiateAuth", object{
			"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID,
			"AuthParameters": object{"USERNAME": username, "PASSWORD": wrong, "DEVICE_KEY": d.key + "0"},
		}).fails("ResourceNotFoundException", noDevice)
	}
}

func TestDevicesOff(t *testing.T) {
	t.Parallel()
	const off = "Device tracking not currently enabled for this pool."
	f := start(t, authtest.Config{}, alice())
	d := phoneDevice{key: "us-east-1_00000000-0000-7000-0000-000000000000"}
	for _, signIn := range onDevice() {
		result := signIn(f, d).tokens()
		assert.NotContains(t, result, "NewDeviceMetadata")
		assert.NotContains(t, payload(t, result, "AccessToken"), "device_key")
		f.refresh(result, "").refreshed()
		f.refresh(result, d.key).refreshed()
	}
	for _, operation := range []string{"ConfirmDevice", "UpdateDeviceStatus", "ForgetDevice", "GetDevice"} {
		f.call(operation, object{"AccessToken": f.accessToken("alice"), "DeviceKey": d.key}).
			fails("InvalidUserPoolConfigurationException", off)
	}
	f.call("ListDevices", object{"AccessToken": f.accessToken("alice")}).
		fails("InvalidUserPoolConfigurationException", off)
	for _, operation := range []string{"AdminUpdateDeviceStatus", "AdminForgetDevice", "AdminGetDevice"} {
		f.admin(operation, object{"Username": "alice", "DeviceKey": d.key}).
			fails("InvalidUserPoolConfigurationException", off)
	}
	f.admin("AdminListDevices", object{"Username": "alice"}).fails("InvalidUserPoolConfigurationException", off)
	f.unviolated()
}

// A client that answers under an alias gets tokens that are bound to no device.
func TestAliasBindsNoDevice(t *testing.T) {
	t.Parallel()
	user := alice()
	user.Attributes["email_verified"] = "true"
	f := start(t, authtest.Config{AliasAttributes: []string{"email"}, Devices: authtest.DevicesAlways}, user)
	claim := func(username string) object {
		responses := f.claim(email, password)
		responses["USERNAME"] = username
		return f.respond("PASSWORD_VERIFIER", "", responses).tokens()
	}
	aliased := claim(email)
	d := issued(t, aliased)
	assert.NotContains(t, payload(t, aliased, "AccessToken"), "device_key")
	f.call("ConfirmDevice", object{
		"AccessToken":                aliased["AccessToken"],
		"DeviceKey":                  d.key,
		"DeviceSecretVerifierConfig": d.verifierConfig(salt()),
	}).fails("InvalidParameterException", "Invalid device key given.")
	f.refresh(aliased, d.key).fails("NotAuthorizedException", invalidRefresh)

	bound := claim("alice")
	f.confirmDevice(bound, "")
	f.refresh(bound, issued(t, bound).key).refreshed()
}

func TestDevicesConfig(t *testing.T) {
	t.Parallel()
	for field, cfg := range map[string]authtest.Config{
		"Config.Devices:":                {Devices: "SOMETIMES"},
		"Config.MFAOnRememberedDevices:": {MFAOnRememberedDevices: true},
		"Config.RetryGracePeriod: 1m1s":  {RefreshTokenRotation: true, RetryGracePeriod: 61 * time.Second},
		"Config.RetryGracePeriod: -1s":   {RefreshTokenRotation: true, RetryGracePeriod: -time.Second},
		"Config.RetryGracePeriod: is":    {RetryGracePeriod: time.Second},
	} {
		_, err := authtest.NewPool(cfg)
		assert.ErrorContains(t, err, "authtest: "+field)
	}
	for name, c := range map[string]struct {
		cfg  authtest.Config
		want any
	}{
		"off": {authtest.Config{}, nil},
		"always": {
			authtest.Config{Devices: authtest.DevicesAlways},
			object{"ChallengeRequiredOnNewDevice": true, "DeviceOnlyRememberedOnUserPrompt": false},
		},
		"opt-in": {
			authtest.Config{Devices: authtest.DevicesOptIn, MFAOnRememberedDevices: true},
			object{"ChallengeRequiredOnNewDevice": false, "DeviceOnlyRememberedOnUserPrompt": true},
		},
	} {
		description := start(t, c.cfg).admin("DescribeUserPool", object{}).ok()["UserPool"].(object)
		assert.Equal(t, c.want, description["DeviceConfiguration"], name)
	}
}
