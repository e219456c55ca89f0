package auth

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"
)

// maxResponseSize bounds what is read of an answer. Cognito's largest, a list of sixty devices, stays below 100 kB.
const maxResponseSize = 1 << 20

var errResponseTooLarge = errors.New("the answer is larger than 1 MiB")

// transport is the aws.HTTPClient of this package: it bounds answers, follows no redirect and logs.
type transport struct {
	client *http.Client
	logger *slog.Logger
}

func newTransport(client *http.Client, logger *slog.Logger) *transport {
	own := http.Client{Timeout: defaultTimeout}
	if client != nil {
		own = *client
	}
	own.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &transport{client: &own, logger: logger}
}

// Do implements aws.HTTPClient.
func (t *transport) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil {
		// The SDK closes the body once the answer's header is there. Its WriteTo then fails, where Read would not, and
		// net/http, if it is not done with the body, cuts the connection while the answer is being read.
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	start := time.Now()
	response, err := t.client.Do(r)
	t.log(r, response, err, time.Since(start))
	if err != nil {
		return nil, err
	}
	response.Body = &boundedBody{ReadCloser: response.Body, left: maxResponseSize}
	return response, nil
}

func (t *transport) log(r *http.Request, response *http.Response, err error, took time.Duration) {
	if !t.logger.Enabled(r.Context(), slog.LevelDebug) {
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
	t.logger.LogAttrs(context.WithoutCancel(r.Context()), slog.LevelDebug, "cognito request", attributes...)
}

// boundedBody fails, unlike io.LimitReader, when there is more to read than it lets through.
type boundedBody struct {
	io.ReadCloser
	left int
}

func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errResponseTooLarge
	}
	if len(p) > b.left {
		p = p[:b.left]
	}
	n, err := b.ReadCloser.Read(p)
	b.left -= n
	return n, err
}
