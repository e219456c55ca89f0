package auth

import (
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// A SignUpStepName is Amplify's name of a step of the sign-up.
type SignUpStepName string

// The names of the steps of the sign-up.
const (
	SignUpStepConfirmSignUp      SignUpStepName = "CONFIRM_SIGN_UP"
	SignUpStepCompleteAutoSignIn SignUpStepName = "COMPLETE_AUTO_SIGN_IN"
	SignUpStepDone               SignUpStepName = "DONE"
)

// A SignUpStep says what has to happen next in a sign-up. The set may grow: keep a default case.
//
//sumtype:decl
type SignUpStep interface {
	// Name returns Amplify's name of the step.
	Name() SignUpStepName
	isSignUpStep()
}

// ConfirmSignUpWithCode asks for the code that was sent. Pass it to [Session.ConfirmSignUp].
type ConfirmSignUpWithCode struct {
	CodeDeliveryDetails CodeDeliveryDetails
}

// CompleteAutoSignInSignUpStep means that [Session.AutoSignIn] can sign the user in, as
// [SignUpInput] asked for.
type CompleteAutoSignInSignUpStep struct{}

// DoneSignUpStep means that the user can sign in.
type DoneSignUpStep struct{}

// Name returns [SignUpStepConfirmSignUp].
func (ConfirmSignUpWithCode) Name() SignUpStepName { return SignUpStepConfirmSignUp }

// Name returns [SignUpStepCompleteAutoSignIn].
func (CompleteAutoSignInSignUpStep) Name() SignUpStepName { return SignUpStepCompleteAutoSignIn }

// Name returns [SignUpStepDone].
func (DoneSignUpStep) Name() SignUpStepName { return SignUpStepDone }

func (ConfirmSignUpWithCode) isSignUpStep()        {}
func (CompleteAutoSignInSignUpStep) isSignUpStep() {}
func (DoneSignUpStep) isSignUpStep()               {}

// MarshalJSON returns Amplify's JSON.
func (s ConfirmSignUpWithCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignUpStep: s.Name(), CodeDeliveryDetails: &s.CodeDeliveryDetails})
}

// MarshalJSON returns Amplify's JSON.
func (s CompleteAutoSignInSignUpStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignUpStep: s.Name()})
}

// MarshalJSON returns Amplify's JSON.
func (s DoneSignUpStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignUpStep: s.Name()})
}

// signUpStep returns the step that follows a sign-up.
func signUpStep(confirmed, autoSignIn bool, sent *types.CodeDeliveryDetailsType) SignUpStep {
	switch {
	case !confirmed:
		return ConfirmSignUpWithCode{CodeDeliveryDetails: deliveryDetails(sent)}
	case autoSignIn:
		return CompleteAutoSignInSignUpStep{}
	default:
		return DoneSignUpStep{}
	}
}
