package scenario_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

func TestCompare(t *testing.T) {
	t.Parallel()
	recorded := scenario.Outcome{
		Output: map[string]any{"isSignedIn": false, "nextStep": map[string]any{"allowed": []string{"SMS", "TOTP"}}},
		Requests: []scenario.Request{
			{Operation: "InitiateAuth", Body: map[string]any{"ClientId": "<client id>"}, Answer: "SMS_MFA"},
		},
	}
	cases := []struct {
		name string
		got  scenario.Outcome
		want []scenario.Mismatch
	}{
		{name: "same", got: recorded},
		{
			name: "error instead of an output",
			got:  scenario.Outcome{Error: "NotAuthorizedException", Requests: recorded.Requests},
			want: []scenario.Mismatch{
				{Field: "error", Recorded: scenario.Absent, Got: `"NotAuthorizedException"`},
				{
					Field:    "output",
					Recorded: `{"isSignedIn":false,"nextStep":{"allowed":["SMS","TOTP"]}}`, Got: scenario.Absent,
				},
			},
		},
		{
			name: "other items in a list",
			got: scenario.Outcome{
				Output:   map[string]any{"isSignedIn": false, "nextStep": map[string]any{"allowed": []string{"TOTP"}}},
				Requests: recorded.Requests,
			},
			want: []scenario.Mismatch{
				{Field: "output.nextStep.allowed[0]", Recorded: `"SMS"`, Got: `"TOTP"`},
				{Field: "output.nextStep.allowed[1]", Recorded: `"TOTP"`, Got: scenario.Absent},
			},
		},
		{
			name: "one more request, and another type in the first",
			got: scenario.Outcome{Output: recorded.Output, Requests: []scenario.Request{
				{Operation: "InitiateAuth", Body: map[string]any{"ClientId": []any{}}, Answer: "SMS_MFA"},
				{Operation: "GetUser", Body: map[string]any{}},
			}},
			want: []scenario.Mismatch{
				{Field: "requests[0].body.ClientId", Recorded: `"<client id>"`, Got: `[]`},
				{Field: "requests[1]", Recorded: scenario.Absent, Got: `{"body":{},"operation":"GetUser"}`},
			},
		},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := scenario.Scenario{Name: "s", Steps: []scenario.Step{{Call: "signIn", Recorded: recorded}}}
			got, err := scenario.Compare(s, []scenario.Outcome{c.got})
			require.NoError(t, err)
			for i := range c.want {
				c.want[i].Scenario, c.want[i].Step, c.want[i].Call = "s", 1, "signIn"
			}
			assert.Equal(t, c.want, got)
		})
	}
}

func TestCompareNeedsOneOutcomePerStep(t *testing.T) {
	t.Parallel()
	_, err := scenario.Compare(scenario.Scenario{Name: "s", Steps: []scenario.Step{{Call: "signIn"}}}, nil)
	assert.ErrorContains(t, err, "0 outcomes of 1 steps")
}

func TestJudge(t *testing.T) {
	t.Parallel()
	mismatch := scenario.Mismatch{
		Scenario: "s", Step: 1, Call: "signIn", Field: "error", Recorded: scenario.Absent, Got: `"A"`,
	}
	fitting := scenario.Difference{Call: "signIn", Field: "error", Amplify: scenario.Absent, SDK: `"A"`, Reason: "r"}
	another := func(change func(*scenario.Difference)) scenario.Difference {
		d := fitting
		change(&d)
		return d
	}
	cases := []struct {
		name     string
		declared scenario.Difference
		excused  bool
	}{
		{"declared for every scenario", fitting, true},
		{"declared for this one", another(func(d *scenario.Difference) { d.Scenario = "s" }), true},
		{"declared for another one", another(func(d *scenario.Difference) { d.Scenario = "t" }), false},
		{"declared for another call", another(func(d *scenario.Difference) { d.Call = "signUp" }), false},
		{"declared for another field", another(func(d *scenario.Difference) { d.Field = "output" }), false},
		{"declared with another value", another(func(d *scenario.Difference) { d.SDK = `"B"` }), false},
		{"declared with another value for Amplify", another(func(d *scenario.Difference) { d.Amplify = `"B"` }), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			undeclared, unused := scenario.Judge([]scenario.Mismatch{mismatch}, []scenario.Difference{c.declared})
			if c.excused {
				assert.Empty(t, undeclared)
				assert.Empty(t, unused)
				return
			}
			assert.Equal(t, []scenario.Mismatch{mismatch}, undeclared)
			assert.Equal(t, []scenario.Difference{c.declared}, unused)
		})
	}
}

func TestDifferencesHaveReasons(t *testing.T) {
	t.Parallel()
	for _, d := range scenario.Differences() {
		assert.NotEmpty(t, d.Reason, "%+v", d)
		assert.NotEqual(t, d.Amplify, d.SDK, "%+v", d)
	}
}
