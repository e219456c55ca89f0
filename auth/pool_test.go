package auth_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	password   = "Correct-Horse-7-Battery"
	totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
)

// newPool starts a pool that fails the test when it gets a request that Cognito would refuse as
// malformed.
func newPool(t testing.TB, cfg authtest.Config, users ...authtest.User) *authtest.Pool {
	t.Helper()
	cfg.OnViolation = func(err error) { t.Error("the pool got a malformed request:", err) }
	pool, err := authtest.NewPool(cfg)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	for _, user := range users {
		require.NoError(t, pool.AddUser(user))
	}
	return pool
}

func configFor(pool *authtest.Pool) auth.Config {
	return auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, ClientSecret: pool.ClientSecret, Endpoint: pool.URL,
	}
}

func newClient(t testing.TB, cfg auth.Config) *auth.Client {
	t.Helper()
	client, err := auth.NewClient(cfg)
	require.NoError(t, err)
	return client
}

// newSession returns the session of one person, on a client of its own.
func newSession(t testing.TB, pool *authtest.Pool) *auth.Session {
	t.Helper()
	return newClient(t, configFor(pool)).Session("test")
}

// alice is a confirmed user with an e-mail address, a phone number and an authenticator app.
func alice(change ...func(*authtest.User)) authtest.User {
	user := authtest.User{
		Username: "alice", Password: password, TOTPSecret: totpSecret,
		Attributes: map[string]string{
			"email": "alice@example.com", "email_verified": "true", "phone_number": "+15551234567", "phone_number_verified": "true",
		},
	}
	for _, c := range change {
		c(&user)
	}
	return user
}

// nextTOTP moves the pool to the next time step, so that the code was not used before, and gives
// its code.
func nextTOTP(t testing.TB, pool *authtest.Pool, secret string) string {
	t.Helper()
	pool.Advance(30 * time.Second)
	code, err := authtest.TOTPCode(secret, pool.Now())
	require.NoError(t, err)
	return code
}

// wrongCode returns six digits that are not code.
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
