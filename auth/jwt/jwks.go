package jwt

import (
	"context"
	"crypto/rsa"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/json"
)

// Bounds on the key set. Cognito publishes two keys of 2048 bits.
const (
	maxKeySet  = 512 << 10
	maxKeys    = 20
	minKeyBits = 2048
	maxKeyBits = 8192
)

// webKey holds the members of a JSON web key that make an RSA public key (RFC 7518, section 6.3.1).
type webKey struct {
	Type      string `json:"kty"`
	ID        string `json:"kid"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	N         string `json:"n"`
	E         string `json:"e"`
}

// parseKeySet returns the RS256 keys of a JSON web key set, by their ids. It ignores other keys, as
// RFC 7517, section 5, demands; a set without a usable key is an error.
func parseKeySet(document []byte) (map[string]*rsa.PublicKey, error) {
	if len(document) > maxKeySet {
		return nil, errors.New("the key set is longer than 512 KiB")
	}
	var set struct {
		Keys []json.RawMessage `json:"keys"`
	}
	if json.Unmarshal(document, &set) != nil {
		return nil, errors.New("not a JSON web key set")
	}
	if len(set.Keys) > maxKeys {
		return nil, errors.New("the key set holds more than 20 keys")
	}
	keys := map[string]*rsa.PublicKey{}
	for _, data := range set.Keys {
		var k webKey
		if json.Unmarshal(data, &k) != nil || !k.signs() || keys[k.ID] != nil {
			continue
		}
		if key := k.publicKey(); key != nil {
			keys[k.ID] = key
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("the key set holds no key for RS256")
	}
	return keys, nil
}

func (k webKey) signs() bool {
	return k.Type == "RSA" && k.ID != "" && (k.Use == "" || k.Use == "sig") &&
		(k.Algorithm == "" || k.Algorithm == string(jose.RS256))
}

// publicKey returns the key, or nil if its numbers are unfit.
func (k webKey) publicKey() *rsa.PublicKey {
	n, errN := decodePart([]byte(k.N))
	e, errE := decodePart([]byte(k.E))
	if errN != nil || errE != nil || len(n) > maxKeyBits/8 || len(e) > 4 {
		return nil
	}
	modulus, exponent := new(big.Int).SetBytes(n), new(big.Int).SetBytes(e).Int64()
	switch {
	case modulus.BitLen() < minKeyBits, modulus.Bit(0) == 0, exponent < 3, exponent%2 == 0, exponent >= 1<<31:
		return nil
	}
	return &rsa.PublicKey{N: modulus, E: int(exponent)}
}

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

// keySet holds the keys of one pool, fetched on demand. It has at most one goroutine, which ends
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

// key returns the key of that id. For an unknown id it waits for a fetch, its own or one under way,
// unless one ended a moment ago.
func (s *keySet) key(ctx context.Context, id string) (*rsa.PublicKey, error) {
	if key := s.known(ctx, id); key != nil {
		return key, nil
	}
	s.mu.Lock()
	s.start(ctx)
	current := s.fetch
	s.mu.Unlock()
	select {
	case <-current.done:
	case <-ctx.Done():
		const message = "canceled while fetching the pool's keys"
		return nil, &Error{Reason: ErrKeysUnavailable, Message: message, Err: ctx.Err()}
	}
	if key := s.known(ctx, id); key != nil {
		return key, nil
	}
	if current.err != nil {
		return nil, &Error{Reason: ErrKeysUnavailable, Message: "cannot fetch the pool's keys", Err: current.err}
	}
	return nil, refuse(ErrUnknownKey, "the pool publishes no key of this id")
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
