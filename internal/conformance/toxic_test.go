package conformance_test

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// fault is what the network does to the requests of one operation.
type fault struct {
	name     string
	toxic    string        // Toxiproxy's JSON; empty: the proxy is down
	timeout  time.Duration // the HTTP client's
	deadline time.Duration // the caller's, from the call of the operation on; zero for none
	outcome  outcome
}

// outcome is the required result of an operation under a fault.
type outcome int

const (
	fails outcome = iota
	succeeds
	either // some answers are too short to be affected
)

const (
	hasty = 400 * time.Millisecond
	calm  = time.Minute
)

var faults = []fault{
	{
		name: "latency", toxic: `{"type":"latency","attributes":{"latency":40,"jitter":10}}`,
		timeout: calm, outcome: succeeds,
	},
	{name: "latency beyond the timeout", toxic: `{"type":"latency","attributes":{"latency":3000}}`, timeout: hasty},
	{
		name: "latency beyond the caller's deadline", toxic: `{"type":"latency","attributes":{"latency":3000}}`,
		timeout: calm, deadline: hasty,
	},
	{name: "down", timeout: hasty},
	{
		name: "reset of the request", toxic: `{"type":"reset_peer","stream":"upstream","attributes":{"timeout":0}}`,
		timeout: hasty,
	},
	{name: "reset of the answer", toxic: `{"type":"reset_peer","attributes":{"timeout":0}}`, timeout: hasty},
	{name: "lost request", toxic: `{"type":"timeout","stream":"upstream","attributes":{"timeout":0}}`, timeout: hasty},
	{name: "lost answer", toxic: `{"type":"timeout","attributes":{"timeout":100}}`, timeout: hasty},
	{name: "no answer", toxic: `{"type":"limit_data","attributes":{"bytes":0}}`, timeout: hasty},
	{name: "cut in the header", toxic: `{"type":"limit_data","attributes":{"bytes":100}}`, timeout: hasty},
	{
		name: "cut in the body", toxic: `{"type":"limit_data","attributes":{"bytes":370}}`,
		timeout: hasty, outcome: either,
	},
	{name: "slow close", toxic: `{"type":"slow_close","attributes":{"delay":300}}`, timeout: calm, outcome: succeeds},
	{
		name: "slices", toxic: `{"type":"slicer","attributes":{"average_size":60,"size_variation":20,"delay":100}}`,
		timeout: calm, outcome: succeeds,
	},
	{name: "bandwidth", toxic: `{"type":"bandwidth","attributes":{"rate":20}}`, timeout: calm, outcome: succeeds},
}

// TestToxic calls every operation of the SDK over a connection that Toxiproxy disturbs. The call
// succeeds, or fails with an error that says whether the request may have been carried out. No
// fault signs anybody out, and no one-shot request is sent twice.
func TestToxic(t *testing.T) {
	t.Parallel()
	disturb(t, faults, slices.Concat(operations, accountOperations), false)
}

// TestToxicSilentTransport has a transport of the program's own that reports nothing to the SDK, for
// the operations that must not be sent twice and the faults that lose something.
func TestToxicSilentTransport(t *testing.T) {
	t.Parallel()
	losses := slices.DeleteFunc(slices.Clone(faults), func(f fault) bool { return f.outcome == succeeds })
	oneShot := slices.DeleteFunc(slices.Concat(operations, accountOperations), func(o operation) bool { return !o.oneShot })
	disturb(t, losses, oneShot, true)
}

func disturb(t *testing.T, faults []fault, all []operation, silent bool) {
	t.Helper()
	pool := newPool(t, authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, Email: true, Devices: authtest.DevicesOptIn,
		AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"},
	})
	for _, f := range faults {
		t.Run(f.name, func(t *testing.T) {
			t.Parallel()
			runs := make([]*toxicRun, len(all))
			for i, op := range all {
				runs[i] = newToxicRun(t, pool, f, op)
				runs[i].proxy.silent = silent
			}
			var done sync.WaitGroup
			for _, r := range runs {
				done.Go(r.do)
			}
			done.Wait()
			for _, r := range runs {
				t.Run(r.op.label(), r.check)
			}
		})
	}
}

