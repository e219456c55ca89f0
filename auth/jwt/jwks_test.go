package jwt_test

import (
	"context"
	"crypto/rsa"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

var unknownKids = flag.Int("kids", 20_000, "how many tokens with made-up key ids to bring, a millisecond apart")

// The sleeps below are those of a synctest bubble: they move its clock and take no time.

func verifyAccess(v *jwt.Verifier, token string) error {
	_, err := v.VerifyAccessToken(context.Background(), token)
	return err
}

// withKid returns the token with another key id, and so an invalid signature.
func withKid(tb testing.TB, token, kid string) string {
	tb.Helper()
	return encode(tb, claims{"alg": "RS256", "kid": kid}) + token[strings.IndexByte(token, '.'):]
}

func TestUnknownKidsCauseFewFetches(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v, good := pool.verifier(t), pool.accessToken(t, claims{"exp": time.Now().Add(24 * time.Hour).Unix()})
		begin, unknown := time.Now(), int64(0)
		for i := range *unknownKids {
			err := verifyAccess(v, withKid(t, good, fmt.Sprint("kid-", i)))
			if errors.Is(err, jwt.ErrUnknownKey) {
				unknown++
			} else if !errors.Is(err, jwt.ErrKeysUnavailable) {
				require.ErrorIs(t, err, jwt.ErrKeysUnavailable)
			}
			time.Sleep(time.Millisecond)
		}
		assert.Equal(t, pool.fetches.Load(), unknown, "only a fetch proves that there is no such key")
		periods := int64(time.Since(begin)/(10*time.Second)) + 1
		assert.LessOrEqual(t, pool.fetches.Load(), periods)
		assert.Positive(t, pool.fetches.Load())
		require.NoError(t, verifyAccess(v, good))
	})
}

// The same, from many goroutines that wait for one fetch.
func TestOneFetchIsShared(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v, good := pool.verifier(t), pool.accessToken(t, nil)
		release := pool.hold()
		var callers sync.WaitGroup
		for i := range 100 {
			callers.Go(func() {
				if i%2 == 0 {
					assert.NoError(t, verifyAccess(v, good))
				} else {
					assert.ErrorIs(t, verifyAccess(v, withKid(t, good, fmt.Sprint(i))), jwt.ErrUnknownKey)
				}
			})
		}
		synctest.Wait()
		release()
		callers.Wait()
		assert.EqualValues(t, 1, pool.fetches.Load())
	})
}

// hold makes fetches wait for release, as long as their contexts allow.
func (p *stubPool) hold() (release func()) {
	gate := make(chan struct{})
	p.mu.Lock()
	answer := p.answer
	p.mu.Unlock()
	p.serve(func(r *http.Request) reply {
		select {
		case <-gate:
			return answer(r)
		case <-r.Context().Done():
			return reply{err: r.Context().Err()}
		}
	})
	return func() { close(gate) }
}

// A caller whose context ends returns at once; the fetch goes on for the others.
func TestCanceledCallerDoesNotCancelTheFetch(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v, good := pool.verifier(t), pool.accessToken(t, nil)
		release := pool.hold()
		leaving, leave := context.WithTimeout(t.Context(), time.Second)
		defer leave()
		begin := time.Now()
		staying := make(chan error, 1)
		go func() {
			time.Sleep(time.Millisecond) // the other one starts the fetch
			staying <- verifyAccess(v, good)
		}()
		_, err := v.VerifyAccessToken(leaving, good)
		require.ErrorIs(t, err, jwt.ErrKeysUnavailable)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(begin))
		release()
		require.NoError(t, <-staying)
		assert.EqualValues(t, 1, pool.fetches.Load())
	})
}

