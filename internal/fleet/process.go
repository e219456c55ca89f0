// Package fleet is for the tests of Stores that several processes of a service share. The processes
// are the test binary itself, started again with a task.
package fleet

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Password is that of every user of [NewPool].
const Password = "Correct-Horse-7-Battery"

const taskVariable = "AMPLIFY_AUTH_TEST_TASK"

// A task is the configuration of one process, and its work: to serve a load, to sign somebody in
// with a long pause or, without these, to refresh alice's session.
type task struct {
	Store                          json.RawMessage
	UserPoolID, ClientID, Endpoint string
	Load                           *load
	Visit                          *visit
}

// Main is the TestMain of a package. It runs a task instead of the tests if the test binary was
// started with one. Open opens the Store of a process from the JSON of what [Refresh] or [Services]
// was given.
func Main(m *testing.M, open func(store json.RawMessage) (auth.Store, error)) {
	text, ok := os.LookupEnv(taskVariable)
	if !ok {
		os.Exit(m.Run())
	}
	var given task
	err := json.Unmarshal([]byte(text), &given)
	if err == nil {
		err = given.run(context.Background(), open)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run performs the task and prints its result as JSON.
func (t task) run(ctx context.Context, open func(json.RawMessage) (auth.Store, error)) error {
	store, err := open(t.Store)
	if err != nil {
		return err
	}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: t.UserPoolID, ClientID: t.ClientID, Endpoint: t.Endpoint, Store: store,
	})
	if err != nil {
		return err
	}
	switch {
	case t.Visit != nil:
		return json.NewEncoder(os.Stdout).Encode(t.Visit.make(ctx, client, os.Stdin))
	case t.Load != nil:
		return json.NewEncoder(os.Stdout).Encode(t.Load.serve(ctx, client))
	}
	got, err := client.Session("alice").FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(got.AccessToken.Raw)
}

// A Process is the test binary, started with a task.
type Process struct {
	*exec.Cmd
	stdin          io.WriteCloser
	stdout, stderr bytes.Buffer
}

// Refresh starts a process that refreshes alice's session. Its result is the access token.
func Refresh(tb testing.TB, pool *authtest.Pool, store any) *Process {
	tb.Helper()
	return start(tb, pool, store, nil)
}

func start(tb testing.TB, pool *authtest.Pool, store any, work *load) *Process {
	tb.Helper()
	given := taskAt(tb, pool, store)
	given.Load = work
	return given.start(tb)
}

// taskAt returns a task without work.
func taskAt(tb testing.TB, pool *authtest.Pool, store any) task {
	tb.Helper()
	encoded, err := json.Marshal(store)
	require.NoError(tb, err)
	return task{Store: encoded, UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}
}

// start starts a process with this environment, by default that of the test.
func (t task) start(tb testing.TB, environment ...string) *Process {
	tb.Helper()
	p := t.process(tb, environment...)
	require.NoError(tb, p.Start())
	return p
}

func (t task) process(tb testing.TB, environment ...string) *Process {
	tb.Helper()
	given, err := json.Marshal(t)
	require.NoError(tb, err)
	p := &Process{Cmd: exec.CommandContext(tb.Context(), os.Args[0])} //nolint:gosec // the test binary
	if environment == nil {
		environment = os.Environ()
	}
	p.Env = append(slices.Clip(environment), taskVariable+"="+string(given))
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	p.stdin, err = p.StdinPipe()
	require.NoError(tb, err)
	return p
}

// WaitFor waits until the process ends and decodes its result.
func (p *Process) WaitFor(tb testing.TB, result any) {
	tb.Helper()
	require.NoError(tb, p.Wait(), "%s", &p.stderr)
	require.NoError(tb, json.Unmarshal(p.stdout.Bytes(), result))
}

// NewPool returns a pool with these users. It is closed with the test.
func NewPool(tb testing.TB, cfg authtest.Config, users ...string) *authtest.Pool {
	tb.Helper()
	pool := authtest.New(tb, cfg)
	for _, name := range users {
		require.NoError(tb, pool.AddUser(authtest.User{Username: name, Password: Password}))
	}
	return pool
}

// NewClient returns a Client of this process.
func NewClient(tb testing.TB, pool *authtest.Pool, store auth.Store) *auth.Client {
	tb.Helper()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
	})
	require.NoError(tb, err)
	return client
}

// SignIn signs a user in, in the session of the same key.
func SignIn(tb testing.TB, client *auth.Client, user string) auth.User {
	tb.Helper()
	session := client.Session(user)
	_, err := session.SignIn(tb.Context(), auth.SignInInput{
		Username: user, Password: Password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.NoError(tb, err)
	signedIn, err := session.CurrentUser(tb.Context())
	require.NoError(tb, err)
	return signedIn
}
