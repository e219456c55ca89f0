package auth

import (
	"encoding/json"
	"time"
)

// SignInStepName is Amplify's name of a step of the sign-in.
type SignInStepName string

// Amplify's step names, and two of our own: StepConfirmSignInWithUnknownChallenge and
// StepConfirmSignInWithWebAuthn.
const (
	StepConfirmSignInWithSMSCode               SignInStepName = "CONFIRM_SIGN_IN_WITH_SMS_CODE"
	StepConfirmSignInWithEmailCode             SignInStepName = "CONFIRM_SIGN_IN_WITH_EMAIL_CODE"
	StepConfirmSignInWithTOTPCode              SignInStepName = "CONFIRM_SIGN_IN_WITH_TOTP_CODE"
	StepConfirmSignInWithCustomChallenge       SignInStepName = "CONFIRM_SIGN_IN_WITH_CUSTOM_CHALLENGE"
	StepConfirmSignInWithNewPasswordRequired   SignInStepName = "CONFIRM_SIGN_IN_WITH_NEW_PASSWORD_REQUIRED"
	StepConfirmSignInWithPassword              SignInStepName = "CONFIRM_SIGN_IN_WITH_PASSWORD"
	StepConfirmSignInWithWebAuthn              SignInStepName = "CONFIRM_SIGN_IN_WITH_WEB_AUTHN"
	StepConfirmSignInWithUnknownChallenge      SignInStepName = "CONFIRM_SIGN_IN_WITH_UNKNOWN_CHALLENGE"
	StepContinueSignInWithTOTPSetup            SignInStepName = "CONTINUE_SIGN_IN_WITH_TOTP_SETUP"
	StepContinueSignInWithEmailSetup           SignInStepName = "CONTINUE_SIGN_IN_WITH_EMAIL_SETUP"
	StepContinueSignInWithMFASelection         SignInStepName = "CONTINUE_SIGN_IN_WITH_MFA_SELECTION"
	StepContinueSignInWithMFASetupSelection    SignInStepName = "CONTINUE_SIGN_IN_WITH_MFA_SETUP_SELECTION"
	StepContinueSignInWithFirstFactorSelection SignInStepName = "CONTINUE_SIGN_IN_WITH_FIRST_FACTOR_SELECTION"
	StepConfirmSignUp                          SignInStepName = "CONFIRM_SIGN_UP"
	StepResetPassword                          SignInStepName = "RESET_PASSWORD"
	StepDone                                   SignInStepName = "DONE"
)

// A SignInStep says what has to happen next. Each step is a value of its own struct type, named as
// in Amplify, with just the fields that it has; it marshals to Amplify's JSON. The set may grow:
// keep a default case.
//
// ExpiresAt, on the steps that have it, is when the step ends at the latest as far as
// Config.AuthSessionValidity is right.
//
//sumtype:decl
type SignInStep interface {
	// Name is Amplify's name of the step.
	Name() SignInStepName
	isSignInStep()
}

// ConfirmSignInWithSMSCode asks for the code of a text message: ConfirmSignIn with the code.
type ConfirmSignInWithSMSCode struct {
	CodeDeliveryDetails CodeDeliveryDetails
	ExpiresAt           time.Time
}

// ConfirmSignInWithEmailCode asks for the code of an e-mail: ConfirmSignIn with the code.
type ConfirmSignInWithEmailCode struct {
	CodeDeliveryDetails CodeDeliveryDetails
	ExpiresAt           time.Time
}

// ConfirmSignInWithTOTPCode asks for a code from the authenticator app: ConfirmSignIn with the six
// digits.
type ConfirmSignInWithTOTPCode struct {
	// FriendlyDeviceName is the name that was given to the authenticator at set-up, if one was. Not
	// in Amplify.
	FriendlyDeviceName string
	ExpiresAt          time.Time
}

// ConfirmSignInWithCustomChallenge asks what a Lambda trigger of the pool made up: ConfirmSignIn
// with the answer.
type ConfirmSignInWithCustomChallenge struct {
	AdditionalInfo map[string]string // the trigger's public parameters, and Cognito's USERNAME
	ExpiresAt      time.Time
}

