package auth_test

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// The types and flags of HTTP/2 frames (RFC 9113, section 6), and the length of their header.
const (
	dataFrame     = 0
	headersFrame  = 1
	resetFrame    = 3
	settingsFrame = 4
	pingFrame     = 6
	goAwayFrame   = 7

	endOfStream  = 1
	endOfHeaders = 4

	frameHeader = 9
)

func frame(kind, flags byte, stream uint32, payload string) string {
	header := make([]byte, frameHeader)
	binary.BigEndian.PutUint32(header, uint32(len(payload))<<8|uint32(kind))
	header[4] = flags
	binary.BigEndian.PutUint32(header[5:], stream)
	return string(header) + payload
}

func reset(stream uint32, code byte) string {
	return frame(resetFrame, 0, stream, string([]byte{0, 0, 0, code}))
}

// A refuser is an HTTP/2 server that answers its first request with a frame of an error, and the
// others with a sign-up.
type refuser struct {
	refusal  func(stream uint32) string
	requests atomic.Int32
}

func (r *refuser) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	from := bufio.NewReader(conn)
	if _, err := from.Discard(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")); err != nil {
		return
	}
	_, _ = io.WriteString(conn, frame(settingsFrame, 0, 0, ""))
	header := make([]byte, frameHeader)
	for {
		if _, err := io.ReadFull(from, header); err != nil {
			return
		}
		if _, err := from.Discard(int(binary.BigEndian.Uint32(header) >> 8)); err != nil {
			return
		}
		if header[3] != dataFrame || header[4]&endOfStream == 0 {
			continue
		}
		stream := binary.BigEndian.Uint32(header[5:])
		answer := r.refusal(stream)
		if r.requests.Add(1) > 1 {
			const ok = "\x88" // status 200 (RFC 7541, appendix A)
			answer = frame(headersFrame, endOfHeaders, stream, ok) +
				frame(dataFrame, endOfStream, stream, `{"UserSub":"6ba7b810-9dad-11d1-80b4-00c04fd430c8"}`)
		}
		_, _ = io.WriteString(conn, answer)
	}
}

// session returns a session whose client dials the server with dial, or with net/http's.
func (r *refuser) session(t *testing.T, dial func(ctx context.Context, network, address string) (net.Conn, error)) *auth.Session {
	t.Helper()
	issuer, roots := fleet.NewIssuer(t), x509.NewCertPool()
	roots.AddCert(issuer.Certificate)
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: []tls.Certificate{*issuer.Issue(t, "localhost", time.Now().Add(time.Hour))},
		NextProtos:   []string{"h2"},
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go r.serve(conn)
		}
	}()
	_, port, err := net.SplitHostPort(listener.Addr().String())
	require.NoError(t, err)
	return newClient(t, auth.Config{
		UserPoolID: "us-east-1_Script", ClientID: "client", Endpoint: "https://localhost:" + port,
		HTTPClient: &http.Client{Transport: &http.Transport{
			ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: roots}, DialContext: dial,
		}},
	}).Session("test")
}

// TestErrorsOfHTTP2: a request is sent again only if the server says that it has not looked at it.
// Net/http would also repeat it after a PROTOCOL_ERROR.
func TestErrorsOfHTTP2(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		refusal  func(stream uint32) string
		want     error
		requests int32
	}{
		"PROTOCOL_ERROR": {func(stream uint32) string { return reset(stream, 1) }, auth.ErrOutcomeUnknown, 1},
		"INTERNAL_ERROR": {func(stream uint32) string { return reset(stream, 2) }, auth.ErrOutcomeUnknown, 1},
		"REFUSED_STREAM": {func(stream uint32) string { return reset(stream, 7) }, nil, 2},
		"GOAWAY, before the request": {
			func(uint32) string { return frame(goAwayFrame, 0, 0, strings.Repeat("\x00", 8)) }, nil, 2,
		},
		"GOAWAY, after the request": {
			func(stream uint32) string {
				last := binary.BigEndian.AppendUint32(nil, stream)
				return reset(stream, 2) + frame(goAwayFrame, 0, 0, string(last)+strings.Repeat("\x00", 4))
			}, auth.ErrOutcomeUnknown, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := &refuser{refusal: tt.refusal}
			_, err := server.session(t, nil).SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: password})
			require.ErrorIs(t, err, tt.want)
			assert.Equal(t, tt.requests, server.requests.Load())
		})
	}
}

// TestPingThatCannotBeAnswered: over HTTP/2 a write that fails need not be that of the request.
func TestPingThatCannotBeAnswered(t *testing.T) {
	t.Parallel()
	var broken atomic.Bool
	server := &refuser{refusal: func(uint32) string {
		broken.Store(true)
		return frame(pingFrame, 0, 0, "8 bytes.")
	}}
	session := server.session(t, func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := new(net.Dialer).DialContext(ctx, network, address)
		return brokenConn{Conn: conn, broken: &broken}, err
	})
	_, err := session.SignUp(t.Context(), auth.SignUpInput{Username: "bob", Password: password})
	require.ErrorIs(t, err, auth.ErrOutcomeUnknown)
	require.ErrorIs(t, err, errPipe)
	assert.EqualValues(t, 1, server.requests.Load())
}
