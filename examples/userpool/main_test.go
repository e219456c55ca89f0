package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
	"github.com/amplifyauth/amplify-auth-go/internal/fleet"
)

// start runs the program until the test ends and returns the line that it prints.
func start(t *testing.T, args ...string) announcement {
	t.Helper()
	a, stop := startStoppable(t, args...)
	t.Cleanup(stop)
	return a
}

// startStoppable is start for a program that stops when stop is called.
func startStoppable(t *testing.T, args ...string) (a announcement, stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	reader, writer := io.Pipe()
	done := make(chan error, 1)
	go func() {
		err := run(ctx, args, writer, io.Discard)
		done <- err
		_ = writer.CloseWithError(err)
	}()
	stop = func() {
		cancel()
		assert.NoError(t, <-done)
	}
	line, err := bufio.NewReader(reader).ReadBytes('\n')
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(line, &a))
	return a, stop
}

func TestClientsCanSignUp(t *testing.T) {
	t.Parallel()
	for name, args := range map[string][]string{
		"public client": {
			"-mfa", "OPTIONAL", "-totp", "-sms", "-email-mfa",
			"-session-validity", "10m", "-access-token-validity", "5m",
		},
		"client secret": {"-client-secret", "-prevent-user-existence-errors", "-devices", "opt-in", "-rotation"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := start(t, args...)
			client, err := auth.NewClient(auth.Config{
				UserPoolID: a.UserPoolID, ClientID: a.ClientID, ClientSecret: a.ClientSecret, Endpoint: a.Endpoint,
			})
			require.NoError(t, err)
			_, err = client.Session("test").SignUp(context.Background(), auth.SignUpInput{
				Username: demo.Username, Password: demo.Password,
				UserAttributes: map[string]string{"email": "alice@example.com"},
			})
			assert.NoError(t, err)
		})
	}
}

func TestOutputsFileConfiguresAClient(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "amplify_outputs.json")
	a := start(t, "-mfa", "REQUIRED", "-totp", "-outputs", name)
	file, err := os.ReadFile(name)
	require.NoError(t, err)
	cfg, err := auth.ConfigFromOutputs(bytes.NewReader(file))
	require.NoError(t, err)
	assert.Equal(t, a.UserPoolID, cfg.UserPoolID)
	assert.Equal(t, a.ClientID, cfg.ClientID)
}

func TestDeviceAndRotationFlags(t *testing.T) {
	t.Parallel()
	for value, devices := range map[string]authtest.Devices{
		"off": authtest.DevicesOff, "always": authtest.DevicesAlways, "opt-in": authtest.DevicesOptIn,
	} {
		opts, _, err := parse([]string{"-devices", value, "-rotation"})
		require.NoError(t, err)
		assert.Equal(t, devices, opts.pool.Devices)
		assert.True(t, opts.pool.RefreshTokenRotation)
	}
}

func TestRegionAndIssuerFlags(t *testing.T) {
	t.Parallel()
	a := start(t, "-region", "eu-west-1", "-issuer", "https://issuer.example")
	assert.Regexp(t, "^eu-west-1_", a.UserPoolID)
	discovery := a.Endpoint + a.UserPoolID + "/.well-known/openid-configuration"
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, discovery, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	var document struct{ Issuer string }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&document))
	assert.Equal(t, "https://issuer.example", document.Issuer)
}

func TestFixedIDs(t *testing.T) {
	t.Parallel()
	a := start(t, "-user-pool-id", "eu-west-1_dev", "-client-id", "app")
	assert.Equal(t, []string{"eu-west-1_dev", "app"}, []string{a.UserPoolID, a.ClientID})
	assert.Equal(t, "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_dev", a.Issuer)
}

