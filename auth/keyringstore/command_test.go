//go:build linux

package keyringstore_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

const (
	commandName = "KEYRINGSTORE_TEST_COMMAND"
	poolAddress = "KEYRINGSTORE_TEST_POOL"
	password    = "Correct-Horse-7-Battery"
)

// command is one command of a tool that stays signed in.
func command(ctx context.Context, store *filestore.Store) error {
	var cfg auth.Config
	if _, err := fmt.Sscan(os.Getenv(poolAddress), &cfg.UserPoolID, &cfg.ClientID, &cfg.Endpoint); err != nil {
		return err
	}
	cfg.Store = store
	client, err := auth.NewClient(cfg)
	if err != nil {
		return err
	}
	session := client.Session("default")
	commands := map[string]func() error{
		"sign-in": func() error {
			_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			return err
		},
		"token": func() error {
			got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			if err == nil {
				_, err = os.Stdout.WriteString(got.AccessToken.Raw)
			}
			return err
		},
		"sign-out": func() error { return session.SignOut(ctx, auth.SignOutInput{}) },
	}
	return commands[os.Getenv(commandName)]()
}

// staysSignedIn runs a tool's commands one after the other, on tokens that are soon over and a
// refresh token that works once.
func staysSignedIn(t *testing.T) {
	pool, err := authtest.NewPool(authtest.Config{
		RefreshTokenRotation: true, ShortTokens: true, AccessTokenValidity: time.Second, IDTokenValidity: time.Second,
	})
	require.NoError(t, err)
	defer pool.Close()
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	dir := filepath.Join(t.TempDir(), "store")
	tool := func(name string) (string, error) {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), commandName+"="+name, storeDir+"="+dir,
			poolAddress+"="+fmt.Sprintln(pool.UserPoolID, pool.ClientID, pool.URL))
		output, err := cmd.CombinedOutput()
		return string(output), err
	}
	output, err := tool("sign-in")
	require.NoError(t, err, output)
	tokens := map[string]bool{}
	require.Eventually(t, func() bool {
		token, err := tool("token")
		tokens[token] = true
		return !assert.NoError(t, err, token) || len(tokens) > 2
	}, patience, 100*time.Millisecond)
	output, err = tool("sign-out")
	require.NoError(t, err, output)
	output, err = tool("token")
	require.Error(t, err)
	assert.Contains(t, output, "nobody is signed in")
}
