package dynamostore_test

import (
	"context"
	"flag"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
)

const password = "Correct-Horse-7-Battery"

// TestTwoClientsNeverReuseARefreshToken refreshes one session, whose refresh tokens work once, from
// two Clients and many goroutines.
func TestTwoClientsNeverReuseARefreshToken(t *testing.T) {
	t.Parallel()
	table := newTable(t)
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, "alice")
	cfg := dynamostore.Config{Key: newKey()}
	sessions := make([]*auth.Session, 2)
	for i := range sessions {
		client, err := auth.NewClient(auth.Config{
			UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: table.open(t, cfg),
		})
		require.NoError(t, err)
		sessions[i] = client.Session("alice")
	}
	_, err := sessions[0].SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	pool.ResetRequests()

	const rounds, goroutines = 5, 20
	for range rounds {
		refreshTogether(t, pool, sessions, goroutines)
	}
	requests := pool.Requests()
	assert.GreaterOrEqual(t, len(requests), rounds)
	for _, request := range requests {
		assert.Equal(t, "GetTokensFromRefreshToken", request.Operation)
		assert.Empty(t, request.ErrorCode, "no refresh token was used twice")
	}
}

// refreshTogether refreshes in all goroutines, and holds the first request until all have started.
func refreshTogether(t *testing.T, pool *authtest.Pool, sessions []*auth.Session, goroutines int) {
	t.Helper()
	release := pool.Hold("GetTokensFromRefreshToken")
	defer release()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var started, done sync.WaitGroup
	for i := range goroutines {
		started.Add(1)
		done.Go(func() {
			started.Done()
			_, err := sessions[i%len(sessions)].FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
			assert.NoError(t, err)
		})
	}
	started.Wait()
	release()
	done.Wait()
	for _, session := range sessions {
		_, err := session.CurrentUser(ctx)
		assert.NoError(t, err)
	}
}

// serving is short by default; long runs set a minute.
var serving = flag.Duration("serving", 5*time.Second, "how `long` the processes of TestServices serve")

// A load describes the work of a process: goroutines that repeatedly fetch tokens.
type load struct {
	Subs       map[string]string // by the session's key
	Goroutines int
	Every, For time.Duration // interval and duration of each goroutine's calls
}

// served is the result of a load.
type served struct {
	Calls    int
	Failures []string
}

func (t task) serve(ctx context.Context, client *auth.Client) (any, error) {
	var keys []string
	for key := range t.Load.Subs {
		keys = append(keys, key)
	}
	end := time.Now().Add(t.Load.For)
	var mu sync.Mutex
	var result served
	var wg sync.WaitGroup
	for i := range t.Load.Goroutines {
		wg.Go(func() {
			ticker := time.NewTicker(t.Load.Every)
			defer ticker.Stop()
			for n := i; time.Now().Before(end); n++ {
				err := t.Load.ask(ctx, client, keys[n%len(keys)])
				mu.Lock()
				result.Calls++
				if err != nil && len(result.Failures) < 10 {
					result.Failures = append(result.Failures, err.Error())
				}
				mu.Unlock()
				<-ticker.C
			}
		})
	}
	wg.Wait()
	return result, nil
}

func (l load) ask(ctx context.Context, client *auth.Client, key string) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	got, err := client.Session(key).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	if err == nil && got.UserSub != l.Subs[key] {
		err = fmt.Errorf("%s got the tokens of %s", key, got.UserSub)
	}
	return err
}

// TestServices has three processes of a service share the sessions of twenty people whose access
// tokens live for two seconds and whose refresh tokens work once.
func TestServices(t *testing.T) {
	t.Parallel()
	const services, people, life = 3, 20, 2 * time.Second
	var names []string
	for i := range people {
		names = append(names, fmt.Sprint("person-", i))
	}
	pool := newPool(t, authtest.Config{
		RefreshTokenRotation: true, ShortTokens: true, AccessTokenValidity: life, IDTokenValidity: life,
	}, names...)
	task := newTask(newTable(t), pool)
	client := task.newClient(t)
	task.Load = load{Subs: map[string]string{}, Goroutines: 50, Every: 100 * time.Millisecond, For: *serving}
	for _, name := range names {
		task.Load.Subs[name] = signIn(t, client, name).UserID
	}
	pool.ResetRequests()

	start := time.Now()
	var processes []*process
	for range services {
		processes = append(processes, task.start(t, "serve"))
	}
	calls := 0
	for _, p := range processes {
		var result served
		p.wait(t, &result)
		assert.Empty(t, result.Failures)
		calls += result.Calls
	}
	took := time.Since(start)
	for _, request := range pool.Requests() {
		assert.Equal(t, "GetTokensFromRefreshToken", request.Operation)
		assert.Empty(t, request.ErrorCode, "no refresh token was used twice")
	}
	// A token is due for renewal when nine tenths of its life are over; the first were due when the
	// processes started.
	due := float64(people) * (1 + took.Seconds()/(0.9*life.Seconds()))
	refreshes := len(pool.Requests())
	assert.LessOrEqual(t, float64(refreshes), 1.01*due)
	assert.GreaterOrEqual(t, float64(refreshes), people*serving.Seconds()/life.Seconds()/2, "the tokens did end")
	t.Logf("%d calls in %v, %d refreshes of at most %.0f that were due", calls, took.Round(time.Millisecond), refreshes, due)
	for _, name := range names {
		status, err := client.Session(name).Status(t.Context())
		require.NoError(t, err)
		assert.Equal(t, auth.StateSignedIn, status.State)
	}
}