// TestHealthWaitsForTheSeed checks that a client that polls the health of a fixed port finds all
// users of the seed.
func TestHealthWaitsForTheSeed(t *testing.T) {
	t.Parallel()
	const users = 50
	list := userList{}
	for i := range users {
		list.Users = append(list.Users, listedUser{Username: fmt.Sprint("user-", i)})
	}
	text, err := json.Marshal(list)
	require.NoError(t, err)
	seed := filepath.Join(t.TempDir(), "users.json")
	require.NoError(t, os.WriteFile(seed, text, 0o600))
	address := "127.0.0.1:" + fleet.FreePort(t)

	get := func(path string) (*http.Response, error) {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://"+address+path, http.NoBody)
		require.NoError(t, err)
		return http.DefaultClient.Do(request)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- run(ctx, []string{"-listen", address, "-seed", seed}, io.Discard, io.Discard) }()
	require.Eventually(t, func() bool {
		response, err := get("/health")
		return err == nil && response.Body.Close() == nil && response.StatusCode == http.StatusOK
	}, time.Minute, time.Millisecond)
	response, err := get("/_pool/users")
	require.NoError(t, err)
	var got userList
	require.NoError(t, json.NewDecoder(response.Body).Decode(&got))
	require.NoError(t, response.Body.Close())
	assert.Len(t, got.Users, users)
	cancel()
	require.NoError(t, <-done)
}

func TestAddressBeyondLoopback(t *testing.T) {
	t.Parallel()
	a := start(t, "-listen", "0.0.0.0:0", "-"+unprotectedFlag)
	for _, path := range []string{"", "health", "_pool/clock"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.Endpoint+path, http.NoBody)
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		assert.Equal(t, http.StatusOK, response.StatusCode, path)
	}
}

func TestManagedLoginFlags(t *testing.T) {
	t.Parallel()
	a := start(t, "-callback-urls", "http://localhost:3000/callback,myapp://cb", "-logout-urls", "http://localhost:3000/bye",
		"-oauth-flows", "code,implicit", "-oauth-scopes", "openid,orders/read", "-providers", "Google,Acme",
		"-social-user", "Google:1234:anna@example.com", "-local-issuer", "-tls")
	assert.Equal(t, a.Endpoint+a.UserPoolID, a.Issuer)
	roots := x509.NewCertPool()
	require.True(t, roots.AppendCertsFromPEM([]byte(a.Certificate)))
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots}}}
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, a.Endpoint+"_pool/authorize", strings.NewReader(
		`{"username":"1234","url":"/oauth2/authorize?response_type=code&scope=openid&identity_provider=Google`+
			`&redirect_uri=myapp://cb&client_id=`+a.ClientID+`"}`))
	require.NoError(t, err)
	response, err := client.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	var answer struct{ CallbackURL string }
	require.NoError(t, json.NewDecoder(response.Body).Decode(&answer))
	assert.Regexp(t, `^myapp://cb\?code=`, answer.CallbackURL)
}

func TestInvalidFlagsAreRefused(t *testing.T) {
	t.Parallel()
	ended, cancel := context.WithCancel(context.Background())
	cancel() // a pool that starts nevertheless stops at once
	for _, args := range [][]string{
		{"-devices", "sometimes"},
		{"-mfa", "SOMETIMES"},
		{"-mfa", "REQUIRED"}, // without a factor
		{"-session-validity", "1s"},
		{"-listen", "0.0.0.0:0"},
		{"-no-such-flag"},
		{"argument"},
		{"-help", "weather"},
		{"-url", "pool:9229"},
		{"-password-rules", "umlauts"},
		{"-config", "no-such-file.json"},
		{"-seed", "no-such-file.json"},
		{"-region", "US EAST"},
		{"-callback-urls", "http://app.example"},
		{"-social-user", "Google:1234:anna@example.com"}, // without the provider
		{"-local-issuer", "-issuer", "https://issuer.example"},
		{"-logout-urls", "http://localhost:3000/bye"}, // without -callback-urls, as the next two
		{"-providers", "Google"},
		{"-classic-pages"},
	} {
		assert.Error(t, run(ended, args, io.Discard, io.Discard), "%v", args)
	}
}