// ConfirmSignInWithNewPasswordRequired asks somebody with a temporary password for one of their
// own: ConfirmSignIn with the new password, and with UserAttributes for what is missing.
type ConfirmSignInWithNewPasswordRequired struct {
	MissingAttributes []string // required attributes without a value; never nil
	ExpiresAt         time.Time
}

// ConfirmSignInWithPassword asks for the password, after it was chosen as the first factor:
// ConfirmSignIn with it. A wrong one returns [ErrNotAuthorized] and may end the sign-in: then the
// next try gives [ErrSignInExpired].
type ConfirmSignInWithPassword struct {
	ExpiresAt time.Time
}

// ConfirmSignInWithWebAuthn asks for a passkey. Give CredentialRequestOptions to the browser and
// ConfirmSignIn with what it comes back with, as JSON:
//
//	const options = PublicKeyCredential.parseRequestOptionsFromJSON(step.credentialRequestOptions);
//	const credential = await navigator.credentials.get({ publicKey: options });
//	await confirmSignIn(JSON.stringify(credential.toJSON()));
//
// Cognito verifies it; [ErrNotAuthorized] says that it did not accept it. The challenge in the
// options is good for one answer. Where the browser has none, or the person has gone back,
// ConfirmSignIn also takes the name of a factor, as after ContinueSignInWithFirstFactorSelection;
// AuthFactorWebAuthn then gives new options.
//
// Differs from Amplify: it talks to the browser itself and has no such step.
type ConfirmSignInWithWebAuthn struct {
	// CredentialRequestOptions is WebAuthn's PublicKeyCredentialRequestOptionsJSON, as Cognito gave
	// it.
	CredentialRequestOptions json.RawMessage
	ExpiresAt                time.Time
}

// ConfirmSignInWithUnknownChallenge is a challenge that this version of the SDK does not know. It
// can be answered: ConfirmSignIn with ChallengeResponses, or with a ChallengeResponse that is sent
// as ANSWER. Differs from Amplify: it gives up with an error.
type ConfirmSignInWithUnknownChallenge struct {
	unprinted
	ChallengeName       string            // Cognito's
	ChallengeParameters map[string]string // Cognito's, as they came
	ExpiresAt           time.Time
}

// ContinueSignInWithTOTPSetup asks somebody without a second factor to add the account to an
// authenticator app: show TOTPSetupDetails.SetupURI as a QR code, then ConfirmSignIn with the app's
// first code.
type ContinueSignInWithTOTPSetup struct {
	unprinted
	TOTPSetupDetails TOTPSetupDetails
	ExpiresAt        time.Time
}

// ContinueSignInWithEmailSetup asks somebody without a second factor for an e-mail address:
// ConfirmSignIn with the address.
type ContinueSignInWithEmailSetup struct {
	ExpiresAt time.Time
}

// ContinueSignInWithMFASelection asks which second factor to use: ConfirmSignIn with one of
// AllowedMFATypes.
type ContinueSignInWithMFASelection struct {
	AllowedMFATypes []MFAType // in Cognito's order; never nil
	ExpiresAt       time.Time
}

// ContinueSignInWithMFASetupSelection asks which second factor to set up: ConfirmSignIn with one of
// AllowedMFATypes.
type ContinueSignInWithMFASetupSelection struct {
	AllowedMFATypes []MFAType // in Cognito's order; never nil
	ExpiresAt       time.Time
}

// ContinueSignInWithFirstFactorSelection asks how to sign in: ConfirmSignIn with one of
// AvailableChallenges.
type ContinueSignInWithFirstFactorSelection struct {
	// AvailableChallenges are in Cognito's order. Cognito gives them at the start only; nil if it
	// never did.
	AvailableChallenges []AuthFactorType
	ExpiresAt           time.Time
}

// ConfirmSignUpBeforeSignIn says that the sign-up was never confirmed: ConfirmSignUp, then SignIn
// again. ResendSignUpCode sends a new code.
type ConfirmSignUpBeforeSignIn struct{}

