package main

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// abandon leaves a pool of a run behind.
func abandon(t *testing.T, a *api) {
	t.Helper()
	_, err := newOwnPools(a).pool(t.Context(), optionalMFA())
	require.NoError(t, err)
}

// service is an in-process pool as a service that runs share, with two pools of somebody else: one
// of them has a name like those of a run, and no tag.
type service struct {
	*authtest.Pool
	at *target
}

func newService(t *testing.T) service {
	t.Helper()
	server := authtest.New(t, authtest.Config{OnViolation: func(error) {}})
	s := service{Pool: server, at: atEndpoint(server.URL, offlineRegion)}
	_, err := s.at.api.must(t.Context(), "CreateUserPool", body{"PoolName": namePrefix + "of-somebody-else"})
	require.NoError(t, err)
	return s
}

// pools returns the names of all pools.
func (s service) pools(t *testing.T) []string {
	t.Helper()
	listed, err := atEndpoint(s.URL, offlineRegion).api.must(context.WithoutCancel(t.Context()), "ListUserPools",
		body{"MaxResults": 60})
	require.NoError(t, err)
	var all []string
	list, _ := listed.members["UserPools"].([]any)
	for _, item := range list {
		shown, _ := item.(map[string]any)
		all = append(all, text(shown["Name"]))
	}
	return all
}

// leftPools are those that a run left behind.
func (s service) leftPools(t *testing.T) int { return len(s.pools(t)) - 2 }

// sweeps runs the program with -sweep and checks that nothing is left but the pools of others.
func (s service) sweeps(t *testing.T) {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, run(t.Context(), []string{"-endpoint", s.URL, "-sweep", "-yes"}, newTerminal(strings.NewReader(""), &out)))
	assert.Zero(t, s.leftPools(t))
	assert.Contains(t, s.pools(t), namePrefix+"of-somebody-else")
	assert.NotNil(t, s.Pool.Pool(s.UserPoolID))
}

// start starts the program as a process and waits until it has sent a request of the operation,
// which is held.
func (s service) start(t *testing.T, operation string) *exec.Cmd {
	t.Helper()
	t.Cleanup(s.Hold(operation))
	program := exec.Command(os.Args[0], "-endpoint", s.URL, "-yes", "-run", "^device/confirm$")
	program.Env = append(os.Environ(), runsProgram+"=1")
	require.NoError(t, program.Start())
	require.Eventually(t, func() bool {
		for _, r := range s.Requests() {
			if r.Operation == operation {
				return true
			}
		}
		return false
	}, time.Minute, 10*time.Millisecond)
	return program
}

func TestKilledInTheMiddle(t *testing.T) {
	t.Parallel()
	s := newService(t)
	program := s.start(t, "ConfirmDevice")
	require.NoError(t, program.Process.Kill())
	require.Error(t, program.Wait())
	assert.Equal(t, 1, s.leftPools(t))
	s.sweeps(t)
}

func TestInterruptedInTheMiddle(t *testing.T) {
	t.Parallel()
	s := newService(t)
	program := s.start(t, "ConfirmDevice")
	require.NoError(t, program.Process.Signal(os.Interrupt))
	var exit *exec.ExitError
	require.ErrorAs(t, program.Wait(), &exit)
	assert.Equal(t, 1, exit.ExitCode())
	assert.Zero(t, s.leftPools(t), "an interrupted run deletes its pools")
	s.sweeps(t)
}

// cable is a network that can be cut.
type cable struct {
	cut       atomic.Bool
	operation string // whose first request cuts it
}

var errCut = errors.New("the network is cut")

func (c *cable) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+c.operation) {
		c.cut.Store(true)
	}
	if c.cut.Load() {
		return nil, errCut
	}
	return http.DefaultTransport.RoundTrip(r)
}

func TestCutOffInTheMiddle(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.at.api.client.Transport = &cable{operation: "ConfirmDevice"}
	found, err := checked(t, t.Context(), s.at, "^device/")
	require.ErrorIs(t, err, errCut)
	require.ErrorContains(t, err, "-sweep")
	assert.Positive(t, found.count(notRun))
	assert.Zero(t, found.count(differs), "a lost connection is no difference")
	assert.Positive(t, s.leftPools(t))
	s.sweeps(t)
}

// TestLostAnswerToCreateUserPool: the run does not know the id of a pool that it owns.
func TestLostAnswerToCreateUserPool(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.Fail(authtest.Fault{Operation: "CreateUserPool", LoseReply: true})
	_, err := checked(t, t.Context(), s.at, "^password/right$")
	require.NoError(t, err, "the check began anew")
	assert.Zero(t, s.leftPools(t))
}

func TestTwoRunsAtOnce(t *testing.T) {
	t.Parallel()
	s := newService(t)
	var runs sync.WaitGroup
	for range 2 {
		runs.Go(func() {
			_, err := checked(t, t.Context(), atEndpoint(s.URL, offlineRegion), "^(password|name|choice/offer|device/new)")
			assert.NoError(t, err)
		})
	}
	runs.Wait()
	assert.Zero(t, s.leftPools(t))
	s.sweeps(t)
}

func TestThrottledRequestsAreSentAgain(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.Fail(authtest.Fault{Operation: "CreateUserPool", Code: "TooManyRequestsException", Message: "Rate exceeded"})
	_, err := checked(t, t.Context(), s.at, "^password/right$")
	require.NoError(t, err)
}

func TestRefusedCredentialsStopTheRun(t *testing.T) {
	t.Parallel()
	s := newService(t)
	s.Fail(authtest.Fault{Operation: "AdminCreateUser", Code: "AccessDeniedException", Times: -1})
	found, err := checked(t, t.Context(), s.at, "^password/")
	require.ErrorContains(t, err, "AccessDeniedException")
	assert.Zero(t, found.count(differs))
	assert.Zero(t, s.leftPools(t))
}

func TestNothingIsDoneWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	s := newService(t)
	abandon(t, s.at.api)
	before := len(s.Requests())
	for _, answer := range []string{"", "n\n", "never\n"} {
		var out bytes.Buffer
		require.Error(t, run(t.Context(), []string{"-endpoint", s.URL}, newTerminal(strings.NewReader(answer), &out)))
		assert.Contains(t, out.String(), "It touches no other pool.")
		assert.Len(t, s.Requests(), before)
		require.Error(t, run(t.Context(), []string{"-endpoint", s.URL, "-sweep"}, newTerminal(strings.NewReader(answer), &out)))
		assert.Equal(t, 1, s.leftPools(t))
		before = len(s.Requests())
	}
	require.NoError(t, run(t.Context(), []string{"-endpoint", s.URL, "-run", "^wire/unknown client$"},
		newTerminal(strings.NewReader("y\n"), &bytes.Buffer{})))
	s.sweeps(t)
}

func TestReportIsWrittenByAStoppedRun(t *testing.T) {
	t.Parallel()
	s := newService(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	name := filepath.Join(t.TempDir(), "report.json")
	err := measure(ctx, s.at, options{only: "^password/", json: name}, newTerminal(strings.NewReader(""), &bytes.Buffer{}))
	require.ErrorIs(t, err, context.Canceled)
	assert.FileExists(t, name)
}
