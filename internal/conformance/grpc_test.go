package conformance_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"math/big"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/oauth"
	"google.golang.org/grpc/health"
	"google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// TestTokenSourceServesGRPCForHours calls a gRPC service that verifies, every minute, with grpc's own
// credentials. All of it runs in one process without sockets, so that one clock can be moved.
func TestTokenSourceServesGRPCForHours(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := authtest.New(t, authtest.Config{NoListener: true, RefreshTokenRotation: true})
		session := signedInAt(t, pool)
		health := newHealthService(t, pool, session)
		for range 150 {
			_, err := health.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{})
			require.NoError(t, err)
			time.Sleep(time.Minute)
		}
		refreshes := 0
		for _, request := range pool.Requests() {
			if request.Operation == "GetTokensFromRefreshToken" {
				refreshes++
			}
		}
		assert.Equal(t, 2, refreshes)
		_, err := session.SignOut(t.Context(), auth.SignOutInput{})
		require.NoError(t, err)
		_, err = health.Check(t.Context(), &grpc_health_v1.HealthCheckRequest{})
		require.Equal(t, codes.Unauthenticated, status.Code(err), "%v", err)
	})
}

func signedInAt(t *testing.T, pool *authtest.Pool) *auth.Session {
	t.Helper()
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL,
		HTTPClient: pool.HTTPClient(),
	})
	require.NoError(t, err)
	session := client.Session("alice")
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	return session
}

// newHealthService starts a service that asks for the pool's access tokens, and returns a client of
// it with the session's.
func newHealthService(t *testing.T, pool *authtest.Pool, session *auth.Session) grpc_health_v1.HealthClient {
	t.Helper()
	verifier, err := jwt.NewVerifier(jwt.Config{
		Pools: []jwt.TrustedPool{{
			UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
			JWKSURL: pool.JWKSURL(),
		}},
		HTTPClient: pool.HTTPClient(),
	})
	require.NoError(t, err)
	certificate, roots := selfSigned(t)
	server := grpc.NewServer(
		grpc.Creds(credentials.NewServerTLSFromCert(&certificate)),
		grpc.UnaryInterceptor(func(ctx context.Context, r any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (any, error) {
			sent := metadata.ValueFromIncomingContext(ctx, "authorization")
			if len(sent) != 1 {
				return nil, status.Error(codes.Unauthenticated, "there is no token")
			}
			if _, err := verifier.VerifyAccessToken(ctx, strings.TrimPrefix(sent[0], "Bearer ")); err != nil {
				return nil, status.Error(codes.Unauthenticated, err.Error())
			}
			return next(ctx, r)
		}),
	)
	grpc_health_v1.RegisterHealthServer(server, health.NewServer())
	listener := bufconn.Listen(1 << 16)
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(server.Stop)
	connection, err := grpc.NewClient("passthrough:///health.example.com",
		grpc.WithContextDialer(func(context.Context, string) (net.Conn, error) { return listener.Dial() }),
		grpc.WithTransportCredentials(credentials.NewTLS(&tls.Config{
			RootCAs: roots, ServerName: "health.example.com", MinVersion: tls.VersionTLS13,
		})),
		grpc.WithPerRPCCredentials(oauth.TokenSource{TokenSource: session.TokenSource(t.Context())}),
	)
	require.NoError(t, err)
	t.Cleanup(func() { _ = connection.Close() })
	return grpc_health_v1.NewHealthClient(connection)
}

// selfSigned returns a certificate by the clock of the moment, and what trusts it.
func selfSigned(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"health.example.com"},
		NotBefore: time.Now(), NotAfter: time.Now().Add(24 * time.Hour),
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, roots
}
