package conformance_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// person is a user of the pool. Its requests over the proxy carry personHeader.
type person struct {
	pool        *authtest.Pool
	name, key   string
	store       *auth.MemoryStore
	undisturbed *auth.Session // without the proxy, on the same record as the session over the proxy
	totpSecret  string        // the one being set up
	passkey     madePasskey
}

func newPerson(t *testing.T, pool *authtest.Pool, key string, change func(*authtest.User)) *person {
	t.Helper()
	name := strings.NewReplacer(" ", "-", "/", ".", "'", "").Replace(key)
	p := &person{pool: pool, name: name, key: key, store: &auth.MemoryStore{}}
	user := authtest.User{
		Username: p.name, Password: password,
		Attributes: map[string]string{"email": "alice@example.com", "email_verified": "true"},
	}
	if change != nil {
		change(&user)
	}
	require.NoError(t, pool.AddUser(user))
	p.undisturbed = p.session(t, pool.URL, nil)
	return p
}

func (p *person) credentials() auth.SignInInput {
	return auth.SignInInput{Username: p.name, Password: password, AuthFlowType: auth.AuthFlowUserPassword}
}

// friend is the name of the user whom this person signs up.
func (p *person) friend() string { return p.name + ".friend" }

func (p *person) session(t *testing.T, endpoint string, client *http.Client) *auth.Session {
	t.Helper()
	made, err := auth.NewClient(auth.Config{
		UserPoolID: p.pool.UserPoolID, ClientID: p.pool.ClientID, Endpoint: endpoint,
		Store: p.store, HTTPClient: client,
	})
	require.NoError(t, err)
	return made.Session("session")
}

func (p *person) sessionOver(t *testing.T, proxy *toxicProxy) *auth.Session {
	t.Helper()
	return p.session(t, p.pool.URL, &http.Client{Transport: proxy, Timeout: proxy.fault.timeout})
}

// requests returns the requests of this person that the pool received over the proxy.
func (p *person) requests(operation string) []authtest.Request {
	var own []authtest.Request
	for _, request := range p.pool.Requests() {
		if request.Operation == operation && request.Header.Get(personHeader) == p.key {
			own = append(own, request)
		}
	}
	return own
}

// ownLoopback is an address that no pool listens on, so that no pool can take over the port of a
// proxy that is down.
const ownLoopback = "127.0.0.2"

// personHeader is the header that names the person who sent a request.
const personHeader = "X-Person"

// toxicProxy is a Toxiproxy in front of the pool, and an HTTP transport that sends one operation
// through the proxy and all others directly to the pool. Every request uses a new connection, so
// that the fault applies to it.
type toxicProxy struct {
	*toxiproxy.Proxy
	fault     fault
	operation string
	person    string
	silent    bool          // hides from the SDK what the transport reports
	attempts  atomic.Int32  // of the operation
	met       chan struct{} // is closed when the operation is called
	meet      sync.Once
	transport *http.Transport
}

func newToxicProxy(t *testing.T, pool *authtest.Pool, f fault, operation, person string) *toxicProxy {
	t.Helper()
	upstream, err := url.Parse(pool.URL)
	require.NoError(t, err)
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	p := &toxicProxy{
		Proxy: toxiproxy.NewProxy(server, "pool", ownLoopback+":0", upstream.Host),
		fault: f, operation: operation, person: person, met: make(chan struct{}),
		transport: &http.Transport{DisableKeepAlives: true},
	}
	require.NoError(t, p.Start())
	t.Cleanup(p.Stop)
	if f.toxic == "" {
		p.Stop()
		return p
	}
	_, err = p.Toxics.AddToxicJson(strings.NewReader(f.toxic))
	require.NoError(t, err)
	return p
}

// RoundTrip implements http.RoundTripper.
func (p *toxicProxy) RoundTrip(r *http.Request) (*http.Response, error) {
	if p.silent {
		r = r.WithContext(withoutTrace{r.Context()}) //nolint:contextcheck // it inherits all but the trace
	}
	r = r.Clone(r.Context())
	r.Header.Set(personHeader, p.person)
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if operation != p.operation {
		// However slow the machine is, the requests before the operation do not run into a timeout.
		r.Cancel = nil                                                                  //nolint:staticcheck // the client's timer closes it
		return p.transport.RoundTrip(r.WithContext(context.WithoutCancel(r.Context()))) //nolint:contextcheck // see above
	}
	p.attempts.Add(1)
	p.meet.Do(func() { close(p.met) })
	r.URL.Host = p.Listen
	return p.transport.RoundTrip(r)
}

// withoutTrace is a context without values, such as the hooks of net/http/httptrace.
type withoutTrace struct {
	context.Context //nolint:containedctx // it is one
}

func (withoutTrace) Value(any) any { return nil }

// called reports whether the operation was called.
func (p *toxicProxy) called() bool {
	select {
	case <-p.met:
		return true
	default:
		return false
	}
}

// A patientContext is the caller's: it ends when the deadline has passed since the operation was
// called.
type patientContext struct {
	context.Context //nolint:containedctx // it is one
	done            chan struct{}
}

func (c patientContext) Done() <-chan struct{} { return c.done }

func (c patientContext) Err() error {
	select {
	case <-c.done:
		return context.DeadlineExceeded
	default:
		return nil
	}
}

// callersContext returns the context of the verb, and a function that stops its clock.
func (p *toxicProxy) callersContext() (context.Context, func()) {
	if p.fault.deadline == 0 {
		return context.WithTimeout(context.Background(), patience)
	}
	c := patientContext{Context: context.Background(), done: make(chan struct{})}
	stopped := make(chan struct{})
	go func() {
		select {
		case <-p.met:
		case <-stopped:
			return
		}
		select {
		case <-time.After(p.fault.deadline):
			close(c.done)
		case <-stopped:
		}
	}()
	return c, func() { close(stopped) }
}
