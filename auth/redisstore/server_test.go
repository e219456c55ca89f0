package redisstore_test

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const patience = 30 * time.Second

// A server is a Redis of one test.
type server struct {
	socket  string
	process *exec.Cmd
}

// startServer runs redis-server on a socket in a folder of its own, and stops it with the test.
func startServer(tb testing.TB, settings ...string) *server {
	tb.Helper()
	binary, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") != "" {
			tb.Fatal("redis-server is not on the PATH")
		}
		tb.Skip("redis-server is not on the PATH: install the package redis-server to run this test")
	}
	dir, err := os.MkdirTemp("", "redis") //nolint:usetesting // a socket's path has to be short
	require.NoError(tb, err)
	tb.Cleanup(func() { assert.NoError(tb, os.RemoveAll(dir)) })
	s := &server{socket: filepath.Join(dir, "s")}
	arguments := []string{"--port", "0", "--bind", "127.0.0.1", "--unixsocket", s.socket, "--dir", dir, "--save", "", "--logfile", "log"}
	s.process = exec.Command(binary, append(arguments, settings...)...)
	require.NoError(tb, s.process.Start())
	tb.Cleanup(s.kill)
	client := s.client(tb)
	require.Eventually(tb, func() bool { return client.Ping(context.Background()).Err() == nil }, patience, 10*time.Millisecond)
	return s
}

func (s *server) kill() {
	_ = s.process.Process.Kill() // it may be dead
	_ = s.process.Wait()         // reports the kill
}

// client connects as a process of its own would. It may be changed before it is used.
func (s *server) client(tb testing.TB, changes ...func(*redis.Options)) *redis.Client {
	tb.Helper()
	options := &redis.Options{Network: "unix", Addr: s.socket, ContextTimeoutEnabled: true}
	for _, change := range changes {
		change(options)
	}
	client := redis.NewClient(options)
	tb.Cleanup(func() { _ = client.Close() }) // some tests close it themselves
	return client
}