// A bubble ends only when all of its goroutines have: the slow fetch leaves none.
func TestSlowFetchTimesOut(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]func(*http.Request) reply{
		"no header": func(r *http.Request) reply {
			<-r.Context().Done()
			return reply{err: r.Context().Err()}
		},
		"no end": func(r *http.Request) reply {
			return reply{status: http.StatusOK, body: drip{r.Context()}}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newStubPool(t)
			pool.serve(answer)
			synctest.Test(t, func(t *testing.T) {
				v := pool.verifier(t)
				begin := time.Now()
				err := verifyAccess(v, pool.accessToken(t, nil))
				require.ErrorIs(t, err, jwt.ErrKeysUnavailable)
				require.ErrorIs(t, err, context.DeadlineExceeded)
				assert.InDelta(t, 5, time.Since(begin).Seconds(), 1)
			})
		})
	}
}

// drip is a body that returns one byte per second.
type drip struct{ ctx context.Context } //nolint:containedctx // a body ends with its request

func (d drip) Read(p []byte) (int, error) {
	time.Sleep(time.Second)
	p[0] = ' '
	return 1, d.ctx.Err()
}

func TestUnusableKeySetsAreRefused(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	good := webKey(keyID, &pool.key.PublicKey)
	with := func(change claims) []byte { return keySet(merge(good, change)) }
	of := func(n *big.Int, e int) []byte { return keySet(webKey(keyID, &rsa.PublicKey{N: n, E: e})) }
	modulus := func(bits uint) *big.Int { return new(big.Int).SetBit(big.NewInt(1), int(bits)-1, 1) }
	for name, answer := range map[string]func(*http.Request) reply{
		"down":             func(*http.Request) reply { return reply{err: io.ErrUnexpectedEOF} },
		"status 500":       respond(http.StatusInternalServerError, keySet(good)),
		"status 404":       respond(http.StatusNotFound, keySet(good)),
		"status 204":       respond(http.StatusNoContent, nil),
		"HTML":             respond(http.StatusOK, []byte("<!DOCTYPE html><title>Sign in to the hotel's network</title>")),
		"nothing":          respond(http.StatusOK, nil),
		"null":             respond(http.StatusOK, []byte("null")),
		"huge":             respond(http.StatusOK, append(keySet(good), make([]byte, 512<<10)...)),
		"huge but JSON":    respond(http.StatusOK, append(keySet(good), strings.Repeat(" ", 512<<10)...)),
		"deep":             respond(http.StatusOK, []byte(`{"keys":`+strings.Repeat("[", 200_000))),
		"two lists":        respond(http.StatusOK, []byte(`{"keys":[],"keys":[]}`)),
		"no keys":          respond(http.StatusOK, keySet()),
		"too many keys":    respond(http.StatusOK, keySet(manyKeys(good, 21)...)),
		"a secret key":     respond(http.StatusOK, with(claims{"kty": "oct", "k": good["n"]})),
		"for encryption":   respond(http.StatusOK, with(claims{"use": "enc"})),
		"another alg":      respond(http.StatusOK, with(claims{"alg": "PS256"})),
		"no kid":           respond(http.StatusOK, with(claims{"kid": nil})),
		"no n":             respond(http.StatusOK, with(claims{"n": nil})),
		"no e":             respond(http.StatusOK, with(claims{"e": nil})),
		"n with a break":   respond(http.StatusOK, with(claims{"n": good["n"].(string) + "\n"})),
		"n is padded":      respond(http.StatusOK, with(claims{"n": good["n"].(string) + "=="})),
		"e is padded":      respond(http.StatusOK, with(claims{"e": "AQAB===="})),
		"n is no base64":   respond(http.StatusOK, with(claims{"n": "!!"})),
		"n a number":       respond(http.StatusOK, with(claims{"n": 7})),
		"1024 bits":        respond(http.StatusOK, of(modulus(1024), 65537)),
		"2047 bits":        respond(http.StatusOK, of(modulus(2047), 65537)),
		"8193 bits":        respond(http.StatusOK, of(modulus(8193), 65537)),
		"an even modulus":  respond(http.StatusOK, of(new(big.Int).Lsh(modulus(2047), 1), 65537)),
		"exponent 1":       respond(http.StatusOK, of(pool.key.N, 1)),
		"exponent 2":       respond(http.StatusOK, of(pool.key.N, 2)),
		"exponent of 2^31": respond(http.StatusOK, with(claims{"e": "gAAAAQ"})),
		"endless exponent": respond(http.StatusOK, with(claims{"e": strings.Repeat("A", 1000) + "AQAB"})),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newStubPool(t)
			p.serve(answer)
			err := verifyAccess(p.verifier(t), p.accessToken(t, nil))
			require.ErrorIs(t, err, jwt.ErrKeysUnavailable)
			assert.EqualValues(t, 1, p.fetches.Load())
		})
	}
}

