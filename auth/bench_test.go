package auth_test

import (
	"context"
	"testing"

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