// ResetPasswordBeforeSignIn says that an administrator demands a new password and had a code sent
// for it: ConfirmResetPassword, or first ResetPassword for another code.
type ResetPasswordBeforeSignIn struct{}

// DoneSignInStep says that the person is signed in.
type DoneSignInStep struct{}

// Name returns StepConfirmSignInWithSMSCode.
func (ConfirmSignInWithSMSCode) Name() SignInStepName { return StepConfirmSignInWithSMSCode }

// Name returns StepConfirmSignInWithEmailCode.
func (ConfirmSignInWithEmailCode) Name() SignInStepName { return StepConfirmSignInWithEmailCode }

// Name returns StepConfirmSignInWithTOTPCode.
func (ConfirmSignInWithTOTPCode) Name() SignInStepName { return StepConfirmSignInWithTOTPCode }

// Name returns StepConfirmSignInWithCustomChallenge.
func (ConfirmSignInWithCustomChallenge) Name() SignInStepName {
	return StepConfirmSignInWithCustomChallenge
}

// Name returns StepConfirmSignInWithNewPasswordRequired.
func (ConfirmSignInWithNewPasswordRequired) Name() SignInStepName {
	return StepConfirmSignInWithNewPasswordRequired
}

// Name returns StepConfirmSignInWithPassword.
func (ConfirmSignInWithPassword) Name() SignInStepName { return StepConfirmSignInWithPassword }

// Name returns StepConfirmSignInWithWebAuthn.
func (ConfirmSignInWithWebAuthn) Name() SignInStepName { return StepConfirmSignInWithWebAuthn }

// Name returns StepConfirmSignInWithUnknownChallenge.
func (ConfirmSignInWithUnknownChallenge) Name() SignInStepName {
	return StepConfirmSignInWithUnknownChallenge
}

// Name returns StepContinueSignInWithTOTPSetup.
func (ContinueSignInWithTOTPSetup) Name() SignInStepName { return StepContinueSignInWithTOTPSetup }

// Name returns StepContinueSignInWithEmailSetup.
func (ContinueSignInWithEmailSetup) Name() SignInStepName { return StepContinueSignInWithEmailSetup }

// Name returns StepContinueSignInWithMFASelection.
func (ContinueSignInWithMFASelection) Name() SignInStepName {
	return StepContinueSignInWithMFASelection
}

// Name returns StepContinueSignInWithMFASetupSelection.
func (ContinueSignInWithMFASetupSelection) Name() SignInStepName {
	return StepContinueSignInWithMFASetupSelection
}

// Name returns StepContinueSignInWithFirstFactorSelection.
func (ContinueSignInWithFirstFactorSelection) Name() SignInStepName {
	return StepContinueSignInWithFirstFactorSelection
}

// Name returns StepConfirmSignUp.
func (ConfirmSignUpBeforeSignIn) Name() SignInStepName { return StepConfirmSignUp }

// Name returns StepResetPassword.
func (ResetPasswordBeforeSignIn) Name() SignInStepName { return StepResetPassword }

// Name returns StepDone.
func (DoneSignInStep) Name() SignInStepName { return StepDone }

func (ConfirmSignInWithSMSCode) isSignInStep()               {}
func (ConfirmSignInWithEmailCode) isSignInStep()             {}
func (ConfirmSignInWithTOTPCode) isSignInStep()              {}
func (ConfirmSignInWithCustomChallenge) isSignInStep()       {}
func (ConfirmSignInWithNewPasswordRequired) isSignInStep()   {}
func (ConfirmSignInWithPassword) isSignInStep()              {}
func (ConfirmSignInWithWebAuthn) isSignInStep()              {}
func (ConfirmSignInWithUnknownChallenge) isSignInStep()      {}
func (ContinueSignInWithTOTPSetup) isSignInStep()            {}
func (ContinueSignInWithEmailSetup) isSignInStep()           {}
func (ContinueSignInWithMFASelection) isSignInStep()         {}
func (ContinueSignInWithMFASetupSelection) isSignInStep()    {}
func (ContinueSignInWithFirstFactorSelection) isSignInStep() {}
func (ConfirmSignUpBeforeSignIn) isSignInStep()              {}
func (ResetPasswordBeforeSignIn) isSignInStep()              {}
func (DoneSignInStep) isSignInStep()                         {}

// stepJSON is the union of what Amplify's steps have, those of the other verbs included.
type stepJSON struct {
	SignInStep          SignInStepName          `json:"signInStep,omitempty"`
	SignUpStep          SignUpStepName          `json:"signUpStep,omitempty"`
	ResetPasswordStep   ResetPasswordStepName   `json:"resetPasswordStep,omitempty"`
	UpdateAttributeStep AttributeUpdateStepName `json:"updateAttributeStep,omitempty"`
	CodeDeliveryDetails *CodeDeliveryDetails    `json:"codeDeliveryDetails,omitempty"`
	AdditionalInfo      map[string]string       `json:"additionalInfo,omitzero"`
	MissingAttributes   []string                `json:"missingAttributes,omitzero"`
	TOTPSetupDetails    *TOTPSetupDetails       `json:"totpSetupDetails,omitempty"`
	AllowedMFATypes     []MFAType               `json:"allowedMFATypes,omitzero"`
	AvailableChallenges []AuthFactorType        `json:"availableChallenges,omitzero"`
	CredentialOptions   json.RawMessage         `json:"credentialRequestOptions,omitempty"`
	ChallengeName       string                  `json:"challengeName,omitempty"`
	ChallengeParameters map[string]string       `json:"challengeParameters,omitzero"`
}

// MarshalJSON returns Amplify's JSON.
func (s ConfirmSignInWithSMSCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), CodeDeliveryDetails: &s.CodeDeliveryDetails})
}

// MarshalJSON returns Amplify's JSON.
func (s ConfirmSignInWithEmailCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), CodeDeliveryDetails: &s.CodeDeliveryDetails})
}

// MarshalJSON returns Amplify's JSON.
func (s ConfirmSignInWithTOTPCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}

// MarshalJSON returns Amplify's JSON.
func (s ConfirmSignInWithCustomChallenge) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), AdditionalInfo: s.AdditionalInfo})
}

// MarshalJSON returns Amplify's JSON.
func (s ConfirmSignInWithNewPasswordRequired) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), MissingAttributes: s.MissingAttributes})
}

// MarshalJSON returns Amplify's JSON.
func (s ConfirmSignInWithPassword) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}

// MarshalJSON returns JSON in the manner of Amplify's.
func (s ConfirmSignInWithWebAuthn) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), CredentialOptions: s.CredentialRequestOptions})
}

// MarshalJSON returns JSON in the manner of Amplify's.
func (s ConfirmSignInWithUnknownChallenge) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{
		SignInStep: s.Name(), ChallengeName: s.ChallengeName, ChallengeParameters: s.ChallengeParameters,
	})
}

// MarshalJSON returns Amplify's JSON. It contains the TOTP secret, which the person's page needs.
func (s ContinueSignInWithTOTPSetup) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), TOTPSetupDetails: &s.TOTPSetupDetails})
}

// MarshalJSON returns Amplify's JSON.
func (s ContinueSignInWithEmailSetup) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}

// MarshalJSON returns Amplify's JSON.
func (s ContinueSignInWithMFASelection) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), AllowedMFATypes: s.AllowedMFATypes})
}

// MarshalJSON returns Amplify's JSON.
func (s ContinueSignInWithMFASetupSelection) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), AllowedMFATypes: s.AllowedMFATypes})
}

// MarshalJSON returns Amplify's JSON.
func (s ContinueSignInWithFirstFactorSelection) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), AvailableChallenges: s.AvailableChallenges})
}

// MarshalJSON returns Amplify's JSON.
func (s ConfirmSignUpBeforeSignIn) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}

// MarshalJSON returns Amplify's JSON.
func (s ResetPasswordBeforeSignIn) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}

// MarshalJSON returns Amplify's JSON.
func (s DoneSignInStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}