func manyKeys(key claims, n int) []claims {
	keys := make([]claims, n)
	for i := range keys {
		keys[i] = merge(key, claims{"kid": fmt.Sprint(keyID, i)})
	}
	return keys
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	pool.serve(func(r *http.Request) reply {
		answer := respond(http.StatusFound, keySet(webKey(keyID, &pool.key.PublicKey)))(r)
		answer.location = "https://evil.example/jwks.json"
		return answer
	})
	require.ErrorIs(t, verifyAccess(pool.verifier(t), pool.accessToken(t, nil)), jwt.ErrKeysUnavailable)
	assert.EqualValues(t, 1, pool.fetches.Load())
}

// One usable key among others is enough; of two with one id, the first is used.
func TestOtherKeysInTheSetAreIgnored(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	good := webKey(keyID, &pool.key.PublicKey)
	pool.publish(
		claims{"kty": "EC", "kid": keyID, "crv": "P-256", "x": "AA", "y": "AA"}, claims{"kty": 7}, merge(good, claims{"use": "enc"}),
		merge(good, claims{"x5c": []string{"no certificate"}, "alg": nil, "use": nil}), webKey(keyID, &pool.other.PublicKey),
	)
	require.NoError(t, verifyAccess(pool.verifier(t), pool.accessToken(t, nil)))
}

func TestRotatedKeysAreFetched(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v := pool.verifier(t)
		day := claims{"exp": time.Now().Add(24 * time.Hour).Unix()}
		before := pool.accessToken(t, day)
		after := signAs(t, jose.RS256, pool.other, claims{"kid": "new"}, payloadOf(t, before))
		require.NoError(t, verifyAccess(v, before))
		require.ErrorIs(t, verifyAccess(v, after), jwt.ErrKeysUnavailable, "the key may be newer than the fetch")
		time.Sleep(10*time.Second - 1)
		require.ErrorIs(t, verifyAccess(v, after), jwt.ErrKeysUnavailable)

		time.Sleep(time.Nanosecond)
		pool.publish(webKey(keyID, &pool.key.PublicKey), webKey("new", &pool.other.PublicKey))
		require.NoError(t, verifyAccess(v, after), "a new key is found at once")
		require.NoError(t, verifyAccess(v, before))
		assert.EqualValues(t, 2, pool.fetches.Load())

		pool.publish(webKey("new", &pool.other.PublicKey))
		time.Sleep(time.Hour)
		require.NoError(t, verifyAccess(v, before), "nobody asked for the keys yet")
		time.Sleep(time.Second)
		require.NoError(t, verifyAccess(v, before), "this one has them read again and does not wait")
		synctest.Wait()
		require.ErrorIs(t, verifyAccess(v, before), jwt.ErrKeysUnavailable, "refused, though the token was cached")
		require.NoError(t, verifyAccess(v, after))
		assert.EqualValues(t, 3, pool.fetches.Load())
		time.Sleep(10 * time.Second)
		require.ErrorIs(t, verifyAccess(v, before), jwt.ErrUnknownKey, "withdrawn")
	})
}

// Another key under the same id replaces the old one.
func TestReplacedKeyIsNotTrusted(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v, token := pool.verifier(t), pool.accessToken(t, claims{"exp": time.Now().Add(24 * time.Hour).Unix()})
		require.NoError(t, verifyAccess(v, token))
		pool.publish(webKey(keyID, &pool.other.PublicKey))
		time.Sleep(time.Hour + time.Second)
		require.NoError(t, verifyAccess(v, token))
		synctest.Wait()
		require.ErrorIs(t, verifyAccess(v, token), jwt.ErrBadSignature)
	})
}

