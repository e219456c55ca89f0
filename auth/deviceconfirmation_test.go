package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestDeviceThatCannotBeStoredIsConfirmed: Cognito renews no tokens of a device that was never
// confirmed.
func TestDeviceThatCannotBeStoredIsConfirmed(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	cfg := configFor(pool)
	store := &keyFaultStore{}
	cfg.Store = store
	store.key = "device/" + pool.ClientID + "/test"
	session := newClient(t, cfg).Session("test")
	out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	require.ErrorIs(t, out.NewDevice.Err, auth.ErrStore)
	assert.Equal(t, 1, count(pool, "ConfirmDevice"))
	require.NoError(t, forceRefresh(t.Context(), t, pool, session))
}

// TestDeviceRefusedInConfirmSignInIsDropped: Cognito does not know the device that a code was sent
// with, and the same code is accepted without it.
func TestDeviceRefusedInConfirmSignInIsDropped(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesOptIn) // which asks for a code on a device that is not remembered
	session := newSession(t, pool)
	in := auth.SignInInput{Username: "alice", Password: password}
	signInOn(t, pool, session, logins()[0])
	first := pool.Devices("alice")
	require.Len(t, first, 1)
	require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
	out, err := session.SignIn(t.Context(), in)
	require.NoError(t, err)
	require.Equal(t, auth.StepConfirmSignInWithTOTPCode, out.NextStep.Name())
	pool.Fail(authtest.Fault{
		Operation: "RespondToAuthChallenge", Code: "ResourceNotFoundException", Message: "Device does not exist.",
	})
	pool.ResetRequests()
	out, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	requests := pool.Requests()
	require.Equal(t, []string{"RespondToAuthChallenge", "RespondToAuthChallenge"}, operations(pool))
	assert.Contains(t, fmt.Sprint(requests[0].Body), "DEVICE_KEY")
	assert.NotContains(t, fmt.Sprint(requests[1].Body), "DEVICE_KEY")

	require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
	pool.ResetRequests()
	out, _ = signInOn(t, pool, session, logins()[0])
	assert.NotContains(t, fmt.Sprint(pool.Requests()[0].Body), "DEVICE_KEY", "it is not stored any more")
	assert.NotEqual(t, first[0].Key, out.NewDevice.Key, "a new one is registered")
	assert.NotEmpty(t, out.NewDevice.Key)
}

// TestDeviceRecordOfAnotherFormatIsNoDevice: a newer version of this module has written it.
func TestDeviceRecordOfAnotherFormatIsNoDevice(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesAlways)
	cfg := configFor(pool)
	store := &auth.MemoryStore{}
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	_, asked := signInOn(t, pool, session, logins()[0])
	require.True(t, asked)
	key := "device/" + pool.ClientID + "/test"
	record, err := store.Load(t.Context(), key)
	require.NoError(t, err)
	var content map[string]any
	require.NoError(t, json.Unmarshal(record.Data, &content))
	assert.EqualValues(t, 1, content["format"])
	for _, step := range []struct {
		format int
		asked  bool
	}{{1, false}, {2, true}} {
		require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
		record, err := store.Load(t.Context(), key)
		require.NoError(t, err)
		content["format"] = step.format
		record.Data, err = json.Marshal(content)
		require.NoError(t, err)
		_, err = store.Save(t.Context(), key, record)
		require.NoError(t, err)
		_, asked := signInOn(t, pool, session, logins()[0])
		assert.Equal(t, step.asked, asked, step.format)
	}
}

// TestNoSecretIsRequestedUnlessTheStepIsHeld: two calls would each get a secret, and only one of the
// two works.
func TestNoSecretIsRequestedUnlessTheStepIsHeld(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true}, authtest.User{
		Username: "alice", Password: password,
	})
	store := &countingStore{}
	cfg := configFor(pool)
	cfg.Store = store
	session := newClient(t, cfg).Session("test")
	out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.Equal(t, auth.StepContinueSignInWithMFASetupSelection, out.NextStep.Name())
	pool.ResetRequests()
	store.reset(true, 0)
	choice := auth.ConfirmSignInInput{ChallengeResponse: string(auth.MFATypeTOTP)}
	_, err = session.ConfirmSignIn(t.Context(), choice)
	require.ErrorIs(t, err, errBroken)
	assert.Empty(t, pool.Requests())
	store.reset(false, 0)
	out, err = session.ConfirmSignIn(t.Context(), choice)
	require.NoError(t, err)
	assert.Equal(t, auth.StepContinueSignInWithTOTPSetup, out.NextStep.Name())
	assert.Equal(t, []string{"AssociateSoftwareToken"}, operations(pool))
}

