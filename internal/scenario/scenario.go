package scenario

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"strings"
)

// Scenario is a pool, its users and the calls that a client makes.
type Scenario struct {
	// Name is the name of the file, without its extension.
	Name string `json:"-"`
	// About says in one sentence what the scenario shows, and names the row of authtest's
	// BEHAVIOR.md, such as R3, if it depends on what was recorded on the real service.
	About string `json:"about"`
	// Pool is an authtest.Config.
	Pool json.RawMessage `json:"pool"`
	// Triggers names a set of Lambda triggers in triggers.go, since JSON cannot hold functions.
	Triggers string `json:"triggers,omitempty"`
	// Users are authtest.User values, added before the first step.
	Users []json.RawMessage `json:"users,omitempty"`
	Steps []Step            `json:"steps"`
}

// Step is one call, with the name and the input that it has in JavaScript. The call [Restart] is
// not one of Amplify's: the client forgets everything, as if it were a new process on another
// machine.
type Step struct {
	// Advance moves the pool's clock before the call, such as "31s".
	Advance string `json:"advance,omitempty"`
	// Fail is an authtest.Fault to inject before the call.
	Fail json.RawMessage `json:"fail,omitempty"`
	// Admin is an administrator's request, sent before the call.
	Admin *Admin `json:"admin,omitempty"`
	Call  string `json:"call"`
	// Input is the call's argument. Strings in it may be placeholders: "$totp", "$same-totp" (the
	// last one once more) and "$wrong-totp"; "$code:alice" (the last code that the pool sent to
	// alice) and "$wrong-code:alice"; "$device:alice" (the key of the device that alice registered
	// last) and "$first-device:alice".
	Input json.RawMessage `json:"input,omitempty"`
	// Malformed permits requests that the pool reports as malformed. Otherwise they are an error.
	Malformed bool `json:"malformed,omitempty"`
	// Recorded is the outcome with the real Amplify and the pool.
	Recorded Outcome `json:"recorded"`
}

// Outcome is the result of a step: the output or the name of the error, and the requests sent and
// the events reported, in order.
type Outcome struct {
	Output   any       `json:"output,omitempty"`
	Error    string    `json:"error,omitempty"`
	Requests []Request `json:"requests,omitempty"`
	Events   []string  `json:"events,omitempty"`
}

// Request is one request to Cognito. Answer is the challenge, "tokens", the error code, or empty.
type Request struct {
	Operation string         `json:"operation"`
	Body      map[string]any `json:"body"`
	Answer    string         `json:"answer,omitempty"`
}

// Load returns the scenarios in dir, ordered by name.
func Load(dir fs.FS) ([]Scenario, error) {
	names, err := fs.Glob(dir, "*.json")
	if err != nil {
		return nil, fmt.Errorf("scenario: %w", err)
	}
	scenarios := make([]Scenario, 0, len(names))
	for _, name := range names {
		s, err := load(dir, name)
		if err != nil {
			return nil, fmt.Errorf("scenario: %s: %w", name, err)
		}
		scenarios = append(scenarios, s)
	}
	return scenarios, nil
}

func load(dir fs.FS, name string) (Scenario, error) {
	data, err := fs.ReadFile(dir, name)
	if err != nil {
		return Scenario{}, err
	}
	s := Scenario{Name: strings.TrimSuffix(path.Base(name), ".json")}
	if err := decodeStrict(data, &s); err != nil {
		return Scenario{}, err
	}
	if s.About == "" || len(s.Steps) == 0 {
		return Scenario{}, fmt.Errorf("a scenario needs an about and steps")
	}
	return s, nil
}

// Encode returns the bytes of the scenario's file.
func (s Scenario) Encode() ([]byte, error) {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(s); err != nil {
		return nil, fmt.Errorf("scenario: %s: %w", s.Name, err)
	}
	return out.Bytes(), nil
}

// decodeStrict refuses unknown members: a misspelt one would make a scenario check less than it
// says.
func decodeStrict(data []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return dec.Decode(v)
}
