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

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// awsCLI runs the AWS command-line tool against the pool and decodes what it prints.
func awsCLI(t *testing.T, env []string, output any, args ...string) {
	t.Helper()
	cmd := exec.CommandContext(patient(t), "aws", append(args, "--region", "us-east-1", "--output", "json")...)
	cmd.Env = append(os.Environ(), append(env,
		"AWS_SHARED_CREDENTIALS_FILE="+os.DevNull, "AWS_EC2_METADATA_DISABLED=true", "AWS_PAGER=")...)
	out, err := cmd.CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
	if output != nil {
		require.NoErrorf(t, json.Unmarshal(out, output), "%s", out)
	}
}

// TestCredentialProcess has the AWS command-line tool get its credentials from the example's
// credential-process, and use them at a service that verifies signatures.
func TestCredentialProcess(t *testing.T) {
	t.Parallel()
	need(t, "aws", "install awscli")
	stage := newIdentityStage(t, false)
	home := t.TempDir()
	binary, config := built(t, "./examples/cli"), filepath.Join(home, "config")
	acme := func(args ...string) *exec.Cmd {
		cmd := exec.CommandContext(patient(t), binary, args...)
		cmd.Env = append(os.Environ(), "XDG_STATE_HOME="+home)
		cmd.Stdin = strings.NewReader(password + "\n")
		return cmd
	}
	out, err := acme("login", "--user-pool-id", stage.pool.UserPoolID, "--client-id", stage.pool.ClientID,
		"--endpoint", stage.pool.URL, "--storage", "file", "--key-file", filepath.Join(home, "key"),
		"--username", "alice", "--password-stdin").CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
	stage.requests() // those of the sign-in
	process := binary + " credential-process --identity-pool-id " + stage.identityPool
	require.NoError(t, os.WriteFile(config, []byte("[profile acme]\ncredential_process = "+process+"\n"), 0o600))

	var caller struct{ Arn, Account string }
	profile := []string{"AWS_CONFIG_FILE=" + config, "AWS_PROFILE=acme", "XDG_STATE_HOME=" + home}
	awsCLI(t, profile, &caller, "sts", "get-caller-identity", "--endpoint-url", stage.pool.URL)
	assert.Equal(t, "arn:aws:sts::123456789012:assumed-role/authenticated/CognitoIdentityCredentials", caller.Arn)
	assert.Equal(t, []string{personID, personCredentials(1, 1)}, stage.requests())

	awsCLI(t, profile, &caller, "sts", "get-caller-identity", "--endpoint-url", stage.pool.URL)
	assert.Equal(t, []string{personCredentials(1, 1)}, stage.requests(), "the identity is in the session")

	out, err = acme("logout").CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
	message, err := acme("credential-process", "--identity-pool-id", stage.identityPool).CombinedOutput()
	require.Error(t, err)
	assert.Contains(t, string(message), "acme: ")
}

// TestIdentityPoolWithAWSCLI sets an identity pool up with the AWS command-line tool, and gets a
// guest's credentials, both with nothing of this module on the client's side.
func TestIdentityPoolWithAWSCLI(t *testing.T) {
	t.Parallel()
	need(t, "aws", "install awscli")
	pool := authtest.New(t, authtest.Config{})
	env := []string{"AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=secret", "AWS_CONFIG_FILE=" + os.DevNull}
	call := func(output any, args ...string) {
		awsCLI(t, env, output, append([]string{"cognito-identity", "--endpoint-url", pool.URL}, args...)...)
	}
	var created struct{ IdentityPoolID string }
	call(&created, "create-identity-pool", "--identity-pool-name", "shop", "--allow-unauthenticated-identities")
	call(nil, "set-identity-pool-roles", "--identity-pool-id", created.IdentityPoolID,
		"--roles", "unauthenticated=arn:aws:iam::123456789012:role/visitor")
	var guest struct{ IdentityID string }
	call(&guest, "get-id", "--no-sign-request", "--identity-pool-id", created.IdentityPoolID)
	var got struct {
		IdentityID  string
		Credentials struct{ AccessKeyID, SecretKey, SessionToken string }
	}
	call(&got, "get-credentials-for-identity", "--no-sign-request", "--identity-id", guest.IdentityID)
	assert.Equal(t, guest.IdentityID, got.IdentityID)

	env = []string{
		"AWS_ACCESS_KEY_ID=" + got.Credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY=" + got.Credentials.SecretKey,
		"AWS_SESSION_TOKEN=" + got.Credentials.SessionToken, "AWS_CONFIG_FILE=" + os.DevNull,
	}
	var caller struct{ Arn string }
	awsCLI(t, env, &caller, "sts", "get-caller-identity", "--endpoint-url", pool.URL)
	assert.Equal(t, "arn:aws:sts::123456789012:assumed-role/visitor/CognitoIdentityCredentials", caller.Arn)
}
