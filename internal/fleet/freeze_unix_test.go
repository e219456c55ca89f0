//go:build unix

package fleet

import (
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
)

// frozen is a little longer than idle connections are used; long runs set a minute.
var frozen = flag.Duration("frozen", 4*time.Second, "how `long` the processes of TestFrozenProcesses are stopped")

// TestFrozenProcesses stops fifteen processes, as a closed laptop or AWS Lambda does. Meanwhile the
// server drops the idle connections. Then five answer a step with a code, five renew the tokens of
// their own session, and five those of one session that they share, whose refresh tokens work once.
// Nothing was on its way, so all of them succeed.
func TestFrozenProcesses(t *testing.T) {
	t.Parallel()
	pool := NewPool(t, authtest.Config{RefreshTokenRotation: true, MFA: authtest.MFAOptional, SMS: true}, "shared")
	front := httptest.NewUnstartedServer(pool)
	balancer := &balancer{Listener: front.Listener}
	front.Listener = balancer
	front.Start()
	t.Cleanup(front.Close)
	dir := filepath.Join(t.TempDir(), "sessions") // filestore makes it, for the owner only
	store, err := filestore.New(dir, make([]byte, filestore.KeySize))
	require.NoError(t, err)
	SignIn(t, NewClient(t, pool, store), "shared")
	pool.ResetRequests()

	const each = 5
	var visitors []*visitor
	for i := range each {
		for _, kind := range []string{"code", "refresh", "shared"} {
			visitors = append(visitors, newVisitor(t, pool, front.URL, dir, kind, i))
		}
	}
	for _, v := range visitors {
		require.Eventually(t, v.ready, patience, 10*time.Millisecond)
	}
	for _, v := range visitors {
		v.Stop(t)
	}
	balancer.drop()
	for _, v := range visitors {
		v.proceed(t, pool)
	}
	time.Sleep(*frozen)
	for _, v := range visitors {
		require.NoError(t, v.Process.Process.Signal(syscall.SIGCONT))
	}
	for _, v := range visitors {
		var result visited
		v.WaitFor(t, &result)
		assert.Empty(t, result.Failure, v.user)
		assert.Equal(t, auth.StateSignedIn, result.State, v.user)
	}
	for _, request := range pool.Requests() {
		assert.Empty(t, request.ErrorCode, "%s: nothing was sent twice", request.Operation)
	}
}

// A balancer drops connections: it closes every other one, and resets the rest as soon as a request
// arrives, as one does that has forgotten them.
type balancer struct {
	net.Listener
	mu    sync.Mutex
	conns []*forgettable
}

func (b *balancer) Accept() (net.Conn, error) {
	conn, err := b.Listener.Accept()
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	c := &forgettable{TCPConn: conn.(*net.TCPConn)} //nolint:forcetypeassert // of a TCP listener
	b.conns = append(b.conns, c)
	return c, nil
}

func (b *balancer) drop() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for i, c := range b.conns {
		c.forgotten.Store(true)
		if i%2 == 0 {
			_ = c.Close() // the process may have closed it
		}
	}
}

type forgettable struct {
	*net.TCPConn
	forgotten atomic.Bool
}

func (c *forgettable) Read(p []byte) (int, error) {
	n, err := c.TCPConn.Read(p)
	if c.forgotten.Load() {
		return 0, errors.Join(net.ErrClosed, c.SetLinger(0), c.Close())
	}
	return n, err
}

// A visitor is a process that makes a visit.
type visitor struct {
	*Process
	user  string
	codes bool
	sign  string // the file that says that the process waits
}

func newVisitor(t *testing.T, pool *authtest.Pool, endpoint, dir, kind string, i int) *visitor {
	t.Helper()
	v := &visitor{user: fmt.Sprint(kind, "-", i), codes: kind == "code"}
	v.sign = filepath.Join(filepath.Dir(dir), v.user)
	work := &visit{User: v.user, SessionKey: v.user, Ready: v.sign}
	if kind == "shared" {
		work.SessionKey = "shared"
	} else {
		user := authtest.User{Username: v.user, Password: Password}
		if v.codes {
			user.MFA = []string{"SMS_MFA"}
			user.Attributes = map[string]string{"phone_number": "+15551234567", "phone_number_verified": "true"}
		}
		require.NoError(t, pool.AddUser(user))
	}
	given := taskAt(t, pool, dir)
	given.Endpoint, given.Visit = endpoint, work
	v.Process = given.start(t)
	t.Cleanup(func() { _ = v.Process.Process.Kill() }) // it may have ended
	return v
}

// ready reports whether the process waits.
func (v *visitor) ready() bool {
	_, err := os.Stat(v.sign)
	return err == nil
}

// proceed lets the process go on, when it runs again.
func (v *visitor) proceed(t *testing.T, pool *authtest.Pool) {
	t.Helper()
	if v.codes {
		_, err := v.stdin.Write([]byte(pool.LastCode(v.user)))
		require.NoError(t, err)
	}
	require.NoError(t, v.stdin.Close())
}
