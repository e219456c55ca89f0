package jwt_test

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

func TestRememberedTokensAreStillChecked(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v := pool.verifier(t, func(c *jwt.Config) { c.Leeway = -1 })
		token := pool.accessToken(t, nil)
		require.NoError(t, verifyAccess(v, token))
		_, err := v.VerifyIDToken(t.Context(), token)
		require.ErrorIs(t, err, jwt.ErrWrongUse)
		require.NoError(t, verifyAccess(v, token))
		time.Sleep(time.Hour - 1)
		require.NoError(t, verifyAccess(v, token))
		time.Sleep(time.Nanosecond)
		require.ErrorIs(t, verifyAccess(v, token), jwt.ErrExpired)
		require.ErrorIs(t, verifyAccess(v, token), jwt.ErrExpired)
	})
}

// What one caller does to its claims is not seen by the next.
func TestRememberedClaimsAreCopied(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v, token := pool.verifier(t), pool.accessToken(t, claims{"cognito:groups": []string{"staff"}, "scope": "read"})
	for range 3 {
		got, err := v.VerifyAccessToken(t.Context(), token)
		require.NoError(t, err)
		assert.Equal(t, []string{"staff"}, got.Groups)
		assert.Equal(t, []string{"read"}, got.Scopes)
		got.Groups[0], got.Scopes[0] = "admins", "write"
	}
}

// A change of one bit of a token that is remembered makes it another token.
func TestRememberedByTheWholeToken(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v, token := pool.verifier(t), pool.accessToken(t, nil)
	require.NoError(t, verifyAccess(v, token))
	for i := 0; i < len(token); i += 7 {
		other := []byte(token)
		other[i] ^= 1
		require.Error(t, verifyAccess(v, string(other)), i)
	}
	require.NoError(t, verifyAccess(v, token))
}

// Few places, none at all, or many: the answers are the same.
func TestCacheSizes(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	var tokens []string
	for i := range 20 {
		tokens = append(tokens, pool.accessToken(t, claims{"username": fmt.Sprint("user-", i)}))
	}
	for _, size := range []int{-1, 0, 1, 3, 20} {
		v := pool.verifier(t, func(c *jwt.Config) { c.CacheSize = size })
		for i := range 100 {
			got, err := v.VerifyAccessToken(t.Context(), tokens[i*i%20])
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprint("user-", i*i%20), got.Username)
		}
	}
}
