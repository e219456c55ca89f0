package scenario_test

import (
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

// A new recording changes nothing in a file but the recorded outcomes.
func TestEncodeReproducesTheFile(t *testing.T) {
	t.Parallel()
	scenarios, err := scenario.Load(os.DirFS("testdata"))
	require.NoError(t, err)
	require.NotEmpty(t, scenarios)
	for _, s := range scenarios {
		want, err := os.ReadFile(filepath.Join("testdata", s.Name+".json"))
		require.NoError(t, err)
		got, err := s.Encode()
		require.NoError(t, err)
		assert.Equal(t, string(want), string(got), s.Name)
	}
}

func TestLoadRefusesAnInvalidFile(t *testing.T) {
	t.Parallel()
	cases := []struct{ name, file, want string }{
		{"not JSON", `{`, "unexpected EOF"},
		{"an unknown member", `{"about": "a", "pool": {}, "stps": []}`, `unknown field "stps"`},
		{
			"an unknown member of a step",
			`{"about": "a", "pool": {}, "steps": [{"call": "signIn", "inptu": {}}]}`, `unknown field "inptu"`,
		},
		{"no about", `{"pool": {}, "steps": [{"call": "signIn"}]}`, "needs an about"},
		{"no steps", `{"about": "a", "pool": {}}`, "needs an about and steps"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := scenario.Load(fstest.MapFS{"bad.json": {Data: []byte(c.file)}})
			require.ErrorContains(t, err, "bad.json")
			assert.ErrorContains(t, err, c.want)
		})
	}
}
