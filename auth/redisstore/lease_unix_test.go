//go:build unix

package redisstore_test

import (
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// TestPausedProcess_undoesNothing stops a process during its refresh until it has lost its lease
// and another one has refreshed. When it resumes, it must not undo what the other one did.
func TestPausedProcess_undoesNothing(t *testing.T) {
	t.Parallel()
	t.Run("the pool accepts both refreshes", func(t *testing.T) {
		t.Parallel()
		p := pause(t, authtest.Config{RefreshTokenRotation: true, RetryGracePeriod: time.Minute})
		heirs, err := p.other.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err)
		assert.Equal(t, heirs.AccessToken.Raw, p.resume(t), "the late process must return the newer tokens")
		p.assertSignedIn(t, heirs.AccessToken.Raw)
	})
	t.Run("the pool refuses the second refresh", func(t *testing.T) {
		t.Parallel()
		p := pause(t, authtest.Config{RefreshTokenRotation: true})
		_, err := p.other.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
		require.ErrorIs(t, err, auth.ErrRefreshTokenReuse)
		p.assertSignedIn(t, p.resume(t))
	})
}

// A paused process has sent its refresh request. other is the same session in this process.
type paused struct {
	process *fleet.Process
	other   *auth.Session
}

func pause(t *testing.T, cfg authtest.Config) paused {
	t.Helper()
	redis := startServer(t)
	pool := fleet.NewPool(t, cfg, "alice")
	s := shared{Socket: redis.socket, Key: newKey(), LeaseTTL: shortLease}
	client := fleet.NewClient(t, pool, open(t, redis.client(t), s.config()))
	fleet.SignIn(t, client, "alice")
	pool.ResetRequests()
	release := pool.Hold(refreshOperation)
	p := fleet.Refresh(t, pool, s)
	require.Eventually(t, func() bool { return len(pool.Requests()) == 1 }, patience, time.Millisecond)
	p.Stop(t)
	t.Cleanup(func() { _ = p.Process.Kill() }) // it may have ended
	release()
	require.Eventually(t, func() bool { return pool.Requests()[0].Status != 0 }, patience, time.Millisecond)
	return paused{process: p, other: client.Session("alice")}
}

// resume continues the process and returns the access token that it prints.
func (p paused) resume(t *testing.T) string {
	t.Helper()
	require.NoError(t, p.process.Process.Signal(syscall.SIGCONT))
	var token string
	p.process.WaitFor(t, &token)
	return token
}

// assertSignedIn checks that the session has that access token and can be refreshed.
func (p paused) assertSignedIn(t *testing.T, accessToken string) {
	t.Helper()
	got, err := p.other.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	assert.Equal(t, accessToken, got.AccessToken.Raw)
	_, err = p.other.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
	assert.NoError(t, err)
}
