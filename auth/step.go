package auth

import (
	"encoding/json"
	"time"
)

// A SignInStepName is Amplify's name of a step of the sign-in.
type SignInStepName string

// The names of the steps of the sign-in. [StepConfirmSignInWithUnknownChallenge] and
// [StepConfirmSignInWithWebAuthn] are not in Amplify.
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

// A SignInStep says what has to happen next in a sign-in. Each step is a struct type of its own,
// named as in Amplify, with the fields that the step has. It marshals to Amplify's JSON. The set
// may grow: keep a default case.
//
// ExpiresAt, where a step has it, is when the step ends, computed from
// [Config].AuthSessionValidity.
//
//sumtype:decl
type SignInStep interface {
	// Name returns Amplify's name of the step.
	Name() SignInStepName
	isSignInStep()
}

// ConfirmSignInWithSMSCode asks for the code sent by text message. Pass it to
// [Session.ConfirmSignIn].
type ConfirmSignInWithSMSCode struct {
	CodeDeliveryDetails CodeDeliveryDetails
	ExpiresAt           time.Time
}

// ConfirmSignInWithEmailCode asks for the code sent by e-mail. Pass it to [Session.ConfirmSignIn].
type ConfirmSignInWithEmailCode struct {
	CodeDeliveryDetails CodeDeliveryDetails
	ExpiresAt           time.Time
}

// ConfirmSignInWithTOTPCode asks for a code of the authenticator app. Pass its six digits to
// [Session.ConfirmSignIn].
type ConfirmSignInWithTOTPCode struct {
	// FriendlyDeviceName is the authenticator's name, if it was given one at set-up. Not in
	// Amplify.
	FriendlyDeviceName string
	ExpiresAt          time.Time
}

// ConfirmSignInWithCustomChallenge asks the question of a Lambda trigger of the pool. Pass the
// answer to [Session.ConfirmSignIn].
type ConfirmSignInWithCustomChallenge struct {
	AdditionalInfo map[string]string // the trigger's public parameters, and Cognito's USERNAME
	ExpiresAt      time.Time
}

// ConfirmSignInWithNewPasswordRequired asks a user with a temporary password for a new one. Pass it
// to [Session.ConfirmSignIn], with UserAttributes for the MissingAttributes.
type ConfirmSignInWithNewPasswordRequired struct {
	MissingAttributes []string // required attributes without a value; never nil
	ExpiresAt         time.Time
}

// ConfirmSignInWithPassword asks for the password, after it was chosen as the first factor. Pass it
// to [Session.ConfirmSignIn]. A wrong one returns [ErrNotAuthorized] and may end the sign-in; then
// the next try returns [ErrSignInExpired].
type ConfirmSignInWithPassword struct {
	ExpiresAt time.Time
}

// ConfirmSignInWithWebAuthn asks for a passkey. Pass CredentialRequestOptions to the browser, and
// the JSON of its credential to [Session.ConfirmSignIn]:
//
//	const options = PublicKeyCredential.parseRequestOptionsFromJSON(step.credentialRequestOptions);
//	const credential = await navigator.credentials.get({ publicKey: options });
//	await confirmSignIn(JSON.stringify(credential.toJSON()));
//
// Cognito verifies the credential, and refuses a bad one with [ErrNotAuthorized]. The options hold
// a challenge that is valid for one answer. If the browser has no passkey, or the user goes back,
// ConfirmSignIn also accepts the name of a factor, as after
// [ContinueSignInWithFirstFactorSelection]; [AuthFactorWebAuthn] then requests new options.
//
// Differs from Amplify: it calls the browser itself and has no such step.
type ConfirmSignInWithWebAuthn struct {
	// CredentialRequestOptions is WebAuthn's PublicKeyCredentialRequestOptionsJSON, as Cognito gave
	// it.
	CredentialRequestOptions json.RawMessage
	ExpiresAt                time.Time
}

// ConfirmSignInWithUnknownChallenge is a challenge that this version of the SDK does not know. To
// answer it, call [Session.ConfirmSignIn] with ChallengeResponses, or with a ChallengeResponse,
// which is sent as ANSWER. Differs from Amplify: it returns an error.
type ConfirmSignInWithUnknownChallenge struct {
	unprinted
	ChallengeName       string            // Cognito's
	ChallengeParameters map[string]string // Cognito's, unchanged
	ExpiresAt           time.Time
}

// ContinueSignInWithTOTPSetup asks a user without a second factor to add the account to an
// authenticator app. Show [TOTPSetupDetails.SetupURI] as a QR code, then pass the app's first code
// to [Session.ConfirmSignIn].
type ContinueSignInWithTOTPSetup struct {
	unprinted
	TOTPSetupDetails TOTPSetupDetails
	ExpiresAt        time.Time
}

