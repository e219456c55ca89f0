package authtest_test

import (
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A test can afford a pool of its own.
func BenchmarkNewPool(b *testing.B) {
	for b.Loop() {
		pool, err := authtest.NewPool(authtest.Config{})
		if err != nil {
			b.Fatal(err)
		}
		pool.Close()
	}
}

func BenchmarkAddUser(b *testing.B) {
	for b.Loop() {
		pool, err := authtest.NewPool(authtest.Config{})
		if err != nil {
			b.Fatal(err)
		}
		if err := pool.AddUser(authtest.User{Username: "alice", Password: password}); err != nil {
			b.Fatal(err)
		}
		pool.Close()
	}
}
