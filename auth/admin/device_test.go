package admin_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// bob returns a user who has no second factor.
func bob() authtest.User { return authtest.User{Username: "bob", Password: password} }

func signedIn(t testing.TB, pool *authtest.Pool, device string) *auth.Session {
	t.Helper()
	s := session(t, pool, device)
	out, err := s.SignIn(context.Background(), auth.SignInInput{Username: "bob", Password: password})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	return s
}

func collect(t testing.TB, p *admin.Client, username string) []admin.Device {
	t.Helper()
	var devices []admin.Device
	for d, err := range p.Devices(context.Background(), username) {
		require.NoError(t, err)
		devices = append(devices, d)
	}
	return devices
}

func TestDevicesGoesThroughThePages(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesOptIn}, bob())
	const many = 62                         // more than a page
	started := time.Now().Add(-time.Second) // dates have less precision
	for i := range many {
		signedIn(t, pool, fmt.Sprint("device ", i))
	}
	p := administer(t, pool)
	devices := collect(t, p, "bob")
	require.Len(t, devices, many)
	for i, d := range devices {
		assert.Equal(t, fmt.Sprint("device ", i), d.Name)
		assert.False(t, d.Remembered)
		assert.WithinRange(t, d.CreateDate, started, time.Now().Add(time.Second))
		assert.NotEmpty(t, d.Attributes["last_ip_used"])
	}

	pool.ResetRequests()
	next, stop := iter.Pull2(p.Devices(context.Background(), "bob"))
	_, err, _ := next()
	stop()
	require.NoError(t, err)
	assert.Len(t, pool.Requests(), 1, "a loop that stops asks no further")

	n, err := p.ForgetAllDevices(context.Background(), "bob")
	require.NoError(t, err)
	assert.Equal(t, many, n)
	assert.Empty(t, collect(t, p, "bob"))
}

func TestFetchUpdateAndForgetOneDevice(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesOptIn}, bob())
	current, err := signedIn(t, pool, "laptop").CurrentDevice(context.Background())
	require.NoError(t, err)
	p, ctx := administer(t, pool), context.Background()

	require.NoError(t, p.UpdateDeviceStatus(ctx, "bob", current.Key, admin.Remembered))
	d, err := p.FetchDevice(ctx, "bob", current.Key)
	require.NoError(t, err)
	assert.Equal(t, "laptop", d.Name)
	assert.True(t, d.Remembered)

	require.ErrorIs(t, p.UpdateDeviceStatus(ctx, "bob", current.Key, "sometimes"), auth.ErrInvalidParameter)
	require.NoError(t, p.ForgetDevice(ctx, "bob", current.Key))
	require.NoError(t, p.ForgetDevice(ctx, "bob", current.Key), "twice")
	_, err = p.FetchDevice(ctx, "bob", current.Key)
	require.ErrorIs(t, err, auth.ErrDeviceNotRecognized)
	require.ErrorIs(t, p.UpdateDeviceStatus(ctx, "bob", current.Key, admin.Remembered), auth.ErrDeviceNotRecognized)
}

func TestDevicesWithoutTrackingOrUser(t *testing.T) {
	t.Parallel()
	p, ctx := administer(t, newPool(t, authtest.Config{}, bob())), context.Background()
	rounds := 0
	for _, err := range p.Devices(ctx, "bob") {
		rounds++
		require.ErrorIs(t, err, auth.ErrInvalidUserPoolConfig)
	}
	assert.Equal(t, 1, rounds, "a failure is the last thing")
	n, err := p.ForgetAllDevices(ctx, "bob")
	require.NoError(t, err)
	assert.Zero(t, n)

	_, err = p.ForgetAllDevices(ctx, "nobody")
	require.ErrorIs(t, err, auth.ErrUserNotFound)
	require.ErrorIs(t, p.ForgetDevice(ctx, "nobody", "us-east-1_0"), auth.ErrUserNotFound)
	require.ErrorIs(t, p.SignOutUser(ctx, "nobody"), auth.ErrUserNotFound)
}

func TestForgetAllDevicesSaysHowFarItGot(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, bob())
	signedIn(t, pool, "phone")
	p, ctx := administer(t, pool), context.Background()
	pool.Fail(authtest.Fault{Operation: "AdminForgetDevice", Code: "AccessDeniedException"})
	n, err := p.ForgetAllDevices(ctx, "bob")
	require.ErrorIs(t, err, admin.ErrAccessDenied)
	assert.Zero(t, n)
	n, err = p.ForgetAllDevices(ctx, "bob")
	require.NoError(t, err)
	assert.Equal(t, 1, n)
}
