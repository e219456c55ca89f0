package authtest_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	noDevice       = "Device does not exist."
	invalidRefresh = "Invalid Refresh Token."
	revokedRefresh = "Refresh Token has been revoked"
	revokedAccess  = "Access Token has been revoked"
)

// phoneDevice is the client's half of a device.
type phoneDevice struct {
	key, group, password string
}

// issued returns the device that the pool issued together with tokens.
func issued(t *testing.T, result object) phoneDevice {
	t.Helper()
	require.Contains(t, result, "NewDeviceMetadata")
	metadata := result["NewDeviceMetadata"].(object)
	return phoneDevice{
		key: metadata["DeviceKey"].(string), group: metadata["DeviceGroupKey"].(string),
		password: base64.StdEncoding.EncodeToString([]byte("forty bytes that nobody else could know.")),
	}
}

// verifierConfig returns the device's DeviceSecretVerifierConfig for a salt.
func (d phoneDevice) verifierConfig(salt *big.Int) object {
	c := newSRPClient()
	inner := hashed([]byte(d.group + d.key + ":" + d.password))
	x := new(big.Int).SetBytes(hashed(padHex(salt), inner))
	return object{
		"Salt":             base64.StdEncoding.EncodeToString(padHex(salt)),
		"PasswordVerifier": base64.StdEncoding.EncodeToString(padHex(new(big.Int).Exp(c.g, x, c.n))),
	}
}

func (d phoneDevice) claim(c srpClient, parameters object, at time.Time) object {
	forSRP := object{"USER_ID_FOR_SRP": d.key}
	for name, value := range parameters {
		forSRP[name] = value
	}
	responses := c.claim("pool_"+d.group, d.password, timestamp(at), forSRP)
	responses["USERNAME"], responses["DEVICE_KEY"] = parameters["USERNAME"], d.key
	return responses
}

func salt() *big.Int { return number("f0e1d2c3b4a5968778695a4b3c2d1e0f") }

// confirmDevice calls ConfirmDevice for the device that was issued with the tokens in result.
func (f *fixture) confirmDevice(result object, name string) phoneDevice {
	f.t.Helper()
	d := issued(f.t, result)
	body := object{
		"AccessToken":                result["AccessToken"],
		"DeviceKey":                  d.key,
		"DeviceSecretVerifierConfig": d.verifierConfig(salt()),
	}
	if name != "" {
		body["DeviceName"] = name
	}
	f.call("ConfirmDevice", body).ok()
	return d
}

// beginDevice answers DEVICE_SRP_AUTH.
func (f *fixture) beginDevice(c srpClient, d phoneDevice, session string) reply {
	f.t.Helper()
	return f.respond("DEVICE_SRP_AUTH", session, object{
		"USERNAME": "alice", "DEVICE_KEY": d.key, "SRP_A": c.public.Text(16),
	})
}

// proveDevice answers DEVICE_SRP_AUTH and DEVICE_PASSWORD_VERIFIER.
func (f *fixture) proveDevice(d phoneDevice, session string) reply {
	f.t.Helper()
	c := newSRPClient()
	parameters, session := f.beginDevice(c, d, session).challenge("DEVICE_PASSWORD_VERIFIER")
	return f.respond("DEVICE_PASSWORD_VERIFIER", session, d.claim(c, parameters, time.Now()))
}

// signInOn begins USER_PASSWORD_AUTH on a device.
func (f *fixture) signInOn(d phoneDevice) reply {
	f.t.Helper()
	return f.call("InitiateAuth", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": "alice", "PASSWORD": password, "DEVICE_KEY": d.key},
	})
}

// onDevice returns the ways in which a sign-in can present its device.
func onDevice() map[string]func(*fixture, phoneDevice) reply {
	return map[string]func(*fixture, phoneDevice) reply{
		"password": (*fixture).signInOn,
		"SRP, with SRP_A": func(f *fixture, d phoneDevice) reply {
			c := newSRPClient()
			parameters, _ := f.call("InitiateAuth", object{
				"AuthFlow": "USER_SRP_AUTH", "ClientId": f.ClientID,
				"AuthParameters": object{"USERNAME": "alice", "SRP_A": c.public.Text(16), "DEVICE_KEY": d.key},
			}).challenge("PASSWORD_VERIFIER")
			return f.respond(
				"PASSWORD_VERIFIER",
				"",
				c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters),
			)
		},
		"SRP, with the claim": func(f *fixture, d phoneDevice) reply {
			responses := f.claim("alice", password)
			responses["DEVICE_KEY"] = d.key
			return f.respond("PASSWORD_VERIFIER", "", responses)
		},
	}
}

// empty calls an operation that must answer with an empty body.
func (f *fixture) empty(operation string, body object) {
	f.t.Helper()
	resp, err := http.DefaultClient.Do(f.request(operation, body))
	require.NoError(f.t, err)
	defer func() { _ = resp.Body.Close() }()
	text, err := io.ReadAll(resp.Body)
	require.NoError(f.t, err)
	assert.Equal(f.t, http.StatusOK, resp.StatusCode, "%s", text)
	assert.Empty(f.t, text)
}

func (f *fixture) forgetDevice(result object, d phoneDevice) {
	f.t.Helper()
	f.empty("ForgetDevice", object{"AccessToken": result["AccessToken"], "DeviceKey": d.key})
}

