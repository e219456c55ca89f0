package auth

import "encoding/json"

// PasswordResetStepName is Amplify's name of a step of a password reset.
type PasswordResetStepName string

// Amplify's names of the steps of a password reset.
const (
	PasswordResetStepConfirmWithCode PasswordResetStepName = "CONFIRM_RESET_PASSWORD_WITH_CODE"
	PasswordResetStepDone            PasswordResetStepName = "DONE"
)

// A PasswordResetStep says what has to happen next in a password reset. Amplify calls it resetPasswordStep; ResetPasswordStep is
// a step of the sign-in. The set may grow: keep a default case.
//
//sumtype:decl
type PasswordResetStep interface {
	// Name is Amplify's name of the step.
	Name() PasswordResetStepName
	isPasswordResetStep()
}

// ConfirmResetPasswordWithCode asks for the code that was sent, and a new password: ConfirmResetPassword.
type ConfirmResetPasswordWithCode struct {
	// CodeDeliveryDetails say where the code went or, in a pool that hides who exists, seems to have gone.
	CodeDeliveryDetails CodeDeliveryDetails
}

// DonePasswordResetStep says that the password is reset. Amplify declares it; Cognito has no way to it yet.
type DonePasswordResetStep struct{}

// Name gives PasswordResetStepConfirmWithCode.
func (ConfirmResetPasswordWithCode) Name() PasswordResetStepName {
	return PasswordResetStepConfirmWithCode
}

// Name gives PasswordResetStepDone.
func (DonePasswordResetStep) Name() PasswordResetStepName { return PasswordResetStepDone }

func (ConfirmResetPasswordWithCode) isPasswordResetStep() {}
func (DonePasswordResetStep) isPasswordResetStep()        {}

type passwordResetStepJSON struct {
	ResetPasswordStep   PasswordResetStepName `json:"resetPasswordStep"`
	CodeDeliveryDetails *CodeDeliveryDetails  `json:"codeDeliveryDetails,omitempty"`
}

// MarshalJSON gives Amplify's JSON.
func (s ConfirmResetPasswordWithCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(passwordResetStepJSON{ResetPasswordStep: s.Name(), CodeDeliveryDetails: &s.CodeDeliveryDetails})
}

// MarshalJSON gives Amplify's JSON.
func (s DonePasswordResetStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(passwordResetStepJSON{ResetPasswordStep: s.Name()})
}
