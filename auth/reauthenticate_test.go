package auth_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
)

func accessToken(t *testing.T, session *auth.Session) string {
	t.Helper()
	got, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	return got.AccessToken.Raw
}

func TestReauthenticateFromAnotherProcess(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesOff)
	session, _ := processes(t, pool)
	signInOn(t, pool, session(), login{"alice@example.com", auth.AuthFlowUserSRP})
	before := accessToken(t, session())
	require.NoError(t, session().UpdateSlot(t.Context(), "cart", func([]byte) ([]byte, error) { return []byte("full"), nil }))

	out, err := session().Reauthenticate(t.Context(), auth.SignInInput{Password: password})
	require.NoError(t, err)
	require.Equal(t, auth.StepConfirmSignInWithTOTPCode, out.NextStep.Name())
	status, err := session().Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, auth.StateSignedIn, status.State)
	assert.True(t, status.Reauthenticating)
	assert.Equal(t, out.NextStep, status.NextStep)
	assert.Equal(t, out.StepID, status.StepID)
	assert.Equal(t, before, accessToken(t, session()), "the old tokens stay in use")

	code := nextTOTP(t, pool, totpSecret)
	_, err = session().ConfirmSignIn(t.Context(), answerTo(out.StepID, wrongCode(code)))
	require.ErrorIs(t, err, auth.ErrCodeMismatch)
	out, err = session().ConfirmSignIn(t.Context(), answerTo(out.StepID, code))
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
	assert.NotEqual(t, before, accessToken(t, session()))
	assert.Equal(t, []auth.Factor{auth.FactorPassword, auth.FactorTOTP}, factorsOf(t, session()))
	status, err = session().Status(t.Context())
	require.NoError(t, err)
	assert.False(t, status.Reauthenticating)
	assert.Nil(t, status.NextStep)
	user, err := session().CurrentUser(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "alice@example.com", user.SignInDetails.LoginID, "what was typed at the sign-in")
	slot, err := session().Slot(t.Context(), "cart")
	require.NoError(t, err)
	assert.Equal(t, "full", string(slot))
	assert.Equal(t, 1, count(pool, "RevokeToken"), "the old refresh token")
	_, err = session().FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
	assert.NoError(t, err, "the new one stays")
}

func TestReauthenticateAsSomebodyElse(t *testing.T) {
	t.Parallel()
	bob := authtest.User{Username: "bob", Password: password, TOTPSecret: totpSecret}
	for name, factors := range map[string][]string{"at once": nil, "after a step": {"SOFTWARE_TOKEN_MFA"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bob := bob
			bob.MFA = factors
			pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, aliceWithTOTP(), bob)
			session := newSession(t, pool)
			signInOn(t, pool, session, login{"alice", auth.AuthFlowUserSRP})
			before := accessToken(t, session)
			_, err := session.Reauthenticate(t.Context(), auth.SignInInput{Username: "bob", Password: password})
			if factors != nil {
				require.NoError(t, err)
				_, err = session.ConfirmSignIn(t.Context(),
					auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
			}
			require.ErrorIs(t, err, auth.ErrAnotherUser)
			assert.Equal(t, before, accessToken(t, session))
			status, err := session.Status(t.Context())
			require.NoError(t, err)
			assert.Nil(t, status.NextStep)
			assert.Equal(t, 1, count(pool, "RevokeToken"), "the other person's")
			_, err = session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
			assert.NoError(t, err)
		})
	}
}

