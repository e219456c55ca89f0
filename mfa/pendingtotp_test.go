package mfa_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

func TestSetUpSurvivesAWrongCodeAndAReload(t *testing.T) {
	t.Parallel()
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: "Correct-Horse-7-Battery"}))
	store := &auth.MemoryStore{}
	elsewhere := func() *auth.Session {
		client, err := auth.NewClient(auth.Config{
			UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
		})
		require.NoError(t, err)
		return client.Session("alice")
	}
	none := func(why string) {
		_, ok, err := mfa.PendingTOTPSetup(t.Context(), elsewhere())
		require.NoError(t, err)
		assert.False(t, ok, why)
	}
	none("nobody is signed in")
	signIn := func() {
		_, err := elsewhere().SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: "Correct-Horse-7-Battery"})
		require.NoError(t, err)
	}
	signIn()
	none("nothing was started")

	replaced, err := mfa.SetUpTOTP(t.Context(), elsewhere())
	require.NoError(t, err)
	details, err := mfa.SetUpTOTP(t.Context(), elsewhere())
	require.NoError(t, err)
	require.NotEqual(t, replaced.SharedSecret, details.SharedSecret)
	code, err := authtest.TOTPCode(details.SharedSecret, pool.Now())
	require.NoError(t, err)
	old, err := authtest.TOTPCode(details.SharedSecret, pool.Now().Add(-time.Hour))
	require.NoError(t, err)
	err = mfa.VerifyTOTPSetup(t.Context(), elsewhere(), mfa.VerifyTOTPSetupInput{Code: old})
	require.ErrorIs(t, err, auth.ErrEnableSoftwareTokenMFA)
	again, ok, err := mfa.PendingTOTPSetup(t.Context(), elsewhere())
	require.NoError(t, err)
	require.True(t, ok)
	assert.Equal(t, details.SetupURI("App", ""), again.SetupURI("App", ""), "the same QR code")
	require.NoError(t, mfa.VerifyTOTPSetup(t.Context(), elsewhere(), mfa.VerifyTOTPSetupInput{Code: code}))
	none("it was verified")

	_, err = mfa.SetUpTOTP(t.Context(), elsewhere())
	require.NoError(t, err)
	require.NoError(t, mfa.CancelTOTPSetup(t.Context(), elsewhere()))
	none("it was given up")

	_, err = mfa.SetUpTOTP(t.Context(), elsewhere())
	require.NoError(t, err)
	_, err = elsewhere().SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	signIn()
	none("a sign-out empties it")
}

// afterAnswer runs a function once, after the answer to an operation has arrived.
type afterAnswer struct {
	operation string
	run       func()
}

func (a *afterAnswer) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if run := a.run; run != nil && strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+a.operation) {
		a.run = nil
		run()
	}
	return response, err
}

// TestSetUpIsNotTheNextPersons has bob sign in while alice's secret is on its way.
func TestSetUpIsNotTheNextPersons(t *testing.T) {
	t.Parallel()
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	hook := &afterAnswer{operation: "AssociateSoftwareToken"}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL,
		HTTPClient: &http.Client{Transport: hook},
	})
	require.NoError(t, err)
	session := client.Session("profile")
	signIn := func(username string) {
		_, err := session.SignIn(t.Context(), auth.SignInInput{Username: username, Password: "Correct-Horse-7-Battery"})
		require.NoError(t, err)
	}
	for _, username := range []string{"alice", "bob"} {
		require.NoError(t, pool.AddUser(authtest.User{Username: username, Password: "Correct-Horse-7-Battery"}))
	}
	signIn("alice")
	hook.run = func() {
		_, err := session.SignOut(t.Context(), auth.SignOutInput{})
		require.NoError(t, err)
		signIn("bob")
	}
	_, err = mfa.SetUpTOTP(t.Context(), session)
	require.NoError(t, err)
	_, ok, err := mfa.PendingTOTPSetup(t.Context(), session)
	require.NoError(t, err)
	assert.False(t, ok, "bob would see alice's secret")
}
