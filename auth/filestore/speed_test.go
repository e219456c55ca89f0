package filestore_test

import (
	"io"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func BenchmarkUnchanged(b *testing.B) {
	dir := b.TempDir() + "/store"
	store := open(b, dir, newKey(b))
	saved := save(b, store, "alice", "data")
	entries, _ := os.ReadDir(dir)
	path := dir + "/" + entries[0].Name()
	b.Run("bare", func(b *testing.B) {
		for b.Loop() {
			f, err := os.Open(path)
			require.NoError(b, err)
			var h [42]byte
			_, err = io.ReadFull(f, h[:])
			require.NoError(b, err)
			f.Close()
		}
	})
	b.Run("store", func(b *testing.B) {
		for b.Loop() {
			same, err := store.Unchanged(b.Context(), "alice", saved.Version)
			if err != nil || !same {
				b.Fatal(err)
			}
		}
	})
}
