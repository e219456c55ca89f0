// Package transport carries the AWS SDK's requests to Cognito and says where they may go.
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

// maxSize bounds what is read of an answer. Cognito's largest, a list of sixty devices, stays below
// 100 kB.
const maxSize = 1 << 20

// ErrTooLarge says that an answer was cut off.
var ErrTooLarge = errors.New("the answer is larger than 1 MiB")

var errPage = errors.New("the answer is no JSON object, but maybe a page of a proxy")

// A Client is an aws.HTTPClient that bounds the answers of another one, and logs. It is safe for
// concurrent use.
type Client struct {
	inner  aws.HTTPClient
	logger *slog.Logger
}

// New makes a Client that sends with inner. The logger gets one debug line per request, without
// secrets.
func New(inner aws.HTTPClient, logger *slog.Logger) *Client {
	return &Client{inner: inner, logger: logger}
}

// Do implements aws.HTTPClient.
func (c *Client) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		// The SDK closes the body once the answer's header is there. Its WriteTo then fails, where
		// Read would not, and net/http, if it is not done with the body, cuts the connection while
		// the answer is being read.
		r.Body = struct{ io.ReadCloser }{r.Body}
		r.GetBody = nil // with it, net/http could send the body again to where a redirect points
	}
	start := time.Now()
	response, err := c.inner.Do(r)
	c.log(r, response, err, time.Since(start))
	if err != nil {
		return nil, err
	}
	response.Body = &boundedBody{
		ReadCloser: response.Body, left: maxSize + 1, unread: response.StatusCode < http.StatusMultipleChoices,
	}
	return response, nil
}

func (c *Client) log(r *http.Request, response *http.Response, err error, took time.Duration) {
	if !c.logger.Enabled(r.Context(), slog.LevelDebug) {
		return
	}
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	attributes := []slog.Attr{slog.String("operation", operation), slog.Duration("duration", took)}
	if err != nil {
		attributes = append(attributes, slog.Any("error", err))
	} else {
		attributes = append(attributes, slog.Int("status", response.StatusCode),
			slog.String("requestID", response.Header.Get("X-Amzn-Requestid")))
	}
	c.logger.LogAttrs(context.WithoutCancel(r.Context()), slog.LevelDebug, "cognito request", attributes...)
}

// boundedBody fails, unlike io.LimitReader, when there is more to read than it lets through. It
// also fails for anything but an object that came with success: some operations answer nothing, and
// the AWS SDK then takes any page for that.
type boundedBody struct {
	io.ReadCloser
	left   int  // the last of them is one too many
	unread bool // of a successful answer, which is still to begin
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
	if text := bytes.TrimLeft(p[:n], " \t\r\n"); b.unread && len(text) > 0 {
		b.unread = false
		if text[0] != '{' {
			return 0, errPage
		}
	}
	return n, err
}

// Unfit says why endpoint must not stand for Cognito's URL, or gives "". Secrets travel over https,
// or stay on the machine.
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
