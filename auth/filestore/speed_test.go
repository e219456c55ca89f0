package filestore_test

import (
	"io"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

// BenchmarkUnchanged compares Unchanged with a bare read of the version: the median of the ratios
// of runs that alternate.
func BenchmarkUnchanged(b *testing.B) {
	dir := b.TempDir() + "/store"
	store := open(b, dir, newKey(b))
	version := save(b, store, "alice", "data").Version
	path := sealedFile(b, dir)
	require.NoError(b, readBare(path))
	require.NoError(b, readUnchanged(b, store, version))
	var ratios []float64
	for b.Loop() {
		bare := timeRun(func() { _ = readBare(path) })
		ours := timeRun(func() { _ = readUnchanged(b, store, version) })
		ratios = append(ratios, float64(ours)/float64(bare))
	}
	slices.Sort(ratios)
	b.ReportMetric(ratios[len(ratios)/2], "x-bare")
}

func timeRun(call func()) time.Duration {
	const calls = 100
	begin := time.Now()
	for range calls {
		call()
	}
	return time.Since(begin) / calls
}

func readBare(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	version := make([]byte, 42)
	if _, err := io.ReadFull(f, version); err != nil {
		return err
	}
	return f.Close()
}

func readUnchanged(b *testing.B, store *filestore.Store, version string) error {
	b.Helper()
	same, err := store.Unchanged(b.Context(), "alice", version)
	if err == nil {
		require.True(b, same)
	}
	return err
}
