package auth

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/amplifyauth/amplify-auth-go/internal/typed"
)

// ResetPasswordInput is the input of [Session.ResetPassword].
type ResetPasswordInput struct {
	Username       string            // required
	ClientMetadata map[string]string // for the pool's triggers
}

// ResetPasswordOutput is the output of [Session.ResetPassword]. It marshals to Amplify's JSON.
type ResetPasswordOutput struct {
	IsPasswordReset bool              `json:"isPasswordReset"` // always false: a code has to be confirmed first
	NextStep        ResetPasswordStep `json:"nextStep"`
}

// ConfirmResetPasswordInput is the input of [Session.ConfirmResetPassword].
type ConfirmResetPasswordInput struct {
	redacted
	Username         string            // required, as passed to ResetPassword
	NewPassword      string            // required
	ConfirmationCode string            // required
	ClientMetadata   map[string]string // for the pool's triggers
}

// ResetPassword sends a code to a user who has forgotten the password. Pass it to
// [Session.ConfirmResetPassword]. Earlier codes stop working. The session notes that it waits for
// the code, for [Session.Status]. If the [Store] fails then, the output is returned beside the
// error.
//
// A pool that hides who exists answers as if it had sent a code to everyone. Show the same page in
// any case, and say that the code comes if there is such an account.
//
// Errors:
//   - [ErrEmptyResetPasswordUsername]: the user name is empty
//   - [ErrNotAuthorized]: only an administrator can reset this user's password
//   - [ErrUserNotFound]: there is no such user; only from pools that do not hide who exists
//   - [ErrInvalidParameter]: the user has no verified contact; only from such pools
//   - [ErrLimitExceeded]: there were too many tries; wait
//   - [ErrCodeDeliveryFailure]: the code could not be sent
//   - [ErrOutcomeUnknown]: the answer was lost; a code may have been sent
//
// Cognito: ForgotPassword. Amplify: resetPassword.
func (s *Session) ResetPassword(ctx context.Context, in ResetPasswordInput) (out ResetPasswordOutput, err error) {
	defer nameVerb("ResetPassword", &err)
	in.Username = typed.Name(in.Username)
	if in.Username == "" {
		return ResetPasswordOutput{}, fail(ErrEmptyResetPasswordUsername, "the user name is empty")
	}
	person, err := userContext(ctx)
	if err != nil {
		return ResetPasswordOutput{}, err
	}
	response, err := s.client.cognito.ForgotPassword(ctx, &cognitoidentityprovider.ForgotPasswordInput{
		ClientId:        &s.client.clientID,
		SecretHash:      s.client.secretHash(in.Username),
		Username:        &in.Username,
		ClientMetadata:  in.ClientMetadata,
		UserContextData: person.wire(),
	})
	if err != nil {
		return ResetPasswordOutput{}, resetRefused(apiError(ctx, err))
	}
	sent := deliveryDetails(response.CodeDeliveryDetails)
	code := newAwaitedCode(in.Username, sent, resetPasswordCodeLife)
	return ResetPasswordOutput{NextStep: ConfirmResetPasswordWithCode{CodeDeliveryDetails: sent}},
		s.finish(ctx, func(st *state) error {
			st.ResetPassword = code
			return nil
		})
}

// resetRefused adds advice for people who cannot reset their password, such as those with a
// temporary one.
func resetRefused(e *Error) *Error {
	if e.Code == ErrNotAuthorized {
		e.Recovery = "Have an administrator reset the password or, if it is a temporary one, send another: " +
			"AdminCreateUser with the message action RESEND."
	}
	return e
}

