package admin_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/admin"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	password = "Correct-Horse-7-Battery"
	secret   = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
	phone    = "+15551234567"
	mail     = "alice@example.com"
)

// credentials returns an AWS configuration that an in-process pool accepts.
func credentials() aws.Config {
	return aws.Config{
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "AKIDEXAMPLE", SecretAccessKey: "wJalrXUtnFEMIexample"}, nil
		}),
		Retryer: func() aws.Retryer {
			return retry.NewStandard(func(o *retry.StandardOptions) {
				o.Backoff = retry.BackoffDelayerFunc(func(int, error) (time.Duration, error) { return 0, nil })
			})
		},
	}
}

// newPool starts a pool that fails the test when it receives a request that Cognito would refuse as
// malformed.
func newPool(t testing.TB, cfg authtest.Config, users ...authtest.User) *authtest.Pool {
	t.Helper()
	pool := authtest.New(t, cfg)
	for _, user := range users {
		require.NoError(t, pool.AddUser(user))
	}
	return pool
}

func administer(t testing.TB, pool *authtest.Pool, change ...func(*admin.Config)) *admin.Client {
	t.Helper()
	settings := credentials()
	cfg := admin.Config{UserPoolID: pool.UserPoolID, Endpoint: pool.URL, AWS: &settings}
	for _, c := range change {
		c(&cfg)
	}
	p, err := admin.NewClient(context.Background(), cfg)
	require.NoError(t, err)
	return p
}

// plain returns the AWS SDK's own client.
func plain(pool *authtest.Pool) *cognitoidentityprovider.Client {
	settings := credentials()
	settings.Region = "us-east-1"
	return cognitoidentityprovider.NewFromConfig(settings, func(o *cognitoidentityprovider.Options) { o.BaseEndpoint = &pool.URL })
}

// session returns a session on the device of that name.
func session(t testing.TB, pool *authtest.Pool, device string) *auth.Session {
	t.Helper()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, DeviceName: device,
	})
	require.NoError(t, err)
	return client.Session(device)
}

// alice returns a user who has an authenticator app.
func alice(change ...func(*authtest.User)) authtest.User {
	user := authtest.User{
		Username: "alice", Password: password, TOTPSecret: secret, MFA: []string{"SOFTWARE_TOKEN_MFA"},
		PreferredMFA: "SOFTWARE_TOKEN_MFA", Attributes: map[string]string{},
	}
	for _, c := range change {
		c(&user)
	}
	return user
}

func withPhone(u *authtest.User) {
	u.Attributes["phone_number"], u.Attributes["phone_number_verified"] = phone, "true"
}

func withEmail(u *authtest.User) {
	u.Attributes["email"], u.Attributes["email_verified"] = mail, "true"
}

func writes(pool *authtest.Pool) []string {
	names := []string{}
	for _, request := range pool.Requests() {
		for _, prefix := range []string{"AdminSet", "AdminUpdate", "AdminForget", "AdminUserGlobal", "AdminDelete", "SetUserPool", "UpdateUserPool"} {
			if strings.HasPrefix(request.Operation, prefix) {
				names = append(names, request.Operation)
			}
		}
	}
	return names
}

func TestNewClientRefusesBadConfig(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		cfg   admin.Config
		field string
	}{
		"no pool":            {admin.Config{}, "UserPoolID"},
		"a strange pool":     {admin.Config{UserPoolID: "pool"}, "UserPoolID"},
		"http elsewhere":     {admin.Config{UserPoolID: "us-east-1_x", Endpoint: "http://example.com"}, "Endpoint"},
		"not a server":       {admin.Config{UserPoolID: "us-east-1_x", Endpoint: "://"}, "Endpoint"},
		"without credential": {admin.Config{UserPoolID: "us-east-1_x", AWS: &aws.Config{}}, "AWS"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := admin.NewClient(context.Background(), tt.cfg)
			require.ErrorIs(t, err, auth.ErrInvalidConfig)
			assert.ErrorContains(t, err, "field "+tt.field)
		})
	}
}

