package redisstore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

const patience = time.Minute

// A server is a Redis of one test.
type server struct {
	socket string
	kill   func()
}

func startServer(tb testing.TB, settings ...string) *server {
	tb.Helper()
	socket, kill := fleet.StartRedis(tb, settings...)
	return &server{socket, kill}
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

var errCut = errors.New("the line is cut")

// A line is what one client's connections go through. It can be cut, and lose an answer.
type line struct {
	down      atomic.Bool
	losing    atomic.Pointer[string] // the command whose next answer gets lost
	losses    atomic.Int32
	mu        sync.Mutex
	connected []net.Conn
}

func (l *line) connect(s *server) func(*redis.Options) {
	return func(o *redis.Options) {
		o.Dialer = func(ctx context.Context, _, _ string) (net.Conn, error) {
			if l.down.Load() {
				return nil, errCut
			}
			conn, err := new(net.Dialer).DialContext(ctx, "unix", s.socket)
			if err != nil {
				return nil, err
			}
			l.mu.Lock()
			defer l.mu.Unlock()
			l.connected = append(l.connected, conn)
			return &lossyConn{Conn: conn, line: l}, nil
		}
	}
}

func (l *line) cut() {
	l.down.Store(true)
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, conn := range l.connected {
		_ = conn.Close() // it may be closed
	}
	l.connected = nil
}

func (l *line) mend() { l.down.Store(false) }

// loseAnswer lets the next command be carried out, but cuts its connection before the answer.
func (l *line) loseAnswer(command string) { l.losing.Store(&command) }

type lossyConn struct {
	net.Conn
	line *line
	lost atomic.Bool
}

func (c *lossyConn) Write(b []byte) (int, error) {
	if command := c.line.losing.Load(); command != nil && bytes.Contains(b, []byte(*command)) && c.line.losing.CompareAndSwap(command, nil) {
		c.lost.Store(true)
	}
	return c.Conn.Write(b)
}

func (c *lossyConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b) // the command was carried out when the answer is here
	if err == nil && c.lost.Load() {
		c.line.losses.Add(1)
		return 0, errors.Join(io.EOF, c.Close())
	}
	return n, err
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }
