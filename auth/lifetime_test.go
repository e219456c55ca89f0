package auth_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestRecordsEndWhenTheyAreOfNoMoreUse takes a session from one state to the next, and looks at what
// the Store is told.
func TestRecordsEndWhenTheyAreOfNoMoreUse(t *testing.T) {
	t.Parallel()
	const validity = 30 * 24 * time.Hour
	pool := newPool(t, authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, RefreshTokenRotation: true, AutoVerifiedAttributes: []string{"email"},
	}, aliceWithTOTP(), authtest.User{Username: "bob", Password: password})
	store := &auth.MemoryStore{}
	cfg := configFor(pool)
	cfg.Store, cfg.RefreshTokenValidity = store, validity
	session := newClient(t, cfg).Session("test")
	ctx := context.Background()
	endsIn := func(life time.Duration, when string) {
		t.Helper()
		record, err := store.Load(ctx, "test")
		require.NoError(t, err, when)
		assert.WithinDuration(t, time.Now().Add(life), record.ExpiresAt, time.Minute, when)
	}

	setSlot(t, session, "return", "/orders")
	endsIn(24*time.Hour, "a slot alone")
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	_, err := session.SignUp(ctx, auth.SignUpInput{
		Username: "carol", Password: password, UserAttributes: map[string]string{"email": "carol@example.com"},
	})
	require.NoError(t, err)
	endsIn(24*time.Hour, "a sign-up waits for its code")
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	_, err = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	endsIn((3+15)*time.Minute, "a step, with the time that only Cognito knows")
	require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))

	_, err = session.SignIn(ctx, auth.SignInInput{Username: "bob", Password: password})
	require.NoError(t, err)
	endsIn(validity, "tokens")
	before, err := store.Load(ctx, "test")
	require.NoError(t, err)
	_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	require.NoError(t, err)
	after, err := store.Load(ctx, "test")
	require.NoError(t, err)
	assert.NotEqual(t, before.Version, after.Version)
	assert.Equal(t, before.ExpiresAt, after.ExpiresAt, "a rotated refresh token ends when the first one did")

	cfg.RefreshTokenValidity = 0
	session = newClient(t, cfg).Session("another")
	_, err = session.SignIn(ctx, auth.SignInInput{Username: "bob", Password: password})
	require.NoError(t, err)
	unknown, err := store.Load(ctx, "another")
	require.NoError(t, err)
	assert.Zero(t, unknown.ExpiresAt, "without the app client's setting tokens have no end")
}

func TestMemoryStoreForgetsWhatHasExpired(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &auth.MemoryStore{}
		ctx := t.Context()
		saved, err := store.Save(ctx, "a", auth.Record{Data: []byte("1"), ExpiresAt: time.Now().Add(time.Minute)})
		require.NoError(t, err)
		time.Sleep(59 * time.Second)
		same, err := store.Unchanged(ctx, "a", saved.Version)
		require.NoError(t, err)
		require.True(t, same)
		time.Sleep(time.Second)
		_, err = store.Load(ctx, "a")
		require.ErrorIs(t, err, auth.ErrRecordNotFound)
		same, err = store.Unchanged(ctx, "a", saved.Version)
		require.NoError(t, err)
		require.False(t, same)
		_, err = store.Save(ctx, "a", saved)
		require.ErrorIs(t, err, auth.ErrRecordConflict, "nothing is stored any more")
		again, err := store.Save(ctx, "a", auth.Record{Data: []byte("2")})
		require.NoError(t, err)
		require.NotEqual(t, saved.Version, again.Version)
	})
}

// BenchmarkMemoryStore saves sign-ins that nobody finishes. What has expired must not pile up.
func BenchmarkMemoryStore(b *testing.B) {
	store := &auth.MemoryStore{}
	ctx := context.Background()
	data := make([]byte, 4<<10)
	b.ReportAllocs()
	for n := 0; b.Loop(); n++ {
		r := auth.Record{Data: data, ExpiresAt: time.Now().Add(time.Millisecond)}
		if _, err := store.Save(ctx, fmt.Sprint(n), r); err != nil {
			b.Fatal(err)
		}
	}
}
