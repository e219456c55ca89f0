package auth_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	password   = "Correct-Horse-7-Battery"
	totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// newPool starts a pool that fails the test if it receives a request that Cognito would refuse as
// malformed, unless cfg says what happens then.
func newPool(t testing.TB, cfg authtest.Config, users ...authtest.User) *authtest.Pool {
	t.Helper()
	if cfg.OnViolation == nil {
		cfg.OnViolation = func(err error) { t.Error("the pool got a malformed request:", err) }
	}
	pool, err := authtest.NewPool(cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	for _, user := range users {
		require.NoError(t, pool.AddUser(user))
	}
	return pool
}

// configFor returns the Config for the app client of a pool. A pool without a listener, in a bubble
// of testing/synctest, is reached without a connection.
func configFor(pool *authtest.Pool) auth.Config {
	cfg := auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, ClientSecret: pool.ClientSecret, Endpoint: pool.URL,
	}
	if unlistened(pool) {
		cfg.HTTPClient = pool.HTTPClient()
	}
	return cfg
}

// unlistened reports whether the pool was made with NoListener.
func unlistened(pool *authtest.Pool) bool { return strings.HasSuffix(pool.URL, ":0/") }

func newClient(t testing.TB, cfg auth.Config) *auth.Client {
	t.Helper()
	client, err := auth.NewClient(cfg)
	require.NoError(t, err)
	return client
}

// newSession returns a session on a new Client.
func newSession(t testing.TB, pool *authtest.Pool) *auth.Session {
	t.Helper()
	return newClient(t, configFor(pool)).Session("test")
}

// alice returns a confirmed user with an e-mail address, a phone number and an authenticator app.
func alice(change ...func(*authtest.User)) authtest.User {
	user := authtest.User{
		Username: "alice", Password: password, TOTPSecret: totpSecret,
		Attributes: map[string]string{
			"email":                 "alice@example.com",
			"email_verified":        "true",
			"phone_number":          "+15551234567",
			"phone_number_verified": "true",
		},
	}
	for _, c := range change {
		c(&user)
	}
	return user
}

// nextTOTP moves the pool's clock to the next time step, and returns its code, which was not used
// before.
func nextTOTP(t testing.TB, pool *authtest.Pool, secret string) string {
	t.Helper()
	pool.Advance(30 * time.Second)
	code, err := authtest.TOTPCode(secret, pool.Now())
	require.NoError(t, err)
	return code
}

// wrongCode returns six digits that differ from code.
func wrongCode(code string) string {
	if code[0] == '9' {
		return "0" + code[1:]
	}
	return string(code[0]+1) + code[1:]
}

func operations(pool *authtest.Pool) []string {
	var names []string
	for _, request := range pool.Requests() {
		names = append(names, request.Operation)
	}
	return names
}

// A script is a server that sends its answers in turn, and the last one from then on.
type script struct {
	url string

	mu       sync.Mutex
	answers  []string
	requests []map[string]any
}

func newScript(t testing.TB, answers ...string) *script {
	t.Helper()
	s := &script{answers: answers}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *script) config() auth.Config {
	return auth.Config{UserPoolID: "us-east-1_Script", ClientID: "client", Endpoint: s.url}
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var body map[string]any
	if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	s.requests = append(s.requests, body)
	answer := s.answers[0]
	if len(s.answers) > 1 {
		s.answers = s.answers[1:]
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_, _ = w.Write([]byte(answer))
}

// administrator returns an AWS SDK client with the credentials of an administrator.
func administrator(pool *authtest.Pool) *cognitoidentityprovider.Client {
	var client cognitoidentityprovider.HTTPClient
	if unlistened(pool) {
		client = pool.HTTPClient()
	}
	return cognitoidentityprovider.New(cognitoidentityprovider.Options{
		HTTPClient:   client,
		Region:       "us-east-1",
		BaseEndpoint: aws.String(pool.URL),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "a-secret-of-a-test"}, nil
		}),
	})
}

func forgetOnServer(t *testing.T, pool *authtest.Pool, session *auth.Session) {
	t.Helper()
	current, err := session.CurrentDevice(context.Background())
	require.NoError(t, err)
	_, err = administrator(pool).AdminForgetDevice(t.Context(), &cognitoidentityprovider.AdminForgetDeviceInput{
		UserPoolId: &pool.UserPoolID, Username: aws.String("alice"), DeviceKey: &current.Key,
	})
	require.NoError(t, err)
}

func deleteUser(t *testing.T, pool *authtest.Pool, username string) {
	t.Helper()
	_, err := administrator(pool).AdminDeleteUser(context.Background(), &cognitoidentityprovider.AdminDeleteUserInput{
		UserPoolId: &pool.UserPoolID, Username: &username,
	})
	require.NoError(t, err)
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }

// claimOf returns one claim of a token.
func claimOf(t *testing.T, token auth.Token, name string) any {
	t.Helper()
	var claims map[string]any
	require.NoError(t, token.Claims(&claims))
	return claims[name]
}
