package dynamostore_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/dynamostore"
)

const taskVariable = "DYNAMOSTORE_TEST_TASK"

// A task is the configuration of one process of a service, and its role.
type task struct {
	Role                           string
	Table                          table
	Key                            []byte
	LeaseTTL                       time.Duration
	UserPoolID, ClientID, Endpoint string
	Load                           load
}

// TestMain runs a task instead of the tests if the test binary was started with one.
func TestMain(m *testing.M) {
	text, ok := os.LookupEnv(taskVariable)
	if !ok {
		os.Exit(m.Run())
	}
	var given task
	err := json.Unmarshal([]byte(text), &given)
	if err == nil {
		err = given.run(context.Background())
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// run performs the task and prints its result as JSON.
func (t task) run(ctx context.Context) error {
	roles := map[string]func(context.Context, *auth.Client) (any, error){"serve": t.serve, "refresh": t.refresh}
	store, err := dynamostore.New(t.Table.client(), dynamostore.Config{Table: t.Table.Name, Key: t.Key, LeaseTTL: t.LeaseTTL})
	if err != nil {
		return err
	}
	auths, err := auth.NewClient(auth.Config{UserPoolID: t.UserPoolID, ClientID: t.ClientID, Endpoint: t.Endpoint, Store: store})
	if err != nil {
		return err
	}
	result, err := roles[t.Role](ctx, auths)
	if err != nil {
		return err
	}
	return json.NewEncoder(os.Stdout).Encode(result)
}

// refresh returns the access token after a forced refresh.
func (t task) refresh(ctx context.Context, client *auth.Client) (any, error) {
	got, err := client.Session("alice").FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	return got.AccessToken.Raw, err
}

// newTask returns a task without a role for that table and pool.
func newTask(table table, pool *authtest.Pool) task {
	return task{Table: table, Key: newKey(), UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}
}

// newClient returns a Client as a process with the task would create it.
func (t task) newClient(tb testing.TB, changes ...func(*dynamodb.Options)) *auth.Client {
	tb.Helper()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: t.UserPoolID, ClientID: t.ClientID, Endpoint: t.Endpoint,
		Store: t.Table.open(tb, dynamostore.Config{Key: t.Key, LeaseTTL: t.LeaseTTL}, changes...),
	})
	require.NoError(tb, err)
	return client
}

// A process is the test binary, started with a task.
type process struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

func (t task) start(tb testing.TB, role string) *process {
	tb.Helper()
	t.Role = role
	given, err := json.Marshal(t)
	require.NoError(tb, err)
	p := &process{Cmd: exec.CommandContext(tb.Context(), os.Args[0])}
	p.Env = append(os.Environ(), taskVariable+"="+string(given))
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	require.NoError(tb, p.Start())
	return p
}

// wait waits until the process ends and parses its result.
func (p *process) wait(tb testing.TB, result any) {
	tb.Helper()
	require.NoError(tb, p.Wait(), "%s", &p.stderr)
	require.NoError(tb, json.Unmarshal(p.stdout.Bytes(), result))
}

func newPool(tb testing.TB, cfg authtest.Config, users ...string) *authtest.Pool {
	tb.Helper()
	pool, err := authtest.NewPool(cfg)
	require.NoError(tb, err)
	tb.Cleanup(pool.Close)
	for _, name := range users {
		require.NoError(tb, pool.AddUser(authtest.User{Username: name, Password: password}))
	}
	return pool
}

func signIn(tb testing.TB, client *auth.Client, user string) auth.User {
	tb.Helper()
	session := client.Session(user)
	_, err := session.SignIn(tb.Context(), auth.SignInInput{
		Username: user, Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.NoError(tb, err)
	signedIn, err := session.CurrentUser(tb.Context())
	require.NoError(tb, err)
	return signedIn
}