// ConfirmResetPassword sets a new password with the code that [Session.ResetPassword] had sent. It
// signs no one in: call [Session.SignIn]. Whether it ends sessions elsewhere is not documented;
// SignIn and then [Session.SignOut] with Global does.
//
// In a pool that hides who exists, an unknown user gets [ErrCodeMismatch], and a known one who
// asked for no code [ErrExpiredCode]: show one message for both.
//
// Errors:
//   - [ErrEmptyConfirmResetPasswordUsername], [ErrEmptyConfirmResetPasswordNewPassword],
//     [ErrEmptyConfirmResetPasswordConfirmationCode]: an input is empty
//   - [ErrCodeMismatch]: the code is wrong; it may be corrected
//   - [ErrExpiredCode]: the code is too old, or none was sent; call ResetPassword
//   - [ErrInvalidPassword], [ErrPasswordHistoryViolation]: the pool refuses the password; the code
//     stays valid
//   - [ErrLimitExceeded]: there were too many tries; wait
//   - [ErrUserNotFound]: there is no such user; only from pools that do not hide who exists
//   - [ErrOutcomeUnknown]: the answer was lost; try to sign in with the new password
//
// Cognito: ConfirmForgotPassword. Amplify: confirmResetPassword.
func (s *Session) ConfirmResetPassword(ctx context.Context, in ConfirmResetPasswordInput) (err error) {
	defer nameVerb("ConfirmResetPassword", &err)
	in.Username, in.ConfirmationCode = typed.Name(in.Username), typed.Code(in.ConfirmationCode)
	switch {
	case in.Username == "":
		return fail(ErrEmptyConfirmResetPasswordUsername, "the user name is empty")
	case in.NewPassword == "":
		return fail(ErrEmptyConfirmResetPasswordNewPassword, "the new password is empty")
	case in.ConfirmationCode == "":
		return fail(ErrEmptyConfirmResetPasswordConfirmationCode, "the confirmation code is empty")
	}
	person, err := userContext(ctx)
	if err != nil {
		return err
	}
	_, err = s.client.cognito.ConfirmForgotPassword(ctx, &cognitoidentityprovider.ConfirmForgotPasswordInput{
		ClientId:         &s.client.clientID,
		SecretHash:       s.client.secretHash(in.Username),
		Username:         &in.Username,
		Password:         &in.NewPassword,
		ConfirmationCode: &in.ConfirmationCode,
		ClientMetadata:   in.ClientMetadata,
		UserContextData:  person.wire(),
	})
	if err != nil {
		return apiError(ctx, err)
	}
	return s.passwordReset(ctx, in.Username)
}

// passwordReset ends the wait for the code.
func (s *Session) passwordReset(ctx context.Context, username string) error {
	st, err := s.load(ctx)
	if err != nil || !st.ResetPassword.of(username) {
		return err
	}
	return s.finish(ctx, func(st *state) error {
		if st.ResetPassword.of(username) {
			st.ResetPassword = nil
		}
		return nil
	})
}

// A ResetPasswordStepName is Amplify's name of a step of a password reset.
type ResetPasswordStepName string

// The names of the steps of a password reset.
const (
	ResetPasswordStepConfirmWithCode ResetPasswordStepName = "CONFIRM_RESET_PASSWORD_WITH_CODE"
	ResetPasswordStepDone            ResetPasswordStepName = "DONE"
)

// A ResetPasswordStep says what has to happen next in a password reset. Do not confuse it with
// [ResetPasswordBeforeSignIn], a step of the sign-in. The set may grow: keep a default case.
//
// Amplify: resetPasswordStep.
//
//sumtype:decl
type ResetPasswordStep interface {
	// Name returns Amplify's name of the step.
	Name() ResetPasswordStepName
	isResetPasswordStep()
}

// ConfirmResetPasswordWithCode asks for the code that was sent, and a new password. Pass them to
// [Session.ConfirmResetPassword].
type ConfirmResetPasswordWithCode struct {
	// CodeDeliveryDetails says where the code was sent. A pool that hides who exists makes it up
	// for an unknown user.
	CodeDeliveryDetails CodeDeliveryDetails
}

// DoneResetPasswordStep means that the password is reset. Amplify declares it; Cognito never leads
// to it yet.
type DoneResetPasswordStep struct{}

// Name returns [ResetPasswordStepConfirmWithCode].
func (ConfirmResetPasswordWithCode) Name() ResetPasswordStepName {
	return ResetPasswordStepConfirmWithCode
}

// Name returns [ResetPasswordStepDone].
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
