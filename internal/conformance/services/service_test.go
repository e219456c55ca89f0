package services_test

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/aws/aws-lambda-go/events"
	"github.com/gin-gonic/gin"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
	"github.com/amplifyauth/amplify-auth-go/internal/conformance/services"
)

// caller is one who calls a service, and the answer that is due.
type caller struct {
	name, authorization string
	status              int
	challenge           string
}

func callers(t *testing.T) (*jwt.Verifier, []caller) {
	t.Helper()
	pool := authtest.New(t, authtest.Config{})
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: "Correct-Horse-7-Battery"}))
	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.URL + pool.UserPoolID + "/.well-known/jwks.json",
	}}})
	require.NoError(t, err)
	reader := pool.Sign(map[string]any{"username": "alice", "scope": "orders/read"})
	stranger := pool.Sign(map[string]any{"username": "alice", "scope": "orders/write"})
	return verifier, []caller{
		{"reader", "Bearer " + reader, http.StatusOK, ""},
		{"nobody", "", http.StatusUnauthorized, `Bearer realm="api"`},
		{"forger", "Bearer " + reader[:len(reader)-8] + "AAAAAAAA", http.StatusUnauthorized, `Bearer realm="api", error="invalid_token"`},
		{
			"without the scope", "Bearer " + stranger, http.StatusForbidden,
			`Bearer realm="api", error="insufficient_scope", scope="orders/read"`,
		},
	}
}

// Where the requirement is checked outside the routes, the challenge names the scope at once.
func challenge(framework string, c caller) string {
	if c.status == http.StatusUnauthorized && (framework == "gin" || framework == "echo") {
		return c.challenge + `, scope="orders/read"`
	}
	return c.challenge
}

func TestServicesOverHTTP(t *testing.T) {
	t.Parallel()
	gin.SetMode(gin.ReleaseMode)
	verifier, all := callers(t)
	for framework, service := range map[string]http.Handler{
		"net/http": services.NetHTTP(verifier), "chi": services.Chi(verifier),
		"gin": services.Gin(verifier), "echo": services.Echo(verifier),
	} {
		for _, c := range all {
			t.Run(framework+" "+c.name, func(t *testing.T) {
				t.Parallel()
				request := httptest.NewRequest(http.MethodGet, "/orders", http.NoBody)
				if c.authorization != "" {
					request.Header.Set("Authorization", c.authorization)
				}
				answer := httptest.NewRecorder()
				service.ServeHTTP(answer, request)
				assert.Equal(t, c.status, answer.Code)
				assert.Equal(t, challenge(framework, c), answer.Header().Get("WWW-Authenticate"))
				if c.status == http.StatusOK {
					assert.Equal(t, "orders of alice", answer.Body.String())
				} else {
					assert.Equal(t, http.StatusText(c.status)+"\n", answer.Body.String())
				}
			})
		}
	}
}

func TestServicesOverGRPC(t *testing.T) {
	t.Parallel()
	verifier, all := callers(t)
	server := services.GRPC(verifier)
	healthpb.RegisterHealthServer(server, health.NewServer())
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	go func() { assert.NoError(t, server.Serve(listener)) }()
	connection, err := grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	t.Cleanup(func() {
		assert.NoError(t, connection.Close())
		server.Stop()
	})
	client := healthpb.NewHealthClient(connection)
	want := map[int]codes.Code{200: codes.OK, 401: codes.Unauthenticated, 403: codes.PermissionDenied}
	for _, c := range all {
		ctx := context.Background()
		if c.authorization != "" {
			ctx = metadata.AppendToOutgoingContext(ctx, "authorization", c.authorization)
		}
		_, err := client.Check(ctx, &healthpb.HealthCheckRequest{})
		assert.Equal(t, want[c.status], status.Code(err), "%s, unary", c.name)
		stream, err := client.Watch(ctx, &healthpb.HealthCheckRequest{})
		require.NoError(t, err)
		_, err = stream.Recv()
		assert.Equal(t, want[c.status], status.Code(err), "%s, stream", c.name)
	}
}

// gateway returns the status that API Gateway answers with.
func gateway(effect string, err error) int {
	switch {
	case err != nil && err.Error() == "Unauthorized":
		return http.StatusUnauthorized
	case err != nil:
		return http.StatusInternalServerError
	case effect == "Allow":
		return http.StatusOK
	default:
		return http.StatusForbidden
	}
}

func TestLambdaAuthorizers(t *testing.T) {
	t.Parallel()
	const arn = "arn:aws:execute-api:eu-west-1:123456789012:abc/prod/GET/orders"
	verifier, all := callers(t)
	for _, c := range all {
		token, err := services.TokenAuthorizer(verifier)(t.Context(), events.APIGatewayCustomAuthorizerRequest{
			AuthorizationToken: c.authorization, MethodArn: arn,
		})
		checkPolicy(t, c, arn, token, err)

		headers := map[string]string{}
		if c.authorization != "" {
			headers["authorization"] = c.authorization
		}
		request, err := services.RequestAuthorizer(verifier)(t.Context(), events.APIGatewayCustomAuthorizerRequestTypeRequest{
			Headers: headers, MethodArn: arn,
		})
		checkPolicy(t, c, arn, request, err)

		simple, err := services.HTTPAPIAuthorizer(verifier)(t.Context(), events.APIGatewayV2CustomAuthorizerV2Request{Headers: headers})
		assert.Equal(t, c.status, gateway(map[bool]string{true: "Allow"}[simple.IsAuthorized], err), c.name)
	}
}

func checkPolicy(t *testing.T, c caller, arn string, got events.APIGatewayCustomAuthorizerResponse, err error) {
	t.Helper()
	effect := ""
	if err == nil {
		require.Len(t, got.PolicyDocument.Statement, 1)
		statement := got.PolicyDocument.Statement[0]
		effect = statement.Effect
		assert.Equal(t, []string{arn}, statement.Resource)
	}
	assert.Equal(t, c.status, gateway(effect, err), c.name)
	if c.status == http.StatusOK {
		assert.Equal(t, map[string]any{"username": "alice"}, got.Context)
	}
}

func TestAppSyncAuthorizer(t *testing.T) {
	t.Parallel()
	verifier, all := callers(t)
	for _, c := range all {
		token := ""
		if c.authorization != "" {
			token = c.authorization[len("Bearer "):]
		}
		got, err := services.AppSyncAuthorizer(verifier)(t.Context(), events.AppSyncLambdaAuthorizerRequest{AuthorizationToken: token})
		require.NoError(t, err)
		assert.Equal(t, c.status == http.StatusOK, got.IsAuthorized, c.name)
	}
}

// Without the pool's keys nobody is called unauthorized.
func TestTokensThatWereNotJudged(t *testing.T) {
	t.Parallel()
	pool := authtest.New(t, authtest.Config{})
	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID}, JWKSURL: pool.URL + "nothing",
	}}})
	require.NoError(t, err)
	in := events.APIGatewayCustomAuthorizerRequest{AuthorizationToken: "Bearer " + pool.ClientCredentialsToken("orders/read")}
	_, err = services.TokenAuthorizer(verifier)(t.Context(), in)
	assert.Equal(t, http.StatusInternalServerError, gateway("", err))
	sync, err := services.AppSyncAuthorizer(verifier)(t.Context(), events.AppSyncLambdaAuthorizerRequest{
		AuthorizationToken: pool.ClientCredentialsToken("orders/read"),
	})
	require.Error(t, err)
	assert.False(t, sync.IsAuthorized)
}
