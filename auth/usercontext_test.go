package auth_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// userContextVerbs are the verbs that send the UserContext, each in a session where it can.
func userContextVerbs(pool *authtest.Pool) map[string]func(context.Context, *auth.Session) error {
	return map[string]func(context.Context, *auth.Session) error{
		"SignIn": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password}))
		},
		"ConfirmSignIn": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "123456"}))
		},
		"AutoSignIn": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.AutoSignIn(ctx, auth.AutoSignInInput{Password: password}))
		},
		"SignUp": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.SignUp(ctx, auth.SignUpInput{Username: "carol", Password: password}))
		},
		"ConfirmSignUp": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{
				Username: "bob", ConfirmationCode: pool.LastCode("bob"),
			}))
		},
		"ResendSignUpCode": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: "bob"}))
		},
		"ResetPassword": func(ctx context.Context, s *auth.Session) error {
			return errOf(s.ResetPassword(ctx, auth.ResetPasswordInput{Username: "alice"}))
		},
		"ConfirmResetPassword": func(ctx context.Context, s *auth.Session) error {
			return s.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
				Username: "alice", NewPassword: newPassword, ConfirmationCode: "123456",
			})
		},
	}
}

// prepareUserContextVerb brings a session to where the verb sends a request.
func prepareUserContextVerb(t *testing.T, pool *authtest.Pool, verb string, s *auth.Session) {
	t.Helper()
	ctx := t.Context()
	switch verb {
	case "ConfirmSignIn":
		require.NoError(t, errOf(s.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})))
	case "AutoSignIn", "ConfirmSignUp", "ResendSignUpCode":
		require.NoError(t, errOf(s.SignUp(ctx, auth.SignUpInput{
			Username: "bob", Password: password, UserAttributes: map[string]string{"email": "bob@example.com"},
			AutoSignIn: &auth.AutoSignInOptions{},
		})))
	}
	if verb == "AutoSignIn" {
		require.NoError(t, errOf(s.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{
			Username: "bob", ConfirmationCode: pool.LastCode("bob"),
		})))
	}
	pool.ResetRequests()
}

func userContextPool(t *testing.T) *authtest.Pool {
	t.Helper()
	return newPool(t, authtest.Config{ClientSecret: true, MFA: authtest.MFAOptional, TOTP: true}, aliceWithTOTP())
}

func TestEveryVerbSendsTheUserContext(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		person auth.UserContext
		want   any
	}{
		"both": {
			auth.UserContext{IPAddress: "192.0.2.7", EncodedData: "eyJwYXlsb2FkIjoi+/="},
			map[string]any{"IpAddress": "192.0.2.7", "EncodedData": "eyJwYXlsb2FkIjoi+/="},
		},
		"IPv6":                {auth.UserContext{IPAddress: "2001:db8::7"}, map[string]any{"IpAddress": "2001:db8::7"}},
		"IPv4 in IPv6":        {auth.UserContext{IPAddress: "::ffff:192.0.2.7"}, map[string]any{"IpAddress": "192.0.2.7"}},
		"zone":                {auth.UserContext{IPAddress: "fe80::7%eth0"}, map[string]any{"IpAddress": "fe80::7"}},
		"nothing":             {auth.UserContext{}, nil},
		"the longest data":    {auth.UserContext{EncodedData: strings.Repeat("A", 16<<10)}, map[string]any{"EncodedData": strings.Repeat("A", 16<<10)}},
		"an address, no data": {auth.UserContext{IPAddress: "0.0.0.0"}, map[string]any{"IpAddress": "0.0.0.0"}},
	}
	for name, tt := range tests {
		for verb := range userContextVerbs(nil) {
			t.Run(name+"/"+verb, func(t *testing.T) {
				t.Parallel()
				pool := userContextPool(t)
				session := newSession(t, pool)
				prepareUserContextVerb(t, pool, verb, session)
				call := userContextVerbs(pool)[verb]
				_ = call(auth.WithUserContext(t.Context(), tt.person), session) // Cognito may refuse, but is asked
				requests := pool.Requests()
				require.NotEmpty(t, requests)
				for _, request := range requests {
					assert.Equal(t, tt.want, request.Body["UserContextData"], request.Operation)
				}
			})
		}
	}
}

func TestBadUserContextIsRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		person auth.UserContext
		field  string
	}{
		"port":                  {auth.UserContext{IPAddress: "192.0.2.7:443"}, "IPAddress"},
		"host":                  {auth.UserContext{IPAddress: "secret.example.com"}, "IPAddress"},
		"list":                  {auth.UserContext{IPAddress: "192.0.2.7, 192.0.2.8"}, "IPAddress"},
		"brackets":              {auth.UserContext{IPAddress: "[2001:db8::7]"}, "IPAddress"},
		"too long":              {auth.UserContext{EncodedData: strings.Repeat("A", 16<<10+1)}, "EncodedData"},
		"both, the address bad": {auth.UserContext{IPAddress: "x", EncodedData: "y"}, "IPAddress"},
	}
	for name, tt := range tests {
		for verb := range userContextVerbs(nil) {
			t.Run(name+"/"+verb, func(t *testing.T) {
				t.Parallel()
				pool := userContextPool(t)
				session := newSession(t, pool)
				prepareUserContextVerb(t, pool, verb, session)
				err := userContextVerbs(pool)[verb](auth.WithUserContext(t.Context(), tt.person), session)
				require.ErrorIs(t, err, auth.ErrInvalidParameter)
				var e *auth.Error
				require.ErrorAs(t, err, &e)
				assert.Equal(t, verb, e.Op)
				assert.Contains(t, e.Message, "UserContext."+tt.field)
				assert.NotContains(t, err.Error(), "secret")
				assert.Empty(t, pool.Requests())
			})
		}
	}
}

func TestPendingSignInKeepsTheUserContext(t *testing.T) {
	t.Parallel()
	pool := userContextPool(t)
	session := newSession(t, pool)
	person := func(address string) context.Context {
		return auth.WithUserContext(t.Context(), auth.UserContext{IPAddress: address})
	}
	_, err := session.SignIn(person("192.0.2.1"), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	wrong := auth.ConfirmSignInInput{ChallengeResponse: "000000"}
	for _, tt := range []struct {
		ctx  context.Context //nolint:containedctx // it is what differs
		want string
	}{
		{t.Context(), "192.0.2.1"},
		{person("192.0.2.2"), "192.0.2.2"},
		{auth.WithUserContext(t.Context(), auth.UserContext{}), "192.0.2.1"},
	} {
		pool.ResetRequests()
		require.ErrorIs(t, errOf(session.ConfirmSignIn(tt.ctx, wrong)), auth.ErrCodeMismatch)
		assert.Equal(t, map[string]any{"IpAddress": tt.want}, pool.Requests()[0].Body["UserContextData"])
	}
}

// A web back end says once per request whose browser it acts for.
func ExampleWithUserContext() {
	pool := examplePool()
	defer pool.Close()
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		fmt.Println(err)
		return
	}
	session := client.Session("browser-1")
	ctx := auth.WithUserContext(context.Background(), auth.UserContext{
		IPAddress:   "192.0.2.7",         // from the request, or from a proxy that is trusted
		EncodedData: "eyJwYXlsb2FkIjoi…", // from AWS's script in the page
	})
	_, err = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	fmt.Println(err)
	fmt.Println(pool.Requests()[0].Body["UserContextData"])
	// Output:
	// <nil>
	// map[EncodedData:eyJwYXlsb2FkIjoi… IpAddress:192.0.2.7]
}
