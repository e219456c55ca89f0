package auth

import (
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// SignUpStepName is Amplify's name of a step of the sign-up.
type SignUpStepName string

// Amplify's names of the sign-up steps.
const (
	SignUpStepConfirmSignUp      SignUpStepName = "CONFIRM_SIGN_UP"
	SignUpStepCompleteAutoSignIn SignUpStepName = "COMPLETE_AUTO_SIGN_IN"
	SignUpStepDone               SignUpStepName = "DONE"
)

// A SignUpStep says what has to happen next in a sign-up. The set may grow: keep a default case.
//
//sumtype:decl
type SignUpStep interface {
	// Name is Amplify's name of the step.
	Name() SignUpStepName
	isSignUpStep()
}

// ConfirmSignUpSignUpStep asks for the code that was sent: ConfirmSignUp.
type ConfirmSignUpSignUpStep struct {
	CodeDeliveryDetails CodeDeliveryDetails
}

// CompleteAutoSignInSignUpStep says that the sign-in which SignUp was asked for can follow: AutoSignIn.
type CompleteAutoSignInSignUpStep struct{}

// DoneSignUpStep says that the user can sign in.
type DoneSignUpStep struct{}

// Name gives SignUpStepConfirmSignUp.
func (ConfirmSignUpSignUpStep) Name() SignUpStepName { return SignUpStepConfirmSignUp }

// Name gives SignUpStepCompleteAutoSignIn.
func (CompleteAutoSignInSignUpStep) Name() SignUpStepName { return SignUpStepCompleteAutoSignIn }

// Name gives SignUpStepDone.
func (DoneSignUpStep) Name() SignUpStepName { return SignUpStepDone }

func (ConfirmSignUpSignUpStep) isSignUpStep()      {}
func (CompleteAutoSignInSignUpStep) isSignUpStep() {}
func (DoneSignUpStep) isSignUpStep()               {}

type signUpStepJSON struct {
	SignUpStep          SignUpStepName       `json:"signUpStep"`
	CodeDeliveryDetails *CodeDeliveryDetails `json:"codeDeliveryDetails,omitempty"`
}

// MarshalJSON gives Amplify's JSON.
func (s ConfirmSignUpSignUpStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(signUpStepJSON{SignUpStep: s.Name(), CodeDeliveryDetails: &s.CodeDeliveryDetails})
}

// MarshalJSON gives Amplify's JSON.
func (s CompleteAutoSignInSignUpStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(signUpStepJSON{SignUpStep: s.Name()})
}

// MarshalJSON gives Amplify's JSON.
func (s DoneSignUpStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(signUpStepJSON{SignUpStep: s.Name()})
}

// signUpStep is what follows a sign-up.
func signUpStep(confirmed, autoSignIn bool, sent *types.CodeDeliveryDetailsType) SignUpStep {
	switch {
	case !confirmed:
		return ConfirmSignUpSignUpStep{CodeDeliveryDetails: deliveryDetails(sent)}
	case autoSignIn:
		return CompleteAutoSignInSignUpStep{}
	default:
		return DoneSignUpStep{}
	}
}
