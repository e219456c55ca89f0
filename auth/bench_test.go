package auth_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// BenchmarkSignIn measures a sign-in with SRP and TOTP on the in-process pool: the time and
// allocations of the client and the pool together, over a loopback socket.
func BenchmarkSignIn(b *testing.B) {
	pool := newPool(b, authtest.Config{MFA: authtest.MFAOptional, TOTP: true},
		alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA"} }))
	cfg := configFor(pool)
	store := &auth.MemoryStore{}
	cfg.Store = store
	client := newClient(b, cfg)
	ctx := context.Background()
	b.ReportAllocs()
	for b.Loop() {
		session := client.Session("bench")
		if _, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password}); err != nil {
			b.Fatal(err)
		}
		if _, err := session.ConfirmSignIn(
			ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(b, pool, totpSecret)},
		); err != nil {
			b.Fatal(err)
		}
		signedIn, err := store.Load(ctx, "bench")
		if err != nil {
			b.Fatal(err)
		}
		if err := store.Delete(ctx, "bench", signedIn); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(pool.Requests()))/float64(b.N), "requests/op")
}

func BenchmarkFetchAuthSession(b *testing.B) {
	session, store := signedInWithStore(b, newPool(b, authtest.Config{}, alice()))
	ctx := context.Background()
	calls := map[string]func() error{
		"whole": func() error {
			_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			return err
		},
		"store alone":              func() error { _, err := store.Load(ctx, "test"); return err },
		"CurrentUser in its place": func() error { _, err := session.CurrentUser(ctx); return err },
	}
	for name, call := range calls {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := call(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkFetchAuthSessionOfMany measures what a request costs a program with many people signed
// in: each has tokens of their own size, and the sessions take turns. It does so with a cache that
// has room for all, of which it reports the memory that a session takes, and with one that never has
// the session asked for.
func BenchmarkFetchAuthSessionOfMany(b *testing.B) {
	for _, people := range []int{1000, 20_000, 100_000} {
		cfg, keys := signedInMany(b, people)
		for name, size := range map[string]int{"hit": people, "miss": -1} {
			b.Run(fmt.Sprintf("%d/%s", people, name), func(b *testing.B) {
				cfg.SessionCacheSize = size
				client := newClient(b, cfg)
				fetch := func(key string) {
					if _, err := client.Session(key).FetchAuthSession(b.Context(), auth.FetchAuthSessionInput{}); err != nil {
						b.Fatal(err)
					}
				}
				before := heapInUse()
				for _, key := range keys {
					fetch(key)
				}
				kept := heapInUse() - before
				b.ReportAllocs()
				for n := 0; b.Loop(); n++ {
					fetch(keys[n%len(keys)])
				}
				b.ReportMetric(float64(kept)/float64(people), "B/session")
			})
		}
	}
}

// signedInMany returns the Config of a Client in whose MemoryStore that many sessions are, all with
// the record of a real sign-in, and their keys.
func signedInMany(b *testing.B, people int) (cfg auth.Config, keys []string) {
	b.Helper()
	pool := newPool(b, authtest.Config{}, alice())
	session, store := signedInWithStore(b, pool)
	record, err := store.Load(b.Context(), session.Key())
	if err != nil {
		b.Fatal(err)
	}
	for n := range people {
		key := fmt.Sprintf("session %d", n)
		keys = append(keys, key)
		if _, err := store.Save(b.Context(), key, auth.Record{Data: record.Data}); err != nil {
			b.Fatal(err)
		}
	}
	cfg = configFor(pool)
	cfg.Store = store
	return cfg, keys
}

// BenchmarkMemoryStoreOfMany reports the memory that a session takes in a MemoryStore, with a
// record of 4 KiB, and how long a garbage collection takes with that many. A million take 4.3 GB.
func BenchmarkMemoryStoreOfMany(b *testing.B) {
	for _, people := range []int{10_000, 1_000_000} {
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			data := make([]byte, 4<<10)
			for b.Loop() {
				before := heapInUse()
				store := &auth.MemoryStore{}
				for n := range people {
					if _, err := store.Save(b.Context(), fmt.Sprint("session ", n), auth.Record{Data: data}); err != nil {
						b.Fatal(err)
					}
				}
				used := heapInUse() - before
				start := time.Now()
				runtime.GC()
				b.ReportMetric(float64(time.Since(start).Milliseconds()), "ms/gc")
				b.ReportMetric(float64(used)/float64(people), "B/session")
				runtime.KeepAlive(store)
			}
		})
	}
}

func heapInUse() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapAlloc)
}
