package conformance_test

import (
	"encoding/json"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
)

// identityStep is one call of Amplify's, and the requests to the identity service that follow from
// it: those of the real Amplify, and those of this SDK if they differ.
type identityStep struct {
	call, input  string
	amplify, sdk []string
	// reason says why the requests differ.
	reason string
}

// The requests, by what is in them. <identity N> is the Nth identity of the scenario, <id token N>
// the Nth ID token.
const (
	guestID      = `GetId {"IdentityPoolId":"<identity pool>"}`
	amplifyGuest = `GetId {"IdentityPoolId":"<identity pool>","Logins":{}}`
	personID     = `GetId {"IdentityPoolId":"<identity pool>","Logins":{"<user pool>":"<id token 1>"}}`
	noLogins     = "An empty member is not sent."
)

func guestCredentials(identity int) string {
	return fmt.Sprintf(`GetCredentialsForIdentity {"IdentityId":"<identity %d>"}`, identity)
}

func personCredentials(identity, token int) string {
	return fmt.Sprintf(`GetCredentialsForIdentity {"IdentityId":"<identity %d>",`+
		`"Logins":{"<user pool>":"<id token %d>"}}`, identity, token)
}

const signInInput = `{"username":"alice","password":"` + password + `"}`

// personScenario is that of a pool without guests: signed out, signed in, renewed, signed out.
func personScenario() []identityStep {
	return []identityStep{
		{call: "fetchAuthSession"},
		{call: "signIn", input: signInInput},
		{call: "fetchAuthSession", amplify: []string{personID, personCredentials(1, 1)}},
		{call: "fetchAuthSession"},
		{call: "fetchAuthSession", input: `{"forceRefresh":true}`, amplify: []string{personCredentials(1, 2)}},
		{call: "fetchAuthSession"},
		{call: "signOut"},
		{call: "fetchAuthSession"},
	}
}

// guestScenario is that of a guest who signs in.
func guestScenario() []identityStep {
	return []identityStep{
		{
			call: "fetchAuthSession", reason: noLogins,
			amplify: []string{amplifyGuest, guestCredentials(1)}, sdk: []string{guestID, guestCredentials(1)},
		},
		{call: "fetchAuthSession"},
		{call: "signIn", input: signInInput},
		{
			call: "fetchAuthSession", reason: "A guest's identity becomes a person's only when the program asks.",
			amplify: []string{personCredentials(1, 1)}, sdk: []string{personID, personCredentials(2, 1)},
		},
		{call: "signOut"},
		{
			call: "fetchAuthSession", reason: noLogins + " And the guest is the same as before: nobody took the identity over.",
			amplify: []string{amplifyGuest, guestCredentials(2)}, sdk: nil,
		},
	}
}

// TestIdentityPool plays both scenarios with the published aws-amplify package and with this SDK.
func TestIdentityPool(t *testing.T) {
	t.Parallel()
	for name, scenario := range map[string]struct {
		guests bool
		steps  []identityStep
	}{"a person": {false, personScenario()}, "a guest": {true, guestScenario()}} {
		t.Run("amplify, "+name, func(t *testing.T) {
			t.Parallel()
			needNode(t)
			stage := newIdentityStage(t, scenario.guests)
			client := stage.amplify(t)
			for i, step := range scenario.steps {
				var input json.RawMessage
				if step.input != "" {
					input = json.RawMessage(step.input)
				}
				result, err := client.call(t.Context(), step.call, input)
				require.NoError(t, err)
				require.Empty(t, result.Error, "step %d", i+1)
				assert.Equal(t, step.amplify, stage.requests(), "step %d, %s", i+1, step.call)
				stage.checkOutput(t, result.Output)
			}
		})
		t.Run("SDK, "+name, func(t *testing.T) {
			t.Parallel()
			stage := newIdentityStage(t, scenario.guests)
			client := stage.sdk(t)
			for i, step := range scenario.steps {
				want := step.amplify
				if step.reason != "" {
					want = step.sdk
				}
				client.call(t, step)
				assert.Equal(t, want, stage.requests(), "step %d, %s", i+1, step.call)
			}
		})
	}
}

// identityStage is a user pool with alice, and an identity pool.
type identityStage struct {
	pool         *authtest.Pool
	identityPool string
	guests       bool
	names        map[string]string
	count        map[string]int
}

