package conformance_test

import (
	"flag"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
)

var update = flag.Bool("update", false, "record what the real Amplify does in the scenarios")

const scenarioDir = "../scenario/testdata"

// TestAmplify plays every scenario with the published aws-amplify package and compares the outcomes
// with the recorded ones. It fails if a recording is out of date, or if the pool does not behave as
// Amplify expects of Cognito.
func TestAmplify(t *testing.T) {
	t.Parallel()
	needNode(t)
	scenarios, err := scenario.Load(os.DirFS(scenarioDir))
	require.NoError(t, err)
	require.NotEmpty(t, scenarios)
	for _, s := range scenarios {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			outcomes := playWithAmplify(t, s)
			if *update {
				record(t, s, outcomes)
				return
			}
			mismatches, err := scenario.Compare(s, outcomes)
			require.NoError(t, err)
			for _, m := range mismatches {
				assert.Fail(t, m.String())
			}
		})
	}
}

func playWithAmplify(t *testing.T, s scenario.Scenario) []scenario.Outcome {
	t.Helper()
	stage, err := scenario.NewStage(s)
	require.NoError(t, err)
	t.Cleanup(stage.Close)
	server := httptest.NewServer(stage)
	t.Cleanup(server.Close)
	client := startAmplifyFor(t, server.URL+"/", stage.Pool.UserPoolID, stage.Pool.ClientID)
	outcomes, err := stage.Play(patient(t), client.call)
	require.NoError(t, err)
	return outcomes
}

// startAmplifyFor is startAmplify for the duration of a test.
func startAmplifyFor(t *testing.T, endpoint, userPoolID, clientID string) *amplify {
	t.Helper()
	client, err := startAmplify(patient(t), endpoint, userPoolID, clientID)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, client.stop()) })
	return client
}

func record(t *testing.T, s scenario.Scenario, outcomes []scenario.Outcome) {
	t.Helper()
	for i := range s.Steps {
		s.Steps[i].Recorded = outcomes[i]
	}
	data, err := s.Encode()
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(scenarioDir, s.Name+".json"), data, 0o600))
}
