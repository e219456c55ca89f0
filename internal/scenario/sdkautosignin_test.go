package scenario_test

import (
	"encoding/json"
	"maps"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// adapt returns the SDK's form of the two calls about a sign-in that follows a sign-up: Amplify
// takes true for its options, and keeps the password in memory.
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
