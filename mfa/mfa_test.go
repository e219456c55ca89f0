package mfa_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

const password = "Correct-Horse-7-Battery"

// signedIn returns the session of alice, who has an e-mail address and a phone number.
func signedIn(t *testing.T, cfg authtest.Config) (*auth.Session, *authtest.Pool) {
	t.Helper()
	pool := authtest.New(t, cfg)
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password, Attributes: map[string]string{
		"email": "alice@example.com", "phone_number": "+15551234567",
	}}))
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, ClientSecret: pool.ClientSecret, Endpoint: pool.URL,
	})
	require.NoError(t, err)
	session := client.Session("test")
	out, err := session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	pool.ResetRequests()
	return session, pool
}

func nextCode(t *testing.T, pool *authtest.Pool, secret string) string {
	t.Helper()
	pool.Advance(30 * time.Second)
	code, err := authtest.TOTPCode(secret, pool.Now())
	require.NoError(t, err)
	return code
}

var everyFactor = authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true, Email: true}

func TestTOTPFromSetUpToSignIn(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]bool{"public client": false, "client secret": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := everyFactor
			cfg.ClientSecret = secret
			session, pool := signedIn(t, cfg)
			ctx := context.Background()

			details, err := mfa.SetUpTOTP(ctx, session)
			require.NoError(t, err)
			assert.Equal(t, "alice", details.AccountName)
			code := nextCode(t, pool, details.SharedSecret)
			require.NoError(t, mfa.VerifyTOTPSetup(ctx, session, mfa.VerifyTOTPSetupInput{Code: code[:3] + " " + code[3:], FriendlyDeviceName: "phone"}))

			preference, err := mfa.FetchMFAPreference(ctx, session)
			require.NoError(t, err)
			assert.Zero(t, preference, "a verified app is not a factor yet")
			require.NoError(t, mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Preferred}))

			require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
			out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			require.NoError(t, err)
			step, ok := out.NextStep.(auth.ConfirmSignInWithTOTPCode)
			require.True(t, ok)
			assert.Equal(t, "phone", step.FriendlyDeviceName)
			out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextCode(t, pool, details.SharedSecret)})
			require.NoError(t, err)
			assert.True(t, out.IsSignedIn)
		})
	}
}

func TestVerifyTOTPSetupRefusals(t *testing.T) {
	t.Parallel()
	session, pool := signedIn(t, everyFactor)
	ctx := context.Background()
	details, err := mfa.SetUpTOTP(ctx, session)
	require.NoError(t, err)
	code := nextCode(t, pool, details.SharedSecret)
	wrong := "0" + code[1:]
	if wrong == code {
		wrong = "1" + code[1:]
	}

	for typed, want := range map[string]auth.ErrorCode{" ": auth.ErrEmptyVerifyTOTPSetupCode, wrong: auth.ErrEnableSoftwareTokenMFA} {
		err := mfa.VerifyTOTPSetup(ctx, session, mfa.VerifyTOTPSetupInput{Code: typed})
		require.ErrorIs(t, err, want)
		var failure *auth.Error
		require.ErrorAs(t, err, &failure)
		assert.NotEmpty(t, failure.Recovery, want)
	}
	require.NoError(t, mfa.VerifyTOTPSetup(ctx, session, mfa.VerifyTOTPSetupInput{Code: code}), "a wrong code does not end the set-up")
}

func TestAbandonedSetUpKeepsTheAppInForce(t *testing.T) {
	t.Parallel()
	session, pool := signedIn(t, everyFactor)
	ctx := context.Background()
	first, err := mfa.SetUpTOTP(ctx, session)
	require.NoError(t, err)
	require.NoError(t, mfa.VerifyTOTPSetup(ctx, session, mfa.VerifyTOTPSetupInput{Code: nextCode(t, pool, first.SharedSecret)}))
	require.NoError(t, mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Enabled}))
	second, err := mfa.SetUpTOTP(ctx, session)
	require.NoError(t, err)
	require.NotEqual(t, first.SharedSecret, second.SharedSecret)

	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	_, err = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextCode(t, pool, first.SharedSecret)})
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}