// ContinueSignInWithEmailSetup asks a user without a second factor for an e-mail address. Pass the
// address to [Session.ConfirmSignIn].
type ContinueSignInWithEmailSetup struct {
	ExpiresAt time.Time
}

// ContinueSignInWithMFASelection asks which second factor to use. Pass one of AllowedMFATypes to
// [Session.ConfirmSignIn].
type ContinueSignInWithMFASelection struct {
	AllowedMFATypes []MFAType // in Cognito's order; never nil
	ExpiresAt       time.Time
}

// ContinueSignInWithMFASetupSelection asks which second factor to set up. Pass one of
// AllowedMFATypes to [Session.ConfirmSignIn].
type ContinueSignInWithMFASetupSelection struct {
	AllowedMFATypes []MFAType // in Cognito's order; never nil
	ExpiresAt       time.Time
}

// ContinueSignInWithFirstFactorSelection asks how to sign in. Pass one of AvailableChallenges to
// [Session.ConfirmSignIn].
type ContinueSignInWithFirstFactorSelection struct {
	// AvailableChallenges is in Cognito's order. It is nil if Cognito sent none at the start of the
	// sign-in, the only time it sends them.
	AvailableChallenges []AuthFactorType
	ExpiresAt           time.Time
}

// ConfirmSignUpBeforeSignIn means that the sign-up is not confirmed. Call [Session.ConfirmSignUp],
// then [Session.SignIn] again. [Session.ResendSignUpCode] sends a new code.
type ConfirmSignUpBeforeSignIn struct{}

// ResetPasswordBeforeSignIn means that an administrator reset the password and had a code sent.
// Call [Session.ConfirmResetPassword], or first [Session.ResetPassword] for another code.
type ResetPasswordBeforeSignIn struct{}

// DoneSignInStep means that the user is signed in.
type DoneSignInStep struct{}

// Name returns [StepConfirmSignInWithSMSCode].
func (ConfirmSignInWithSMSCode) Name() SignInStepName { return StepConfirmSignInWithSMSCode }

// Name returns [StepConfirmSignInWithEmailCode].
func (ConfirmSignInWithEmailCode) Name() SignInStepName { return StepConfirmSignInWithEmailCode }

// Name returns [StepConfirmSignInWithTOTPCode].
func (ConfirmSignInWithTOTPCode) Name() SignInStepName { return StepConfirmSignInWithTOTPCode }

// Name returns [StepConfirmSignInWithCustomChallenge].
func (ConfirmSignInWithCustomChallenge) Name() SignInStepName {
	return StepConfirmSignInWithCustomChallenge
}

// Name returns [StepConfirmSignInWithNewPasswordRequired].
func (ConfirmSignInWithNewPasswordRequired) Name() SignInStepName {
	return StepConfirmSignInWithNewPasswordRequired
}

// Name returns [StepConfirmSignInWithPassword].
func (ConfirmSignInWithPassword) Name() SignInStepName { return StepConfirmSignInWithPassword }

// Name returns [StepConfirmSignInWithWebAuthn].
func (ConfirmSignInWithWebAuthn) Name() SignInStepName { return StepConfirmSignInWithWebAuthn }

// Name returns [StepConfirmSignInWithUnknownChallenge].
func (ConfirmSignInWithUnknownChallenge) Name() SignInStepName {
	return StepConfirmSignInWithUnknownChallenge
}

// Name returns [StepContinueSignInWithTOTPSetup].
func (ContinueSignInWithTOTPSetup) Name() SignInStepName { return StepContinueSignInWithTOTPSetup }

// Name returns [StepContinueSignInWithEmailSetup].
func (ContinueSignInWithEmailSetup) Name() SignInStepName { return StepContinueSignInWithEmailSetup }

// Name returns [StepContinueSignInWithMFASelection].
func (ContinueSignInWithMFASelection) Name() SignInStepName {
	return StepContinueSignInWithMFASelection
}

// Name returns [StepContinueSignInWithMFASetupSelection].
func (ContinueSignInWithMFASetupSelection) Name() SignInStepName {
	return StepContinueSignInWithMFASetupSelection
}

// Name returns [StepContinueSignInWithFirstFactorSelection].
func (ContinueSignInWithFirstFactorSelection) Name() SignInStepName {
	return StepContinueSignInWithFirstFactorSelection
}

// Name returns [StepConfirmSignUp].
func (ConfirmSignUpBeforeSignIn) Name() SignInStepName { return StepConfirmSignUp }

// Name returns [StepResetPassword].
func (ResetPasswordBeforeSignIn) Name() SignInStepName { return StepResetPassword }

// Name returns [StepDone].
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

// stepJSON is the union of the fields of Amplify's steps.
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
