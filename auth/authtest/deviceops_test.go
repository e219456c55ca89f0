package authtest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"math"
	"math/big"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func attributePairs(t *testing.T, device any) map[string]string {
	t.Helper()
	pairs := map[string]string{}
	for _, entry := range device.(object)["DeviceAttributes"].([]any) {
		pairs[entry.(object)["Name"].(string)] = entry.(object)["Value"].(string)
	}
	return pairs
}

func TestGetDevice(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	confirmed := f.Now()
	result := f.signIn("alice", password).tokens()
	d := f.confirmDevice(result, "telephone")
	get := func() object {
		t.Helper()
		body := f.call("GetDevice", object{"AccessToken": result["AccessToken"], "DeviceKey": d.key}).ok()
		require.Len(t, body, 1)
		return body["Device"].(object)
	}
	assert.Equal(t, d.key, get()["DeviceKey"])
	assert.Equal(
		t,
		map[string]string{"device_status": "valid", "device_name": "telephone", "last_ip_used": "127.0.0.1"},
		attributePairs(t, get()),
	)
	for _, date := range []string{"DeviceCreateDate", "DeviceLastModifiedDate", "DeviceLastAuthenticatedDate"} {
		assert.InDelta(t, confirmed.Unix(), get()[date], 60, date)
	}

	f.Advance(10 * time.Minute)
	_, session := f.signInOn(d).challenge("DEVICE_SRP_AUTH")
	f.proveDevice(d, session).boundTo(d)
	f.Advance(10 * time.Minute)
	f.setStatus(result, d, "not_remembered").ok()
	created := get()["DeviceCreateDate"].(float64)
	authenticated := get()["DeviceLastAuthenticatedDate"].(float64)
	assert.InDelta(t, created+600, authenticated, 60)
	assert.Zero(t, authenticated-math.Trunc(authenticated), "dates are whole seconds")
	assert.InDelta(t, created+1200, get()["DeviceLastModifiedDate"], 60)
	f.unviolated()
}

func TestListDevices(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{Devices: authtest.DevicesAlways},
		alice(),
		authtest.User{Username: "bob", Password: password},
	)
	result := f.signIn("alice", password).tokens()
	list := func(operation string, body object) (keys []string, next string) {
		t.Helper()
		if operation == "ListDevices" {
			body["AccessToken"] = result["AccessToken"]
		} else {
			body["UserPoolId"], body["Username"] = f.UserPoolID, "alice"
		}
		answer := f.call(operation, body).ok()
		for _, device := range answer["Devices"].([]any) {
			keys = append(keys, device.(object)["DeviceKey"].(string))
		}
		next, _ = answer["PaginationToken"].(string)
		return keys, next
	}
	keys, next := list("ListDevices", object{})
	assert.Empty(t, keys, "an unconfirmed device is not listed")
	assert.Empty(t, next)

	devices := []phoneDevice{f.confirmDevice(result, "")}
	f.confirmDevice(f.signIn("bob", password).tokens(), "")
	for range 4 {
		devices = append(devices, f.confirmDevice(f.signIn("alice", password).tokens(), ""))
	}
	want := make([]string, len(devices))
	for i, d := range devices {
		want[i] = d.key
	}
	for _, operation := range []string{"ListDevices", "AdminListDevices"} {
		for _, limit := range []int{0, 5, 60} {
			keys, next = list(operation, object{"Limit": limit})
			assert.Equal(t, want, keys)
			assert.Empty(t, next)
		}
		keys, next = list(operation, object{"Limit": 2})
		assert.Equal(t, want[:2], keys)
		keys, next = list(operation, object{"Limit": 2, "PaginationToken": next})
		assert.Equal(t, want[2:4], keys)
		keys, next = list(operation, object{"PaginationToken": next})
		assert.Equal(t, want[4:], keys)
		assert.Empty(t, next)
	}

	_, next = list("ListDevices", object{"Limit": 2})
	f.forgetDevice(result, devices[1])
	keys, _ = list("ListDevices", object{"PaginationToken": next})
	assert.Equal(t, want[2:], keys, "listing continues although the last device of the page was deleted")
	f.unviolated()
}

func TestListDevicesRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	token := f.accessToken("alice")
	const outOfRange = "InvalidParameterException: 1 validation error detected: " +
		"Value '%d' at 'limit' failed to satisfy constraint: Member must have value %s than or equal to %d"
	for want, page := range map[string]object{
		fmt.Sprintf(outOfRange, 61, "less", 60):                                  {"Limit": 61},
		fmt.Sprintf(outOfRange, -1, "greater", 0):                                {"Limit": -1},
		"SerializationException: STRING_VALUE can not be converted to a Integer": {"Limit": "5"},
		"SerializationException: NUMBER_VALUE can not be converted to a Integer": {"Limit": json.Number("1.5")},
		"InvalidParameterException: Invalid pagination token given.":             {"PaginationToken": "****"},
	} {
		page["AccessToken"] = token
		assert.Equal(t, http.StatusBadRequest, f.call("ListDevices", page).status)
		assert.Contains(t, f.violated(), want)
	}
	f.call("ListDevices", object{"AccessToken": token, "PaginationToken": encoded("x")}).
		fails("InvalidParameterException", "Invalid pagination token given.")
}

func TestAdminDevices(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesOptIn}, alice())
	result := f.signIn("alice", password).tokens()
	d := f.confirmDevice(result, "")
	target := func() object { return object{"Username": "alice", "DeviceKey": d.key} }
	owner := "alice." + f.UserPoolID
	for _, status := range []string{"not_remembered", "remembered"} {
		body := target()
		body["DeviceRememberedStatus"] = status
		assert.Empty(t, f.admin("AdminUpdateDeviceStatus", body).ok())
		want := map[string]string{
			"device_status": "valid",
			"last_ip_used":  "127.0.0.1",
			"dev:device_arn": "arn:aws:cognito-idp:us-east-1:123456789012:owner/" +
				owner + "/device/" + d.key,
			"dev:device_owner":             owner,
			"dev:device_remembered_status": status,
			"dev:device_sdk":               "aws-sdk",
		}
		assert.Equal(t, want, attributePairs(t, f.admin("AdminGetDevice", target()).ok()["Device"]))
		listed := f.admin("AdminListDevices", object{"Username": "alice"}).ok()["Devices"].([]any)
		require.Len(t, listed, 1)
		assert.Equal(t, want, attributePairs(t, listed[0]))
	}
	f.signInOn(d).challenge("DEVICE_SRP_AUTH")

	body := target()
	body["UserPoolId"] = f.UserPoolID
	f.empty("AdminForgetDevice", body)
	assert.Empty(t, f.Devices("alice"))
	f.refresh(result, d.key).fails("NotAuthorizedException", revokedRefresh)
	f.unviolated()
}

func TestUnknownDevice(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{Devices: authtest.DevicesAlways},
		alice(),
		authtest.User{Username: "bob", Password: password},
	)
	bobs := f.confirmDevice(f.signIn("bob", password).tokens(), "")
	result := f.signIn("alice", password).tokens()
	for _, key := range []string{bobs.key, issued(t, result).key, "us-east-1_0"} {
		for _, operation := range []string{"GetDevice", "ForgetDevice", "UpdateDeviceStatus"} {
			f.call(operation, object{"AccessToken": result["AccessToken"], "DeviceKey": key}).
				fails("ResourceNotFoundException", noDevice)
		}
		for _, operation := range []string{"AdminGetDevice", "AdminForgetDevice", "AdminUpdateDeviceStatus"} {
			f.admin(operation, object{"Username": "alice", "DeviceKey": key}).
				fails("ResourceNotFoundException", noDevice)
			f.admin(operation, object{"Username": "nobody", "DeviceKey": key}).
				fails("UserNotFoundException", "User does not exist.")
		}
	}
	for _, operation := range []string{"AdminListDevices", "AdminDeleteUser"} {
		f.admin(operation, object{"Username": "nobody"}).fails("UserNotFoundException", "User does not exist.")
	}
	f.unviolated()

	for _, operation := range []string{"GetDevice", "ForgetDevice"} {
		f.call(operation, object{"DeviceKey": bobs.key}).
			fails("InvalidParameterException", "Missing required parameter AccessToken")
		assert.Contains(t, f.violated(), "AccessToken")
	}
	f.call("GetDevice", object{"AccessToken": result["AccessToken"], "DeviceKey": "US_X"}).
		failsWith("InvalidParameterException")
	assert.Contains(
		t,
		f.violated(),
		`'deviceKey' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w-]+_[0-9a-f-]+`,
	)
	f.setStatus(result, bobs, "maybe").failsWith("InvalidParameterException")
	assert.Contains(t, f.violated(), "Member must satisfy enum value set: [remembered, not_remembered]")
}

