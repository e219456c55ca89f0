package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

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

// action makes a verb of a method with an input and no output.
func action[In any](do func(*auth.Session, context.Context, In) error) verb {
	return func(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
		in, err := flat[In](input)
		if err != nil {
			return nil, err
		}
		return nil, do(session, ctx, in)
	}
}

// signIn is method for the verbs whose output may contain a TOTP set-up.
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

// flat decodes Amplify's input as the SDK's, which has no nested options.
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
	return session.FetchAuthSession(ctx, in)
}

func signOut(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
	in, err := flat[auth.SignOutInput](input)
	if err != nil {
		return nil, err
	}
	return nil, errOf(session.SignOut(ctx, in))
}

func setUpTOTP(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	details, err := mfa.SetUpTOTP(ctx, session)
	return setupURIs(details), err
}

// setupURIs returns the set-up in the form that driver.mjs prints it.
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

// updateUserAttribute decodes Amplify's input, which has the attribute in a nested object.
func updateUserAttribute(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
	in, err := flat[struct {
		UserAttribute  struct{ AttributeKey, Value string }
		ClientMetadata map[string]string
	}](input)
	if err != nil {
		return nil, err
	}
	return session.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{
		AttributeKey: in.UserAttribute.AttributeKey, Value: in.UserAttribute.Value, ClientMetadata: in.ClientMetadata,
	})
}

func fetchUserAttributes(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	return session.FetchUserAttributes(ctx)
}

func deleteUser(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	return nil, session.DeleteUser(ctx)
}

func rememberDevice(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	return nil, device.RememberDevice(ctx, session)
}

// forgetDevice decodes Amplify's input, which has the device in a nested object.
func forgetDevice(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
	var in struct{ Device device.Device }
	if len(input) > 0 {
		if err := json.Unmarshal(input, &in); err != nil {
			return nil, err
		}
	}
	return nil, device.ForgetDevice(ctx, session, device.ForgetDeviceInput{DeviceID: in.Device.ID})
}

func fetchDevices(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	return device.FetchDevices(ctx, session)
}

// errOf returns the error of a call whose other result does not matter.
func errOf[T any](_ T, err error) error { return err }
