package conformance_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// cognitoLocal is a pool of the server cognito-local. It does not support SRP, and its errors
// differ from Cognito's, so the tests only use it for flows that succeed.
type cognitoLocal struct {
	api    *cognitoidentityprovider.Client
	poolID string
	client *auth.Client
}

// serveCognitoLocal starts the server and returns its endpoint.
func serveCognitoLocal(t *testing.T) string {
	t.Helper()
	needNode(t)
	script, err := filepath.Abs("cognito-local.mjs")
	require.NoError(t, err)
	cmd := exec.CommandContext(patient(t), "node", script)
	cmd.Dir = t.TempDir() // for its database
	cmd.Env = append(os.Environ(), "AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE=1")
	require.NoError(t, os.Mkdir(filepath.Join(cmd.Dir, ".cognito"), 0o700))
	// By default it requires e-mail addresses as user names.
	require.NoError(t, os.WriteFile(filepath.Join(cmd.Dir, ".cognito", "config.json"),
		[]byte(`{"UserPoolDefaults": {"UsernameAttributes": []}}`), 0o600))
	var server struct{ Endpoint string }
	serve(t, cmd, &server)
	return server.Endpoint
}

func startCognitoLocal(t *testing.T) cognitoLocal {
	t.Helper()
	endpoint := serveCognitoLocal(t)
	local := cognitoLocal{api: cognitoidentityprovider.New(cognitoidentityprovider.Options{
		Region: "local", BaseEndpoint: &endpoint, Credentials: aws.AnonymousCredentials{},
	})}
	pool, err := local.api.CreateUserPool(t.Context(), &cognitoidentityprovider.CreateUserPoolInput{
		PoolName: aws.String("pool"), MfaConfiguration: types.UserPoolMfaTypeOptional,
	})
	require.NoError(t, err)
	local.poolID = *pool.UserPool.Id
	app, err := local.api.CreateUserPoolClient(t.Context(), &cognitoidentityprovider.CreateUserPoolClientInput{
		UserPoolId: &local.poolID, ClientName: aws.String("app"),
	})
	require.NoError(t, err)
	local.client, err = auth.NewClient(auth.Config{
		UserPoolID: local.poolID, ClientID: *app.UserPoolClient.ClientId, Endpoint: endpoint,
	})
	require.NoError(t, err)
	return local
}

// addUser adds alice, with a permanent or a temporary password.
func (l cognitoLocal) addUser(t *testing.T, permanent bool) {
	t.Helper()
	_, err := l.api.AdminCreateUser(t.Context(), &cognitoidentityprovider.AdminCreateUserInput{
		UserPoolId:        &l.poolID,
		Username:          aws.String("alice"),
		TemporaryPassword: aws.String(password),
		MessageAction:     types.MessageActionTypeSuppress,
		UserAttributes: []types.AttributeType{
			{Name: aws.String("email"), Value: aws.String("alice@example.com")},
			{Name: aws.String("phone_number"), Value: aws.String("+15555550123")},
		},
	})
	require.NoError(t, err)
	if !permanent {
		return
	}
	_, err = l.api.AdminSetUserPassword(t.Context(), &cognitoidentityprovider.AdminSetUserPasswordInput{
		UserPoolId: &l.poolID, Username: aws.String("alice"), Password: aws.String(password), Permanent: true,
	})
	require.NoError(t, err)
}

// signIn signs alice in, up to the step for a second factor if there is one.
func (l cognitoLocal) signIn(t *testing.T, session *auth.Session) auth.SignInOutput {
	t.Helper()
	out, err := session.SignIn(t.Context(), auth.SignInInput{
		Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.NoError(t, err)
	return out
}

// confirm answers the pending step of a sign-in.
func confirm(t *testing.T, session *auth.Session, response string) auth.SignInOutput {
	t.Helper()
	out, err := session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: response})
	require.NoError(t, err)
	return out
}

// TestCognitoLocal checks password sign-in, TOTP set-up, TOTP sign-in and the choice of a factor on
// an independent server.
func TestCognitoLocal(t *testing.T) {
	t.Parallel()
	local := startCognitoLocal(t)
	local.addUser(t, true)
	session := local.client.Session("first")
	require.True(t, local.signIn(t, session).IsSignedIn)

	details, err := mfa.SetUpTOTP(t.Context(), session)
	require.NoError(t, err)
	require.NoError(t, mfa.VerifyTOTPSetup(t.Context(), session, mfa.VerifyTOTPSetupInput{
		Code: codeAt(t, details.SharedSecret, time.Now()), FriendlyDeviceName: "phone",
	}))
	require.NoError(t, mfa.UpdateMFAPreference(t.Context(), session,
		mfa.UpdateMFAPreferenceInput{TOTP: mfa.Preferred}))
	preference, err := mfa.FetchMFAPreference(t.Context(), session)
	require.NoError(t, err)
	assert.Equal(t, auth.MFATypeTOTP, preference.Preferred)
	assert.Equal(t, []auth.MFAType{auth.MFATypeTOTP}, preference.Enabled)

	second := local.client.Session("second")
	out := local.signIn(t, second)
	require.IsType(t, auth.ConfirmSignInWithTOTPCode{}, out.NextStep)
	out = confirm(t, second, codeAt(t, details.SharedSecret, time.Now()))
	assert.True(t, out.IsSignedIn)

	require.NoError(t, mfa.UpdateMFAPreference(t.Context(), session, mfa.UpdateMFAPreferenceInput{SMS: mfa.Enabled}))
	third := local.client.Session("third")
	out = local.signIn(t, third)
	require.IsType(t, auth.ContinueSignInWithMFASelection{}, out.NextStep)
	assert.ElementsMatch(t, []auth.MFAType{auth.MFATypeSMS, auth.MFATypeTOTP},
		out.NextStep.(auth.ContinueSignInWithMFASelection).AllowedMFATypes)
	out = confirm(t, third, string(auth.MFATypeTOTP))
	require.IsType(t, auth.ConfirmSignInWithTOTPCode{}, out.NextStep)
	out = confirm(t, third, codeAt(t, details.SharedSecret, time.Now()))
	assert.True(t, out.IsSignedIn)
}

// TestCognitoLocalNewPassword checks that a temporary password can be replaced.
func TestCognitoLocalNewPassword(t *testing.T) {
	t.Parallel()
	local := startCognitoLocal(t)
	local.addUser(t, false)
	session := local.client.Session("alice")
	out := local.signIn(t, session)
	require.IsType(t, auth.ConfirmSignInWithNewPasswordRequired{}, out.NextStep)
	out = confirm(t, session, "Better-horse-2!")
	assert.True(t, out.IsSignedIn)
	user, err := session.CurrentUser(t.Context())
	require.NoError(t, err)
	assert.Equal(t, "alice", user.Username)
}
