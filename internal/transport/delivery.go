package transport

import (
	"context"
	"crypto/tls"
	"net/http/httptrace"
	"sync/atomic"
	"time"
)

// A Delivery observes the attempts of one call, of the AWS SDK or of x/oauth2, and says whether one
// of them may have reached a server. It is safe for concurrent use.
type Delivery struct{ sent atomic.Bool }

type deliveryKey struct{}

// Watch returns a context for the call. Every attempt that a [Client] makes with it is observed.
func (d *Delivery) Watch(ctx context.Context) context.Context {
	return context.WithValue(ctx, deliveryKey{}, d)
}

// Sent reports whether a request may have been sent. It is false only if no attempt had a
// connection, or it is known that the server did not get the whole request or did not look at it.
func (d *Delivery) Sent() bool { return d.sent.Load() }

// An attempt is one request of a call, by what the transport tells of it.
type attempt struct {
	traced      atomic.Bool
	connections atomic.Int32
	idle        atomic.Int64             // how long the last connection had been idle
	reused      atomic.Bool              // the last connection had served another request
	secureHTTP1 atomic.Pointer[tls.Conn] // the last connection if it is one of HTTP/1 over TLS, or nil
}

// trace returns a context with which the transport reports to a. Net/http's own transport asks for
// another connection only if nothing was done with the one before. After that of a program, which
// may just try again, the request counts as sent.
func (a *attempt) trace(ctx context.Context, own bool) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) {
			a.traced.Store(true)
			if own {
				a.connections.Store(0)
			} else if a.connections.Load() > 0 {
				a.connections.Add(1)
			}
		},
		GotConn: func(got httptrace.GotConnInfo) {
			a.connections.Add(1)
			a.idle.Store(int64(got.IdleTime))
			a.reused.Store(got.Reused)
			secure, _ := got.Conn.(*tls.Conn)
			if secure != nil && secure.ConnectionState().NegotiatedProtocol == "h2" {
				secure = nil
			}
			a.secureHTTP1.Store(secure)
		},
	})
}

// sent reports whether the request that ended with err may have been sent. With a connection it
// counts as sent even before its header is written: some transports do not report that.
func (a *attempt) sent(err error) bool {
	switch n := a.connections.Load(); {
	case err == nil, n > 1:
		return true
	case n == 0, unprocessed(err):
		return false
	case unwritten(err, a.secureHTTP1.Load()):
		return false // over HTTP/2 the write may have been that of another frame
	case refusedCertificate(err):
		return a.reused.Load()
	default:
		return true
	}
}

// watched performs an attempt, and reports to the Delivery of ctx if it has one. A transport that
// reports nothing counts as having sent the request, unless it is known to report.
func (c *Client) watched(ctx context.Context, send func(context.Context) error) error {
	delivery, ok := ctx.Value(deliveryKey{}).(*Delivery)
	if !ok {
		return send(ctx)
	}
	c.idle.enforce()
	var a attempt
	err := send(a.trace(ctx, c.reports))
	if a.sent(err) || !a.traced.Load() && !c.reports {
		delivery.sent.Store(true)
	}
	if err != nil && ctx.Err() == nil && !timedOut(err) {
		c.idle.learn(time.Duration(a.idle.Load()))
	}
	return err
}
