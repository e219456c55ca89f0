package mfa_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

func TestPasskeyAsAFactor(t *testing.T) {
	t.Parallel()
	session, pool := signedIn(t, everyFactor)
	ctx := context.Background()
	for preference, settings := range map[mfa.Preference]map[string]any{
		mfa.Enabled: {"Enabled": true}, mfa.Disabled: {}, // false is Cognito's default in what is sent
	} {
		pool.ResetRequests()
		pool.Fail(authtest.Fault{Operation: "SetUserMFAPreference", Code: "ConcurrentModificationException"})
		err := mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{Passkey: preference})
		require.ErrorIs(t, err, auth.ErrConcurrentModification)
		body := pool.Requests()[0].Body
		delete(body, "AccessToken")
		assert.Equal(t, map[string]any{"WebAuthnMfaSettings": settings}, body)
	}
	err := mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{Passkey: mfa.Enabled})
	require.ErrorIs(t, err, auth.ErrInvalidParameter, "there is no passkey")
	require.NoError(t, mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{Passkey: mfa.Disabled}))
}

func TestAPasskeyCannotBePreferred(t *testing.T) {
	t.Parallel()
	session, pool := signedIn(t, everyFactor)
	for _, preference := range []mfa.Preference{mfa.Preferred, mfa.NotPreferred, "SOMETIMES"} {
		err := mfa.UpdateMFAPreference(context.Background(), session, mfa.UpdateMFAPreferenceInput{Passkey: preference})
		require.ErrorIs(t, err, auth.ErrInvalidParameter)
	}
	assert.Empty(t, pool.Requests())
}