func TestUpdateMFAPreference(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		updates []mfa.UpdateMFAPreferenceInput
		want    mfa.MFAPreference
	}{
		{"nothing", []mfa.UpdateMFAPreferenceInput{{}}, mfa.MFAPreference{}},
		{
			"one enabled",
			[]mfa.UpdateMFAPreferenceInput{{SMS: mfa.Enabled}},
			mfa.MFAPreference{Enabled: []auth.MFAType{auth.MFATypeSMS}},
		},
		{
			"one preferred of two",
			[]mfa.UpdateMFAPreferenceInput{{SMS: mfa.Enabled, Email: mfa.Preferred}},
			mfa.MFAPreference{Enabled: []auth.MFAType{auth.MFATypeSMS, auth.MFATypeEmail}, Preferred: auth.MFATypeEmail},
		},
		{
			"the preference moves",
			[]mfa.UpdateMFAPreferenceInput{{SMS: mfa.Enabled, Email: mfa.Preferred}, {SMS: mfa.Preferred}},
			mfa.MFAPreference{Enabled: []auth.MFAType{auth.MFATypeSMS, auth.MFATypeEmail}, Preferred: auth.MFATypeSMS},
		},
		{
			"no longer preferred",
			[]mfa.UpdateMFAPreferenceInput{{Email: mfa.Preferred}, {Email: mfa.NotPreferred}},
			mfa.MFAPreference{Enabled: []auth.MFAType{auth.MFATypeEmail}},
		},
		{
			"one disabled, the other untouched",
			[]mfa.UpdateMFAPreferenceInput{{SMS: mfa.Enabled, Email: mfa.Enabled}, {SMS: mfa.Disabled}},
			mfa.MFAPreference{Enabled: []auth.MFAType{auth.MFATypeEmail}},
		},
		{
			"all disabled",
			[]mfa.UpdateMFAPreferenceInput{{SMS: mfa.Preferred}, {SMS: mfa.Disabled}},
			mfa.MFAPreference{},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			session, _ := signedIn(t, everyFactor)
			for _, update := range tt.updates {
				require.NoError(t, mfa.UpdateMFAPreference(context.Background(), session, update))
			}
			got, err := mfa.FetchMFAPreference(context.Background(), session)
			require.NoError(t, err)
			assert.ElementsMatch(t, tt.want.Enabled, got.Enabled)
			assert.Equal(t, tt.want.Preferred, got.Preferred)
		})
	}
}

func TestUpdateMFAPreferenceSendsOnlyWhatChanges(t *testing.T) {
	t.Parallel()
	session, pool := signedIn(t, everyFactor)
	require.NoError(t, mfa.UpdateMFAPreference(context.Background(), session, mfa.UpdateMFAPreferenceInput{Email: mfa.Preferred}))
	body := pool.Requests()[0].Body
	delete(body, "AccessToken")
	assert.Equal(t, map[string]any{"EmailMfaSettings": map[string]any{"Enabled": true, "PreferredMfa": true}}, body)
}

func TestUpdateMFAPreferenceRefusesBeforeItSends(t *testing.T) {
	t.Parallel()
	session, pool := signedIn(t, everyFactor)
	for name, in := range map[string]mfa.UpdateMFAPreferenceInput{
		"two preferred":     {SMS: mfa.Preferred, Email: mfa.Preferred},
		"three preferred":   {SMS: mfa.Preferred, TOTP: mfa.Preferred, Email: mfa.Preferred},
		"unknown value":     {SMS: "SOMETIMES"},
		"lower-case letter": {TOTP: "enabled"},
	} {
		require.ErrorIs(t, mfa.UpdateMFAPreference(context.Background(), session, in), auth.ErrInvalidParameter, name)
	}
	assert.Empty(t, pool.Requests())
}

func TestUpdateMFAPreferenceOfAFactorThatIsNotSetUp(t *testing.T) {
	t.Parallel()
	session, _ := signedIn(t, everyFactor)
	err := mfa.UpdateMFAPreference(context.Background(), session, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Enabled})
	assert.ErrorIs(t, err, auth.ErrInvalidParameter)
}

func TestFunctionsNeedASignedInUser(t *testing.T) {
	t.Parallel()
	session, pool := signedIn(t, everyFactor)
	ctx := context.Background()
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	pool.ResetRequests()
	_, err := mfa.SetUpTOTP(ctx, session)
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "SetUpTOTP", e.Op)
	require.ErrorIs(t, mfa.VerifyTOTPSetup(ctx, session, mfa.VerifyTOTPSetupInput{Code: "123456"}), auth.ErrUserUnAuthenticated)
	require.ErrorIs(t, mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{}), auth.ErrUserUnAuthenticated)
	_, err = mfa.FetchMFAPreference(ctx, session)
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	assert.Empty(t, pool.Requests())
}

func TestPoolWithoutTOTP(t *testing.T) {
	t.Parallel()
	session, _ := signedIn(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true})
	_, err := mfa.SetUpTOTP(context.Background(), session)
	assert.ErrorIs(t, err, auth.ErrSoftwareTokenMFANotFound)
}

func TestMFAPreferenceMarshalsToAmplifysJSON(t *testing.T) {
	t.Parallel()
	for want, preference := range map[string]mfa.MFAPreference{
		`{}`: {},
		`{"enabled":["TOTP","EMAIL"],"preferred":"TOTP"}`: {
			Enabled: []auth.MFAType{auth.MFATypeTOTP, auth.MFATypeEmail}, Preferred: auth.MFATypeTOTP,
		},
	} {
		got, err := json.Marshal(preference)
		require.NoError(t, err)
		assert.JSONEq(t, want, string(got))
	}
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }
