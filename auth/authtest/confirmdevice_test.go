package authtest_test

import (
	"bytes"
	"encoding/base64"
	"math/big"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestConfirmDevice(t *testing.T) {
	t.Parallel()
	for devices, optIn := range map[authtest.Devices]bool{authtest.DevicesAlways: false, authtest.DevicesOptIn: true} {
		t.Run(string(devices), func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{Region: "eu-west-2", Devices: devices}, alice())
			result := f.signIn("alice", password).tokens()
			d := issued(t, result)
			assert.Contains(t, d.key, "eu-west-2_")
			assert.Empty(t, f.Devices("alice"), "not before it is confirmed")
			body := object{
				"AccessToken": result["AccessToken"], "DeviceKey": d.key, "DeviceName": "Alice's telephone",
				"DeviceSecretVerifierConfig": d.verifierConfig(salt()),
			}
			assert.Equal(t, object{"UserConfirmationNecessary": optIn}, f.call("ConfirmDevice", body).ok())
			assert.Equal(t, []authtest.Device{{
				Key: d.key, GroupKey: d.group, Name: "Alice's telephone", Remembered: !optIn,
			}}, f.Devices("ALICE"))
			f.call("ConfirmDevice", body).failsWith("DeviceKeyExistsException")
			assert.Empty(t, f.Devices("nobody"))
			f.unviolated()
		})
	}
}

// Only the key in the access token can be confirmed with it.
func TestConfirmOtherDevice(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice(), authtest.User{Username: "bob", Password: password})
	mine, bobs := f.signIn("alice", password).tokens(), f.signIn("bob", password).tokens()
	for name, key := range map[string]string{
		"another sign-in's": issued(t, f.signIn("alice", password).tokens()).key,
		"another user's":    issued(t, bobs).key,
		"nobody's":          "us-east-1_00000000-0000-7000-0000-000000000000",
	} {
		d := phoneDevice{key: key}
		r := f.call("ConfirmDevice", object{
			"AccessToken": mine["AccessToken"], "DeviceKey": key, "DeviceSecretVerifierConfig": d.verifierConfig(salt()),
		})
		require.Equal(t, "InvalidParameterException", r.body["__type"], name)
		r.fails("InvalidParameterException", "Invalid device key given.")
	}
	f.call("ConfirmDevice", object{"AccessToken": mine["IdToken"], "DeviceKey": issued(t, mine).key}).
		fails("NotAuthorizedException", "Invalid Access Token")
	f.unviolated()
}

func TestDeviceVerifierRefused(t *testing.T) {
	t.Parallel()
	encode := base64.StdEncoding.EncodeToString
	good := object{"Salt": encode([]byte{1}), "PasswordVerifier": encode([]byte{1})}
	modulus := number(prime)
	for name, config := range map[string]object{
		"none":                  nil,
		"no salt":               {"PasswordVerifier": good["PasswordVerifier"]},
		"no verifier":           {"Salt": good["Salt"]},
		"salt not base64":       {"Salt": "****", "PasswordVerifier": good["PasswordVerifier"]},
		"salt unpadded base64":  {"Salt": "AQ", "PasswordVerifier": good["PasswordVerifier"]},
		"verifier not base64":   {"Salt": good["Salt"], "PasswordVerifier": "****"},
		"verifier of zero":      {"Salt": good["Salt"], "PasswordVerifier": encode([]byte{0, 0})},
		"verifier too long":     {"Salt": good["Salt"], "PasswordVerifier": encode(append(make([]byte, 385), 1))},
		"verifier is N":         {"Salt": good["Salt"], "PasswordVerifier": encode(padHex(modulus))},
		"verifier of 385 bytes": {"Salt": good["Salt"], "PasswordVerifier": encode(bytes.Repeat([]byte{1}, 385))},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
			result := f.signIn("alice", password).tokens()
			body := object{"AccessToken": result["AccessToken"], "DeviceKey": issued(t, result).key}
			if config != nil {
				body["DeviceSecretVerifierConfig"] = config
			}
			f.call("ConfirmDevice", body).failsWith("InvalidParameterException")
			assert.Contains(t, f.violated(), "InvalidParameterException")
			f.confirmDevice(result, "")
		})
	}
}

