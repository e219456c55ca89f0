package authtest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// read decodes what a GET of a path answers with.
func (f *fixture) read(path string, into any) {
	f.t.Helper()
	status, _, text := f.do(http.MethodGet, path, "")
	require.Equal(f.t, http.StatusOK, status, text)
	require.NoError(f.t, json.Unmarshal([]byte(text), into))
}

func TestClockCanBeRead(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.Advance(time.Hour)
	var clock struct{ Now time.Time }
	f.read("_pool/clock", &clock)
	assert.WithinDuration(t, f.Now(), clock.Now, time.Minute)
}

func TestMessagesToAllUsers(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	var messages []struct {
		authtest.Message
		Username string
	}
	f.read("_pool/messages", &messages)
	assert.NotNil(t, messages)
	f.signUp("bob", password, "email", "bob@example.com").ok()
	f.signUp("alice", password, "email", email).ok()
	f.read("_pool/messages", &messages)
	require.Len(t, messages, 2)
	assert.Equal(t, []string{"bob", "alice"}, []string{messages[0].Username, messages[1].Username}, "newest last")
	assert.Equal(t, f.LastCode("alice"), messages[1].Code)
}

func TestRequestsCanBeReadAndForgotten(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.signIn("alice", wrong)
	var requests []struct {
		Operation, ErrorCode string
		Status               int
		At                   time.Time
		Header               http.Header
		Body                 map[string]any
	}
	f.read("_pool/requests", &requests)
	require.Len(t, requests, 1)
	r := requests[0]
	assert.Equal(t, []any{"InitiateAuth", "NotAuthorizedException", 400}, []any{r.Operation, r.ErrorCode, r.Status})
	assert.Equal(t, "USER_PASSWORD_AUTH", r.Body["AuthFlow"])
	assert.NotEmpty(t, r.Header.Get("X-Amz-Target"))
	assert.WithinDuration(t, f.Now(), r.At, time.Minute)

	status, _, _ := f.do(http.MethodDelete, "_pool/requests", "")
	assert.Equal(t, http.StatusNoContent, status)
	f.read("_pool/requests", &requests)
	assert.Empty(t, requests)
}

func TestHandlerIsServedInPlaceOfThePool(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Handler: func(p *authtest.Pool) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", p)
		mux.HandleFunc("GET /hello", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, p.UserPoolID) })
		return mux
	}}, alice())
	_, _, text := f.do(http.MethodGet, "hello", "")
	assert.Equal(t, f.UserPoolID, text)
	f.signIn("alice", password).tokens()
}

func TestAddressForClients(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Listen: "0.0.0.0:0", ListenBeyondLoopback: true}, alice())
	assert.Regexp(t, `^http://127\.0\.0\.1:\d+/$`, f.URL, "an address that this machine can connect to")
	f.signIn("alice", password).tokens()

	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	free := listener.Addr().String()
	require.NoError(t, listener.Close())
	f = start(t, authtest.Config{Listen: free, URL: "https://pool.example/", LocalIssuer: true})
	assert.Equal(t, "https://pool.example/", f.URL)
	assert.Equal(t, "https://pool.example/"+f.UserPoolID, f.Issuer())
	for _, wrong := range []string{"pool.example", "https://pool.example", "https://pool.example/path/", "ftp://x/", "http:///"} {
		_, err := authtest.NewPool(authtest.Config{URL: wrong})
		assert.ErrorContains(t, err, "Config.URL", wrong)
	}
}

func TestUsersAsTheyWereAdded(t *testing.T) {
	t.Parallel()
	bob := authtest.User{
		Username: "bob", Sub: "1234", Password: password, Attributes: map[string]string{"email": "bob@example.com"},
		TOTPSecret: secret, MFA: []string{"SOFTWARE_TOKEN_MFA"}, Groups: []string{"admins", "staff"}, Disabled: true,
	}
	carol := authtest.User{Username: "carol", Sub: "5678", Password: password, TemporaryPassword: true, Groups: []string{"staff"}}
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, carol, bob)
	bob.Password, carol.Password, carol.Attributes = "", "", map[string]string{}
	assert.Equal(t, []authtest.User{bob, carol}, f.Users())
	var text bytes.Buffer
	require.NoError(t, f.WriteUsers(&text))
	assert.JSONEq(t, jsonText(t, f.admin("ListUsers", object{}).ok()), text.String())
	members := f.admin("ListUsersInGroup", object{"GroupName": "staff"}).ok()["Users"].([]any)
	assert.Len(t, members, 2)
	assert.ErrorContains(t, f.AddUser(authtest.User{Username: "dan", Password: password, Groups: []string{"a b"}}), "group")
}
