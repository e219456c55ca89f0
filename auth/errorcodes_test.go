package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// operationCall finds the calls of Cognito's API in source code, operationErrors and exception the
// exceptions of an operation in the AWS SDK's.
var (
	operationCall   = regexp.MustCompile(`\b(?:cognito|api)\.([A-Z]\w+)\((?:ctx|limited)\b`)
	operationErrors = regexp.MustCompile(`(?s)func awsAwsjson11_deserializeOpError(\w+)\(.*?\n}\n`)
	exception       = regexp.MustCompile(`EqualFold\("(\w+)", errorCode\)`)
)

// calledOperations returns the operations that the packages for users call.
func calledOperations(t *testing.T) map[string]bool {
	t.Helper()
	called := map[string]bool{}
	for _, folder := range []string{".", "../mfa", "../device", "passkey"} {
		files, err := filepath.Glob(filepath.Join(folder, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, call := range operationCall.FindAllStringSubmatch(string(source), -1) {
				called[call[1]] = true
			}
		}
	}
	return called
}

// modelledExceptions returns the exceptions of those operations in the API model from which the AWS
// SDK was generated.
func modelledExceptions(t *testing.T, operations map[string]bool) map[string]bool {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}",
		"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider").Output()
	require.NoError(t, err)
	source, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "deserializers.go"))
	require.NoError(t, err)
	names := map[string]bool{}
	for _, function := range operationErrors.FindAllStringSubmatch(string(source), -1) {
		for _, name := range exception.FindAllStringSubmatch(function[0], -1) {
			names[name[1]] = names[name[1]] || operations[function[1]]
		}
	}
	return names
}

// TestEveryExceptionIsInTheCatalogue has a server return every exception of every operation that is
// called. Each must have a constant and advice.
func TestEveryExceptionIsInTheCatalogue(t *testing.T) {
	t.Parallel()
	operations := calledOperations(t)
	require.Contains(t, operations, "InitiateAuth")
	constants, err := os.ReadFile("errorcodes.go")
	require.NoError(t, err)
	exceptions := 0
	for name, called := range modelledExceptions(t, operations) {
		if !called {
			continue
		}
		exceptions++
		assert.Contains(t, string(constants), `"`+name+`"`, "errorcodes.go")
		err := refused(t, fmt.Sprintf(`{"__type":%q,"message":"text"}`, name))
		require.ErrorIs(t, err, auth.ErrorCode(name))
		var failure *auth.Error
		require.ErrorAs(t, err, &failure)
		assert.NotEmpty(t, failure.Recovery, name)
	}
	assert.Greater(t, exceptions, 30)
}

// TestEveryCodeHasAdvice has a server return every code that has a constant.
func TestEveryCodeHasAdvice(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("errorcodes.go")
	require.NoError(t, err)
	codes := regexp.MustCompile(`ErrorCode = "(\w+)"`).FindAllStringSubmatch(string(source), -1)
	require.Greater(t, len(codes), 90)
	for _, code := range codes {
		err := refused(t, fmt.Sprintf(`{"__type":%q,"message":"text"}`, code[1]))
		require.ErrorIs(t, err, auth.ErrorCode(code[1]))
		assert.NotEmpty(t, failureOf(t, err).Recovery, code[1])
	}
}

// refused returns the error of a request that was answered with body as a refusal.
func refused(t *testing.T, body string) error {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = w.Write([]byte(body))
	}))
	t.Cleanup(server.Close)
	client := newClient(t, auth.Config{UserPoolID: "us-east-1_Script", ClientID: "client", Endpoint: server.URL})
	_, err := client.Session("s").ResendSignUpCode(context.Background(), auth.ResendSignUpCodeInput{Username: "alice"})
	require.Error(t, err)
	return err
}

func TestLockoutHasItsOwnCode(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		session := newSession(t, newPool(t, authtest.Config{NoListener: true}, alice()))
		ctx := t.Context()
		for range 5 {
			_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: "Wrong-Password-1"})
			require.ErrorIs(t, err, auth.ErrNotAuthorized)
			require.NotErrorIs(t, err, auth.ErrLockedOut)
		}
		_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		require.ErrorIs(t, err, auth.ErrLockedOut)
		require.ErrorIs(t, err, auth.ErrNotAuthorized)
		assert.False(t, auth.Retryable(err))

		time.Sleep(time.Second)
		out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
		assert.True(t, out.IsSignedIn)
	})
}

func TestRetryable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		err  error
		want bool
	}{
		{"nothing", nil, false},
		{"throttled", &auth.Error{Code: auth.ErrTooManyRequests}, true},
		{"no network", &auth.Error{Code: auth.ErrNetwork}, true},
		{"failing service", &auth.Error{Code: auth.ErrInternal}, true},
		{"a changing record", &auth.Error{Err: auth.ErrRecordConflict}, true},
		{"inside another error", fmt.Errorf("sign in: %w", &auth.Error{Code: auth.ErrNetwork}), true},
		{"wrong code", &auth.Error{Code: auth.ErrCodeMismatch}, false},
		{"too many tries", &auth.Error{Code: auth.ErrLimitExceeded}, false},
		{"locked out", &auth.Error{Code: auth.ErrLockedOut}, false},
		{"outcome unknown", &auth.Error{Code: auth.ErrOutcomeUnknown}, false},
		{"session over", &auth.Error{Code: auth.ErrSessionExpired}, false},
		{"canceled", &auth.Error{Err: context.Canceled}, false},
		{"unknown", errors.New("disk full"), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			assert.Equal(t, tt.want, auth.Retryable(tt.err))
		})
	}
}