// toxicRun is one operation under one fault.
type toxicRun struct {
	fault   fault
	op      operation
	person  *person
	session *auth.Session // over the proxy
	proxy   *toxicProxy
	before  auth.SessionState
	err     error
	late    error // the error of the caller's context when the verb returned
}

func newToxicRun(t *testing.T, pool *authtest.Pool, f fault, op operation) *toxicRun {
	t.Helper()
	if op.outlive && f.deadline != 0 {
		f.outcome = succeeds
	}
	r := &toxicRun{fault: f, op: op, person: newPerson(t, pool, f.name+"/"+op.label(), op.user)}
	if op.arrange != nil {
		op.arrange(t, r.person)
	}
	r.proxy = newToxicProxy(t, pool, f, op.name, r.person.key)
	r.session = r.person.sessionOver(t, r.proxy)
	r.before = r.state(t)
	return r
}

func (r *toxicRun) do() {
	ctx, cancel := r.proxy.callersContext()
	defer cancel()
	r.err = r.op.act(ctx, r.session, r.person)
	r.late = ctx.Err()
	r.proxy.Stop()
}

func (r *toxicRun) state(t *testing.T) auth.SessionState {
	t.Helper()
	status, err := r.session.Status(context.Background())
	require.NoError(t, err)
	return status.State
}

func (r *toxicRun) check(t *testing.T) {
	require.True(t, r.proxy.called(), "the operation was not called: %v", r.err)
	sent := r.sent(t)
	if r.err == nil {
		require.NotEqual(t, fails, r.fault.outcome, "the operation must fail")
		assert.Equal(t, r.op.after(r.before), r.state(t))
		assert.NotEmpty(t, sent)
		return
	}
	require.NotEqual(t, succeeds, r.fault.outcome, r.err)
	assert.Equal(t, r.op.afterFailure(r.before), r.state(t), "a failure of the network signs nobody out")
	r.checkError(t, sent)
}

// checkError checks that the error reports a network failure, and says so if the request may have
// been carried out.
func (r *toxicRun) checkError(t *testing.T, sent []authtest.Request) {
	t.Helper()
	left := r.late != nil && errors.Is(r.err, r.late)
	unknown := errors.Is(r.err, auth.ErrOutcomeUnknown)
	assert.True(t, left || unknown || errors.Is(r.err, auth.ErrNetwork), "%v", r.err)
	if r.op.oneShot && len(sent) > 0 {
		assert.True(t, left || unknown, "the pool received the request, but the error is: %v", r.err)
	}
	switch {
	case !r.op.oneShot:
		assert.False(t, unknown, "the call can be repeated, but the error is: %v", r.err)
	case r.proxy.silent:
		assert.LessOrEqual(t, int(r.proxy.attempts.Load()), r.op.most(), "nobody knows whether the first was sent")
	case r.fault.toxic == "":
		assert.False(t, unknown, "nothing was sent, but the error is: %v", r.err)
	}
}

// sent returns the requests of the operation that the pool received, once all are answered.
func (r *toxicRun) sent(t *testing.T) []authtest.Request {
	t.Helper()
	var sent []authtest.Request
	require.Eventually(t, func() bool {
		sent = r.person.requests(r.op.name)
		for _, request := range sent {
			if request.Status == 0 {
				return false
			}
		}
		return true
	}, calm, 5*time.Millisecond)
	assert.LessOrEqual(t, len(sent), r.op.most())
	if r.op.oneShot {
		assertNoneTwice(t, sent)
	}
	return sent
}

// assertNoneTwice fails if the pool received the same request twice. A new attempt with another
// proof is another request.
func assertNoneTwice(t *testing.T, requests []authtest.Request) {
	t.Helper()
	seen := map[string]bool{}
	for _, request := range requests {
		body, err := json.Marshal(request.Body)
		require.NoError(t, err)
		assert.False(t, seen[string(body)], "%s was sent twice", request.Operation)
		seen[string(body)] = true
	}
}
