package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
)

// trackingPool returns a pool with alice, who has an authenticator app and may sign in by e-mail
// address.
func trackingPool(t testing.TB, devices authtest.Devices) *authtest.Pool {
	t.Helper()
	return newPool(t, authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, Devices: devices, AliasAttributes: []string{"email"},
	}, aliceWithTOTP())
}

func aliceWithTOTP() authtest.User {
	return alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA"} })
}

// A login is one way to sign in.
type login struct {
	name string
	flow auth.AuthFlowType
}

func logins() []login {
	var all []login
	for _, name := range []string{"alice", "ALICE", "alice@example.com", "Alice@Example.com"} {
		for _, flow := range []auth.AuthFlowType{auth.AuthFlowUserSRP, auth.AuthFlowUserPassword} {
			all = append(all, login{name, flow})
		}
	}
	return all
}

// signInOn signs in, with a code if one is asked for, and reports whether one was.
func signInOn(
	t testing.TB, pool *authtest.Pool, session *auth.Session, l login,
) (out auth.SignInOutput, askedForCode bool) {
	t.Helper()
	ctx := context.Background()
	out, err := session.SignIn(ctx, auth.SignInInput{Username: l.name, Password: password, AuthFlowType: l.flow})
	require.NoError(t, err)
	if out.NextStep.Name() == auth.StepConfirmSignInWithTOTPCode {
		askedForCode = true
		out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
		require.NoError(t, err)
	}
	require.True(t, out.IsSignedIn)
	require.NoError(t, out.NewDevice.Err)
	return out, askedForCode
}

// TestDeviceTable signs alice in twice on one device, with each way to type her name and to prove
// her password, and with an event that concerns the device in between.
func TestDeviceTable(t *testing.T) {
	t.Parallel()
	between := []struct {
		name      string
		devices   authtest.Devices
		happens   func(t *testing.T, pool *authtest.Pool, session *auth.Session, store *auth.MemoryStore)
		wantCode  bool
		wantCount int
	}{
		{"remembered", authtest.DevicesAlways, nil, false, 1},
		{
			"remembered by choice", authtest.DevicesOptIn,
			func(t *testing.T, _ *authtest.Pool, session *auth.Session, _ *auth.MemoryStore) {
				require.NoError(t, device.RememberDevice(context.Background(), session))
			},
			false, 1,
		},
		{"not remembered", authtest.DevicesOptIn, nil, true, 1},
		{
			"forgotten on the server", authtest.DevicesAlways,
			func(t *testing.T, pool *authtest.Pool, session *auth.Session, _ *auth.MemoryStore) {
				forgetOnServer(t, pool, session)
			},
			true, 1,
		},
		{
			"user deleted and made anew", authtest.DevicesAlways,
			func(t *testing.T, pool *authtest.Pool, _ *auth.Session, _ *auth.MemoryStore) {
				deleteUser(t, pool, "alice")
				require.NoError(t, pool.AddUser(aliceWithTOTP()))
			},
			true, 1,
		},
		{
			"wrong device secret", authtest.DevicesAlways,
			func(t *testing.T, pool *authtest.Pool, _ *auth.Session, store *auth.MemoryStore) {
				spoilDeviceSecret(t, pool, store)
			},
			true, 1,
		},
		{
			"tracking switched off", authtest.DevicesAlways,
			func(_ *testing.T, pool *authtest.Pool, _ *auth.Session, _ *auth.MemoryStore) {
				pool.SetDevices(authtest.DevicesOff)
			},
			true, 0,
		},
	}
	for _, tt := range between {
		for _, first := range []login{
			{"alice", auth.AuthFlowUserSRP}, {"Alice@Example.com", auth.AuthFlowUserPassword},
		} {
			for _, second := range logins() {
				t.Run(
					fmt.Sprintf("%s, %s by %s, %s by %s", tt.name, first.name, first.flow, second.name, second.flow),
					func(t *testing.T) {
						t.Parallel()
						pool := newPool(t, authtest.Config{
							MFA: authtest.MFAOptional, TOTP: true, Devices: tt.devices,
							AliasAttributes: []string{"email"}, ClientSecret: first.flow == auth.AuthFlowUserPassword,
						}, aliceWithTOTP())
						cfg := configFor(pool)
						store := &auth.MemoryStore{}
						cfg.Store = store
						session := newClient(t, cfg).Session("test")

						out, asked := signInOn(t, pool, session, first)
						require.True(t, asked)
						require.NotEmpty(t, out.NewDevice.Key)
						require.Equal(t, tt.devices == authtest.DevicesOptIn, out.NewDevice.ConfirmationNecessary)
						if tt.happens != nil {
							tt.happens(t, pool, session, store)
						}
						require.NoError(t, errOf(session.SignOut(context.Background(), auth.SignOutInput{})))

						_, asked = signInOn(t, pool, session, second)
						assert.Equal(t, tt.wantCode, asked, "asked for a code")
						if tt.wantCount > 0 {
							devices := pool.Devices("alice")
							require.Len(t, devices, tt.wantCount)
							current, err := session.CurrentDevice(context.Background())
							require.NoError(t, err)
							assert.Equal(t, devices[0].Key, current.Key)
						}
					},
				)
			}
		}
	}
}