func TestKnownKeysOutliveTheEndpoint(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v := pool.verifier(t)
		require.NoError(t, verifyAccess(v, pool.accessToken(t, nil)))
		pool.serve(respond(http.StatusBadGateway, nil))
		begin := time.Now()
		for time.Since(begin) < 48*time.Hour {
			time.Sleep(10 * time.Minute)
			require.NoError(t, verifyAccess(v, pool.accessToken(t, nil)))
			synctest.Wait()
		}
		assert.LessOrEqual(t, pool.fetches.Load(), int64(48*6+1))
		require.ErrorIs(t, verifyAccess(v, withKid(t, pool.accessToken(t, nil), "new")), jwt.ErrKeysUnavailable)
	})
}

func TestEndpointComesBack(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v, token := pool.verifier(t), pool.accessToken(t, nil)
		pool.serve(respond(http.StatusBadGateway, nil))
		require.ErrorIs(t, verifyAccess(v, token), jwt.ErrKeysUnavailable)
		pool.publish(webKey(keyID, &pool.key.PublicKey))
		time.Sleep(10*time.Second - 1)
		require.ErrorIs(t, verifyAccess(v, token), jwt.ErrKeysUnavailable, "it is asked once in 10 seconds")
		time.Sleep(time.Nanosecond)
		require.NoError(t, verifyAccess(v, token))
	})
}

func TestVerifierIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t, func(c *jwt.Config) { c.CacheSize = 4 })
	var tokens []string
	for i := range 8 {
		tokens = append(tokens, pool.accessToken(t, claims{"username": fmt.Sprint("user-", i), "cognito:groups": []string{"g"}}))
	}
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			for i := range 200 {
				got, err := v.VerifyAccessToken(t.Context(), tokens[i%8])
				if !assert.NoError(t, err) {
					return
				}
				assert.Equal(t, fmt.Sprint("user-", i%8), got.Username)
				got.Groups[0] = "changed"
			}
		})
	}
	callers.Wait()
	assert.EqualValues(t, 1, pool.fetches.Load())
}

// endless is a body without end that counts the bytes read.
type endless struct{ read *int }

func (e endless) Read(p []byte) (int, error) {
	clear(p)
	*e.read += len(p)
	return len(p), nil
}

func TestEndlessBodyIsNotReadToItsEnd(t *testing.T) {
	t.Parallel()
	pool, read := newStubPool(t), 0
	pool.serve(func(*http.Request) reply { return reply{status: http.StatusOK, body: endless{&read}} })
	require.ErrorIs(t, verifyAccess(pool.verifier(t), pool.accessToken(t, nil)), jwt.ErrKeysUnavailable)
	assert.LessOrEqual(t, read, 1<<20)
}

// There is one fetch at a time even with a transport that ignores its deadline.
func TestOneFetchAtATimeWithAStuckTransport(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v, token, gate := pool.verifier(t), pool.accessToken(t, nil), make(chan struct{})
		pool.serve(func(*http.Request) reply {
			<-gate
			return reply{err: io.ErrUnexpectedEOF}
		})
		for range 3 {
			ctx, cancel := context.WithTimeout(t.Context(), 15*time.Second)
			_, err := v.VerifyAccessToken(ctx, token)
			cancel()
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		close(gate)
		assert.EqualValues(t, 1, pool.fetches.Load())
	})
}

func TestFetchSendsAPlainRequest(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	var got *http.Request
	pool.serve(func(r *http.Request) reply {
		got = r
		return reply{err: io.ErrUnexpectedEOF}
	})
	require.ErrorIs(t, verifyAccess(pool.verifier(t), pool.accessToken(t, nil)), io.ErrUnexpectedEOF)
	assert.Equal(t, http.MethodGet, got.Method)
	assert.Equal(t, issuer+"/.well-known/jwks.json", got.URL.String())
	assert.True(t, got.Close, "no connection is kept")
}
