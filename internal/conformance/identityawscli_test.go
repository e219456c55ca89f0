package conformance_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
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
	dir := filepath.Join(t.TempDir(), "sessions")
	key, err := filestore.NewKey()
	require.NoError(t, err)
	store, err := filestore.New(dir, key)
	require.NoError(t, err)
	client, err := auth.NewClient(auth.Config{
		UserPoolID: stage.pool.UserPoolID, ClientID: stage.pool.ClientID, Endpoint: stage.pool.URL, Store: store,
	})
	require.NoError(t, err)
	session := client.Session("default")
	_, err = session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)

	binary := filepath.Join(t.TempDir(), "tool")
	build := exec.CommandContext(patient(t), "go", "build", "-o", binary, "./examples/cli")
	build.Dir = "../.."
	out, err := build.CombinedOutput()
	require.NoErrorf(t, err, "%s", out)
	keyFile, config := filepath.Join(t.TempDir(), "key"), filepath.Join(t.TempDir(), "config")
	require.NoError(t, os.WriteFile(keyFile, []byte(base64.StdEncoding.EncodeToString(key)), 0o600))
	process := strings.Join([]string{
		binary, "credential-process", "-user-pool", stage.pool.UserPoolID, "-client", stage.pool.ClientID,
		"-identity-pool", stage.identityPool, "-endpoint", stage.pool.URL, "-dir", dir, "-key-file", keyFile,
	}, " ")
	require.NoError(t, os.WriteFile(config, []byte("[profile acme]\ncredential_process = "+process+"\n"), 0o600))

	var caller struct{ Arn, Account string }
	profile := []string{"AWS_CONFIG_FILE=" + config, "AWS_PROFILE=acme"}
	awsCLI(t, profile, &caller, "sts", "get-caller-identity", "--endpoint-url", stage.pool.URL)
	assert.Equal(t, "arn:aws:sts::123456789012:assumed-role/authenticated/CognitoIdentityCredentials", caller.Arn)
	assert.Equal(t, []string{personID, personCredentials(1, 1)}, stage.requests())

	awsCLI(t, profile, &caller, "sts", "get-caller-identity", "--endpoint-url", stage.pool.URL)
	assert.Equal(t, []string{personCredentials(1, 1)}, stage.requests(), "the identity is in the session")

	_, err = session.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	refused := exec.CommandContext(patient(t), "sh", "-c", process)
	message, err := refused.CombinedOutput()
	require.Error(t, err)
	assert.Equal(t, "tool: auth: Retrieve: UserUnAuthenticatedException: nobody is signed in\n", string(message))
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
