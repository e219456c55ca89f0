package conformance_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// poolcheckReport is the part of a report of examples/poolcheck that the test reads.
type poolcheckReport struct {
	Findings []struct{ Check, Verdict, Expected, Got string }
}

// TestPoolcheckFindsWhereCognitoLocalDiffers runs examples/poolcheck against a service that is not
// like Cognito in everything: cognito-local has no SRP.
func TestPoolcheckFindsWhereCognitoLocalDiffers(t *testing.T) {
	t.Parallel()
	endpoint := serveCognitoLocal(t)
	binary, name := built(t, "./examples/poolcheck"), filepath.Join(t.TempDir(), "report.json")
	check := exec.CommandContext(patient(t), binary, "-endpoint", endpoint, "-yes", "-json", name,
		"-run", "^(password|srp|name|totp/secret|refresh|account|required|settings|session/g)")
	out, err := check.CombinedOutput()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	require.Equalf(t, 1, exit.ExitCode(), "%s", out)

	data, err := os.ReadFile(name)
	require.NoError(t, err)
	var report poolcheckReport
	require.NoError(t, json.Unmarshal(data, &report))
	agree, differentSRP := 0, 0
	for _, f := range report.Findings {
		if f.Verdict == "agrees" {
			agree++
		}
		if strings.HasPrefix(f.Check, "srp/") && f.Verdict != "not run" {
			differentSRP++
			assert.Equal(t, "differs", f.Verdict, f.Check)
			assert.NotEqual(t, f.Expected, f.Got, f.Check)
		}
	}
	assert.Positive(t, agree, "%s", out)
	assert.Positive(t, differentSRP, "%s", out)
}
