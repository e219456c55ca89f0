package identitypool_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
)

// TestServiceFaults checks that every refusal of the service has its code, and signs nobody out.
func TestServiceFaults(t *testing.T) {
	t.Parallel()
	const denied = "NotAuthorizedException"
	for _, tt := range []struct {
		operation, code, message string
		want                     auth.ErrorCode
		retryable                bool
	}{
		{"GetId", denied, "Unauthenticated access is not supported for this identity pool.", identitypool.ErrGuestsNotAllowed, false},
		{"GetId", denied, "Invalid login token. Not a valid OpenId Connect identity token.", identitypool.ErrLoginRefused, false},
		{"GetId", denied, "Invalid login token. Issuer doesn't match providerName", identitypool.ErrLoginRefused, false},
		{"GetId", denied, "Token is not from a supported provider of this identity pool.", identitypool.ErrLoginRefused, false},
		{"GetId", denied, "Token is inactive", identitypool.ErrLoginExpired, false},
		{"GetCredentialsForIdentity", denied, "Logins don't match. Please include at least one valid login.", identitypool.ErrIdentityMismatch, false},
		{"GetCredentialsForIdentity", denied, "Access to Identity 'eu-west-1:1' is forbidden.", identitypool.ErrIdentityMismatch, false},
		{"GetCredentialsForIdentity", "ResourceNotFoundException", "Identity 'eu-west-1:1' not found.", identitypool.ErrIdentityMismatch, false},
		{"GetCredentialsForIdentity", denied, "Something else.", auth.ErrNotAuthorized, false},
		{"GetId", "ResourceNotFoundException", "IdentityPool 'eu-west-1:1' not found.", auth.ErrResourceNotFound, false},
		{"GetId", "LimitExceededException", "", auth.ErrLimitExceeded, false},
		{"GetId", "InvalidParameterException", "", auth.ErrInvalidParameter, false},
		{"GetCredentialsForIdentity", "InvalidIdentityPoolConfigurationException", "Check assigned IAM roles for this pool.", identitypool.ErrInvalidIdentityPoolConfiguration, false},
		{"GetCredentialsForIdentity", "ResourceConflictException", "", identitypool.ErrResourceConflict, false},
		{"GetCredentialsForIdentity", "ExternalServiceException", "", identitypool.ErrExternalService, false},
		{"GetCredentialsForIdentity", "TooManyRequestsException", "Rate exceeded", auth.ErrTooManyRequests, true},
		{"GetId", "InternalErrorException", "", auth.ErrInternal, true},
	} {
		t.Run(tt.code+" "+tt.message, func(t *testing.T) {
			t.Parallel()
			f := start(t, options{})
			session := f.signedIn("a", "alice")
			f.Fail(authtest.Fault{Operation: tt.operation, Code: tt.code, Message: tt.message, Times: -1})
			provider := f.pool.ForSession(session)
			_, err := provider.Retrieve(t.Context())
			require.ErrorIs(t, err, tt.want)
			require.ErrorIs(t, err, auth.ErrorCode(tt.code), "the service's code stays")
			assert.Equal(t, tt.retryable, auth.Retryable(err))
			var e *auth.Error
			require.ErrorAs(t, err, &e)
			assert.Equal(t, "Retrieve", e.Op)
			assert.NotEmpty(t, e.Recovery)
			status, err := session.Status(t.Context())
			require.NoError(t, err)
			assert.Equal(t, auth.StateSignedIn, status.State)
		})
	}
}

