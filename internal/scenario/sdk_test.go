package scenario_test

import (
	"net/http/httptest"
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
	scenarios, err := scenario.Recorded()
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
	sdk, err := scenario.NewSDK(auth.Config{
		UserPoolID: stage.Pool.UserPoolID,
		ClientID:   stage.Pool.ClientID,
		Endpoint:   server.URL,
		HTTPClient: server.Client(),
	})
	require.NoError(t, err)
	outcomes, err := stage.Play(t.Context(), sdk.Call)
	require.NoError(t, err)
	return outcomes
}
