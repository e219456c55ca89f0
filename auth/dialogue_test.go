package auth_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// An exchange is a request that the client must make, and the server's answer.
type exchange struct {
	operation string
	name      string            // AuthFlow or ChallengeName
	members   map[string]string // all AuthParameters, ChallengeResponses or members but the usual ones; "*" is any text
	session   string            // the challenge session that must come
	answer    map[string]any
}

// A call is a call of the SDK, the requests that it must make and the step that it must return.
type call struct {
	make      func(context.Context, *auth.Session) (auth.SignInOutput, error)
	exchanges []*exchange
	step      auth.SignInStepName
}

// A dialogue is a server that expects certain requests.
type dialogue struct {
	t   *testing.T
	url string

	mu       sync.Mutex
	expected []*exchange
}

const dialogueSecret = "secret of the dialogue"

// dialogueContext is in every request that a trigger or the threat protection sees.
var dialogueContext = map[string]any{
	"ClientMetadata":  map[string]any{"from": "the dialogue"},
	"UserContextData": map[string]any{"IpAddress": "192.0.2.1"},
}

func newDialogue(t *testing.T) *dialogue {
	t.Helper()
	d := &dialogue{t: t}
	server := httptest.NewServer(d)
	t.Cleanup(server.Close)
	d.url = server.URL
	return d
}

func (d *dialogue) expect(exchanges []*exchange) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.expected = exchanges
}

func (d *dialogue) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	d.mu.Lock()
	defer d.mu.Unlock()
	var body map[string]any
	assert.NoError(d.t, json.NewDecoder(r.Body).Decode(&body))
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	if !assert.NotEmpty(d.t, d.expected, "an unexpected request: %s %v", operation, body) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	want := d.expected[0]
	d.expected = d.expected[1:]
	want.check(d.t, operation, body)
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	assert.NoError(d.t, json.NewEncoder(w).Encode(want.answer))
}

func (e *exchange) check(t *testing.T, operation string, body map[string]any) {
	t.Helper()
	assert.Equal(t, e.operation, operation)
	session, _ := body["Session"].(string)
	assert.Equal(t, e.session, session, "%s %s: challenge session", operation, e.name)
	members := body
	switch operation {
	case "InitiateAuth":
		assert.Equal(t, e.name, body["AuthFlow"])
		members, _ = body["AuthParameters"].(map[string]any)
	case "RespondToAuthChallenge":
		assert.Equal(t, e.name, body["ChallengeName"])
		members, _ = body["ChallengeResponses"].(map[string]any)
	default:
		delete(body, "Session")
	}
	if e.name != "" {
		for name, value := range dialogueContext {
			assert.Equal(t, value, body[name], "%s %s", operation, e.name)
		}
		username, _ := members["USERNAME"].(string)
		assert.Equal(t, secretHash(username), members["SECRET_HASH"], "%s %s: SECRET_HASH", operation, e.name)
		delete(members, "SECRET_HASH")
	}
	want := map[string]any{}
	for name, value := range e.members {
		if value == "*" {
			assert.NotEmpty(t, members[name], "%s %s: %s", operation, e.name, name)
			value, _ = members[name].(string)
		}
		want[name] = value
	}
	assert.Equal(t, want, members, "%s %s", operation, e.name)
}

