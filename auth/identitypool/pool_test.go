package identitypool_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
)

const password = "Correct-horse-1!"

// fixture is a user pool with alice and bob, an identity pool for them, and their clients. A
// violation of the protocol fails the test.
type fixture struct {
	*authtest.Pool
	t      *testing.T
	config identitypool.Config
	client *auth.Client
	pool   *identitypool.Pool
}

// options are what tests set up differently.
type options struct {
	users    authtest.Config
	identity authtest.IdentityPool
	config   identitypool.Config
	store    auth.Store
}

func start(t *testing.T, o options) *fixture {
	t.Helper()
	f := &fixture{t: t, config: o.config}
	f.Pool = authtest.New(t, o.users)
	for _, name := range []string{"alice", "bob"} {
		require.NoError(t, f.AddUser(authtest.User{Username: name, Password: password}))
	}
	f.config.IdentityPoolID = f.AddIdentityPool(o.identity)
	f.config.Endpoint = f.URL
	if basic := f.config.BasicFlow; basic != nil {
		basic.Endpoint = f.URL
	}
	f.client = f.newClient(o.store)
	f.pool = f.newPool()
	return f
}

func (f *fixture) newClient(store auth.Store) *auth.Client {
	f.t.Helper()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: f.UserPoolID, ClientID: f.ClientID, Endpoint: f.URL, Store: store, HTTPClient: f.config.HTTPClient,
	})
	require.NoError(f.t, err)
	return client
}

// newPool returns an identitypool.Pool as another process would have it.
func (f *fixture) newPool() *identitypool.Pool {
	f.t.Helper()
	pool, err := identitypool.New(f.config)
	require.NoError(f.t, err)
	return pool
}

// signedIn signs the user in under a session key.
func (f *fixture) signedIn(key, username string) *auth.Session {
	f.t.Helper()
	session := f.client.Session(key)
	out, err := session.SignIn(f.t.Context(), auth.SignInInput{Username: username, Password: password})
	require.NoError(f.t, err)
	require.True(f.t, out.IsSignedIn)
	return session
}

// calls counts the requests of an operation.
func (f *fixture) calls(operation string) int {
	n := 0
	for _, r := range f.Requests() {
		if r.Operation == operation {
			n++
		}
	}
	return n
}

// operations lists the requests to the identity service and STS.
func (f *fixture) operations() []string {
	var names []string
	for _, r := range f.Requests() {
		if slices.Contains([]string{
			"GetId", "GetCredentialsForIdentity", "GetOpenIdToken", "AssumeRoleWithWebIdentity",
		}, r.Operation) {
			names = append(names, r.Operation)
		}
	}
	return names
}

// whose uses the credentials as a service of AWS does, which tells whose they are.
func (f *fixture) whose(credentials aws.Credentials) authtest.Caller {
	f.t.Helper()
	caller, err := f.use(aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
		return credentials, nil
	}))
	require.NoError(f.t, err)
	return caller
}

// use makes a request to a service of AWS with the credentials of the provider.
func (f *fixture) use(provider aws.CredentialsProvider) (authtest.Caller, error) {
	f.t.Helper()
	var mu sync.Mutex
	var caller authtest.Caller
	var refused error
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		caller, refused = f.Authenticate(r)
		w.WriteHeader(http.StatusOK)
	}))
	defer service.Close()
	api := sts.New(sts.Options{Region: "us-east-1", Credentials: provider, BaseEndpoint: &service.URL})
	_, err := api.GetCallerIdentity(f.t.Context(), &sts.GetCallerIdentityInput{})
	mu.Lock()
	defer mu.Unlock()
	if caller == (authtest.Caller{}) && refused == nil {
		return caller, err // nothing was sent
	}
	return caller, refused
}

func (f *fixture) retrieve(p *identitypool.Provider) aws.Credentials {
	f.t.Helper()
	credentials, err := p.Retrieve(f.t.Context())
	require.NoError(f.t, err)
	return credentials
}

func (f *fixture) identityID(p *identitypool.Provider) string {
	f.t.Helper()
	id, err := p.IdentityID(f.t.Context())
	require.NoError(f.t, err)
	return id
}
