package dynamostore_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// A trouble is what happens to a request instead of being sent.
type trouble func(r *http.Request) (*http.Response, error)

// A line is what one client's requests go through. It counts them by operation, and troubles some.
type line struct {
	mu       sync.Mutex
	requests map[string]int
	trouble  trouble
	on       string // the operation that is troubled; empty: all
	times    int    // how many requests still are
}

func (l *line) connect(o *dynamodb.Options) { o.HTTPClient = &http.Client{Transport: l} }

// expect troubles that many of the next requests.
func (l *line) expect(on string, times int, trouble trouble) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.on, l.times, l.trouble, l.requests = on, times, trouble, nil
}

func (l *line) mend() { l.expect("", 0, nil) }

// sent returns how many requests of an operation there were since the last expect.
func (l *line) sent(operation string) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.requests[operation]
}

func (l *line) RoundTrip(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	l.mu.Lock()
	if l.requests == nil {
		l.requests = map[string]int{}
	}
	l.requests[operation]++
	trouble := trouble(transport.RoundTrip)
	if l.times > 0 && (l.on == "" || l.on == operation) {
		l.times--
		trouble = l.trouble
	}
	l.mu.Unlock()
	return trouble(r)
}

const always = 1 << 30

// answers answers an error without carrying out the request.
func answers(status int, code string) trouble {
	return func(*http.Request) (*http.Response, error) {
		body := `{"__type": "com.amazonaws.dynamodb.v20120810#` + code + `", "message": "no"}`
		return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}}, nil
	}
}

func refuseConnection(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }

// hang does not answer, and has not carried out the request.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// carryOutAnd carries out the request, and then has that trouble with the answer.
func carryOutAnd(after trouble) trouble {
	return func(r *http.Request) (*http.Response, error) {
		answer, err := transport.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		_ = answer.Body.Close()
		return after(r)
	}
}

// A deadline is a context that ends as one with a deadline does, when a test says so.
type deadline struct {
	context.Context //nolint:containedctx // it is one
	over            chan struct{}
	pass            func()
}

func newDeadline(ctx context.Context) *deadline {
	over := make(chan struct{})
	return &deadline{Context: ctx, over: over, pass: sync.OnceFunc(func() { close(over) })}
}

// Done implements context.Context.
func (d *deadline) Done() <-chan struct{} { return d.over }

