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

// kills is 50 in everyday runs; 1,000 is a long one.
var kills = flag.Int("kills", 50, "how many `writers` TestKill kills")

const (
	roleVariable = "FILESTORE_TEST_ROLE"
	dirVariable  = "FILESTORE_TEST_DIR"
	processes    = 20
	additions    = 5
	patience     = 30 * time.Second
)

// TestMain turns the test binary into one of the processes that share a Store if it was started as
// one.
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

// add waits for the starting signal, then counts.
func add(ctx context.Context, store *filestore.Store) error {
	if err := untilTold(); err != nil {
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

// write saves one value after the other, and tells of each.
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

// hold keeps a lease for as long as it lives.
func hold(ctx context.Context, store *filestore.Store) error {
	release, err := store.Lease(ctx, "alice")
	if err != nil {
		return err
	}
	defer release()
	return untilTold()
}

// untilTold says that this process is ready, and returns when the other end closes its input.
func untilTold() error {
	if _, err := os.Stdout.Write([]byte{'.'}); err != nil {
		return err
	}
	_, err := io.Copy(io.Discard, os.Stdin)
	return err
}

// TestProcesses has twenty processes add to one counter.
func TestProcesses(t *testing.T) {
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
		require.NoError(t, p.cmd.Wait(), p.complaints.String())
	}
	r, err := store.Load(t.Context(), "counter")
	require.NoError(t, err)
	assert.Equal(t, strconv.Itoa(processes*additions), string(r.Data))
}

// TestKill kills processes in the middle of saving. What they told of must be there, and whole, and
// nobody else may have to wait for the dead.
func TestKill(t *testing.T) {
	t.Parallel()
	dir := t.TempDir() + "/store"
	store := open(t, dir, sharedKey())
	save(t, store, "value", string(value(0)))
	for range *kills {
		before, err := store.Load(t.Context(), "value")
		require.NoError(t, err)
		told := killWriter(t, dir)
		after, err := store.Load(t.Context(), "value")
		require.NoError(t, err)
		n := number(after.Data)
		require.True(t, bytes.Equal(value(n), after.Data), "nobody saved this")
		require.GreaterOrEqual(t, n, number(before.Data)+told, "a save that succeeded is lost")
		require.LessOrEqual(t, n, number(before.Data)+told+1, "nobody got that far")
		_, err = store.Save(t.Context(), "value", after)
		require.NoError(t, err)
	}
	halves, err := filepath.Glob(filepath.Join(dir, "*.tmp"))
	require.NoError(t, err)
	t.Logf("%d of %d writers died between opening a temporary file and renaming it", len(halves), *kills)
}

// killWriter returns how many saves the writer told of before it died.
func killWriter(t *testing.T, dir string) int {
	t.Helper()
	p := start(t, "write", dir)
	told := 1 + rand.IntN(5)
	p.progress(t, told)
	for range rand.IntN(20_000) {
		runtime.Gosched() // so that not all die right after a save
	}
	require.NoError(t, p.cmd.Process.Kill())
	rest, err := io.ReadAll(p.output)
	require.NoError(t, err)
	require.Error(t, p.cmd.Wait())
	require.Empty(t, p.complaints.String())
	return told + len(rest)
}

func TestLease_diesWithItsProcess(t *testing.T) {
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

// A process is the test binary in another role.
type process struct {
	cmd        *exec.Cmd
	input      io.Closer
	output     *bufio.Reader
	complaints *bytes.Buffer
}

func start(t *testing.T, role, dir string, more ...string) *process {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(append(os.Environ(), roleVariable+"="+role, dirVariable+"="+dir), more...)
	input, err := cmd.StdinPipe()
	require.NoError(t, err)
	output, err := cmd.StdoutPipe()
	require.NoError(t, err)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	require.NoError(t, cmd.Start())
	return &process{cmd: cmd, input: input, output: bufio.NewReader(output), complaints: &complaints}
}

// progress waits until the process has done n things.
func (p *process) progress(t *testing.T, n int) {
	t.Helper()
	_, err := io.ReadFull(p.output, make([]byte, n))
	require.NoError(t, err, p.complaints)
}

func sharedKey() []byte {
	return bytes.Repeat([]byte{7}, filestore.KeySize)
}

// value is the nth value that is written: the number, a line feed and up to 64 KiB that follow from
// the number.
func value(n int) []byte {
	var seed [32]byte
	binary.BigEndian.PutUint64(seed[:], uint64(n))
	source := rand.NewChaCha8(seed)
	filler := make([]byte, source.Uint64()%(64<<10))
	_, _ = source.Read(filler) // never fails
	return append(fmt.Appendf(nil, "%d\n", n), filler...)
}

func number(value []byte) int {
	digits, _, _ := bytes.Cut(value, []byte("\n"))
	n, err := strconv.Atoi(string(digits))
	if err != nil {
		return -1
	}
	return n
}
