//go:build unix

package redisstore_test

import (
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const refreshOperation = "GetTokensFromRefreshToken"

// TestPausedProcess stops a process that has asked for new tokens, until it has lost its lease and
// another one has refreshed, too. What it then does must not undo what the other one did.
func TestPausedProcess(t *testing.T) {
	t.Parallel()
	t.Run("the pool gives tokens to both", func(t *testing.T) {
		t.Parallel()
		p := pause(t, authtest.Config{RefreshTokenRotation: true, RetryGracePeriod: time.Minute})
		heirs, err := p.other.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
		require.NoError(t, err)
		assert.Equal(t, heirs.AccessToken.Raw, p.resume(t), "the late one takes the newer tokens, too")
		p.assertSignedIn(t, heirs.AccessToken.Raw)
	})
	t.Run("the pool refuses the second", func(t *testing.T) {
		t.Parallel()
		p := pause(t, authtest.Config{RefreshTokenRotation: true})
		_, err := p.other.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
		require.ErrorIs(t, err, auth.ErrRefreshTokenReuse)
		p.assertSignedIn(t, p.resume(t))
	})
}

// A paused process has sent its refresh request. Other is the same session elsewhere.
type paused struct {
	process *process
	other   *auth.Session
}

func pause(t *testing.T, cfg authtest.Config) paused {
	t.Helper()
	redis := startServer(t)
	pool := newPool(t, cfg, "alice")
	task := newTask(redis, pool)
	task.LeaseTTL = shortLease
	client := task.newClient(t, redis)
	signIn(t, client, "alice")
	pool.ResetRequests()
	release := pool.Hold(refreshOperation)
	p := task.start(t, "refresh")
	require.Eventually(t, func() bool { return len(pool.Requests()) == 1 }, patience, time.Millisecond)
	p.stop(t)
	t.Cleanup(func() { _ = p.Process.Kill() }) // it has mostly ended
	release()
	require.Eventually(t, func() bool { return pool.Requests()[0].Status != 0 }, patience, time.Millisecond)
	return paused{process: p, other: client.Session("alice")}
}

// stop returns when the process has stopped. A signal alone may take effect after what comes next.
func (p *process) stop(t *testing.T) {
	t.Helper()
	require.NoError(t, p.Process.Signal(syscall.SIGSTOP))
	var status syscall.WaitStatus
	_, err := syscall.Wait4(p.Process.Pid, &status, syscall.WUNTRACED, nil)
	for errors.Is(err, syscall.EINTR) {
		_, err = syscall.Wait4(p.Process.Pid, &status, syscall.WUNTRACED, nil)
	}
	require.NoError(t, err)
	require.True(t, status.Stopped())
}

// resume lets the process go on, and gives the access token that it ends with.
func (p paused) resume(t *testing.T) string {
	t.Helper()
	require.NoError(t, p.process.Process.Signal(syscall.SIGCONT))
	var token string
	p.process.result(t, &token)
	return token
}

// assertSignedIn checks that the session has that access token, and can still be refreshed.
func (p paused) assertSignedIn(t *testing.T, accessToken string) {
	t.Helper()
	got, err := p.other.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	assert.Equal(t, accessToken, got.AccessToken.Raw)
	_, err = p.other.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
	assert.NoError(t, err)
}