func newIdentityStage(t *testing.T, guests bool) *identityStage {
	t.Helper()
	pool := authtest.New(t, authtest.Config{})
	require.NoError(t, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	s := &identityStage{pool: pool, guests: guests, count: map[string]int{}}
	s.identityPool = pool.AddIdentityPool(authtest.IdentityPool{Guests: guests})
	s.names = map[string]string{
		s.identityPool: "<identity pool>",
		"cognito-idp.us-east-1.amazonaws.com/" + pool.UserPoolID: "<user pool>",
	}
	return s
}

// plainText undoes what encoding/json escapes for HTML.
var plainText = strings.NewReplacer(`\u003c`, "<", `\u003e`, ">")

// requests returns the requests to the identity service since the last call.
func (s *identityStage) requests() []string {
	var list []string
	for _, r := range s.pool.Requests() {
		if slices.Contains([]string{"GetId", "GetCredentialsForIdentity"}, r.Operation) {
			body, _ := json.Marshal(s.named(r.Body)) // was JSON
			list = append(list, r.Operation+" "+plainText.Replace(string(body)))
		}
	}
	s.pool.ResetRequests()
	return list
}

// named returns the body with names in the place of ids and tokens.
func (s *identityStage) named(body map[string]any) map[string]any {
	named := map[string]any{}
	for key, value := range body {
		switch value := value.(type) {
		case string:
			kind := "id token"
			if key == "IdentityId" {
				kind = "identity"
			}
			named[s.name(key, "")] = s.name(value, kind)
		case map[string]any:
			named[key] = s.named(value)
		default:
			named[key] = value
		}
	}
	return named
}

// name returns the name of a value; without a kind, the value itself if it has none.
func (s *identityStage) name(value, kind string) string {
	if s.names[value] == "" && kind != "" {
		s.count[kind]++
		s.names[value] = fmt.Sprintf("<%s %d>", kind, s.count[kind])
	}
	if name := s.names[value]; name != "" {
		return name
	}
	return value
}

func (s *identityStage) amplify(t *testing.T) *amplify {
	t.Helper()
	identityPool, err := json.Marshal(map[string]any{
		"identityPoolId": s.identityPool, "identityPoolEndpoint": s.pool.URL, "allowGuestAccess": s.guests,
	})
	require.NoError(t, err)
	ctx := patient(t)
	client := &amplify{
		node:   func() *exec.Cmd { return exec.CommandContext(ctx, "node", "identity.mjs", string(identityPool)) },
		config: map[string]string{"endpoint": s.pool.URL, "userPoolId": s.pool.UserPoolID, "clientId": s.pool.ClientID},
	}
	require.NoError(t, client.start())
	t.Cleanup(func() { assert.NoError(t, client.stop()) })
	return client
}

// checkOutput checks that Amplify took the credentials over where there are any.
func (s *identityStage) checkOutput(t *testing.T, output json.RawMessage) {
	t.Helper()
	var session struct {
		IdentityID  string
		Credentials *struct{ AccessKeyID, SecretAccessKey, SessionToken, Expiration string }
	}
	require.NoError(t, json.Unmarshal(output, &session))
	if session.Credentials == nil {
		return
	}
	assert.Contains(t, s.names, session.IdentityID)
	assert.NotEmpty(t, session.Credentials.AccessKeyID)
	assert.NotEmpty(t, session.Credentials.SecretAccessKey)
	assert.NotEmpty(t, session.Credentials.SessionToken)
	assert.NotEmpty(t, session.Credentials.Expiration)
}

// identitySDK makes Amplify's calls with this SDK.
type identitySDK struct {
	session       *auth.Session
	person, guest *identitypool.Provider
}

func (s *identityStage) sdk(t *testing.T) *identitySDK {
	t.Helper()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: s.pool.UserPoolID, ClientID: s.pool.ClientID, Endpoint: s.pool.URL,
	})
	require.NoError(t, err)
	pool, err := identitypool.New(identitypool.Config{IdentityPoolID: s.identityPool, Endpoint: s.pool.URL})
	require.NoError(t, err)
	sdk := &identitySDK{session: client.Session("alice"), person: pool.ForSession(client.Session("alice"))}
	if s.guests {
		sdk.guest = pool.ForGuest("")
	}
	return sdk
}

func (c *identitySDK) call(t *testing.T, step identityStep) {
	t.Helper()
	switch step.call {
	case "signIn":
		_, err := c.session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
		require.NoError(t, err)
	case "signOut":
		_, err := c.session.SignOut(t.Context(), auth.SignOutInput{})
		require.NoError(t, err)
	default:
		c.fetchAuthSession(t, step.input != "")
	}
}

// fetchAuthSession does with this SDK what Amplify's does: tokens, and credentials of whoever it
// is.
func (c *identitySDK) fetchAuthSession(t *testing.T, force bool) {
	t.Helper()
	provider := c.person
	_, err := c.session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: force})
	if err != nil {
		require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
		provider = c.guest
	}
	if provider == nil {
		return
	}
	if force {
		require.NoError(t, provider.Invalidate(t.Context()))
	}
	credentials, err := provider.Retrieve(t.Context())
	require.NoError(t, err)
	require.True(t, credentials.HasKeys())
}
