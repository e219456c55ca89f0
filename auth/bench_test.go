package auth_test

import (
	"context"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// BenchmarkSignIn is a whole sign-in with SRP and TOTP on the in-process pool: time and allocations
// are the client's and the pool's together, over a loopback socket.
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
		if _, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: nextTOTP(b, pool, totpSecret)}); err != nil {
			b.Fatal(err)
		}
		if err := store.Delete(ctx, "bench"); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(len(pool.Requests()))/float64(b.N), "requests/op")
}
