package auth

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
)

// ResetPasswordInput is the input of ResetPassword.
type ResetPasswordInput struct {
	Username       string            // required
	ClientMetadata map[string]string // for the pool's triggers
	UserContext    UserContext       // for the pool's threat protection
}

// ResetPasswordOutput is the output of ResetPassword. It marshals to Amplify's JSON.
type ResetPasswordOutput struct {
	IsPasswordReset bool              `json:"isPasswordReset"` // false: the code comes first
	NextStep        ResetPasswordStep `json:"nextStep"`
}

// ConfirmResetPasswordInput is the input of ConfirmResetPassword.
type ConfirmResetPasswordInput struct {
	redacted
	Username         string            // required, as given to ResetPassword
	NewPassword      string            // required
	ConfirmationCode string            // required
	ClientMetadata   map[string]string // for the pool's triggers
	UserContext      UserContext       // for the pool's threat protection
}

// ResetPassword has Cognito send a code to somebody who has forgotten the password, for
// ConfirmResetPassword; the codes before it stop working. It changes nothing in the session.
//
// A pool that hides who exists answers as if a code had been sent to everybody. Show the person the
// same page in any case, and say that the code comes if there is such an account. Other pools give
// [ErrUserNotFound], and [ErrInvalidParameter] for a user without a verified contact. Other errors:
// [ErrEmptyResetPasswordUsername], [ErrNotAuthorized] for a user whose password an administrator
// must reset, [ErrLimitExceeded], [ErrCodeDeliveryFailure], [ErrOutcomeUnknown]: a code may have
// been sent. Cognito: ForgotPassword. Amplify: resetPassword.
func (s *Session) ResetPassword(ctx context.Context, in ResetPasswordInput) (done ResetPasswordOutput, err error) {
	defer nameVerb("ResetPassword", &err)
	if in.Username == "" {
		return ResetPasswordOutput{}, fail(ErrEmptyResetPasswordUsername, "the user name is empty")
	}
	out, err := s.client.cognito.ForgotPassword(ctx, &cognitoidentityprovider.ForgotPasswordInput{
		ClientId:        &s.client.clientID,
		SecretHash:      s.client.secretHash(in.Username),
		Username:        &in.Username,
		ClientMetadata:  in.ClientMetadata,
		UserContextData: in.UserContext.wire(),
	})
	if err != nil {
		return ResetPasswordOutput{}, apiError(ctx, err)
	}
	return ResetPasswordOutput{
		NextStep: ConfirmResetPasswordWithCode{CodeDeliveryDetails: deliveryDetails(out.CodeDeliveryDetails)},
	}, nil
}

// ConfirmResetPassword sets a new password with the code that Cognito sent. It signs nobody in;
// SignIn does. That it ends sessions which are signed in elsewhere is not documented; SignOut with
// Global does, after that sign-in.
//
// A code that is wrong ([ErrCodeMismatch]) may be corrected, and a password that the pool refuses
// ([ErrInvalidPassword], [ErrPasswordHistoryViolation]) leaves the code good. With
// [ErrExpiredCode], which is also the answer if none was sent, start over with ResetPassword. Other
// errors: [ErrEmptyConfirmResetPasswordUsername], [ErrEmptyConfirmResetPasswordNewPassword],
// [ErrEmptyConfirmResetPasswordConfirmationCode], [ErrLimitExceeded], [ErrUserNotFound] (only from
// pools that tell), [ErrOutcomeUnknown]: the password may be the new one, so try to sign in with
// it. In a pool that hides who exists, an unknown user gives [ErrCodeMismatch], and a known one who
// asked for no code [ErrExpiredCode]: show the person one message for both. Cognito:
// ConfirmForgotPassword. Amplify: confirmResetPassword.
func (s *Session) ConfirmResetPassword(ctx context.Context, in ConfirmResetPasswordInput) (err error) {
	defer nameVerb("ConfirmResetPassword", &err)
	switch {
	case in.Username == "":
		return fail(ErrEmptyConfirmResetPasswordUsername, "the user name is empty")
	case in.NewPassword == "":
		return fail(ErrEmptyConfirmResetPasswordNewPassword, "the new password is empty")
	case in.ConfirmationCode == "":
		return fail(ErrEmptyConfirmResetPasswordConfirmationCode, "the confirmation code is empty")
	}
	_, err = s.client.cognito.ConfirmForgotPassword(ctx, &cognitoidentityprovider.ConfirmForgotPasswordInput{
		ClientId:         &s.client.clientID,
		SecretHash:       s.client.secretHash(in.Username),
		Username:         &in.Username,
		Password:         &in.NewPassword,
		ConfirmationCode: &in.ConfirmationCode,
		ClientMetadata:   in.ClientMetadata,
		UserContextData:  in.UserContext.wire(),
	})
	if err != nil {
		return apiError(ctx, err)
	}
	return nil
}

