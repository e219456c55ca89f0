package transport

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"
)

const (
	// alertTimeout is how long a connection that its server has reset is read. What arrived is there.
	alertTimeout = time.Second
	// maxAlert bounds what is read of it. A TLS record has at most 16 KiB, and an alert a few bytes.
	maxAlert = 32 << 10
)

// An alertConn keeps what the server sent before a write failed: with TLS 1.3, a server refuses the
// client's certificate when the request is on its way, and net/http may report the failed write.
type alertConn struct {
	net.Conn
	reading sync.Mutex // held while Conn is read
	kept    []byte
}

// Read implements net.Conn. It returns what was kept even if the connection is closed.
func (c *alertConn) Read(p []byte) (int, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if len(c.kept) == 0 {
		return c.Conn.Read(p)
	}
	n := copy(p, c.kept)
	c.kept = c.kept[n:]
	return n, nil
}

// Write implements net.Conn.
func (c *alertConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	if (errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET)) &&
		c.SetReadDeadline(time.Now().Add(alertTimeout)) == nil {
		c.reading.Lock()
		defer c.reading.Unlock()
		rest, _ := io.ReadAll(io.LimitReader(c.Conn, int64(maxAlert-len(c.kept))))
		c.kept = append(c.kept, rest...)
	}
	return n, err
}

type dialer func(ctx context.Context, network, address string) (net.Conn, error)

// keepingAlerts returns dial with connections that keep what arrived before a write failed.
func keepingAlerts(dial dialer) dialer {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &alertConn{Conn: conn}, nil
	}
}

// alertOf returns the server's refusal of this client's certificate if that is why a connection of
// HTTP/1, which net/http has closed, failed with err. Otherwise it returns err.
func alertOf(conn net.Conn, err error) error {
	secure, ok := conn.(*tls.Conn)
	if !ok || !errors.Is(err, syscall.EPIPE) && !errors.Is(err, syscall.ECONNRESET) ||
		secure.ConnectionState().NegotiatedProtocol == "h2" {
		return err
	}
	if _, alert := secure.Read(make([]byte, 1)); refusedCertificate(alert) {
		return alert
	}
	return err
}
