package fleet

import (
	"encoding/pem"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/signal"
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
	endpoint    func(*testing.T, *authtest.Pool, *Route) string
	environment func(*testing.T, *Route) []string
	attributes  *syscall.SysProcAttr
}

// bareEnvironment is an environment without HOME, TMPDIR and PATH.
func bareEnvironment(*testing.T, *Route) []string { return []string{"LANG=C"} }

var surroundings = []surrounding{
	{
		name:     "an HTTP proxy and an authority of one's own",
		endpoint: func(_ *testing.T, _ *authtest.Pool, r *Route) string { return r.URL },
		environment: func(t *testing.T, r *Route) []string {
			t.Helper()
			return []string{"HTTPS_PROXY=" + r.Proxy.Load().String(), "SSL_CERT_FILE=" + savedAuthority(t, r)}
		},
	},
	{name: "IPv6", endpoint: overIPv6},
	{name: "an endpoint with a path", endpoint: underAPath},
	{
		name:        "one CPU and little memory",
		environment: func(*testing.T, *Route) []string { return []string{"GOMAXPROCS=1", "GOMEMLIMIT=64MiB"} },
	},
	{name: "no HOME", environment: bareEnvironment},
	{
		name:        "a root that is read-only",
		environment: func(*testing.T, *Route) []string { return []string{readOnlyVariable + "=" + readOnlyRoot} },
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
			r := NewRoute(t, pool)
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
			if s.attributes != nil && err != nil { // the machine permits no mount namespace
				t.Log("the process can make files, but not write to them:", err)
				p = given.process(t, readOnlyVariable+"="+readOnlyFiles)
				err = p.Start()
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

// savedAuthority returns the name of a file with the certificate of the route's authority.
func savedAuthority(t *testing.T, r *Route) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "authority.pem")
	data := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: r.Issuer.Certificate.Raw})
	require.NoError(t, os.WriteFile(name, data, 0o600))
	return name
}

func overIPv6(t *testing.T, pool *authtest.Pool, _ *Route) string {
	t.Helper()
	listener, err := new(net.ListenConfig).Listen(t.Context(), "tcp6", "[::1]:0")
	require.NoError(t, err)
	server := &httptest.Server{Listener: listener, Config: &http.Server{Handler: pool}}
	server.Start()
	t.Cleanup(server.Close)
	return server.URL
}

func underAPath(t *testing.T, pool *authtest.Pool, _ *Route) string {
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

// refuseWrites changes this process only. For readOnlyRoot it has a mount namespace of its own.
func refuseWrites(kind string) error {
	if kind == readOnlyFiles {
		return limitFiles()
	}
	err := syscall.Mount("", "/", "", syscall.MS_REMOUNT|syscall.MS_BIND|syscall.MS_RDONLY, "")
	if err != nil {
		return err
	}
	if err := os.WriteFile("/written", nil, 0o600); !errors.Is(err, syscall.EROFS) {
		return errors.Join(errors.New("the root is not read-only"), err)
	}
	return nil
}

// limitFiles has every file of this process end where it begins.
func limitFiles() error {
	signal.Ignore(syscall.SIGXFSZ) // it would end the process without a word
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{}); err != nil {
		return err
	}
	file, err := os.CreateTemp("", "")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	if _, err := file.WriteString("x"); !errors.Is(err, syscall.EFBIG) {
		return errors.Join(errors.New("files can be written"), err)
	}
	return file.Close()
}