// ResetPasswordStepName is Amplify's name of a step of a password reset.
type ResetPasswordStepName string

// Amplify's names of the steps of a password reset.
const (
	ResetPasswordStepConfirmWithCode ResetPasswordStepName = "CONFIRM_RESET_PASSWORD_WITH_CODE"
	ResetPasswordStepDone            ResetPasswordStepName = "DONE"
)

// A ResetPasswordStep says what has to happen next in a password reset. Amplify calls it
// resetPasswordStep; ResetPasswordBeforeSignIn is a step of the sign-in. The set may grow: keep a
// default case.
//
//sumtype:decl
type ResetPasswordStep interface {
	// Name is Amplify's name of the step.
	Name() ResetPasswordStepName
	isResetPasswordStep()
}

// ConfirmResetPasswordWithCode asks for the code that was sent, and a new password:
// ConfirmResetPassword.
type ConfirmResetPasswordWithCode struct {
	// CodeDeliveryDetails say where the code went or, in a pool that hides who exists, seems to
	// have gone.
	CodeDeliveryDetails CodeDeliveryDetails
}

// DoneResetPasswordStep says that the password is reset. Amplify declares it; Cognito has no way to
// it yet.
type DoneResetPasswordStep struct{}

// Name returns ResetPasswordStepConfirmWithCode.
func (ConfirmResetPasswordWithCode) Name() ResetPasswordStepName {
	return ResetPasswordStepConfirmWithCode
}

// Name returns ResetPasswordStepDone.
func (DoneResetPasswordStep) Name() ResetPasswordStepName { return ResetPasswordStepDone }

func (ConfirmResetPasswordWithCode) isResetPasswordStep() {}
func (DoneResetPasswordStep) isResetPasswordStep()        {}

// MarshalJSON returns Amplify's JSON.
func (s ConfirmResetPasswordWithCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{ResetPasswordStep: s.Name(), CodeDeliveryDetails: &s.CodeDeliveryDetails})
}

// MarshalJSON returns Amplify's JSON.
func (s DoneResetPasswordStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{ResetPasswordStep: s.Name()})
}

// UpdatePasswordInput is the input of UpdatePassword.
type UpdatePasswordInput struct {
	redacted
	OldPassword string // may be empty for a user who has none yet
	NewPassword string // required
}

// UpdatePassword changes the password of the person who is signed in. This session goes on. That
// others of the person end is not documented; SignOut with Global ends them all.
//
// A wrong old password is [ErrNotAuthorized], and so is a session that was ended elsewhere. Other
// errors: [ErrEmptyUpdatePassword], [ErrInvalidPassword], [ErrPasswordHistoryViolation],
// [ErrLimitExceeded] after five tries in an hour, [ErrUserUnAuthenticated], [ErrOutcomeUnknown]:
// the password may be the new one. Cognito: ChangePassword.
//
// Differs from Amplify: the old password may be empty, so that a user who signs in without one can
// get one. Where there is one, Cognito refuses. Amplify: updatePassword.
func (s *Session) UpdatePassword(ctx context.Context, in UpdatePasswordInput) (err error) {
	const verb = "UpdatePassword"
	defer nameVerb(verb, &err)
	if in.NewPassword == "" {
		return fail(ErrEmptyUpdatePassword, "the new password is empty")
	}
	return s.Call(ctx, verb, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		request := &cognitoidentityprovider.ChangePasswordInput{
			AccessToken: &accessToken, ProposedPassword: &in.NewPassword,
		}
		if in.OldPassword != "" {
			request.PreviousPassword = &in.OldPassword
		}
		_, err := api.ChangePassword(ctx, request)
		return err
	})
}