func (f *fixture) setStatus(result object, d phoneDevice, status string) reply {
	f.t.Helper()
	return f.call("UpdateDeviceStatus", object{
		"AccessToken": result["AccessToken"], "DeviceKey": d.key, "DeviceRememberedStatus": status,
	})
}

// refresh calls GetTokensFromRefreshToken. An empty device key is omitted.
func (f *fixture) refresh(result object, key string) reply {
	f.t.Helper()
	body := object{"RefreshToken": result["RefreshToken"], "ClientId": f.ClientID}
	if key != "" {
		body["DeviceKey"] = key
	}
	if f.ClientSecret != "" {
		body["ClientSecret"] = f.ClientSecret
	}
	return f.call("GetTokensFromRefreshToken", body)
}

// refreshed requires tokens, and no challenge, and returns the AuthenticationResult.
func (r reply) refreshed() object {
	r.t.Helper()
	body := r.ok()
	require.Len(r.t, body, 1)
	result := body["AuthenticationResult"].(object)
	assert.NotContains(r.t, result, "NewDeviceMetadata")
	return result
}

// payload returns the claims of one of the tokens in result.
func payload(t *testing.T, result object, token string) object {
	t.Helper()
	parts := strings.Split(result[token].(string), ".")
	require.Len(t, parts, 3)
	text, err := base64.RawURLEncoding.DecodeString(parts[1])
	require.NoError(t, err)
	var claims object
	require.NoError(t, json.Unmarshal(text, &claims))
	return claims
}

// boundTo requires tokens that are bound to d and issue no new device.
func (r reply) boundTo(d phoneDevice) object {
	r.t.Helper()
	result := r.tokens()
	assert.NotContains(r.t, result, "NewDeviceMetadata")
	assert.Equal(r.t, d.key, payload(r.t, result, "AccessToken")["device_key"])
	return result
}

// withTOTP returns a user whose second factor is an authenticator app.
func withTOTP() authtest.User {
	return authtest.User{Username: "alice", Password: password, TOTPSecret: secret, MFA: []string{"SOFTWARE_TOKEN_MFA"}}
}

func totpDevices(devices authtest.Devices) authtest.Config {
	return authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Devices: devices}
}

// code answers SOFTWARE_TOKEN_MFA with a code that has not been used.
func (f *fixture) code(r reply, key string) reply {
	f.t.Helper()
	_, session := r.challenge("SOFTWARE_TOKEN_MFA")
	return f.codeFor(session, f.nextTOTP(secret), key)
}

func (f *fixture) codeFor(session, code, key string) reply {
	f.t.Helper()
	responses := object{"USERNAME": "alice", "SOFTWARE_TOKEN_MFA_CODE": code}
	if key != "" {
		responses["DEVICE_KEY"] = key
	}
	return f.respond("SOFTWARE_TOKEN_MFA", session, responses)
}

func TestDeviceProofRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	first := f.signIn("alice", password).tokens()
	d := f.confirmDevice(first, "")
	other := f.confirmDevice(f.signIn("alice", password).tokens(), "")
	for name, alter := range map[string]func(responses object){
		"wrong signature":         func(r object) { r["PASSWORD_CLAIM_SIGNATURE"] = encoded("not this") },
		"not base64":              func(r object) { r["PASSWORD_CLAIM_SIGNATURE"] = "****" },
		"wrong block":             func(r object) { r["PASSWORD_CLAIM_SECRET_BLOCK"] = encoded("not this") },
		"another timestamp":       func(r object) { r["TIMESTAMP"] = timestamp(time.Now().Add(2 * time.Minute)) },
		"day with a leading zero": func(r object) { r["TIMESTAMP"] = "Sat Aug 01 10:00:00 UTC 2026" },
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

// replace copies the members of other into o.
func replace(o, other object) {
	for name, value := range other {
		o[name] = value
	}
}

func TestDeviceSecretBlockIsUsedOnce(t *testing.T) {
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
	f := start(
		t,
		authtest.Config{Devices: authtest.DevicesAlways},
		alice(),
		authtest.User{Username: "bob", Password: password},
	)
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
	answer(session, "alice", "", "7f").fails("InvalidParameterException", "Missing required parameter DEVICE_KEY")
	answer(session, "alice", d.key, "").fails("InvalidParameterException", "Missing required parameter SRP_A")
	answer(session, "alice", d.key, "0").failsWith("InvalidParameterException")
	answer(session, "alice", d.key, prime).failsWith("InvalidParameterException")
	answer(session, "alice", bobs.key, "7f").fails("ResourceNotFoundException", noDevice)
	answer(session, "bob", bobs.key, "7f").fails("NotAuthorizedException", "Invalid session for the user.")
	f.proveDevice(d, session).boundTo(d)
	answer("", "alice", d.key, "7f").fails("InvalidParameterException", "Missing required parameter Session")
	answer(session, "alice", d.key, "7f").
		fails("NotAuthorizedException", "Invalid session for the user, session can only be used once.")

	_, session = f.signInOn(d).challenge("DEVICE_SRP_AUTH")
	f.forgetDevice(first, d)
	answer(session, "alice", d.key, "7f").fails("ResourceNotFoundException", noDevice)
}

// A device that is not remembered may prove itself, but its proof does not replace the second
// factor.
func TestProofOfUnrememberedDeviceReplacesNoFactor(t *testing.T) {
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
	f.respond("DEVICE_PASSWORD_VERIFIER", session, responses).
		fails("NotAuthorizedException", "Client "+f.ClientID+missing)
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
