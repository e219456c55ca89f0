package authtest_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// recordedTB records what a pool does to its test.
type recordedTB struct {
	errors, fatal []string
	cleanups      []func()
}

func (*recordedTB) Helper()            {}
func (t *recordedTB) Cleanup(f func()) { t.cleanups = append(t.cleanups, f) }

func (t *recordedTB) Errorf(format string, args ...any) {
	t.errors = append(t.errors, fmt.Sprintf(format, args...))
}

func (t *recordedTB) Fatalf(format string, args ...any) {
	t.fatal = append(t.fatal, fmt.Sprintf(format, args...))
}

func (t *recordedTB) end() {
	for _, f := range t.cleanups {
		f()
	}
}

var _ authtest.TB = testing.TB(nil)

func TestNewFailsTheTestOnAViolation(t *testing.T) {
	t.Parallel()
	tb := &recordedTB{}
	p := authtest.New(tb, authtest.Config{})
	f := &fixture{Pool: p, ClientID: p.ClientID, t: t, client: http.DefaultClient}
	f.signIn("nobody", wrong).failsWith("UserNotFoundException")
	assert.Empty(t, tb.errors, "a wrong user name is no violation")
	f.call("SignUp", object{"ClientId": f.ClientID, "Usrname": "alice"})
	assert.Contains(t, strings.Join(tb.errors, "\n"), "Usrname")
	assert.Empty(t, tb.fatal)

	tb.end()
	resp, err := http.DefaultClient.Do(f.request("GetUser", object{}))
	if err == nil {
		_ = resp.Body.Close()
	}
	require.Error(t, err, "the pool is closed with the test")
}

func TestNewLeavesViolationsToTheConfig(t *testing.T) {
	t.Parallel()
	tb, reported := &recordedTB{}, &violations{}
	p := authtest.New(tb, authtest.Config{OnViolation: reported.add})
	defer tb.end()
	f := &fixture{Pool: p, ClientID: p.ClientID, t: t, client: http.DefaultClient}
	f.call("Nonsense", object{}).failsWith("UnknownOperationException")
	assert.Empty(t, tb.errors)
	assert.Len(t, reported.take(), 1)
}

func TestNewEndsTheTestOfAWrongConfig(t *testing.T) {
	t.Parallel()
	tb := &recordedTB{}
	assert.Nil(t, authtest.New(tb, authtest.Config{Region: "no where"}))
	assert.Equal(t, []string{`authtest: Config.Region: "no where" is not a region`}, tb.fatal)
	assert.Empty(t, tb.cleanups)
}
