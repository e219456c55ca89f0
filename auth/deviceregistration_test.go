package auth_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
)

func TestRefreshWithDeviceTracking(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		pool  authtest.Config
		user  authtest.User
		turns []turn
	}{
		{"after the password alone", authtest.Config{}, alice(), nil},
		{
			"after a code",
			authtest.Config{MFA: authtest.MFAOptional, TOTP: true},
			aliceWithTOTP(),
			[]turn{{auth.StepConfirmSignInWithTOTPCode, respondWithTOTP}},
		},
		{
			"right after the set-up of an authenticator app",
			authtest.Config{MFA: authtest.MFARequired, TOTP: true},
			authtest.User{Username: "alice", Password: password},
			[]turn{{auth.StepContinueSignInWithTOTPSetup, respondWithNewTOTP}},
		},
		{
			"after a new password and the set-up",
			authtest.Config{MFA: authtest.MFARequired, TOTP: true},
			authtest.User{Username: "alice", Password: password, TemporaryPassword: true},
			[]turn{
				{auth.StepConfirmSignInWithNewPasswordRequired, respond(password + "-2")},
				{auth.StepContinueSignInWithTOTPSetup, respondWithNewTOTP},
			},
		},
	}
	for _, tt := range tests {
		for _, devices := range []authtest.Devices{authtest.DevicesAlways, authtest.DevicesOptIn} {
			for _, secret := range []bool{false, true} {
				t.Run(fmt.Sprintf("%s, %s, client secret %t", tt.name, devices, secret), func(t *testing.T) {
					t.Parallel()
					cfg := tt.pool
					cfg.Devices, cfg.ClientSecret = devices, secret
					pool := newPool(t, cfg, tt.user)
					session := newSession(t, pool)
					ctx := context.Background()
					out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
					require.NoError(t, err)
					for _, turn := range tt.turns {
						require.Equal(t, turn.step, out.NextStep.Name())
						out, err = session.ConfirmSignIn(ctx, turn.answer(t, pool, out.NextStep))
						require.NoError(t, err)
					}
					before, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
					require.NoError(t, err)
					after, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
					require.NoError(t, err)
					assert.NotEqual(t, before.AccessToken.Raw, after.AccessToken.Raw)
					assert.Equal(t, claimOf(t, before.AccessToken, "device_key"), claimOf(t, after.AccessToken, "device_key"))
					again, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
					require.NoError(t, err)
					assert.Equal(t, after.AccessToken.Raw, again.AccessToken.Raw, "renewed tokens are stored")
				})
			}
		}
	}
}

// TestTwoProcessesAtOnceRegisterOneDevice signs in on two Clients with one Store at the same time.
func TestTwoProcessesAtOnceRegisterOneDevice(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	ctx := context.Background()
	release := pool.Hold("RespondToAuthChallenge") // until all are about to get their tokens
	const processes = 4
	outs := make([]auth.SignInOutput, processes)
	errs := make([]error, processes)
	var wg sync.WaitGroup
	for i := range processes {
		session := newClient(t, cfg).Session(fmt.Sprint("session ", i)).OnDevice("laptop")
		wg.Go(func() {
			outs[i], errs[i] = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		})
	}
	require.Eventually(t, func() bool { return count(pool, "RespondToAuthChallenge") == processes }, time.Minute,
		time.Millisecond)
	release()
	wg.Wait()
	for i := range processes {
		require.NoError(t, errs[i])
		require.NoError(t, outs[i].NewDevice.Err)
	}
	for i := range processes {
		session := newClient(t, cfg).Session(fmt.Sprint("session ", i)).OnDevice("laptop")
		_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err, "each session can be refreshed")
		devices, err := device.FetchDevices(ctx, session)
		require.NoError(t, err)
		require.Len(t, devices, 1)
		assert.True(t, devices[0].Current)
	}
}

func TestFailureToRegisterIsVisibleAndHarmless(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesAlways)
	session := newSession(t, pool)
	ctx := context.Background()
	pool.Fail(
		authtest.Fault{
			Operation: "ConfirmDevice", Code: "TooManyRequestsException", Message: "Rate exceeded", Times: -1,
		},
	)
	_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	require.ErrorIs(t, out.NewDevice.Err, auth.ErrTooManyRequests)

	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	out, err = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	assert.Equal(t, auth.StepConfirmSignInWithTOTPCode, out.NextStep.Name(),
		"an unregistered device does not replace the second factor")
}

func TestDeviceOlderThanDeviceMaxAgeIsRegisteredAnew(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesAlways)
	cfg := configFor(pool)
	cfg.Store = &auth.MemoryStore{}
	l := login{"alice", auth.AuthFlowUserSRP}
	session := newClient(t, cfg).Session("test")
	first, _ := signInOn(t, pool, session, l)
	require.NoError(t, errOf(session.SignOut(context.Background(), auth.SignOutInput{})))

	cfg.DeviceMaxAge = time.Nanosecond
	session = newClient(t, cfg).Session("test")
	second, asked := signInOn(t, pool, session, l)
	assert.True(t, asked)
	assert.NotEqual(t, first.NewDevice.Key, second.NewDevice.Key)
	devices, err := device.FetchDevices(context.Background(), session)
	require.NoError(t, err)
	assert.Len(t, devices, 1, "the pool forgets the old device")
}

func TestDeviceName(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		config, request string
		want            string
	}{
		{"default", "", "", "("},
		{"of the client", "kitchen computer", "", "kitchen computer"},
		{"of the sign-in", "kitchen computer", "Firefox on Linux", "Firefox on Linux"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
			cfg := configFor(pool)
			cfg.DeviceName = tt.config
			session := newClient(t, cfg).Session("test")
			_, err := session.SignIn(context.Background(),
				auth.SignInInput{Username: "alice", Password: password, DeviceName: tt.request})
			require.NoError(t, err)
			devices, err := device.FetchDevices(context.Background(), session)
			require.NoError(t, err)
			require.Len(t, devices, 1)
			assert.Contains(t, devices[0].Name, tt.want)
		})
	}
}
