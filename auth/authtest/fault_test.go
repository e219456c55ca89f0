package authtest_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestFail(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  authtest.Fault
		status int
		code   string
	}{
		"default":   {authtest.Fault{Operation: "GetUser"}, 500, "InternalErrorException"},
		"any":       {authtest.Fault{}, 500, "InternalErrorException"},
		"throttle":  {authtest.Fault{Operation: "GetUser", Code: "TooManyRequestsException"}, 400, "TooManyRequestsException"},
		"firewall":  {authtest.Fault{Operation: "GetUser", Code: "ForbiddenException"}, 403, "ForbiddenException"},
		"by status": {authtest.Fault{Operation: "GetUser", Code: "Unavailable", Status: 503}, 503, "Unavailable"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, alice())
			access := f.accessToken("alice")
			f.Fail(test.fault)
			r := f.getUser(access)
			assert.Equal(t, test.status, r.status)
			assert.Equal(t, test.code, r.body["__type"])
			f.getUser(access).ok()
			f.unviolated()
		})
	}
}

func TestFailSeveralTimes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "First", Message: "one", Times: 2})
	f.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "Second", Message: "two"})
	access := func() reply { return f.signIn("alice", password) }
	f.getUser("x").failsWith("NotAuthorizedException")
	access().fails("First", "one")
	access().fails("First", "one")
	access().fails("Second", "two")
	access().tokens()

	f.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "Always", Times: -1})
	for range 5 {
		access().failsWith("Always")
	}
}

func TestLoseReply(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.Fail(authtest.Fault{Operation: "SignUp", LoseReply: true})
	resp, err := http.DefaultClient.Do(f.request("SignUp", object{
		"ClientId": f.ClientID, "Username": "alice", "Password": password,
	}))
	if err == nil {
		_ = resp.Body.Close()
	}
	require.Error(t, err)
	f.signUp("alice", password).fails("UsernameExistsException", "User already exists")

	requests := f.Requests()
	require.Len(t, requests, 2)
	assert.Equal(t, 200, requests[0].Status, "what the client was not told")
	assert.Equal(t, "UsernameExistsException", requests[1].ErrorCode)
}

func TestHold(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	release := f.Hold("InitiateAuth")
	second := f.Hold("InitiateAuth")
	answered := make(chan reply, 1)
	go func() { answered <- f.signIn("alice", password) }()
	require.Eventually(t, func() bool { return len(f.Requests()) == 1 }, waitAtMost, poll)
	assert.Zero(t, f.Requests()[0].Status)
	f.signUp("bob", password).ok() // others go on

	release()
	release()
	assert.Empty(t, answered)
	second()
	(<-answered).tokens()
	assert.Equal(t, 200, f.Requests()[0].Status)
	f.signIn("alice", password).tokens()
}

func TestCloseDropsWhatIsHeld(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	release := f.Hold("SignUp")
	failed := make(chan error, 1)
	r := f.request("SignUp", object{"ClientId": f.ClientID, "Username": "alice", "Password": password})
	go func() {
		resp, err := http.DefaultClient.Do(r)
		if err == nil {
			_ = resp.Body.Close()
		}
		failed <- err
	}()
	require.Eventually(t, func() bool { return len(f.Requests()) == 1 }, waitAtMost, poll)
	f.Close()
	f.Close()
	require.Error(t, <-failed)
	release()
	assert.Zero(t, f.Requests()[0].Status, "it was not carried out")
}

// A status that no error has would break the connection instead of the call.
func TestFaultWithImpossibleStatus(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.Fail(authtest.Fault{Operation: "GetUser", Code: "TooManyRequestsException", Message: "Rate exceeded", Status: 42})
	f.call("GetUser", object{"AccessToken": "x"}).fails("TooManyRequestsException", "Rate exceeded")
}