// Err implements context.Context.
func (d *deadline) Err() error {
	select {
	case <-d.over:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// passesAt returns the trouble, and lets the deadline pass at the nth request that has it.
func (d *deadline) passesAt(n int32, trouble trouble) trouble {
	var requests atomic.Int32
	return func(r *http.Request) (*http.Response, error) {
		if requests.Add(1) == n {
			d.pass()
		}
		return trouble(r)
	}
}

// operations are the methods of a Store, called for alice.
var operations = map[string]func(ctx context.Context, store *dynamostore.Store, saved auth.Record) error{
	"load": func(ctx context.Context, store *dynamostore.Store, _ auth.Record) error {
		return errOf(store.Load(ctx, "alice"))
	},
	"save": func(ctx context.Context, store *dynamostore.Store, saved auth.Record) error {
		return errOf(store.Save(ctx, "alice", saved))
	},
	"unchanged": func(ctx context.Context, store *dynamostore.Store, saved auth.Record) error {
		return errOf(store.Unchanged(ctx, "alice", saved.Version))
	},
	"delete": func(ctx context.Context, store *dynamostore.Store, saved auth.Record) error {
		return store.Delete(ctx, "alice", saved)
	},
	"lease": func(ctx context.Context, store *dynamostore.Store, _ auth.Record) error {
		release, err := store.Lease(ctx, "alice")
		if err == nil {
			release()
		}
		return err
	},
}

// TestOutage_isUnavailable checks that no method mistakes an outage for an absent record or a
// conflict.
func TestOutage_isUnavailable(t *testing.T) {
	t.Parallel()
	outages := map[string]trouble{
		"throttled":    answers(http.StatusBadRequest, "ProvisionedThroughputExceededException"),
		"over quota":   answers(http.StatusBadRequest, "ThrottlingException"),
		"failing":      answers(http.StatusInternalServerError, "InternalServerError"),
		"unavailable":  answers(http.StatusServiceUnavailable, "ServiceUnavailable"),
		"disconnected": refuseConnection,
	}
	for outage, trouble := range outages {
		for name, operation := range operations {
			t.Run(name+" "+outage, func(t *testing.T) {
				t.Parallel()
				line := &line{}
				store := newTable(t).open(t, dynamostore.Config{Key: newKey()}, line.connect)
				saved := save(t, store, "alice", "very secret data")
				ctx, trouble := t.Context(), trouble
				if name == "lease" { // which waits for the end of an outage
					end := newDeadline(ctx)
					ctx, trouble = end, end.passesAt(10, trouble)
				}
				line.expect("", always, trouble)
				err := operation(ctx, store, saved)
				require.ErrorIs(t, err, dynamostore.ErrUnavailable)
				require.ErrorContains(t, err, "dynamostore: "+name+": ")
				require.Equal(t, name == "lease", errors.Is(err, context.DeadlineExceeded))
				for _, other := range []error{auth.ErrRecordNotFound, auth.ErrRecordConflict, context.Canceled} {
					require.NotErrorIs(t, err, other)
				}
				assert.NotContains(t, err.Error(), "secret")
				assert.NotContains(t, err.Error(), "alice")
				if outage == "throttled" {
					var throttled *types.ProvisionedThroughputExceededException
					require.ErrorAs(t, err, &throttled, "the SDK's error stays reachable")
				}
				line.mend()
				require.NoError(t, operation(t.Context(), store, saved), "nothing was lost")
			})
		}
	}
}

func TestRefusal_isNotUnavailable(t *testing.T) {
	t.Parallel()
	for _, code := range []string{"AccessDeniedException", "ResourceNotFoundException", "ValidationException"} {
		for name, operation := range operations {
			t.Run(name+" "+code, func(t *testing.T) {
				t.Parallel()
				line := &line{}
				store := newTable(t).open(t, dynamostore.Config{Key: newKey()}, line.connect)
				saved := save(t, store, "alice", "data")
				line.expect("", always, answers(http.StatusBadRequest, code))
				err := operation(t.Context(), store, saved)
				require.ErrorContains(t, err, code)
				for _, other := range []error{dynamostore.ErrUnavailable, auth.ErrRecordNotFound, auth.ErrRecordConflict} {
					require.NotErrorIs(t, err, other)
				}
			})
		}
	}
}

func TestShortThrottling_isNotNoticed(t *testing.T) {
	t.Parallel()
	for name, operation := range operations {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			line := &line{}
			store := newTable(t).open(t, dynamostore.Config{Key: newKey()}, line.connect)
			saved := save(t, store, "alice", "data")
			line.expect("", 2, answers(http.StatusBadRequest, "ProvisionedThroughputExceededException"))
			require.NoError(t, operation(t.Context(), store, saved))
		})
	}
}

// TestTimeout_endsWithTheContext lets the context end before or after DynamoDB carries out the
// request.
func TestTimeout_endsWithTheContext(t *testing.T) {
	t.Parallel()
	for _, moment := range []string{"before", "after"} {
		for name, operation := range operations {
			t.Run(name+" "+moment, func(t *testing.T) {
				t.Parallel()
				line := &line{}
				store := newTable(t).open(t, dynamostore.Config{Key: newKey()}, line.connect)
				saved := save(t, store, "alice", "data")
				ctx := newDeadline(t.Context())
				trouble := ctx.passesAt(1, hang)
				if moment == "after" {
					trouble = carryOutAnd(trouble)
				}
				line.expect("", 1, trouble)
				err := operation(ctx, store, saved)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				require.NotErrorIs(t, err, auth.ErrRecordNotFound)
				require.NotErrorIs(t, err, auth.ErrRecordConflict)
				require.NotErrorIs(t, err, dynamostore.ErrUnavailable)
				if name == "lease" {
					require.NoError(t, operation(t.Context(), store, saved), "a lease of which the caller does not know must be freed")
				}
			})
		}
	}
}

