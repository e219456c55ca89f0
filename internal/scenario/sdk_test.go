package scenario_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

// TestSDK plays every scenario with this SDK. It does what was recorded with the real Amplify,
// except for the declared differences, and each of those occurs.
func TestSDK(t *testing.T) {
	t.Parallel()
	scenarios, err := scenario.Load(os.DirFS("testdata"))
	require.NoError(t, err)
	require.NotEmpty(t, scenarios)
	var mismatches []scenario.Mismatch
	for _, s := range scenarios {
		found, err := scenario.Compare(s, playWithSDK(t, s))
		require.NoError(t, err)
		mismatches = append(mismatches, found...)
	}
	undeclared, unused := scenario.Judge(mismatches, scenario.Differences())
	for _, m := range undeclared {
		assert.Fail(t, "undeclared difference", m.String())
	}
	for _, d := range unused {
		assert.Failf(t, "declared difference that does not occur", "%+v", d)
	}
}

func playWithSDK(t *testing.T, s scenario.Scenario) []scenario.Outcome {
	t.Helper()
	stage, err := scenario.NewStage(s)
	require.NoError(t, err)
	defer stage.Close()
	server := httptest.NewServer(stage)
	defer server.Close()
	sdk := &sdk{}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: stage.Pool.UserPoolID,
		ClientID:   stage.Pool.ClientID,
		Endpoint:   server.URL,
		HTTPClient: server.Client(),
		DeviceName: deviceName,
		OnEvent:    sdk.happened,
	})
	require.NoError(t, err)
	sdk.client = client
	outcomes, err := stage.Play(t.Context(), sdk.call)
	require.NoError(t, err)
	return outcomes
}

// sdk makes Amplify's calls with this SDK.
type sdk struct {
	client   *auth.Client
	restarts int
	events   []string
	password string // of the last sign-up, which Amplify keeps for autoSignIn
}

// happened is an auth.Config's OnEvent, for the events that Amplify has too. The scenarios make one
// call at a time.
func (s *sdk) happened(_ context.Context, event auth.Event) {
	if event.Name != auth.EventDeviceRegistered {
		s.events = append(s.events, string(event.Name))
	}
}

// call is a scenario.Caller.
func (s *sdk) call(ctx context.Context, name string, input json.RawMessage) (scenario.Result, error) {
	s.events = nil
	result, err := s.carryOut(ctx, name, input)
	result.Events = s.events
	return result, err
}

func (s *sdk) carryOut(ctx context.Context, name string, input json.RawMessage) (scenario.Result, error) {
	if name == scenario.Restart {
		s.restarts++
		return scenario.Result{}, nil
	}
	verb := verbs()[name]
	if verb == nil {
		return scenario.Result{}, fmt.Errorf("the SDK has no %s", name)
	}
	input, err := s.adapt(name, input)
	if err != nil {
		return scenario.Result{}, err
	}
	// After a restart there is no record: the session has a new key.
	session := s.client.Session(fmt.Sprintf("session %d", s.restarts))
	output, err := verb(ctx, session, input)
	var failure *auth.Error
	if errors.As(err, &failure) && failure.Code != "" {
		return scenario.Result{Error: string(failure.Code)}, nil
	}
	if err != nil {
		return scenario.Result{}, err
	}
	data, err := json.Marshal(output)
	return scenario.Result{Output: data}, err
}

// adapt returns the SDK's input for signUp and autoSignIn. Amplify accepts true for the options of
// auto sign-in, and keeps the password in memory.
func (s *sdk) adapt(name string, input json.RawMessage) (json.RawMessage, error) {
	switch name {
	case "signUp":
		return s.adaptSignUp(input)
	case "autoSignIn":
		return json.Marshal(map[string]string{"password": s.password})
	default:
		return input, nil
	}
}

func (s *sdk) adaptSignUp(input json.RawMessage) (json.RawMessage, error) {
	var in struct {
		Password string
		Options  map[string]json.RawMessage
	}
	members := map[string]json.RawMessage{}
	for _, v := range []any{&in, &members} {
		if err := json.Unmarshal(input, v); err != nil {
			return nil, err
		}
	}
	options := maps.Clone(in.Options)
	switch string(options["autoSignIn"]) {
	case "true":
		options["autoSignIn"] = json.RawMessage("{}")
	case "false":
		delete(options, "autoSignIn")
	}
	var asked auth.AutoSignInOptions
	if options["autoSignIn"] != nil {
		if err := json.Unmarshal(options["autoSignIn"], &asked); err != nil {
			return nil, err
		}
	}
	if s.password = in.Password; asked.AuthFlowType == auth.AuthFlowCustomWithoutSRP {
		s.password = ""
	}
	var err error
	if members["options"], err = json.Marshal(options); err != nil {
		return nil, err
	}
	return json.Marshal(members)
}

// deviceName is the name that the recorded Amplify registered its device under.
const deviceName = "conformance"
