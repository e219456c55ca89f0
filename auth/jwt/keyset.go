package jwt

import (
	"context"
	"crypto/rsa"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

const (
	// fetchTimeout bounds one fetch.
	fetchTimeout = 5 * time.Second
	// minFetchInterval is the least time between the starts of two fetches, so that made-up key ids
	// do not cause a request each.
	minFetchInterval = 10 * time.Second
	// keysMaxAge is the age at which the keys are fetched again, so that a withdrawn key is
	// dropped.
	keysMaxAge = time.Hour
)

// keySet holds the keys at one address, fetched on demand. It has at most one goroutine, which ends
// with its fetch.
type keySet struct {
	url    string
	client *http.Client

	mu      sync.Mutex
	keys    map[string]*rsa.PublicKey
	fetched time.Time // when keys were fetched
	started time.Time // when the last fetch started
	fetch   *fetch    // the last fetch; nil before the first
}

// fetch is one request for the keys. err is set before done is closed.
type fetch struct {
	done chan struct{}
	err  error
}

func (f *fetch) over() bool {
	select {
	case <-f.done:
		return true
	default:
		return false
	}
}

// known returns the key, or nil if it has not been fetched. It starts a fetch in the background if
// the keys are old.
func (s *keySet) known(ctx context.Context, id string) *rsa.PublicKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.keys[id]
	if key != nil && time.Since(s.fetched) > keysMaxAge {
		s.start(ctx)
	}
	return key
}

// key returns the key of that id. For an unknown id it waits for a fetch, its own or one under way.
// If one ended a moment ago, the key may be newer than that fetch: it is unavailable, not unknown.
func (s *keySet) key(ctx context.Context, id string) (*rsa.PublicKey, error) {
	if key := s.known(ctx, id); key != nil {
		return key, nil
	}
	current := s.read(ctx)
	if current != nil {
		if err := current.wait(ctx); err != nil {
			return nil, err
		}
	}
	if key := s.known(ctx, id); key != nil {
		return key, nil
	}
	if current == nil {
		return nil, refuse(ErrKeysUnavailable, "the key is not among those fetched a moment ago")
	}
	return nil, refuse(ErrUnknownKey, "the issuer publishes no key of this id")
}

// read starts a fetch, or returns the one under way. It returns the last fetch if that failed a
// moment ago, and nil if that succeeded.
func (s *keySet) read(ctx context.Context) *fetch {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.start(ctx)
	if s.fetch.over() && s.fetch.err == nil {
		return nil
	}
	return s.fetch
}

// wait waits for the end of the fetch, or of ctx.
func (f *fetch) wait(ctx context.Context) error {
	select {
	case <-f.done:
	case <-ctx.Done():
		const message = "canceled while fetching the issuer's keys"
		return &Error{Reason: ErrKeysUnavailable, Message: message, Err: ctx.Err()}
	}
	if f.err != nil {
		return &Error{Reason: ErrKeysUnavailable, Message: "cannot fetch the issuer's keys", Err: f.err}
	}
	return nil
}

// poolKeys holds the key sets of a pool's issuers, each address once.
type poolKeys []*keySet

// warm fetches the keys of all issuers. It succeeds if one has keys: not every pool has an issuer
// of each type. Keys that were fetched a moment ago are not fetched again.
func (p poolKeys) warm(ctx context.Context) error {
	var fetches []*fetch
	for _, set := range p {
		if current := set.read(ctx); current != nil {
			fetches = append(fetches, current)
		}
	}
	if len(fetches) < len(p) {
		return nil
	}
	var failure error
	for _, current := range fetches {
		err := current.wait(ctx)
		if err == nil {
			return nil
		}
		failure = err
	}
	return failure
}

// start starts a fetch, unless one is under way or started a moment ago. The caller holds s.mu. The
// fetch serves all who wait, so canceling ctx does not end it.
func (s *keySet) start(ctx context.Context) {
	if s.fetch != nil && (!s.fetch.over() || time.Since(s.started) < minFetchInterval) {
		return
	}
	current := &fetch{done: make(chan struct{})}
	s.fetch, s.started = current, time.Now()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), fetchTimeout)
	go func() {
		defer cancel()
		defer close(current.done)
		keys, err := s.download(ctx)
		s.finish(current, keys, err)
	}()
}

// finish stores the result of a fetch. After an error the old keys remain in use, so that tokens
// can be verified while the endpoint is down.
func (s *keySet) finish(current *fetch, keys map[string]*rsa.PublicKey, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	current.err = err
	if err != nil {
		return
	}
	for id, key := range keys {
		if old := s.keys[id]; old != nil && old.Equal(key) {
			keys[id] = old // cached tokens compare keys by their pointers
		}
	}
	s.keys, s.fetched = keys, time.Now()
}

func (s *keySet) download(ctx context.Context) (map[string]*rsa.PublicKey, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, s.url, http.NoBody)
	if err != nil {
		return nil, err
	}
	request.Header.Set("Accept", "application/json")
	request.Close = true // the next request is an hour away
	response, err := s.client.Do(request)
	if err != nil {
		return nil, err
	}
	defer func() { _ = response.Body.Close() }() // errors of reading are reported below
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("status %d", response.StatusCode)
	}
	document, err := io.ReadAll(io.LimitReader(response.Body, maxKeySet+1))
	if err != nil {
		return nil, err
	}
	return parseKeySet(document)
}