// spoilDeviceSecret changes the password of the stored device.
func spoilDeviceSecret(t *testing.T, pool *authtest.Pool, store *auth.MemoryStore) {
	t.Helper()
	key := "device/" + pool.ClientID + "/test"
	record, err := store.Load(context.Background(), key)
	require.NoError(t, err)
	var content struct {
		Format  int                       `json:"format"`
		Devices map[string]map[string]any `json:"devices"`
		Aliases map[string]string         `json:"aliases"`
	}
	require.NoError(t, json.Unmarshal(record.Data, &content))
	require.Len(t, content.Devices, 1)
	for _, d := range content.Devices {
		d["password"] = "spoilt"
	}
	record.Data, err = json.Marshal(content)
	require.NoError(t, err)
	_, err = store.Save(context.Background(), key, record)
	require.NoError(t, err)
}

func TestDeviceIsKnownByWhatWasTypedBefore(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesAlways)
	session := newSession(t, pool)
	signInOn(t, pool, session, login{"Alice@Example.com", auth.AuthFlowUserPassword})
	require.NoError(t, errOf(session.SignOut(context.Background(), auth.SignOutInput{})))
	pool.ResetRequests()
	_, asked := signInOn(t, pool, session, login{"alice@example.COM", auth.AuthFlowUserPassword})
	require.False(t, asked)
	parameters := pool.Requests()[0].Body["AuthParameters"].(map[string]any)
	assert.NotEmpty(t, parameters["DEVICE_KEY"])
}

func TestDevicesOfDifferentScopesAreSeparate(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesAlways)
	client := newClient(t, configFor(pool))
	l := login{"alice", auth.AuthFlowUserSRP}
	browser := func(key, scope string) *auth.Session { return client.Session(key).OnDevice(scope) }

	signInOn(t, pool, browser("session 1", "browser 1"), l)
	_, asked := signInOn(t, pool, browser("session 2", "browser 1"), l)
	assert.False(t, asked, "another session in the same browser")
	_, asked = signInOn(t, pool, browser("session 3", "browser 2"), l)
	assert.True(t, asked, "another browser")
	devices, err := device.FetchDevices(context.Background(), client.Session("session 3"))
	require.NoError(t, err)
	assert.Len(t, devices, 2)
}

func TestDeviceOfOneProcessIsUsedByAnother(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesAlways)
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	ctx := context.Background()
	first := newClient(t, cfg).Session("test")
	signInOn(t, pool, first, login{"alice", auth.AuthFlowUserSRP})
	require.NoError(t, errOf(first.SignOut(ctx, auth.SignOutInput{})))
	_, asked := signInOn(t, pool, newClient(t, cfg).Session("test"), login{"alice", auth.AuthFlowUserSRP})
	assert.False(t, asked)
}