// TestPassingFaults checks that throttling, lost answers and failures are met by the AWS SDK's
// retries.
func TestPassingFaults(t *testing.T) {
	t.Parallel()
	for _, fault := range []authtest.Fault{
		{Operation: "GetId", Code: "TooManyRequestsException", Message: "Rate exceeded", Times: 2},
		{Operation: "GetCredentialsForIdentity", Code: "TooManyRequestsException", Times: 2},
		{Operation: "GetCredentialsForIdentity", Times: 2},
		{Operation: "GetCredentialsForIdentity", LoseReply: true},
	} {
		t.Run(fmt.Sprint(fault), func(t *testing.T) {
			t.Parallel()
			f := start(t, options{})
			provider := f.pool.ForSession(f.signedIn("a", "alice"))
			f.Fail(fault)
			f.whose(f.retrieve(provider))
		})
	}
}

func TestNoConnection(t *testing.T) {
	t.Parallel()
	f := start(t, options{})
	session := f.signedIn("a", "alice")
	f.config.Endpoint = "http://127.0.0.1:1"
	_, err := f.newPool().ForSession(session).Retrieve(t.Context())
	require.ErrorIs(t, err, auth.ErrNetwork)
	assert.True(t, auth.Retryable(err))
	var op *net.OpError
	assert.ErrorAs(t, err, &op)
}

// failingStore fails when it is told to.
type failingStore struct {
	auth.MemoryStore
	loads, saves atomic.Bool
}

var errStore = errors.New("the store is down")

func (s *failingStore) Load(ctx context.Context, key string) (auth.Record, error) {
	if s.loads.Load() {
		return auth.Record{}, errStore
	}
	return s.MemoryStore.Load(ctx, key)
}

func (s *failingStore) Unchanged(ctx context.Context, key, version string) (bool, error) {
	if s.loads.Load() {
		return false, errStore
	}
	return s.MemoryStore.Unchanged(ctx, key, version)
}

func (s *failingStore) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if s.saves.Load() {
		return auth.Record{}, errStore
	}
	return s.MemoryStore.Save(ctx, key, r)
}

func TestStoreFaults(t *testing.T) {
	t.Parallel()
	store := &failingStore{}
	f := start(t, options{store: store})
	session := f.signedIn("a", "alice")
	provider := f.pool.ForSession(session)

	store.saves.Store(true)
	f.whose(f.retrieve(provider)) // the id of the identity could not be kept
	store.saves.Store(false)

	store.loads.Store(true)
	_, err := provider.Retrieve(t.Context())
	require.ErrorIs(t, err, errStore, "who is signed in is not known")
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, "Retrieve", e.Op)
	store.loads.Store(false)

	f.whose(f.retrieve(provider))
	assert.Equal(t, 1, f.calls("GetCredentialsForIdentity"), "the credentials were kept")
	status, err := session.Status(t.Context())
	require.NoError(t, err)
	assert.Equal(t, auth.StateSignedIn, status.State)
}

// TestHostileAnswers checks that credentials that are incomplete or have no end are refused.
func TestHostileAnswers(t *testing.T) {
	t.Parallel()
	const id = `"IdentityId":"us-east-1:00000000-0000-0000-0000-000000000000"`
	for name, answer := range map[string]string{
		"nothing":       `{}`,
		"no secret":     `{` + id + `,"Credentials":{"AccessKeyId":"A","SessionToken":"T","Expiration":32503680000}}`,
		"no key":        `{` + id + `,"Credentials":{"SecretKey":"S","SessionToken":"T","Expiration":32503680000}}`,
		"no token":      `{` + id + `,"Credentials":{"AccessKeyId":"A","SecretKey":"S","Expiration":32503680000}}`,
		"no end":        `{` + id + `,"Credentials":{"AccessKeyId":"A","SecretKey":"S","SessionToken":"T"}}`,
		"over":          `{` + id + `,"Credentials":{"AccessKeyId":"A","SecretKey":"S","SessionToken":"T","Expiration":1}}`,
		"no identity":   `{"Credentials":{"AccessKeyId":"A","SecretKey":"S","SessionToken":"T","Expiration":32503680000}}`,
		"another's":     `{"IdentityId":"<script>","Credentials":{"AccessKeyId":"A","SecretKey":"S","SessionToken":"T","Expiration":32503680000}}`,
		"a wrong type":  `{` + id + `,"Credentials":"canary"}`,
		"a page":        `<html>canary</html>`,
		"an empty body": ``,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				_, _ = w.Write([]byte(answer))
			}))
			t.Cleanup(server.Close)
			pool, err := identitypool.New(identitypool.Config{
				IdentityPoolID: "us-east-1:00000000-0000-0000-0000-000000000000", Endpoint: server.URL,
			})
			require.NoError(t, err)
			_, err = pool.ForGuest("us-east-1:00000000-0000-0000-0000-000000000000").Retrieve(t.Context())
			require.ErrorIs(t, err, auth.ErrUnexpectedResponse)
			assert.NotContains(t, err.Error(), "canary")
		})
	}
}

