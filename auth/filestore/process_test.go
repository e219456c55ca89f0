package filestore_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

// kills is small by default; long runs set 1,000.
var kills = flag.Int("kills", 50, "how many `writers` TestKill kills")

const (
	roleVariable = "FILESTORE_TEST_ROLE"
	dirVariable  = "FILESTORE_TEST_DIR"
	processes    = 20
	additions    = 5
	patience     = time.Minute
)

// TestMain plays a role instead of running the tests if the test binary was started with one.
func TestMain(m *testing.M) {
	roles := map[string]func(context.Context, *filestore.Store) error{"add": add, "write": write, "hold": hold, "fetch": fetch}
	role, ok := roles[os.Getenv(roleVariable)]
	if !ok {
		os.Exit(m.Run())
	}
	store, err := filestore.New(os.Getenv(dirVariable), sharedKey())
	if err == nil {
		err = role(context.Background(), store)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// add waits for the starting signal, then increments the counter.
func add(ctx context.Context, store *filestore.Store) error {
	if err := awaitSignal(); err != nil {
		return err
	}
	for range additions {
		for {
			r, err := store.Load(ctx, "counter")
			if err != nil {
				return err
			}
			n, err := strconv.Atoi(string(r.Data))
			if err != nil {
				return err
			}
			r.Data = strconv.AppendInt(nil, int64(n+1), 10)
			if _, err = store.Save(ctx, "counter", r); err == nil {
				break
			}
			if !errors.Is(err, auth.ErrRecordConflict) {
				return err
			}
		}
	}
	return nil
}

// write saves one value after the other, and prints a dot after each.
func write(ctx context.Context, store *filestore.Store) error {
	r, err := store.Load(ctx, "value")
	if err != nil {
		return err
	}
	for n := number(r.Data) + 1; ; n++ {
		r.Data = value(n)
		if r, err = store.Save(ctx, "value", r); err != nil {
			return err
		}
		if _, err := os.Stdout.Write([]byte{'.'}); err != nil {
			return err
		}
	}
}

// hold holds a lease until the process ends.
func hold(ctx context.Context, store *filestore.Store) error {
	release, err := store.Lease(ctx, "alice")
	if err != nil {
		return err
	}
	defer release()
	return awaitSignal()
}

// awaitSignal prints a dot when the process is ready, and returns when its input is closed.
func awaitSignal() error {
	if _, err := os.Stdout.Write([]byte{'.'}); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// TestSave_losesNoUpdateOfOtherProcesses increments one counter from twenty processes.
func TestSave_losesNoUpdateOfOtherProcesses(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	store := open(t, dir, sharedKey())
	save(t, store, "counter", "0")
	var all []*process
	for range processes {
		all = append(all, start(t, "add", dir))
	}
	for _, p := range all {
		p.progress(t, 1)
	}
	for _, p := range all {
		require.NoError(t, p.input.Close())
	}
	for _, p := range all {
		require.NoError(t, p.cmd.Wait(), p.stderr.String())
	}
	r, err := store.Load(t.Context(), "counter")
	require.NoError(t, err)
	assert.Equal(t, strconv.Itoa(processes*additions), string(r.Data))
}

// TestKill kills processes while they save. What they have saved must be stored and complete, and
// no one may have to wait for the killed process.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	store := open(t, dir, sharedKey())
	save(t, store, "value", string(value(0)))
	for range *kills {
		before, err := store.Load(t.Context(), "value")
		require.NoError(t, err)
		acknowledged := killWriter(t, dir)
		after, err := store.Load(t.Context(), "value")
		require.NoError(t, err)
		n := number(after.Data)
		require.True(t, bytes.Equal(value(n), after.Data), "a value that was never saved")
		require.GreaterOrEqual(t, n, number(before.Data)+acknowledged, "a successful save was lost")
		require.LessOrEqual(t, n, number(before.Data)+acknowledged+1, "a value beyond the last save")
		_, err = store.Save(t.Context(), "value", after)
		require.NoError(t, err)
	}
	halves, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	require.NoError(t, err)
	t.Logf("%d of %d writers died between opening a temporary file and renaming it", len(halves), *kills)
}

// killWriter kills a writer and returns how many saves it has acknowledged.
func killWriter(t *testing.T, dir string) int {
	t.Helper()
	p := start(t, "write", dir)
	acknowledged := 1 + rand.IntN(5)
	p.progress(t, acknowledged)
	for range rand.IntN(20_000) {
		runtime.Gosched() // varies the moment of the kill
	}
	require.NoError(t, p.cmd.Process.Kill())
	rest, err := io.ReadAll(p.output)
	require.NoError(t, err)
	require.Error(t, p.cmd.Wait())
	require.Empty(t, p.stderr.String())
	return acknowledged + len(rest)
}

func TestLease_isFreeWhenItsProcessDies(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	store := open(t, dir, sharedKey())
	p := start(t, "hold", dir)
	p.progress(t, 1)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := store.Lease(ctx, "alice")
	require.ErrorIs(t, err, context.DeadlineExceeded)

	require.NoError(t, p.cmd.Process.Kill())
	require.Error(t, p.cmd.Wait())
	ctx, cancel = context.WithTimeout(t.Context(), patience)
	defer cancel()
	release, err := store.Lease(ctx, "alice")
	require.NoError(t, err)
	release()
}

// A process is the test binary, started with a role.
type process struct {
	cmd    *exec.Cmd
	input  io.Closer
	output *bufio.Reader
	stderr *bytes.Buffer
}

func start(t *testing.T, role, dir string, more ...string) *process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), roleVariable+"="+role, dirVariable+"="+dir), more...)
	input, err := cmd.StdinPipe()
	require.NoError(t, err)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	require.NoError(t, cmd.Start())
	return &process{cmd: cmd, input: input, output: bufio.NewReader(output), stderr: &stderr}
}

// progress waits until the process has printed n dots.
func (p *process) progress(t *testing.T, n int) {
	t.Helper()
	_, err := io.ReadFull(p.output, make([]byte, n))
	require.NoError(t, err, p.stderr)
}

func sharedKey() []byte {
	return bytes.Repeat([]byte{7}, filestore.KeySize)
}

// value returns the nth value of a writer: the number, a line feed and up to 64 KiB of
// pseudo-random data seeded with the number.
func value(n int) []byte {
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], uint64(n))
	source := rand.NewChaCha8(seed)
	filler := make([]byte, source.Uint64()%(64<<10))
	_, _ = source.Read(filler) // never fails
	return append(fmt.Appendf(nil, "%d\n", n), filler...)
}

// number returns the number of a value, -1 if it has none.
func number(value []byte) int {
	digits, _, _ := bytes.Cut(value, []byte("\n"))
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return -1
	}
	return n
}
