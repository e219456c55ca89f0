package auth

import "encoding/json"

// stepJSON is the union of what Amplify's steps have.
type stepJSON struct {
	SignInStep          SignInStepName       `json:"signInStep"`
	CodeDeliveryDetails *CodeDeliveryDetails `json:"codeDeliveryDetails,omitempty"`
	AdditionalInfo      map[string]string    `json:"additionalInfo,omitzero"`
	MissingAttributes   []string             `json:"missingAttributes,omitzero"`
	TOTPSetupDetails    *TOTPSetupDetails    `json:"totpSetupDetails,omitempty"`
	AllowedMFATypes     []MFAType            `json:"allowedMFATypes,omitzero"`
	AvailableChallenges []AuthFactorType     `json:"availableChallenges,omitzero"`
	CredentialOptions   json.RawMessage      `json:"credentialRequestOptions,omitempty"`
	ChallengeName       string               `json:"challengeName,omitempty"`
	ChallengeParameters map[string]string    `json:"challengeParameters,omitzero"`
}

// MarshalJSON gives Amplify's JSON.
func (s ConfirmSignInWithSMSCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), CodeDeliveryDetails: &s.CodeDeliveryDetails})
}

// MarshalJSON gives Amplify's JSON.
func (s ConfirmSignInWithEmailCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), CodeDeliveryDetails: &s.CodeDeliveryDetails})
}

// MarshalJSON gives Amplify's JSON.
func (s ConfirmSignInWithTOTPCode) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}

// MarshalJSON gives Amplify's JSON.
func (s ConfirmSignInWithCustomChallenge) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), AdditionalInfo: s.AdditionalInfo})
}

// MarshalJSON gives Amplify's JSON.
func (s ConfirmSignInWithNewPasswordRequired) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), MissingAttributes: s.MissingAttributes})
}

// MarshalJSON gives Amplify's JSON.
func (s ConfirmSignInWithPassword) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}

// MarshalJSON gives JSON in the manner of Amplify's.
func (s ConfirmSignInWithUnknownChallenge) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{
		SignInStep: s.Name(), ChallengeName: s.ChallengeName, ChallengeParameters: s.ChallengeParameters,
	})
}

// MarshalJSON gives Amplify's JSON. It contains the TOTP secret, which the person's page needs.
func (s ContinueSignInWithTOTPSetup) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), TOTPSetupDetails: &s.TOTPSetupDetails})
}

// MarshalJSON gives Amplify's JSON.
func (s ContinueSignInWithEmailSetup) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}

// MarshalJSON gives Amplify's JSON.
func (s ContinueSignInWithMFASelection) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), AllowedMFATypes: s.AllowedMFATypes})
}

// MarshalJSON gives Amplify's JSON.
func (s ContinueSignInWithMFASetupSelection) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), AllowedMFATypes: s.AllowedMFATypes})
}

// MarshalJSON gives Amplify's JSON.
func (s ContinueSignInWithFirstFactorSelection) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name(), AvailableChallenges: s.AvailableChallenges})
}

// MarshalJSON gives Amplify's JSON.
func (s ConfirmSignUpStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}

// MarshalJSON gives Amplify's JSON.
func (s ResetPasswordStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}

// MarshalJSON gives Amplify's JSON.
func (s DoneSignInStep) MarshalJSON() ([]byte, error) {
	return json.Marshal(stepJSON{SignInStep: s.Name()})
}