func TestLostDeviceInTheMiddleOfASignIn(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesOptIn)
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	session := newClient(t, cfg).Session("test")
	ctx := context.Background()
	signInOn(t, pool, session, login{"alice", auth.AuthFlowUserSRP})
	other := newClient(t, cfg).Session("other").OnDevice("test")
	signInOn(t, pool, other, login{"alice", auth.AuthFlowUserSRP})
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))

	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	forgetOnServer(t, pool, other)
	out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
	require.NoError(t, err, "the lost device does not cause a second code")
	assert.True(t, out.IsSignedIn)
	assert.NotEmpty(t, out.NewDevice.Key)
}

// TestDeviceChallengeAfterEveryStep has a server ask for the device's proof after each kind of
// step.
func TestDeviceChallengeAfterEveryStep(t *testing.T) {
	t.Parallel()
	smsThen := `{"ChallengeName":"SMS_MFA","Session":"session-of-twenty-characters","ChallengeParameters":{` +
		`"USERNAME":"alice"}}`
	for name, challenge := range map[string]string{
		"SMS_MFA":               smsThen,
		"NEW_PASSWORD_REQUIRED": strings.Replace(smsThen, "SMS_MFA", "NEW_PASSWORD_REQUIRED", 1),
		"SELECT_MFA_TYPE": `{"ChallengeName":"SELECT_MFA_TYPE","Session":"session-of-twenty-characters",` +
			`"ChallengeParameters":{"USERNAME":"alice","MFAS_CAN_CHOOSE":"[\"SMS_MFA\"]"}}`,
		"MFA_SETUP": `{"ChallengeName":"MFA_SETUP","Session":"session-of-twenty-characters",` +
			`"ChallengeParameters":{"USERNAME":"alice","MFAS_CAN_SETUP":"[\"EMAIL_OTP\"]"}}`,
		"SPHINX": strings.Replace(smsThen, "SMS_MFA", "SPHINX", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := newScript(t,
				challenge,
				`{"ChallengeName":"DEVICE_SRP_AUTH","Session":"device-1-of-twenty-characters",`+
					`"ChallengeParameters":{}}`,
				`{"ChallengeName":"DEVICE_PASSWORD_VERIFIER","Session":"device-2-of-twenty-characters",`+
					`"ChallengeParameters":`+
					`{"SALT":"aa","SRP_B":"5","SECRET_BLOCK":"c2VjcmV0","DEVICE_KEY":"us-east-1_k",`+
					`"USERNAME":"alice"}}`,
				fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q}}`, unsignedToken()))
			cfg := server.config()
			store := &auth.MemoryStore{}
			cfg.Store = store
			ctx := context.Background()
			_, err := store.Save(ctx, "device/"+cfg.ClientID+"/test", auth.Record{Data: []byte(
				`{"format":1,"devices":{"alice":{"key":"us-east-1_k","groupKey":"-g","password":"p",` +
					`"since":"2026-01-01T00:00:00Z"}},"aliases":{}}`,
			)})
			require.NoError(t, err)

			session := newClient(t, cfg).Session("test")
			_, err = session.SignIn(ctx,
				auth.SignInInput{Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword})
			require.NoError(t, err)
			out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "SMS"})
			require.NoError(t, err)
			assert.True(t, out.IsSignedIn)
			last := server.requests[len(server.requests)-1]
			assert.Equal(t, "device-2-of-twenty-characters", last["Session"], "the newest challenge session is sent")
			for _, request := range server.requests[1:] {
				assert.Equal(t, "us-east-1_k", request["ChallengeResponses"].(map[string]any)["DEVICE_KEY"])
			}
		})
	}
}