// TestEndlessCredentials checks that no credentials are trusted for longer than a role session.
func TestEndlessCredentials(t *testing.T) {
	t.Parallel()
	f := start(t, options{identity: authtest.IdentityPool{Guests: true, CredentialsValidity: 1000 * time.Hour}})
	assert.LessOrEqual(t, time.Until(f.retrieve(f.pool.ForGuest("")).Expires), 12*time.Hour)
}

// TestAClockThatIsOff checks that the lifetime counts by the server's clock.
func TestAClockThatIsOff(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-30 * time.Minute, 30 * time.Minute} {
		f := start(t, options{identity: authtest.IdentityPool{Guests: true}})
		f.Advance(off)
		left := time.Until(f.retrieve(f.pool.ForGuest("")).Expires)
		assert.True(t, left > 54*time.Minute && left < 58*time.Minute, "%v", left)
	}
}

func TestCallerWhoLeavesDoesNotFailTheOthers(t *testing.T) {
	t.Parallel()
	f := start(t, options{})
	provider := f.pool.ForSession(f.signedIn("a", "alice"))
	release := f.Hold("GetCredentialsForIdentity")
	defer release()
	leaving, leave := context.WithCancel(t.Context())
	left, stayed := make(chan error, 1), make(chan error, 1)
	go func() {
		_, err := provider.Retrieve(leaving)
		left <- err
	}()
	require.Eventually(t, func() bool { return f.calls("GetCredentialsForIdentity") == 1 }, time.Minute, time.Millisecond)
	go func() {
		_, err := provider.Retrieve(t.Context())
		stayed <- err
	}()
	leave()
	require.ErrorIs(t, <-left, context.Canceled)
	release()
	require.NoError(t, <-stayed)
	assert.Equal(t, 1, f.calls("GetCredentialsForIdentity"))
}

// TestThousandCallers checks that 1,000 goroutines whose credentials have expired cause one
// request.
func TestThousandCallers(t *testing.T) {
	t.Parallel()
	const callers = 1000
	f := start(t, options{})
	session := f.signedIn("a", "alice")
	expired := f.retrieve(f.pool.ForSession(session))
	require.NoError(t, f.pool.ForSession(session).Invalidate(t.Context()))
	f.ResetRequests()
	release := f.Hold("GetCredentialsForIdentity")
	type result struct {
		aws.Credentials
		err error
	}
	results := make(chan result, callers)
	for range callers {
		go func() {
			credentials, err := f.pool.ForSession(f.client.Session("a")).Retrieve(t.Context())
			results <- result{credentials, err}
		}()
	}
	require.Eventually(t, func() bool { return f.calls("GetCredentialsForIdentity") == 1 }, time.Minute, time.Millisecond)
	release()
	keys := map[string]bool{}
	for range callers {
		r := <-results
		require.NoError(t, r.err)
		keys[r.AccessKeyID] = true
	}
	assert.Len(t, keys, 1)
	assert.NotContains(t, keys, expired.AccessKeyID)
	assert.Equal(t, []string{"GetCredentialsForIdentity"}, f.operations())
}
