package fleet

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
)

const patience = 2 * time.Minute

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

// serve calls for l.For, and on a slow machine until every token has been renewed.
func (l load) serve(ctx context.Context, client *auth.Client) served {
	var keys []string
	for key := range l.Subs {
		keys = append(keys, key)
	}
	end := time.Now().Add(l.For)
	var mu sync.Mutex
	var result served
	first, renewed := map[string]string{}, map[string]bool{}
	goesOn := func() bool {
		mu.Lock()
		defer mu.Unlock()
		late := time.Since(end)
		return late < 0 || len(renewed) < len(keys) && late < patience
	}
	var wg sync.WaitGroup
	for i := range l.Goroutines {
		wg.Go(func() {
			ticker := time.NewTicker(l.Every)
			defer ticker.Stop()
			for n := i; goesOn(); n++ {
				key := keys[n%len(keys)]
				token, err := l.ask(ctx, client, key)
				mu.Lock()
				result.Calls++
				switch {
				case err != nil:
					result.Failures = append(result.Failures, err.Error())
					result.Failures = result.Failures[:min(len(result.Failures), 10)]
				case first[key] == "":
					first[key] = token
				case first[key] != token:
					renewed[key] = true
				}
				mu.Unlock()
				<-ticker.C
			}
		})
	}
	wg.Wait()
	return result
}

// ask returns the access token of a session.
func (l load) ask(ctx context.Context, client *auth.Client, key string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	got, err := client.Session(key).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	if err == nil && got.UserSub != l.Subs[key] {
		err = fmt.Errorf("%s got the tokens of %s", key, got.UserSub)
	}
	return got.AccessToken.Raw, err
}

// Services has three processes of a service share the sessions of twenty people whose access tokens
// live for two seconds and whose refresh tokens work once. Here is the Store of this process, and
// store what the others open theirs with.
func Services(t *testing.T, here auth.Store, store any) {
	t.Helper()
	const services, people, life = 3, 20, 2 * time.Second
	var names []string
	for i := range people {
		names = append(names, fmt.Sprint("person-", i))
	}
	pool := NewPool(t, authtest.Config{
		RefreshTokenRotation: true, ShortTokens: true, AccessTokenValidity: life, IDTokenValidity: life,
	}, names...)
	client := NewClient(t, pool, here)
	work := &load{Subs: map[string]string{}, Goroutines: 10, Every: 100 * time.Millisecond, For: *serving}
	for _, name := range names {
		work.Subs[name] = SignIn(t, client, name).UserID
	}
	pool.ResetRequests()

	began := time.Now()
	var processes []*Process
	for range services {
		processes = append(processes, start(t, pool, store, work))
	}
	calls := 0
	for _, p := range processes {
		var result served
		p.WaitFor(t, &result)
		assert.Empty(t, result.Failures)
		calls += result.Calls
	}
	took := time.Since(began)
	for _, request := range pool.Requests() {
		assert.Equal(t, "GetTokensFromRefreshToken", request.Operation)
		assert.Empty(t, request.ErrorCode, "no refresh token was used twice")
	}
	// A token is due for renewal when nine tenths of its life are over; the first were due when the
	// processes started.
	due := float64(people) * (1 + took.Seconds()/(0.9*life.Seconds()))
	refreshes := len(pool.Requests())
	assert.LessOrEqual(t, float64(refreshes), 1.01*due)
	assert.GreaterOrEqual(t, refreshes, people, "the tokens did end")
	t.Logf("%d calls in %v, %d refreshes of at most %.0f that were due",
		calls, took.Round(time.Millisecond), refreshes, due)
	for _, name := range names {
		status, err := client.Session(name).Status(t.Context())
		require.NoError(t, err)
		assert.Equal(t, auth.StateSignedIn, status.State)
	}
}
