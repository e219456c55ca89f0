package jwt_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

func TestWarm(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t)
	require.NoError(t, v.Warm(t.Context()))
	assert.EqualValues(t, 2, pool.fetches.Load(), "one for each issuer")
	require.NoError(t, verifyAccess(v, pool.accessToken(t, nil)))
	require.NoError(t, verifyAccess(v, pool.accessToken(t, claims{"iss": updatedIssuer})))
	require.NoError(t, v.Warm(t.Context()))
	assert.EqualValues(t, 2, pool.fetches.Load(), "no token waits, and the keys are fresh")
}

// A pool may lack the endpoint of the issuer that it does not use.
func TestWarmNeedsOneIssuerOfEachPool(t *testing.T) {
	t.Parallel()
	const otherPool = "eu-west-1_Other"
	for down, want := range map[string]error{
		"":                        nil,
		"https://issuer-cognito":  nil,
		"https://cognito-idp":     nil,
		"https://":                jwt.ErrKeysUnavailable,
		"/" + poolID + "/":        jwt.ErrKeysUnavailable,
		"/" + otherPool + "/":     jwt.ErrKeysUnavailable,
		"cognito-idp.us-gov-west": nil,
	} {
		t.Run(down, func(t *testing.T) {
			t.Parallel()
			pool := newStubPool(t)
			pool.serve(func(r *http.Request) reply {
				if down != "" && strings.Contains(r.URL.String(), down) {
					return reply{err: io.ErrUnexpectedEOF}
				}
				return respond(http.StatusOK, keySet(webKey(keyID, &pool.key.PublicKey)))(r)
			})
			err := pool.verifier(t, func(c *jwt.Config) {
				c.Pools = append(c.Pools, jwt.TrustedPool{UserPoolID: otherPool, ClientIDs: []string{clientID}})
			}).Warm(t.Context())
			if want == nil {
				require.NoError(t, err)
				return
			}
			require.ErrorIs(t, err, want)
			require.ErrorIs(t, err, io.ErrUnexpectedEOF)
		})
	}
}

func TestWarmEndsWithItsContext(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v, release := pool.verifier(t), pool.hold()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, v.Warm(ctx), context.DeadlineExceeded)
		release()
		synctest.Wait()
		require.NoError(t, v.Warm(t.Context()))
	})
}

func TestEmbeddedKeysVerifyOffline(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	pool.serve(func(*http.Request) reply { return reply{err: io.ErrUnexpectedEOF} })
	synctest.Test(t, func(t *testing.T) {
		v := pool.verifier(t, func(c *jwt.Config) { c.Pools[0].JWKS = keySet(webKey(keyID, &pool.key.PublicKey)) })
		day := claims{"exp": time.Now().Add(24 * time.Hour).Unix()}
		for _, iss := range []string{issuer, updatedIssuer} {
			require.NoError(t, verifyAccess(v, pool.accessToken(t, merge(day, claims{"iss": iss}))))
		}
		token := pool.accessToken(t, day)
		next := signAs(t, jose.RS256, pool.other, claims{"kid": "new"}, payloadOf(t, token))
		require.ErrorIs(t, verifyAccess(v, next), jwt.ErrKeysUnavailable, "not judged")

		pool.publish(webKey("new", &pool.other.PublicKey))
		time.Sleep(10 * time.Second)
		require.NoError(t, verifyAccess(v, token), "this one has the keys fetched and does not wait")
		synctest.Wait()
		require.ErrorIs(t, verifyAccess(v, token), jwt.ErrKeysUnavailable, "fetched keys replace the embedded ones")
		require.NoError(t, verifyAccess(v, next))
	})
}

func TestUnusableEmbeddedKeysAreRefused(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	for _, document := range []string{"", "{}", "null", `{"keys":[]}`, "<html>", string(keySet(merge(webKey(keyID, &pool.key.PublicKey), claims{"kty": "EC"})))} {
		_, err := jwt.NewVerifier(pool.config(func(c *jwt.Config) { c.Pools[0].JWKS = []byte(document) }))
		require.ErrorIs(t, err, jwt.ErrInvalidConfig, document)
		assert.ErrorContains(t, err, "field Pools[0].JWKS is not usable")
	}
}
