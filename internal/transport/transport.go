// Package transport carries the requests to Cognito and says where they may go.
package transport

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
)

// maxSize bounds a response body. Cognito's largest, a list of sixty devices, has less than 100 kB.
const maxSize = 1 << 20

// ErrTooLarge is the error of reading a response body beyond the bound.
var ErrTooLarge = errors.New("the response is larger than 1 MiB")

// ErrNotObject is the error of reading the body of a 2xx response that is not a JSON object.
var ErrNotObject = errors.New("the response is not a JSON object (perhaps a proxy's error page)")

// A Client is an aws.HTTPClient that bounds the responses of another one, and logs. It is safe for
// concurrent use.
type Client struct {
	inner  aws.HTTPClient
	logger *slog.Logger
}

// New returns a Client that sends with inner. The logger receives one debug line per request,
// without secrets.
func New(inner aws.HTTPClient, logger *slog.Logger) *Client {
	return &Client{inner: inner, logger: logger}
}

// Do implements aws.HTTPClient.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		// The SDK closes the body when the response's header arrives. Its WriteTo then fails, where
		// Read would not, and net/http, if it is still sending, closes the connection while the
		// response is being read.
		r.Body = struct{ io.ReadCloser }{r.Body}
		r.GetBody = nil // so that net/http cannot send the body to the target of a redirect
	}
	start := time.Now()
	response, err := c.inner.Do(r)
	c.log(r, response, err, time.Since(start))
	if err != nil {
		return nil, err
	}
	response.Body = &boundedBody{
		ReadCloser: response.Body, left: maxSize + 1, checkStart: response.StatusCode < http.StatusMultipleChoices,
	}
	return response, nil
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
		attributes = append(attributes, slog.Int("status", response.StatusCode),
			slog.String("requestID", response.Header.Get("X-Amzn-Requestid")))
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
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, ErrTooLarge
	}
	if len(p) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
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
