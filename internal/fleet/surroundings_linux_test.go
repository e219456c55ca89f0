package fleet

import (
	"encoding/pem"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A surrounding is where a process runs: its environment, and the way to the pool.
type surrounding struct {
	name        string
	endpoint    func(*testing.T, *authtest.Pool, *Road) string
	environment func(*testing.T, *Road) []string
	attributes  *syscall.SysProcAttr
}

// onlyRoot is an environment without HOME, TMPDIR and PATH.
func onlyRoot(*testing.T, *Road) []string { return []string{"LANG=C"} }

var surroundings = []surrounding{
	{
		name:     "an HTTP proxy and an authority of one's own",
		endpoint: func(_ *testing.T, _ *authtest.Pool, r *Road) string { return r.URL },
		environment: func(t *testing.T, r *Road) []string {
			t.Helper()
			return []string{"HTTPS_PROXY=" + r.Proxy.Load().String(), "SSL_CERT_FILE=" + savedAuthority(t, r)}
		},
	},
	{name: "IPv6", endpoint: overIPv6},
	{name: "an endpoint with a path", endpoint: underAPath},
	{
		name:        "one CPU and little memory",
		environment: func(*testing.T, *Road) []string { return []string{"GOMAXPROCS=1", "GOMEMLIMIT=64MiB"} },
	},
	{name: "no HOME", environment: onlyRoot},
	{
		name:        "a root that is read-only",
		environment: func(*testing.T, *Road) []string { return []string{readOnlyVariable + "=1"} },
		attributes: &syscall.SysProcAttr{
			Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
			UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
			GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
		},
	},
}

// TestSurroundings signs in with a code and renews the tokens in a process of each kind.
func TestSurroundings(t *testing.T) {
	t.Parallel()
	for _, s := range surroundings {
		t.Run(s.name, func(t *testing.T) {
			t.Parallel()
			pool := NewPool(t, authtest.Config{RefreshTokenRotation: true, MFA: authtest.MFAOptional, SMS: true})
			require.NoError(t, pool.AddUser(authtest.User{
				Username: "alice", Password: Password, MFA: []string{"SMS_MFA"},
				Attributes: map[string]string{"phone_number": "+15551234567", "phone_number_verified": "true"},
			}))
			r := NewRoad(t, pool)
			given := taskAt(t, pool, "") // in memory
			given.Visit = &visit{User: "alice", SessionKey: "alice"}
			if s.endpoint != nil {
				given.Endpoint = s.endpoint(t, pool, r)
			}
			var environment []string
			if s.environment != nil {
				environment = s.environment(t, r)
			}
			p := given.process(t, environment...)
			p.SysProcAttr = s.attributes
			err := p.Start()
			if errors.Is(err, syscall.EPERM) && s.attributes != nil {
				t.Skip("this machine permits no mount namespace: ", err)
			}
			require.NoError(t, err)
			require.Eventually(t, func() bool { return pool.LastCode("alice") != "" }, patience, patience/1000)
			_, err = p.stdin.Write([]byte(pool.LastCode("alice")))
			require.NoError(t, err)
			require.NoError(t, p.stdin.Close())
			var result visited
			p.WaitFor(t, &result)
			assert.Empty(t, result.Failure)
			assert.Equal(t, auth.StateSignedIn, result.State)
		})
	}
}

// savedAuthority returns the name of a file with the certificate of the road's authority.
func savedAuthority(t *testing.T, r *Road) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "authority.pem")
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Issuer.Certificate.Raw})
	require.NoError(t, os.WriteFile(name, data, 0o600))
	return name
}

func overIPv6(t *testing.T, pool *authtest.Pool, _ *Road) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp6", "[::1]:0")
	require.NoError(t, err)
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: pool}}
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func underAPath(t *testing.T, pool *authtest.Pool, _ *Road) string {
	t.Helper()
	const path = "/cognito/eu"
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, path, r.URL.Path)
		r.URL.Path = "/"
		pool.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL + path
}

// makeRootReadOnly changes this process only, which has a mount namespace of its own.
func makeRootReadOnly() error {
	err := syscall.Mount("", "/", "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, "")
	if err != nil {
		return err
	}
	if err := os.WriteFile("/written", nil, 0o600); !errors.Is(err, syscall.EROFS) {
		return errors.Join(errors.New("the root is not read-only"), err)
	}
	return nil
}
