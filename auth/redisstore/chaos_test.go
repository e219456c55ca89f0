package redisstore_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// chaos is short by default; long runs set a minute.
var chaos = flag.Duration("chaos", 2*time.Second, "how `long` TestChaos lasts at least")

// TestChaos has forty people share twenty session keys of two Clients on one Redis, with refresh
// tokens that work once. Callers leave, requests and answers get lost, and Redis is cut off or takes
// no writes. Whatever happens:
//   - a verb returns, and acts on, only the person whom it looked up, and who is signed in
//   - nobody is signed out unless Cognito says so, which it does only after a lost answer, and nobody
//     is signed in after a sign-out
//   - after the last sign-out no refresh token works that a Client has received
func TestChaos(t *testing.T) {
	t.Parallel()
	const keys, life = 20, 2 * time.Second
	var names []string
	for i := range 2 * keys {
		names = append(names, fmt.Sprint("person-", i))
	}
	redis := startServer(t)
	pool := fleet.NewPool(t, authtest.Config{
		RefreshTokenRotation: true, ShortTokens: true, AccessTokenValidity: life, IDTokenValidity: life,
	}, names...)
	w := &witness{t: t, network: http.DefaultTransport, owners: map[string]string{}, lost: map[string]int{}}
	cfg := redisstore.Config{Key: newKey()}
	var clients []*auth.Client
	var lines []*line
	for i := range 2 {
		through := &line{}
		lines = append(lines, through)
		store := open(t, redis.client(t, through.connect(redis)), cfg)
		var watched auth.Store = &watchedStore{store: store, witness: w}
		if i == 0 { // the other Client has no leases, only the holds in the records
			watched = leasingStore{watched.(*watchedStore)}
		}
		client, err := auth.NewClient(auth.Config{
			UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL,
			HTTPClient: &http.Client{Transport: w},
			Store:      watched,
		})
		require.NoError(t, err)
		clients = append(clients, client)
	}

	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.troubled.Store(true)
	var work sync.WaitGroup
	work.Go(func() { breakRedis(ctx, t, redis, lines) })
	var seats []*seat
	for i := range keys {
		s := &seat{witness: w, key: fmt.Sprint("key-", i), people: names[2*i : 2*i+2], clients: clients}
		seats = append(seats, s)
		work.Go(func() { s.takeTurns(ctx) })
		for range 3 {
			work.Go(func() { s.use(ctx) })
		}
	}
	<-time.After(*chaos)
	assert.Eventually(t, func() bool { // somebody has signed in everywhere, even on a slow machine
		return w.signIns.Load() >= keys && w.good.Load() > 0 && w.refreshes.Load() > 0
	}, patience, 10*time.Millisecond)
	cancel()
	work.Wait()

	w.troubled.Store(false)
	for _, s := range seats {
		_, err := clients[0].Session(s.key).SignOut(t.Context(), auth.SignOutInput{})
		require.NoError(t, err)
	}
	w.awaitSilence()
	assert.Empty(t, w.working(t.Context(), pool), "people whose refresh tokens outlive their sessions")
	t.Logf("%d sign-ins, %d calls, %d of them good, %d refreshes, %d answers lost, %d sessions ended",
		w.signIns.Load(), w.calls.Load(), w.good.Load(), w.refreshes.Load(), w.losses.Load(), w.endings.Load())
}

// breakRedis cuts off one Client at a time, or lets Redis take no writes.
func breakRedis(ctx context.Context, t *testing.T, redis *server, lines []*line) {
	t.Helper()
	longest := min(*chaos/5, 3*time.Second)
	control := redis.client(t)
	replicas := func(n string) { // that Redis must have to take writes
		assert.NoError(t, control.ConfigSet(context.WithoutCancel(ctx), "min-replicas-to-write", n).Err())
	}
	for ctx.Err() == nil {
		rest(ctx, 2*longest)
		if rand.N(2) == 0 {
			replicas("1")
			rest(ctx, longest)
			replicas("0")
			continue
		}
		cut := lines[rand.N(len(lines))]
		cut.cut()
		rest(ctx, longest/2)
		cut.mend()
	}
}

// rest waits for a random time, or until ctx is done.
func rest(ctx context.Context, longest time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(rand.N(longest)):
	}
}

// A seat is a session key that two people use in turn.
type seat struct {
	*witness
	key     string
	people  []string
	clients []*auth.Client

	mu    sync.Mutex
	taken tenure
}

// A tenure is the time from the end of somebody's SignIn to the beginning of the SignOut.
type tenure struct {
	number int
	person string // "" between two
	lost   int    // answers to refreshes that the person had lost before it
}

func (s *seat) now() tenure {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken
}

func (s *seat) set(person string, lost int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.taken = tenure{number: s.taken.number + 1, person: person, lost: lost}
}

func (s *seat) session() *auth.Session { return s.clients[rand.N(len(s.clients))].Session(s.key) }

// takeTurns has the people sign in and out until ctx is done.
func (s *seat) takeTurns(ctx context.Context) {
	patient := context.WithoutCancel(ctx)
	for turn := 0; ctx.Err() == nil; turn++ {
		person := s.people[turn%len(s.people)]
		_, err := s.session().SignIn(patient, auth.SignInInput{
			Username: person, Password: fleet.Password, AuthFlowType: auth.AuthFlowUserPassword,
		})
		if errors.Is(err, auth.ErrUserAlreadyAuthenticated) {
			s.t.Errorf("somebody was signed in to %s after a sign-out", s.key)
		}
		if err == nil {
			s.signIns.Add(1)
			s.set(person, s.lostBy(person))
			rest(ctx, []time.Duration{200 * time.Millisecond, 4 * time.Second}[rand.N(2)])
			s.set("", 0)
		}
		for {
			if _, err := s.session().SignOut(patient, auth.SignOutInput{}); err == nil || ctx.Err() != nil {
				break
			}
		}
	}
}

// use calls verbs until ctx is done.
func (s *seat) use(ctx context.Context) {
	for ctx.Err() == nil {
		before := s.now()
		person, err := s.call(ctx)
		s.calls.Add(1)
		after := s.now()
		switch {
		case before != after || before.person == "": // it is not known whose the session was
		case err == nil && person != before.person:
			s.t.Errorf("%s is signed in to %s, and a verb returned %s", before.person, s.key, person)
		case err == nil:
			s.good.Add(1)
		case errors.Is(err, auth.ErrUserUnAuthenticated):
			s.endings.Add(1)
			if s.lostBy(before.person) == before.lost {
				s.t.Errorf("%s was signed out of %s: %v", before.person, s.key, err)
			}
		}
		rest(ctx, 20*time.Millisecond)
	}
}

// call calls one verb, whose caller may leave, and returns whom it was about.
func (s *seat) call(ctx context.Context) (person string, err error) {
	about := &subject{}
	ctx, cancel := context.WithTimeout(context.WithValue(ctx, subjectKey{}, about), patience)
	defer cancel()
	if rand.N(5) == 0 {
		time.AfterFunc(rand.N(50*time.Millisecond), cancel)
	}
	session := s.session()
	switch rand.N(4) {
	case 0:
		err = errOf(session.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{
			UserAttributes: map[string]string{"name": s.key},
		}))
		person = about.person()
	case 1:
		var user auth.User
		user, err = session.CurrentUser(ctx)
		person = user.Username
	default:
		var got auth.AuthSession
		got, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: rand.N(3) == 0})
		person = got.AccessToken.Username
	}
	if looked := about.person(); err == nil && looked != "" && person != looked {
		s.t.Errorf("a verb looked up %s in %s, and returned %s", looked, s.key, person)
	}
	return person, err
}
