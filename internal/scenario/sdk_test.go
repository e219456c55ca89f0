package scenario_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/scenario"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// TestSDK plays every scenario with this SDK. It does what the real Amplify was recorded to do,
// except for what scenario.Differences declares; and all of that still holds.
func TestSDK(t *testing.T) {
	t.Parallel()
	scenarios, err := scenario.Load(os.DirFS("testdata"))
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
	sdk := &sdk{}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: stage.Pool.UserPoolID,
		ClientID:   stage.Pool.ClientID,
		Endpoint:   server.URL,
		HTTPClient: server.Client(),
		DeviceName: deviceName,
		OnEvent:    sdk.happened,
	})
	require.NoError(t, err)
	sdk.client = client
	outcomes, err := stage.Play(t.Context(), sdk.call)
	require.NoError(t, err)
	return outcomes
}

// sdk carries out Amplify calls with the Go SDK.
type sdk struct {
	client   *auth.Client
	restarts int
	events   []string
	password string // of the last sign-up, which Amplify keeps for autoSignIn
}

// happened is an auth.Config's OnEvent, for the events that Amplify has too. The scenarios make one
// call at a time.
func (s *sdk) happened(_ context.Context, event auth.Event) {
	if event.Name != auth.EventDeviceRegistered {
		s.events = append(s.events, string(event.Name))
	}
}

// call is a scenario.Caller.
func (s *sdk) call(ctx context.Context, name string, input json.RawMessage) (scenario.Result, error) {
	s.events = nil
	result, err := s.carryOut(ctx, name, input)
	result.Events = s.events
	return result, err
}

func (s *sdk) carryOut(ctx context.Context, name string, input json.RawMessage) (scenario.Result, error) {
	if name == scenario.Restart {
		s.restarts++
		return scenario.Result{}, nil
	}
	verb := verbs()[name]
	if verb == nil {
		return scenario.Result{}, fmt.Errorf("the SDK has no %s", name)
	}
	input, err := s.adapt(name, input)
	if err != nil {
		return scenario.Result{}, err
	}
	// A session under a new key knows as little as a new process does.
	session := s.client.Session(fmt.Sprintf("session %d", s.restarts))
	output, err := verb(ctx, session, input)
	var failure *auth.Error
	if errors.As(err, &failure) && failure.Code != "" {
		return scenario.Result{Error: string(failure.Code)}, nil
	}
	if err != nil {
		return scenario.Result{}, err
	}
	data, err := json.Marshal(output)
	return scenario.Result{Output: data}, err
}

// A verb is one call of Amplify's, on a session.
type verb func(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error)

func verbs() map[string]verb {
	return map[string]verb{
		"signUp":              method((*auth.Session).SignUp),
		"autoSignIn":          signIn((*auth.Session).AutoSignIn),
		"confirmSignUp":       method((*auth.Session).ConfirmSignUp),
		"resendSignUpCode":    method((*auth.Session).ResendSignUpCode),
		"signIn":              signIn((*auth.Session).SignIn),
		"confirmSignIn":       signIn((*auth.Session).ConfirmSignIn),
		"getCurrentUser":      getCurrentUser,
		"fetchAuthSession":    fetchAuthSession,
		"signOut":             signOut,
		"rememberDevice":      rememberDevice,
		"forgetDevice":        forgetDevice,
		"fetchDevices":        fetchDevices,
		"setUpTOTP":           setUpTOTP,
		"verifyTOTPSetup":     function(mfa.VerifyTOTPSetup),
		"updateMFAPreference": function(mfa.UpdateMFAPreference),
		"fetchMFAPreference":  fetchMFAPreference,

		"resetPassword":                     method((*auth.Session).ResetPassword),
		"confirmResetPassword":              action((*auth.Session).ConfirmResetPassword),
		"updatePassword":                    action((*auth.Session).UpdatePassword),
		"fetchUserAttributes":               fetchUserAttributes,
		"updateUserAttributes":              method((*auth.Session).UpdateUserAttributes),
		"updateUserAttribute":               updateUserAttribute,
		"sendUserAttributeVerificationCode": method((*auth.Session).SendUserAttributeVerificationCode),
		"confirmUserAttribute":              action((*auth.Session).ConfirmUserAttribute),
		"deleteUserAttributes":              action((*auth.Session).DeleteUserAttributes),
		"deleteUser":                        deleteUser,
	}
}

// method makes a verb of a method with an input and an output.
func method[In, Out any](do func(*auth.Session, context.Context, In) (Out, error)) verb {
	return func(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
		in, err := flat[In](input)
		if err != nil {
			return nil, err
		}
		return do(session, ctx, in)
	}
}

// function makes a verb of a function with an input and no output.
func function[In any](do func(context.Context, *auth.Session, In) error) verb {
	return func(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
		in, err := flat[In](input)
		if err != nil {
			return nil, err
		}
		return nil, do(ctx, session, in)
	}
}

// signIn is method for the two verbs whose output may hold a TOTP set-up.
func signIn[In any](do func(*auth.Session, context.Context, In) (auth.SignInOutput, error)) verb {
	return func(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
		in, err := flat[In](input)
		if err != nil {
			return nil, err
		}
		out, err := do(session, ctx, in)
		step, ok := out.NextStep.(auth.ContinueSignInWithTOTPSetup)
		if err != nil || !ok {
			return out, err
		}
		return map[string]any{
			"isSignedIn": out.IsSignedIn,
			"nextStep": map[string]any{
				"signInStep":       step.Name(),
				"totpSetupDetails": setupURIs(step.TOTPSetupDetails),
			},
		}, nil
	}
}

// flat reads Amplify's input into the SDK's, which has the members of Amplify's options beside the
// others.
func flat[In any](input json.RawMessage) (In, error) {
	var in In
	if len(input) == 0 {
		return in, nil
	}
	members := map[string]json.RawMessage{}
	if err := json.Unmarshal(input, &members); err != nil {
		return in, err
	}
	options := map[string]json.RawMessage{}
	if members["options"] != nil {
		if err := json.Unmarshal(members["options"], &options); err != nil {
			return in, err
		}
		delete(members, "options")
	}
	maps.Copy(members, options)
	data, err := json.Marshal(members)
	if err != nil {
		return in, err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	return in, dec.Decode(&in)
}

func getCurrentUser(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	return session.CurrentUser(ctx)
}

func fetchAuthSession(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
	in, err := flat[auth.FetchAuthSessionInput](input)
	if err != nil {
		return nil, err
	}
	out, err := session.FetchAuthSession(ctx, in)
	if err != nil {
		return nil, err
	}
	return map[string]string{
		"accessToken": out.AccessToken.Raw,
		"idToken":     out.IDToken.Raw,
		"userSub":     out.UserSub,
	}, nil
}

func signOut(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
	in, err := flat[auth.SignOutInput](input)
	if err != nil {
		return nil, err
	}
	return nil, session.SignOut(ctx, in)
}

func setUpTOTP(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	details, err := mfa.SetUpTOTP(ctx, session)
	return setupURIs(details), err
}

// setupURIs returns the set-up as the driver of internal/conformance does.
func setupURIs(details auth.TOTPSetupDetails) map[string]string {
	return map[string]string{
		"sharedSecret":    details.SharedSecret,
		"setupUri":        details.SetupURI("Acme App", "alice@example.com"),
		"defaultSetupUri": details.SetupURI("Acme App", ""),
	}
}

func fetchMFAPreference(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	return mfa.FetchMFAPreference(ctx, session)
}
