package jwt_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// rawVerification returns the lower bound of a verification: the RSA operation alone, with its
// input prepared.
func rawVerification(b *testing.B, pool *stubPool, token string) func() error {
	b.Helper()
	dot := strings.LastIndexByte(token, '.')
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	require.NoError(b, err)
	digest := sha256.Sum256([]byte(token[:dot]))
	return func() error {
		return rsa.VerifyPKCS1v15(&pool.key.PublicKey, crypto.SHA256, digest[:], signature)
	}
}

// BenchmarkVerify alternates the three in one loop, so that other load slows all alike, and reports
// the median cost of a verification relative to the median of the raw one: at most 1.25 for a new
// token, 0.1 for a cached one.
func BenchmarkVerify(b *testing.B) {
	pool := newStubPool(b)
	cold, err := jwt.NewVerifier(pool.config(func(c *jwt.Config) { c.CacheSize = -1 }))
	require.NoError(b, err)
	warm := pool.verifier(b)
	ctx, token := context.Background(), pool.accessToken(b, nil)
	verify := func(v *jwt.Verifier) func() error {
		return func() error {
			_, err := v.VerifyAccessToken(ctx, token)
			return err
		}
	}
	steps := []func() error{rawVerification(b, pool, token), verify(cold), verify(warm)}
	for _, step := range steps {
		require.NoError(b, step())
	}
	spent := make([][]time.Duration, len(steps))
	for b.Loop() {
		for i, step := range steps {
			begin := time.Now()
			err := step()
			spent[i] = append(spent[i], time.Since(begin))
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	raw := median(spent[0])
	for i, name := range []string{"raw", "first", "repeated"} {
		b.ReportMetric(float64(median(spent[i]).Nanoseconds()), "ns/"+name)
		b.ReportMetric(float64(median(spent[i]))/float64(raw), name+"/raw")
	}
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

// BenchmarkVerifyMany has more tokens than the cache holds, so every token is new and pushes out
// another.
func BenchmarkVerifyMany(b *testing.B) {
	pool := newStubPool(b)
	v, err := jwt.NewVerifier(pool.config(func(c *jwt.Config) { c.CacheSize = 16 }))
	require.NoError(b, err)
	tokens := make([]string, 32)
	for i := range tokens {
		tokens[i] = pool.accessToken(b, claims{"jti": fmt.Sprint("token-", i)})
	}
	i := 0
	b.ReportAllocs()
	for b.Loop() {
		if _, err := v.VerifyAccessToken(context.Background(), tokens[i%len(tokens)]); err != nil {
			b.Fatal(err)
		}
		i++
	}
}

func BenchmarkVerifyRepeatedParallel(b *testing.B) {
	pool := newStubPool(b)
	v, token := pool.verifier(b), pool.accessToken(b, nil)
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := v.VerifyAccessToken(context.Background(), token); err != nil {
				b.Error(err)
				return
			}
		}
	})
}