func TestReauthenticateRefusals(t *testing.T) {
	t.Parallel()
	pool := totpPool(t)
	session := newSession(t, pool)
	_, err := session.Reauthenticate(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	assert.Empty(t, pool.Requests())

	signInOn(t, pool, session, login{"alice", auth.AuthFlowUserSRP})
	_, err = session.Reauthenticate(t.Context(), auth.SignInInput{Password: "Wrong-Password-1"})
	require.ErrorIs(t, err, auth.ErrNotAuthorized)
	_, err = session.Reauthenticate(t.Context(), auth.SignInInput{})
	require.ErrorIs(t, err, auth.ErrEmptySignInPassword)
	assert.Equal(t, auth.StateSignedIn, stateOf(t, session))
	assert.Zero(t, count(pool, "RevokeToken"))
}

// TestSignOutEndsAReauthentication signs out while the last answer is on its way.
func TestSignOutEndsAReauthentication(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	session, _ := processes(t, pool)
	_, err := session().SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	slow := session()
	release := pool.Hold("RespondToAuthChallenge")
	defer release()
	answers := count(pool, "RespondToAuthChallenge")
	done := make(chan error, 1)
	go func() {
		_, err := slow.Reauthenticate(context.Background(), auth.SignInInput{Password: password})
		done <- err
	}()
	require.Eventually(t, func() bool { return count(pool, "RespondToAuthChallenge") > answers }, time.Minute, time.Millisecond)
	require.NoError(t, errOf(session().SignOut(t.Context(), auth.SignOutInput{})))
	release()
	require.ErrorIs(t, <-done, auth.ErrSignIn)
	assert.Equal(t, auth.StateSignedOut, stateOf(t, session()))
	assert.Equal(t, 2, count(pool, "RevokeToken"), "the tokens that came too late are revoked too")
}

func TestReauthenticatePresentsNoDevice(t *testing.T) {
	t.Parallel()
	for name, devices := range map[string]authtest.Devices{
		"remembered by the pool": authtest.DevicesAlways, "remembered by choice": authtest.DevicesOptIn,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := trackingPool(t, devices)
			session := newSession(t, pool)
			signInOn(t, pool, session, login{"alice", auth.AuthFlowUserSRP})
			require.NoError(t, device.RememberDevice(t.Context(), session))
			require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
			_, asked := signInOn(t, pool, session, login{"alice", auth.AuthFlowUserSRP})
			require.False(t, asked)
			require.Equal(t, []auth.Factor{auth.FactorPassword, auth.FactorDevice}, factorsOf(t, session))

			out, err := session.Reauthenticate(t.Context(), auth.SignInInput{Password: password})
			require.NoError(t, err)
			require.Equal(t, auth.StepConfirmSignInWithTOTPCode, out.NextStep.Name(), "the device does not count")
			out, err = session.ConfirmSignIn(t.Context(),
				auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(t, pool, totpSecret)})
			require.NoError(t, err)
			require.NoError(t, out.NewDevice.Err)
			assert.False(t, out.NewDevice.ConfirmationNecessary)
			assert.Contains(t, factorsOf(t, session), auth.FactorTOTP)
			assert.Len(t, pool.Devices("alice"), 1, "the new device takes the place of the old one")
			current, err := session.CurrentDevice(t.Context())
			require.NoError(t, err)
			assert.True(t, current.Remembered)
			_, err = session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
			require.NoError(t, err)

			require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
			_, asked = signInOn(t, pool, session, login{"alice", auth.AuthFlowUserSRP})
			assert.False(t, asked, "the new device is the remembered one")
		})
	}
}

// TestRefusedReauthenticationLeavesTheDevice: it has presented none, whatever Cognito says.
func TestRefusedReauthenticationLeavesTheDevice(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	session, store := signedInWithStore(t, pool)
	key := "device/" + pool.ClientID + "/test"
	before, err := store.Load(t.Context(), key)
	require.NoError(t, err)
	pool.Fail(authtest.Fault{
		Operation: "InitiateAuth", Code: "ResourceNotFoundException", Message: "Device does not exist.", Times: 2,
	})
	_, err = session.Reauthenticate(t.Context(), auth.SignInInput{Password: password})
	require.ErrorIs(t, err, auth.ErrDeviceNotRecognized)
	after, err := store.Load(t.Context(), key)
	require.NoError(t, err)
	assert.Equal(t, before, after)
}

func TestStepUpByPasskey(t *testing.T) {
	t.Parallel()
	session, _, browser := withPasskey(t, passkeyPool)
	_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	in := auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorWebAuthn}
	proved, err := stepUp(t.Context(), session, in, func(step auth.SignInStep) string { return browser.get(t, step) })
	require.NoError(t, err)
	assert.True(t, proved)
	assert.Equal(t, []auth.Factor{auth.FactorPassword, auth.FactorPasskey}, factorsOf(t, session))
	proved, err = stepUp(t.Context(), session, in, nil)
	require.NoError(t, err)
	assert.True(t, proved, "nothing is asked again so soon")
}

// TestExpiredReauthenticationIsNoLongerShown: the tokens beside it are still good.
func TestExpiredReauthenticationIsNoLongerShown(t *testing.T) {
	t.Parallel()
	choice := authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"},
	}
	inBubble(t, choice, func(t *testing.T, b bubble) {
		out, err := b.session.Reauthenticate(t.Context(), auth.SignInInput{
			AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorEmailOTP,
		})
		require.NoError(t, err)
		require.Equal(t, auth.StepConfirmSignInWithEmailCode, out.NextStep.Name())
		status, err := b.session.Status(t.Context())
		require.NoError(t, err)
		require.True(t, status.Reauthenticating)
		time.Sleep(4 * time.Minute)
		status, err = b.session.Status(t.Context())
		require.NoError(t, err)
		assert.Equal(t, auth.StateSignedIn, status.State)
		assert.False(t, status.Reauthenticating)
		assert.Nil(t, status.NextStep)
		assert.Empty(t, status.StepID)
	})
}