// TestCodeThatIsNotAcceptedSetsUpNothing: Cognito may say so in its answer instead of an error.
func TestCodeThatIsNotAcceptedSetsUpNothing(t *testing.T) {
	t.Parallel()
	server := newScript(t,
		`{"ChallengeName":"MFA_SETUP","Session":"s","ChallengeParameters":{"MFAS_CAN_SETUP":"[\"SOFTWARE_TOKEN_MFA\"]"}}`,
		`{"SecretCode":"JBSWY3DPEHPK3PXP","Session":"s"}`, `{"Status":"ERROR","Session":"s"}`)
	session := newClient(t, server.config()).Session("test")
	_, err := session.SignIn(t.Context(), auth.SignInInput{
		Username: "a", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.NoError(t, err)
	_, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: "123456"})
	require.ErrorIs(t, err, auth.ErrEnableSoftwareTokenMFA)
	assert.Len(t, server.requests, 3)
}

// TestThrottledConfirmationIsMadeUpFor by the next verb that needs the tokens.
func TestThrottledConfirmationIsMadeUpFor(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	session := newSession(t, pool)
	pool.Fail(authtest.Fault{Operation: "ConfirmDevice", Code: "TooManyRequestsException", Message: "Rate exceeded"})
	out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.ErrorIs(t, out.NewDevice.Err, auth.ErrTooManyRequests)
	require.NoError(t, errOf(session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})))
	assert.Equal(t, 2, count(pool, "ConfirmDevice"))
	require.NoError(t, forceRefresh(t.Context(), t, pool, session))
	assert.Equal(t, 2, count(pool, "ConfirmDevice"), "once is enough")
	current, err := session.CurrentDevice(t.Context())
	require.NoError(t, err)
	assert.Equal(t, out.NewDevice.Key, current.Key)
	assert.True(t, current.Remembered)
}

// unconfirmed signs alice in with a device that could not be confirmed yet, and returns her session
// in two processes.
func unconfirmed(t *testing.T, pool *authtest.Pool) (first, second *auth.Session, store *auth.MemoryStore) {
	t.Helper()
	pool.Fail(authtest.Fault{Operation: "ConfirmDevice", Code: "TooManyRequestsException", Message: "Rate exceeded"})
	first, store = signedInWithStore(t, pool)
	cfg := configFor(pool)
	cfg.Store = store
	pool.ResetRequests()
	return first, newClient(t, cfg).Session("test"), store
}

// TestLateDeviceIsConfirmedByOneProcess: of two secrets only one would be the pool's.
func TestLateDeviceIsConfirmedByOneProcess(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	first, second, store := unconfirmed(t, pool)
	var late any
	changeRecord(t, store, func(record map[string]any) { late = record["unconfirmed"] })
	require.NotNil(t, late)
	fetch := func(session *auth.Session) error {
		return errOf(session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{}))
	}
	release := pool.Hold("ConfirmDevice")
	done := make(chan error, 1)
	go func() { done <- fetch(first) }()
	require.Eventually(t, func() bool { return count(pool, "ConfirmDevice") == 1 }, time.Minute, time.Millisecond)
	require.NoError(t, fetch(second))
	assert.Equal(t, 1, count(pool, "ConfirmDevice"), "the other one is at work")
	changeRecord(t, store, func(record map[string]any) { assert.NotNil(t, record["unconfirmed"]) })
	release()
	require.NoError(t, <-done)

	changeRecord(t, store, func(record map[string]any) { // as if that process had died before it said so
		assert.Nil(t, record["unconfirmed"])
		record["unconfirmed"] = late
	})
	require.NoError(t, fetch(first))
	assert.Equal(t, 1, count(pool, "ConfirmDevice"), "the device has a secret already")
	changeRecord(t, store, func(record map[string]any) { assert.Nil(t, record["unconfirmed"]) })

	require.NoError(t, errOf(first.SignOut(t.Context(), auth.SignOutInput{})))
	out, err := second.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	assert.Empty(t, out.NewDevice.Key, "the secret that was stored is the pool's")
	assert.Len(t, pool.Devices("alice"), 1)
}

// TestLateDeviceIsConfirmedAfterAProcessDied in the middle of it.
func TestLateDeviceIsConfirmedAfterAProcessDied(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	session, _, store := unconfirmed(t, pool)
	var late map[string]any
	changeRecord(t, store, func(record map[string]any) { late = record["unconfirmed"].(map[string]any) })
	abandoned, err := json.Marshal(map[string]any{"format": 1, "devices": map[string]any{"alice": map[string]any{
		"key": late["key"], "groupKey": late["groupKey"], "password": "another",
		"reserved": true, "since": time.Now().Add(-2 * time.Minute),
	}}})
	require.NoError(t, err)
	_, err = store.Save(t.Context(), "device/"+pool.ClientID+"/test", auth.Record{Data: abandoned})
	require.NoError(t, err)

	require.NoError(t, errOf(session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})))
	assert.Equal(t, []string{"ConfirmDevice"}, operations(pool), "nor is it forgotten in favor of itself")
	require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
	out, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	assert.Empty(t, out.NewDevice.Key, "the secret that was stored is the pool's")
}
