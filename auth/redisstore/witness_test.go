package redisstore_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

const refreshOperation = "GetTokensFromRefreshToken"

type subjectKey struct{}

// A subject is whom a verb has looked up first. It travels in the verb's context.
type subject struct{ name atomic.Pointer[string] }

func (s *subject) person() string {
	if name := s.name.Load(); name != nil {
		return *name
	}
	return ""
}

// lookedUp notes whose tokens a verb has found in the Store.
func lookedUp(ctx context.Context, person string) {
	if about, ok := ctx.Value(subjectKey{}).(*subject); ok {
		about.name.CompareAndSwap(nil, &person)
	}
}

// A leasingStore is a watchedStore that offers leases.
type leasingStore struct{ *watchedStore }

func (s leasingStore) Lease(ctx context.Context, key string) (func(), error) {
	return s.store.Lease(ctx, key)
}

// A watchedStore notes whom verbs look up. It offers no leases.
type watchedStore struct {
	store   *redisstore.Store
	witness *witness
	persons sync.Map // by version
}

func (s *watchedStore) Load(ctx context.Context, key string) (auth.Record, error) {
	s.witness.busy()
	r, err := s.store.Load(ctx, key)
	if err == nil {
		lookedUp(ctx, s.note(r))
	}
	return r, err
}

func (s *watchedStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	s.witness.busy()
	saved, err := s.store.Save(ctx, key, r)
	if err == nil {
		s.note(saved)
	}
	return saved, err
}

func (s *watchedStore) Unchanged(ctx context.Context, key, version string) (bool, error) {
	s.witness.busy()
	same, err := s.store.Unchanged(ctx, key, version)
	if person, ok := s.persons.Load(version); same && ok {
		lookedUp(ctx, person.(string))
	}
	return same, err
}

func (s *watchedStore) Delete(ctx context.Context, key string, r auth.Record) error {
	s.witness.busy()
	return s.store.Delete(ctx, key, r)
}

func (s *watchedStore) note(r auth.Record) (person string) {
	var content struct{ Tokens struct{ AccessToken string } }
	if json.Unmarshal(r.Data, &content) == nil && content.Tokens.AccessToken != "" {
		person = usernameOf(content.Tokens.AccessToken)
	}
	s.persons.Store(r.Version, person)
	return person
}

func usernameOf(accessToken string) string {
	_, rest, _ := strings.Cut(accessToken, ".")
	payload, _, _ := strings.Cut(rest, ".")
	text, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil {
		return ""
	}
	var claims struct{ Username string }
	if json.Unmarshal(text, &claims) != nil {
		return ""
	}
	return claims.Username
}

// A witness is the network between the Clients and the pool. It makes trouble, and knows whose
// every token is.
type witness struct {
	t        *testing.T
	network  http.RoundTripper
	troubled atomic.Bool
	activity atomic.Int64

	signIns, calls, good, refreshes, losses, endings atomic.Int64

	mu     sync.Mutex
	owners map[string]string // of the refresh tokens that a Client has received
	lost   map[string]int    // answers to refreshes, by person
}

func (w *witness) busy() { w.activity.Add(1) }

// awaitSilence returns when nothing has been under way for a second.
func (w *witness) awaitSilence() {
	for seen := int64(-1); seen != w.activity.Load(); time.Sleep(time.Second) {
		seen = w.activity.Load()
	}
}

func (w *witness) lostBy(person string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lost[person]
}

var errTrouble = errors.New("the connection broke")

// RoundTrip sends a request, unless that fails. Requests to revoke tokens always succeed: nobody
// would repeat them.
func (w *witness) RoundTrip(r *http.Request) (*http.Response, error) {
	w.busy()
	defer w.busy()
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	troubled := w.troubled.Load() && operation != "RevokeToken"
	person := w.checkPerson(r, operation)
	if troubled {
		rest(r.Context(), 20*time.Millisecond)
		switch rand.N(20) {
		case 0:
			return nil, errTrouble
		case 1:
			return &http.Response{StatusCode: http.StatusServiceUnavailable, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
		}
	}
	response, err := w.network.RoundTrip(r)
	if troubled && operation == refreshOperation && rand.N(4) == 0 {
		rest(r.Context(), 500*time.Millisecond) // somebody else may sign in meanwhile
	}
	if err != nil {
		if operation == refreshOperation {
			w.losing(person)
		}
		return nil, err
	}
	answer, err := io.ReadAll(response.Body)
	if err := errors.Join(err, response.Body.Close()); err != nil {
		return nil, err
	}
	if operation == refreshOperation {
		w.refreshes.Add(1)
		if troubled && rand.N(25) == 0 {
			w.losing(person)
			return nil, errTrouble
		}
	}
	w.received(answer)
	response.Body = io.NopCloser(bytes.NewReader(answer))
	return response, nil
}

func (w *witness) losing(person string) {
	w.losses.Add(1)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lost[person]++
}

// checkPerson returns whose tokens a request has: those of the person whom the verb has looked up.
func (w *witness) checkPerson(r *http.Request, operation string) string {
	body, err := io.ReadAll(r.Body)
	if !assert.NoError(w.t, errors.Join(err, r.Body.Close())) {
		return ""
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	var request struct{ AccessToken, RefreshToken string }
	assert.NoError(w.t, json.Unmarshal(body, &request))
	person := ""
	switch {
	case request.AccessToken != "":
		person = usernameOf(request.AccessToken)
	case request.RefreshToken != "":
		w.mu.Lock()
		person = w.owners[request.RefreshToken]
		w.mu.Unlock()
	}
	if about, ok := r.Context().Value(subjectKey{}).(*subject); ok && person != "" && about.person() != "" {
		assert.Equal(w.t, about.person(), person, "the person of %s", operation)
	}
	return person
}

// received notes the refresh token in an answer.
func (w *witness) received(answer []byte) {
	var got struct {
		AuthenticationResult struct{ AccessToken, RefreshToken string }
	}
	if json.Unmarshal(answer, &got) != nil || got.AuthenticationResult.RefreshToken == "" {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.owners[got.AuthenticationResult.RefreshToken] = usernameOf(got.AuthenticationResult.AccessToken)
}

// working returns the owners of refresh tokens that the pool still takes.
func (w *witness) working(ctx context.Context, pool *authtest.Pool) (people []string) {
	for token, person := range w.owners {
		body, err := json.Marshal(map[string]string{"ClientId": pool.ClientID, "RefreshToken": token})
		assert.NoError(w.t, err)
		request, err := http.NewRequestWithContext(ctx, http.MethodPost, pool.URL, bytes.NewReader(body))
		assert.NoError(w.t, err)
		request.Header.Set("Content-Type", "application/x-amz-json-1.1")
		request.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+refreshOperation)
		response, err := w.network.RoundTrip(request)
		if !assert.NoError(w.t, err) {
			continue
		}
		assert.NoError(w.t, response.Body.Close())
		if response.StatusCode == http.StatusOK {
			people = append(people, person)
		}
	}
	return people
}
