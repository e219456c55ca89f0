package scenario

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// An SDK makes Amplify's calls with this SDK, one at a time.
type SDK struct {
	client   *auth.Client
	restarts int
	events   []string
	password string // of the last sign-up, which Amplify keeps for autoSignIn
}

// NewSDK returns an SDK whose client has the Config. DeviceName and OnEvent are set here.
func NewSDK(cfg auth.Config) (*SDK, error) {
	s := &SDK{}
	cfg.DeviceName, cfg.OnEvent = deviceName, s.happened
	client, err := auth.NewClient(cfg)
	s.client = client
	return s, err
}

// happened is an auth.Config's OnEvent, for the events that Amplify has too. The scenarios make one
// call at a time.
func (s *SDK) happened(_ context.Context, event auth.Event) {
	if event.Name != auth.EventDeviceRegistered {
		s.events = append(s.events, string(event.Name))
	}
}

// Call is a [Caller].
func (s *SDK) Call(ctx context.Context, name string, input json.RawMessage) (Result, error) {
	s.events = nil
	result, err := s.carryOut(ctx, name, input)
	result.Events = s.events
	return result, err
}

func (s *SDK) carryOut(ctx context.Context, name string, input json.RawMessage) (Result, error) {
	if name == Restart {
		s.restarts++
		return Result{}, nil
	}
	verb := verbs()[name]
	if verb == nil {
		return Result{}, fmt.Errorf("the SDK has no %s", name)
	}
	input, err := s.adapt(name, input)
	if err != nil {
		return Result{}, err
	}
	// After a restart there is no record: the session has a new key.
	session := s.client.Session(fmt.Sprintf("session %d", s.restarts))
	output, err := verb(ctx, session, input)
	var failure *auth.Error
	if errors.As(err, &failure) && failure.Code != "" {
		return Result{Error: string(failure.Code)}, nil
	}
	if err != nil {
		return Result{}, err
	}
	data, err := json.Marshal(output)
	return Result{Output: data}, err
}

// adapt returns the SDK's input for signUp and autoSignIn. Amplify accepts true for the options of
// auto sign-in, and keeps the password in memory.
func (s *SDK) adapt(name string, input json.RawMessage) (json.RawMessage, error) {
	switch name {
	case "signUp":
		return s.adaptSignUp(input)
	case "autoSignIn":
		return json.Marshal(map[string]string{"password": s.password})
	default:
		return input, nil
	}
}

func (s *SDK) adaptSignUp(input json.RawMessage) (json.RawMessage, error) {
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