// A new user who takes the name of a deleted one inherits nothing from it.
func TestRecreatedUserInheritsNothing(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	old := f.signIn("alice", password).tokens()
	d := f.confirmDevice(old, "")
	claim := f.claim("alice", password)
	_, session := f.signInOn(d).challenge("DEVICE_SRP_AUTH")

	f.empty("AdminDeleteUser", object{"UserPoolId": f.UserPoolID, "Username": "alice"})
	f.signIn("alice", password).fails("UserNotFoundException", "User does not exist.")
	f.refresh(old, d.key).fails("UserNotFoundException", "User does not exist.")

	require.NoError(t, f.AddUser(alice()))
	f.signInOn(d).fails("ResourceNotFoundException", noDevice)
	f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", wrongPassword)
	f.beginDevice(newSRPClient(), d, session).fails("NotAuthorizedException", "Invalid session for the user.")
	f.refresh(old, d.key).fails("UserNotFoundException", "User does not exist.")
	f.call("ListDevices", object{"AccessToken": old["AccessToken"]}).
		fails("UserNotFoundException", "User does not exist.")
	again := f.confirmDevice(f.signIn("alice", password).tokens(), "")
	assert.NotEqual(t, d.key, again.key)
	assert.Len(t, f.Devices("alice"), 1)
	f.unviolated()
}

func TestConfirmDevice(t *testing.T) {
	t.Parallel()
	for devices, optIn := range map[authtest.Devices]bool{authtest.DevicesAlways: false, authtest.DevicesOptIn: true} {
		t.Run(string(devices), func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{Region: "eu-west-2", Devices: devices}, alice())
			result := f.signIn("alice", password).tokens()
			d := issued(t, result)
			assert.Contains(t, d.key, "eu-west-2_")
			assert.Empty(t, f.Devices("alice"), "a device is bound only once it is confirmed")
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

// An access token confirms only devices of its owner.
func TestConfirmDeviceNeedsAKeyOfTheUser(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{Devices: authtest.DevicesAlways},
		alice(),
		authtest.User{Username: "bob", Password: password},
	)
	mine, bobs := f.signIn("alice", password).tokens(), f.signIn("bob", password).tokens()
	for name, key := range map[string]string{
		"another user's": issued(t, bobs).key,
		"unknown key":    "us-east-1_00000000-0000-7000-0000-000000000000",
	} {
		d := phoneDevice{key: key}
		r := f.call("ConfirmDevice", object{
			"AccessToken":                mine["AccessToken"],
			"DeviceKey":                  key,
			"DeviceSecretVerifierConfig": d.verifierConfig(salt()),
		})
		require.Equal(t, "InvalidParameterException", r.body["__type"], name)
		r.fails("InvalidParameterException", "Invalid device key given.")
	}
	f.call("ConfirmDevice", object{"AccessToken": mine["IdToken"], "DeviceKey": issued(t, mine).key}).
		fails("NotAuthorizedException", "Invalid Access Token")
	f.unviolated()
}

func TestConfirmDeviceRefusesBadVerifiers(t *testing.T) {
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
		"verifier equal to N":   {"Salt": good["Salt"], "PasswordVerifier": encode(padHex(modulus))},
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

// Salts and verifiers vary in length: a zero byte precedes a set top bit, and leading zeros are
// dropped.
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
