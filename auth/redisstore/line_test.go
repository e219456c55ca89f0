package redisstore_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"

	"github.com/redis/go-redis/v9"
)

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
