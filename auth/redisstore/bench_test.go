package redisstore_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/redisstore"
)

// BenchmarkStore has a Redis on the same machine keep a record as large as tokens mostly are.
func BenchmarkStore(b *testing.B) {
	store := open(b, startServer(b).client(b), redisstore.Config{Key: newKey()})
	saved := save(b, store, "alice", strings.Repeat("x", 4<<10))
	b.Run("Load", func(b *testing.B) {
		for b.Loop() {
			_, err := store.Load(b.Context(), "alice")
			require.NoError(b, err)
		}
	})
	b.Run("Save", func(b *testing.B) {
		data := []byte(strings.Repeat("x", 4<<10))
		for b.Loop() {
			var err error
			saved, err = store.Save(b.Context(), "alice", auth.Record{Data: data, Version: saved.Version})
			require.NoError(b, err)
		}
	})
	b.Run("Lease", func(b *testing.B) {
		for b.Loop() {
			release, err := store.Lease(b.Context(), "alice")
			require.NoError(b, err)
			release()
		}
	})
}
