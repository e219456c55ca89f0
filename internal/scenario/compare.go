package scenario

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Absent stands for a value that one side does not have.
const Absent = "absent"

// Mismatch is one place where a client's outcome differs from the recorded one. Values are JSON, or
// [Absent].
type Mismatch struct {
	Scenario string
	Step     int // from 1
	Call     string
	Field    string // such as output.nextStep.signInStep, error, or requests[1].body.Session
	Recorded string
	Got      string
}

// String returns the mismatch in one line, for a test's log.
func (m Mismatch) String() string {
	return fmt.Sprintf("%s: step %d (%s): %s: recorded %s, got %s",
		m.Scenario, m.Step, m.Call, m.Field, m.Recorded, m.Got)
}

// Compare returns every place where the outcomes of playing s differ from the recorded ones.
func Compare(s Scenario, outcomes []Outcome) ([]Mismatch, error) {
	if len(outcomes) != len(s.Steps) {
		return nil, fmt.Errorf("scenario: %s: %d outcomes of %d steps", s.Name, len(outcomes), len(s.Steps))
	}
	var all []Mismatch
	for i, step := range s.Steps {
		found, err := compareStep(step.Recorded, outcomes[i])
		if err != nil {
			return nil, fmt.Errorf("scenario: %s: %w", s.Name, err)
		}
		for _, m := range found {
			m.Scenario, m.Step, m.Call = s.Name, i+1, step.Call
			all = append(all, m)
		}
	}
	return all, nil
}

func compareStep(recorded, got Outcome) ([]Mismatch, error) {
	want, err := plain(recorded)
	if err != nil {
		return nil, err
	}
	have, err := plain(got)
	if err != nil {
		return nil, err
	}
	return compareMembers("", want, have), nil
}

// plain returns the outcome as it reads after a round trip through JSON, so that a recorded outcome
// and a new one compare equal.
func plain(o Outcome) (map[string]any, error) {
	data, err := json.Marshal(o)
	if err != nil {
		return nil, err
	}
	var v map[string]any
	err = json.Unmarshal(data, &v)
	return v, err
}

func compareValues(field string, want, have any) []Mismatch {
	switch want := want.(type) {
	case map[string]any:
		if have, ok := have.(map[string]any); ok {
			return compareMembers(field+".", want, have)
		}
	case []any:
		if have, ok := have.([]any); ok {
			return compareItems(field, want, have)
		}
	default:
		if isScalar(have) && want == have {
			return nil
		}
	}
	return []Mismatch{{Field: field, Recorded: show(want), Got: show(have)}}
}

func compareMembers(prefix string, want, have map[string]any) []Mismatch {
	keys := maps.Clone(want)
	maps.Copy(keys, have)
	var found []Mismatch
	for _, key := range sortedKeys(keys) {
		wanted, isWanted := want[key]
		had, isHad := have[key]
		switch {
		case !isHad:
			found = append(found, Mismatch{Field: prefix + key, Recorded: show(wanted), Got: Absent})
		case !isWanted:
			found = append(found, Mismatch{Field: prefix + key, Recorded: Absent, Got: show(had)})
		default:
			found = append(found, compareValues(prefix+key, wanted, had)...)
		}
	}
	return found
}

func compareItems(field string, want, have []any) []Mismatch {
	var found []Mismatch
	for i := range max(len(want), len(have)) {
		item := fmt.Sprintf("%s[%d]", field, i)
		switch {
		case i >= len(have):
			found = append(found, Mismatch{Field: item, Recorded: show(want[i]), Got: Absent})
		case i >= len(want):
			found = append(found, Mismatch{Field: item, Recorded: Absent, Got: show(have[i])})
		default:
			found = append(found, compareValues(item, want[i], have[i])...)
		}
	}
	return found
}

func isScalar(v any) bool {
	switch v.(type) {
	case map[string]any, []any:
		return false
	default:
		return true
	}
}

func show(v any) string {
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return fmt.Sprint(v)
	}
	return strings.TrimSpace(text.String())
}

// Judge compares mismatches with the declared differences. It returns the mismatches that are not
// declared, and the declared differences that did not occur.
func Judge(mismatches []Mismatch, declared []Difference) (undeclared []Mismatch, unused []Difference) {
	used := make([]bool, len(declared))
	for _, m := range mismatches {
		i := slices.IndexFunc(declared, func(d Difference) bool { return d.explains(m) })
		if i < 0 {
			undeclared = append(undeclared, m)
			continue
		}
		used[i] = true
	}
	for i, d := range declared {
		if !used[i] {
			unused = append(unused, d)
		}
	}
	return undeclared, unused
}