// TestTimedOutSave_isTheOldRecordOrTheNewOne checks what its caller finds afterwards.
func TestTimedOutSave_isTheOldRecordOrTheNewOne(t *testing.T) {
	t.Parallel()
	for _, want := range []string{"old", "new"} {
		line := &line{}
		store := newTable(t).open(t, dynamostore.Config{Key: newKey()}, line.connect)
		saved := save(t, store, "alice", "old")
		ctx := newDeadline(t.Context())
		trouble := ctx.passesAt(1, hang)
		if want == "new" {
			trouble = carryOutAnd(trouble)
		}
		line.expect("PutItem", 1, trouble)
		_, err := store.Save(ctx, "alice", auth.Record{Data: []byte("new"), Version: saved.Version})
		require.ErrorIs(t, err, context.DeadlineExceeded)
		r, err := store.Load(t.Context(), "alice")
		require.NoError(t, err)
		assert.Equal(t, want, string(r.Data))
		_, err = store.Save(t.Context(), "alice", r)
		require.NoError(t, err)
	}
}

// TestLostAnswer_isNoConflict loses the answers to writes that were carried out. The client sends
// them again, and their conditions meet what they have written themselves.
func TestLostAnswer_isNoConflict(t *testing.T) {
	t.Parallel()
	line := &line{}
	store := newTable(t).open(t, dynamostore.Config{Key: newKey(), LeaseTTL: 2 * patience}, line.connect)
	lose := func(operation string) { line.expect(operation, 1, carryOutAnd(refuseConnection)) }

	lose("PutItem")
	saved := save(t, store, "alice", "created")
	require.Equal(t, 2, line.sent("PutItem"))
	lose("PutItem")
	saved, err := store.Save(t.Context(), "alice", auth.Record{Data: []byte("replaced"), Version: saved.Version})
	require.NoError(t, err)
	require.Equal(t, 2, line.sent("PutItem"))
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, saved, r)
	lose("DeleteItem")
	require.NoError(t, store.Delete(t.Context(), "alice", r))
	require.Equal(t, 2, line.sent("DeleteItem"))

	ctx, cancel := context.WithTimeout(t.Context(), patience) // the lease would have to be over first
	defer cancel()
	lose("PutItem")
	release, err := store.Lease(ctx, "alice")
	require.NoError(t, err)
	require.Equal(t, 2, line.sent("PutItem"))
	release()
}

// TestFailedUse_isNotNoticed checks that a record that was read is returned although its new end
// could not be written.
func TestFailedUse_isNotNoticed(t *testing.T) {
	t.Parallel()
	line := &line{}
	table := newTable(t)
	store := table.open(t, dynamostore.Config{Key: newKey(), TTL: time.Hour}, line.connect)
	saved := save(t, store, "alice", "data")
	setExpires(t, table, time.Minute)
	line.expect("UpdateItem", always, answers(http.StatusBadRequest, "ProvisionedThroughputExceededException"))
	r, err := store.Load(t.Context(), "alice")
	require.NoError(t, err)
	assert.Equal(t, saved.Version, r.Version)
	assert.Positive(t, line.sent("UpdateItem"))
}

// TestOutage_signsNobodyOut refreshes a session during outages of each operation.
func TestOutage_signsNobodyOut(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{"", "GetItem", "PutItem", "DeleteItem"} {
		t.Run("of "+operation, func(t *testing.T) {
			t.Parallel()
			line := &line{}
			pool := fleet.NewPool(t, authtest.Config{RefreshTokenRotation: true}, "alice")
			client := fleet.NewClient(t, pool, newTable(t).open(t, dynamostore.Config{Key: newKey()}, line.connect))
			fleet.SignIn(t, client, "alice")
			session := client.Session("alice")
			line.expect(operation, always, answers(http.StatusBadRequest, "ProvisionedThroughputExceededException"))
			ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond) // Lease waits for the end of the outage
			defer cancel()
			_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
			if operation != "DeleteItem" { // only the lease stays
				require.Error(t, err)
			}
			line.mend()
			_, err = session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
			require.NoError(t, err)
			for _, request := range pool.Requests() {
				assert.Empty(t, request.ErrorCode, "no refresh token was used twice")
			}
		})
	}
}
