// Package transport carries the requests to Cognito and says where they may go.
package transport

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"runtime"
	"strings"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// ManagedLoginRequestID is the header in which the endpoints of managed login give a request's id.
const ManagedLoginRequestID = "X-Amz-Cognito-Request-Id"

// maxSize bounds a response body. Cognito's largest, a list of sixty devices, has less than 100 kB.
const maxSize = 1 << 20

// maxRequestID bounds what is logged of a request's id. Cognito's have 36 bytes.
const maxRequestID = 128

// ErrTooLarge is the error of reading a response body beyond the bound.
var ErrTooLarge = errors.New("the response is larger than 1 MiB")

// ErrNotObject is the error of reading the body of a 2xx response that is not a JSON object.
var ErrNotObject = errors.New("the response is not a JSON object (perhaps a proxy's error page)")

// A Client is an aws.HTTPClient that bounds the responses of another one, and logs. It is safe for
// concurrent use.
type Client struct {
	inner   aws.HTTPClient
	strict  bool // inner follows no redirect
	reports bool // inner reports each connection that it gets, as a browser's fetch does not
	idle    idleLimit
	http1   atomic.Value // the host that answered last if that was over HTTP/1, or "": a string
	logger  *slog.Logger
}

// New returns a Client that sends with client, made [Strict]. The logger receives one debug line
// per request, without secrets.
func New(client aws.HTTPClient, timeout time.Duration, logger *slog.Logger) *Client {
	c := &Client{inner: Strict(client, timeout), logger: logger}
	if own, ok := c.inner.(*http.Client); ok {
		c.strict = true
		c.idle.transport, _ = own.Transport.(*http.Transport)
		c.reports = c.idle.transport != nil && runtime.GOOS != "js"
	}
	return c
}

// Do implements aws.HTTPClient.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	if err := c.holdBody(r); err != nil {
		return nil, err
	}
	start := time.Now()
	var response *http.Response
	err := c.watched(r.Context(), func(ctx context.Context) (err error) {
		response, err = c.inner.Do(r.WithContext(ctx)) //nolint:bodyclose // the caller closes it
		return err
	})
	c.log(r, response, err, time.Since(start))
	switch {
	case err != nil && Permanent(err):
		return nil, permanentError{err}
	case err != nil:
		return nil, err
	}
	c.idle.use()
	if response.ProtoMajor == 1 {
		c.http1.Store(r.URL.Host)
	} else {
		c.http1.Store("")
	}
	response.Body = &boundedBody{
		ReadCloser: response.Body, left: maxSize + 1, checkStart: response.StatusCode < http.StatusMultipleChoices,
		refused: response.StatusCode != http.StatusOK && response.StatusCode < http.StatusMultipleChoices,
	}
	return response, nil
}

// holdBody reads the body of r into memory, so that the AWS SDK does not close it while it is still
// being sent, and net/http can send it again if it has written nothing to a connection. Only for a
// client that follows no redirect: with GetBody it could send the body to the target of one. And
// only over HTTP/1: over HTTP/2 it would also send it again after a PROTOCOL_ERROR, without end,
// which a server may send after it has carried the request out.
func (c *Client) holdBody(r *http.Request) error {
	if r.Body == nil {
		return nil
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return err
	}
	if err := r.Body.Close(); err != nil {
		return err
	}
	again := func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body)), nil }
	r.Body, _ = again()
	r.GetBody = nil
	if c.strict && c.http1.Load() == r.URL.Host {
		r.GetBody = again
	}
	return nil
}

func (c *Client) log(r *http.Request, response *http.Response, err error, took time.Duration) {
	if !c.logger.Enabled(r.Context(), slog.LevelDebug) {
		return
	}
	operation := r.URL.Path // of managed login
	if _, name, isAPI := strings.Cut(r.Header.Get("X-Amz-Target"), "."); isAPI {
		operation = name
	}
	attributes := []slog.Attr{slog.String("operation", operation), slog.Duration("duration", took)}
	if err != nil {
		attributes = append(attributes, slog.Any("error", err))
	} else {
		id := cmp.Or(response.Header.Get("X-Amzn-Requestid"), response.Header.Get(ManagedLoginRequestID))
		id = id[:min(len(id), maxRequestID)]
		attributes = append(attributes, slog.Int("status", response.StatusCode), slog.String("requestID", id))
	}
	c.logger.LogAttrs(context.WithoutCancel(r.Context()), slog.LevelDebug, "cognito request", attributes...)
}

// boundedBody fails, unlike io.LimitReader, when the body is larger than allowed. It also fails if
// the body of a 2xx response is not a JSON object: some operations have an empty output, and the
// AWS SDK would accept any page as such.
type boundedBody struct {
	io.ReadCloser
	left       int  // bytes still allowed, plus one to detect an oversized body
	checkStart bool // the first byte of a 2xx body has yet to be checked
	refused    bool // the status is of 2xx, but not Cognito's 200: a firewall's challenge is a 202
}

func (b *boundedBody) Read(p []byte) (int, error) {
	switch {
	case b.refused:
		return 0, ErrNotObject
	case b.left <= 0:
		return 0, ErrTooLarge
	}
	if len(p) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	if err != nil && err != io.EOF {
		err = cutError{err}
	}
	b.left -= n
	if text := bytes.TrimLeft(p[:n], " \t\r\n"); b.checkStart && len(text) > 0 {
		b.checkStart = false
		if text[0] != '{' {
			return 0, ErrNotObject
		}
	}
	return n, err
}

// Unfit returns why endpoint must not replace Cognito's URL, or "" if it may. Secrets travel over
// https only, unless they stay on the machine.
func Unfit(endpoint string) string {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Hostname() == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "":
		return "is not a plain URL of a server"
	case u.Scheme == "https", u.Scheme == "http" && isLoopback(u.Hostname()):
		return ""
	default:
		return "is neither https nor http on a loopback address"
	}
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