func TestNewClientFindsCredentialsInTheEnvironment(t *testing.T) {
	pool := newPool(t, authtest.Config{Region: "eu-west-1"}, alice())
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-a-test")
	t.Setenv("AWS_REGION", "us-west-2")
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/none")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/none")
	p, err := admin.NewClient(context.Background(), admin.Config{UserPoolID: pool.UserPoolID, Endpoint: pool.URL})
	require.NoError(t, err)
	_, err = p.UserFactors(context.Background(), "alice")
	require.NoError(t, err)
	assert.Contains(t, pool.Requests()[0].Header.Get("Authorization"), "/eu-west-1/cognito-idp/", "the pool's region, not the environment's")
}

// The AWS SDK has its own settings for the endpoint.
func TestNewClientChecksTheEndpointOfTheEnvironment(t *testing.T) {
	pool := newPool(t, authtest.Config{Region: "eu-west-1"}, alice())
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "a-secret-of-a-test")
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/none")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/none")
	t.Setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", pool.URL)
	p, err := admin.NewClient(context.Background(), admin.Config{UserPoolID: pool.UserPoolID})
	require.NoError(t, err)
	_, err = p.UserFactors(context.Background(), "alice")
	require.NoError(t, err)

	t.Setenv("AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER", "http://example.com")
	_, err = admin.NewClient(context.Background(), admin.Config{UserPoolID: pool.UserPoolID})
	require.ErrorIs(t, err, auth.ErrInvalidConfig)
	require.ErrorContains(t, err, "https")
	_, err = admin.NewClient(context.Background(), admin.Config{UserPoolID: pool.UserPoolID, Endpoint: pool.URL})
	require.NoError(t, err, "the Config counts")
}

func TestNewClientReportsAnUnreadableConfiguration(t *testing.T) {
	t.Setenv("AWS_PROFILE", "missing")
	t.Setenv("AWS_CONFIG_FILE", t.TempDir()+"/none")
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", t.TempDir()+"/none")
	_, err := admin.NewClient(context.Background(), admin.Config{UserPoolID: "us-east-1_x"})
	require.ErrorIs(t, err, auth.ErrInvalidConfig)
}

func TestClientIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	p := administer(t, newPool(t, authtest.Config{}, alice()))
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, err := p.UserFactors(context.Background(), "alice")
			assert.NoError(t, err)
		})
	}
	group.Wait()
}

func TestNothingSecretIsPrintedOrLogged(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true, TOTP: true}, alice())
	p := administer(t, pool, func(cfg *admin.Config) {
		cfg.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	out, err := p.RecoverTOTP(context.Background(), admin.RecoverTOTPInput{Username: "alice", Method: admin.BySMS, Address: phone})
	require.NoError(t, err)
	shown := log.String() + fmt.Sprintf("%v %+v %#v %v", p, p, p, out.Steps)
	assert.Contains(t, shown, "operation=AdminSetUserMFAPreference")
	for _, private := range []string{"AKIDEXAMPLE", "wJalr", phone, "Signature", "alice"} {
		assert.NotContains(t, shown, private)
	}
}

// tamper is an HTTP client that calls then after each request of one operation.
type tamper struct {
	operation string
	then      func()
}

func (c tamper) Do(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultClient.Do(r)
	if strings.HasSuffix(r.Header.Get("X-Amz-Target"), "."+c.operation) {
		c.then()
	}
	return response, err
}

// A request is signed for one host, and may carry the session token of a role.
func TestNoRedirectIsFollowed(t *testing.T) {
	t.Parallel()
	for name, client := range map[string]aws.HTTPClient{
		"no client": nil, "the AWS SDK's": awshttp.NewBuildableClient(), "net/http's": &http.Client{},
		"its frozen one": awshttp.NewBuildableClient().Freeze(),
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			t.Run(name+" "+strconv.Itoa(status), func(t *testing.T) {
				t.Parallel()
				var reached atomic.Int32
				elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					reached.Add(1)
					_, err := w.Write([]byte(`{}`))
					assert.NoError(t, err)
				}))
				defer elsewhere.Close()
				here := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					http.Redirect(w, r, elsewhere.URL, status)
				}))
				defer here.Close()
				settings := credentials()
				settings.HTTPClient = client
				p, err := admin.NewClient(context.Background(), admin.Config{UserPoolID: "us-east-1_x", Endpoint: here.URL, AWS: &settings})
				require.NoError(t, err)
				require.ErrorIs(t, p.SignOutUser(context.Background(), "alice"), auth.ErrUnexpectedResponse)
				assert.Zero(t, reached.Load())
			})
		}
	}
}