// Salts and verifiers come in all lengths: with a zero byte in front of a set top bit, and without
// leading zeros.
func TestDeviceNumbersOfAnyLength(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	sizes := map[int]bool{}
	for i := 0; i < 6 || !sizes[384] || !sizes[385]; i++ {
		result := f.signIn("alice", password).tokens()
		d := issued(t, result)
		number := new(big.Int).Lsh(big.NewInt(int64(i+1)), uint(i*11))
		config := d.verifierConfig(number)
		verifier, err := base64.StdEncoding.DecodeString(config["PasswordVerifier"].(string))
		require.NoError(t, err)
		sizes[len(verifier)] = true
		f.call("ConfirmDevice", object{
			"AccessToken": result["AccessToken"], "DeviceKey": d.key, "DeviceSecretVerifierConfig": config,
		}).ok()
		_, session := f.signInOn(d).challenge("DEVICE_SRP_AUTH")
		f.proveDevice(d, session).boundTo(d)
	}
	f.unviolated()
}

func TestDeviceProofRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	first := f.signIn("alice", password).tokens()
	d := f.confirmDevice(first, "")
	other := f.confirmDevice(f.signIn("alice", password).tokens(), "")
	for name, alter := range map[string]func(responses object){
		"wrong signature": func(r object) { r["PASSWORD_CLAIM_SIGNATURE"] = encoded("not this") },
		"no base64":       func(r object) { r["PASSWORD_CLAIM_SIGNATURE"] = "****" },
		"wrong block":     func(r object) { r["PASSWORD_CLAIM_SECRET_BLOCK"] = encoded("not this") },
		"another time":    func(r object) { r["TIMESTAMP"] = timestamp(time.Now().Add(2 * time.Minute)) },
		"padded day":      func(r object) { r["TIMESTAMP"] = "Sat Aug 01 10:00:00 UTC 2026" },
		"old proof": func(r object) {
			c := newSRPClient()
			_, session := f.signInOn(d).challenge("DEVICE_SRP_AUTH")
			parameters, _ := f.beginDevice(c, d, session).challenge("DEVICE_PASSWORD_VERIFIER")
			replace(r, d.claim(c, parameters, time.Now().Add(-6*time.Minute)))
		},
		"proof of another device": func(r object) {
			c := newSRPClient()
			_, session := f.signInOn(other).challenge("DEVICE_SRP_AUTH")
			parameters, _ := f.beginDevice(c, other, session).challenge("DEVICE_PASSWORD_VERIFIER")
			replace(r, other.claim(c, parameters, time.Now()))
			r["DEVICE_KEY"] = d.key
		},
		"another device's key": func(r object) { r["DEVICE_KEY"] = other.key },
		"proof of the password": func(r object) {
			replace(r, f.claim("alice", password))
			r["DEVICE_KEY"] = d.key
		},
		"wrong device password": func(r object) {
			c, imposter := newSRPClient(), phoneDevice{key: d.key, group: d.group, password: "guess"}
			_, session := f.signInOn(d).challenge("DEVICE_SRP_AUTH")
			parameters, _ := f.beginDevice(c, d, session).challenge("DEVICE_PASSWORD_VERIFIER")
			replace(r, imposter.claim(c, parameters, time.Now()))
		},
	} {
		c := newSRPClient()
		_, session := f.signInOn(d).challenge("DEVICE_SRP_AUTH")
		parameters, session := f.beginDevice(c, d, session).challenge("DEVICE_PASSWORD_VERIFIER")
		right := d.claim(c, parameters, time.Now())
		bad := object{}
		replace(bad, right)
		alter(bad)
		r := f.respond("DEVICE_PASSWORD_VERIFIER", session, bad)
		require.Equal(t, wrongPassword, r.body["message"], name)
		r.fails("NotAuthorizedException", wrongPassword)
		f.respond("DEVICE_PASSWORD_VERIFIER", session, right).boundTo(d)
		f.respond("DEVICE_PASSWORD_VERIFIER", session, right).
			fails("NotAuthorizedException", "Invalid session for the user, session can only be used once.")
	}
	f.signIn("alice", password).tokens()
}

func encoded(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }

// replace copies the members of another object.
func replace(o, other object) {
	for name, value := range other {
		o[name] = value
	}
}

func TestDeviceBlockIsUsedOnce(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	d := f.confirmDevice(f.signIn("alice", password).tokens(), "")
	answers := func() (session string, responses object) {
		c := newSRPClient()
		_, session = f.signInOn(d).challenge("DEVICE_SRP_AUTH")
		parameters, session := f.beginDevice(c, d, session).challenge("DEVICE_PASSWORD_VERIFIER")
		assert.Equal(t, "alice", parameters["USERNAME"])
		assert.Equal(t, d.key, parameters["DEVICE_KEY"])
		assert.Equal(t, salt().Text(16), parameters["SALT"])
		return session, d.claim(c, parameters, time.Now())
	}
	first, responses := answers()
	second, own := answers()
	f.respond("DEVICE_PASSWORD_VERIFIER", first, responses).boundTo(d)
	f.respond("DEVICE_PASSWORD_VERIFIER", second, responses).fails("NotAuthorizedException", wrongPassword)
	f.Advance(3 * time.Minute)
	f.respond("DEVICE_PASSWORD_VERIFIER", second, own).
		fails("NotAuthorizedException", "Invalid session for the user, session is expired.")
}

func TestDeviceChallengeRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice(), authtest.User{Username: "bob", Password: password})
	first := f.signIn("alice", password).tokens()
	d := f.confirmDevice(first, "")
	bobs := f.confirmDevice(f.signIn("bob", password).tokens(), "")
	_, session := f.signInOn(d).challenge("DEVICE_SRP_AUTH")
	answer := func(session, username, key, srpA string) reply {
		responses := object{"USERNAME": username}
		if key != "" {
			responses["DEVICE_KEY"] = key
		}
		if srpA != "" {
			responses["SRP_A"] = srpA
		}
		return f.respond("DEVICE_SRP_AUTH", session, responses)
	}
	answer("", "alice", d.key, "7f").fails("InvalidParameterException", "Missing required parameter Session")
	answer(session, "alice", "", "7f").fails("InvalidParameterException", "Missing required parameter DEVICE_KEY")
	answer(session, "alice", d.key, "").fails("InvalidParameterException", "Missing required parameter SRP_A")
	answer(session, "alice", d.key, "0").failsWith("InvalidParameterException")
	answer(session, "alice", d.key, prime).failsWith("InvalidParameterException")
	answer(session, "alice", bobs.key, "7f").fails("ResourceNotFoundException", noDevice)
	answer(session, "bob", bobs.key, "7f").fails("NotAuthorizedException", "Invalid session for the user.")
	f.proveDevice(d, session).boundTo(d)
	answer(session, "alice", d.key, "7f").
		fails("NotAuthorizedException", "Invalid session for the user, session can only be used once.")

	_, session = f.signInOn(d).challenge("DEVICE_SRP_AUTH")
	f.forgetDevice(first, d)
	answer(session, "alice", d.key, "7f").fails("ResourceNotFoundException", noDevice)
}

// A device that is not remembered may prove itself, but that replaces nothing.
func TestProofOfAnotherDevice(t *testing.T) {
	t.Parallel()
	f := start(t, totpDevices(authtest.DevicesOptIn), withTOTP())
	first := f.code(f.signIn("alice", password), "").tokens()
	remembered := f.confirmDevice(first, "")
	f.setStatus(first, remembered, "remembered").ok()
	other := f.confirmDevice(f.code(f.signIn("alice", password), "").tokens(), "")
	_, session := f.signInOn(remembered).challenge("DEVICE_SRP_AUTH")
	f.code(f.proveDevice(other, session), "").boundTo(other)
}

func TestDeviceWithClientSecret(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways, ClientSecret: true}, alice())
	hash := base64.StdEncoding.EncodeToString(keyed([]byte(f.ClientSecret), []byte("alice"+f.ClientID)))
	signIn := func(key string) reply {
		parameters := object{"USERNAME": "alice", "PASSWORD": password, "SECRET_HASH": hash}
		if key != "" {
			parameters["DEVICE_KEY"] = key
		}
		return f.call("InitiateAuth", object{
			"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID, "AuthParameters": parameters,
		})
	}
	d := f.confirmDevice(signIn("").tokens(), "")
	_, session := signIn(d.key).challenge("DEVICE_SRP_AUTH")
	const missing = " is configured with secret but SECRET_HASH was not received"
	c := newSRPClient()
	f.beginDevice(c, d, session).fails("NotAuthorizedException", "Client "+f.ClientID+missing)
	parameters, session := f.respond("DEVICE_SRP_AUTH", session, object{
		"USERNAME": "alice", "DEVICE_KEY": d.key, "SRP_A": c.public.Text(16), "SECRET_HASH": hash,
	}).challenge("DEVICE_PASSWORD_VERIFIER")
	responses := d.claim(c, parameters, time.Now())
	f.respond("DEVICE_PASSWORD_VERIFIER", session, responses).fails("NotAuthorizedException", "Client "+f.ClientID+missing)
	responses["SECRET_HASH"] = hash
	result := f.respond("DEVICE_PASSWORD_VERIFIER", session, responses).boundTo(d)
	f.refresh(result, d.key).refreshed()
	for _, body := range []object{
		{"RefreshToken": result["RefreshToken"], "ClientId": f.ClientID, "DeviceKey": d.key},
		{"RefreshToken": result["RefreshToken"], "ClientId": f.ClientID, "DeviceKey": d.key, "ClientSecret": "wrong"},
	} {
		f.call("GetTokensFromRefreshToken", body).failsWith("NotAuthorizedException")
	}
	f.unviolated()
}