func secretHash(username string) string {
	mac := hmac.New(sha256.New, []byte(dialogueSecret))
	mac.Write([]byte(username + "client"))
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// run makes the calls, each on a new Client, so that only the Store carries state from one to the
// next. It looks up the step between two calls.
func (d *dialogue) run(calls []*call) {
	d.t.Helper()
	ctx := context.Background()
	store := &auth.MemoryStore{}
	_, err := store.Save(ctx, "device/client/test", auth.Record{Data: []byte(`{"format":1,` +
		`"devices":{"alice-id":{"key":"us-east-1_k","groupKey":"-g","password":"p","since":"2026-01-01T00:00:00Z"}},` +
		`"aliases":{"alice@example.com":"alice-id"}}`)})
	require.NoError(d.t, err)
	cfg := auth.Config{
		UserPoolID: "us-east-1_Script", ClientID: "client", ClientSecret: dialogueSecret, Endpoint: d.url, Store: store,
	}
	for i, c := range calls {
		d.expect(c.exchanges)
		out, err := c.make(ctx, newClient(d.t, cfg).Session("test"))
		require.NoError(d.t, err, "call %d", i+1)
		require.Equal(d.t, c.step, out.NextStep.Name(), "call %d", i+1)
		require.Empty(d.t, d.expected, "call %d: requests that were not made", i+1)
		status, err := newClient(d.t, cfg).Session("test").Status(ctx)
		require.NoError(d.t, err)
		if out.IsSignedIn {
			require.Equal(d.t, auth.StateSignedIn, status.State)
		} else {
			require.Equal(d.t, out.NextStep, status.NextStep, "call %d: the step after a restart", i+1)
		}
	}
}

// playbook returns the calls of a path: an opening, the server's challenges one after the other,
// and TOKENS.
func playbook(t *testing.T, path []string) []*call {
	t.Helper()
	open, ok := openings[path[0]]
	require.True(t, ok, "no opening named %s", path[0])
	c := &call{make: open.make}
	calls := []*call{c}
	w := writer{username: "alice@example.com"}
	w.add(c, open.exchange, open.device)
	for _, name := range path[1:] {
		n, ok := nodes[name]
		require.True(t, ok, "no challenge named %s", name)
		w.answer(n, path[0] != "USER_SRP_AUTH" || name != "PASSWORD_VERIFIER")
		for _, e := range n.auto {
			w.add(c, e, true)
		}
		for _, a := range n.asks {
			c.step = a.step
			c = &call{make: confirm(a.in)}
			calls = append(calls, c)
			for _, e := range a.exchanges {
				w.add(c, e, true)
			}
		}
		if n.tokens {
			c.step = auth.StepDone
		}
	}
	return calls
}

func confirm(in auth.ConfirmSignInInput) func(context.Context, *auth.Session) (auth.SignInOutput, error) {
	return func(ctx context.Context, s *auth.Session) (auth.SignInOutput, error) { return s.ConfirmSignIn(ctx, in) }
}

// A writer writes down the requests and answers of a playbook.
type writer struct {
	username string
	session  string
	sessions int
	last     *exchange
}

// add appends a request of the form e to c, with the values that the client knows by now.
func (w *writer) add(c *call, e exchange, device bool) {
	if e.session == "" {
		e.session = w.session
	}
	e.members = cloneMap(e.members)
	if e.name != "" {
		e.members["USERNAME"] = w.username
		if device {
			e.members["DEVICE_KEY"] = "us-east-1_k"
		}
	}
	if e.answer != nil { // a request outside the challenges, which exchanges the challenge session
		e.answer = maps.Clone(e.answer)
		e.answer["Session"] = w.newSession()
	}
	c.exchanges = append(c.exchanges, &e)
	w.last = &e
}

// answer has the server answer the last request with a challenge, or with tokens.
func (w *writer) answer(n node, withSession bool) {
	if n.tokens {
		w.last.answer = map[string]any{
			"AuthenticationResult": map[string]any{"AccessToken": unsignedToken(), "ExpiresIn": 3600},
		}
		return
	}
	w.last.answer = map[string]any{"ChallengeName": n.challenge, "ChallengeParameters": n.parameters}
	if n.available != nil && w.last.operation == "InitiateAuth" {
		w.last.answer["AvailableChallenges"] = n.available
	}
	w.session = ""
	if withSession {
		w.last.answer["Session"] = w.newSession()
	}
	if n.challenge == "DEVICE_SRP_AUTH" { // the device record knows the name
		w.username = "alice-id"
	}
	for _, name := range []string{"USERNAME", "USER_ID_FOR_SRP"} {
		if known := n.parameters[name]; known != "" {
			w.username = known
		}
	}
}

func (w *writer) newSession() string {
	w.sessions++
	w.session = fmt.Sprintf("challenge-session-number-%d", w.sessions)
	return w.session
}

func cloneMap(m map[string]string) map[string]string {
	if m == nil {
		return map[string]string{}
	}
	return maps.Clone(m)
}
