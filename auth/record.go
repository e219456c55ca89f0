package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// recordFormat is the version of the encoding below. A change that older code cannot read takes the
// next number.
const recordFormat = 1

// state is everything about one session: what its record in the Store holds.
type state struct {
	unprinted
	ClientID string         `json:"clientId"` // the app client that the tokens are of
	Tokens   *tokens        `json:"tokens,omitempty"`
	Pending  *pendingSignIn `json:"pending,omitempty"`
	Expired  bool           `json:"expired,omitempty"` // Cognito ended the session, and nobody has signed in or out since
	Refused  string         `json:"refused,omitempty"` // fingerprint of the refresh token whose refusal ended it
}

// tokens are what a finished sign-in leaves.
type tokens struct {
	unprinted
	AccessToken  string `json:"accessToken"`
	IDToken      string `json:"idToken,omitempty"`
	RefreshToken string `json:"refreshToken,omitempty"`
	DeviceKey    string `json:"deviceKey,omitempty"` // the device that they belong to
	Imported     bool   `json:"imported,omitempty"`  // somebody may have kept them: expired, they say nothing about anybody
	lifetime
	SignInDetails
}

// pendingSignIn is a sign-in between two steps, or one that is to follow a sign-up. It has neither
// the password nor anything derived from it: SRP starts and ends within one call.
type pendingSignIn struct {
	unprinted
	ID         string            `json:"id"`    // tells this sign-in from any other under the same key
	Saves      int               `json:"saves"` // tells one step of it from the next
	Username   string            `json:"username"`
	Challenge  string            `json:"challenge"`
	Parameters map[string]string `json:"parameters,omitempty"`
	Session    string            `json:"session,omitempty"`
	ExpiresAt  time.Time         `json:"expiresAt"`
	HeldUntil  time.Time         `json:"busyUntil,omitzero"` // until when a call holds the step
	HeldBy     string            `json:"busyWith,omitempty"` // tells the hold of that call from any other
	Metadata   map[string]string `json:"metadata,omitempty"`
	Person     UserContext       `json:"person,omitzero"`
	Available  []AuthFactorType  `json:"available,omitempty"`  // the first factors that were offered last
	Chosen     AuthFactorType    `json:"chosen,omitempty"`     // of these the password, which is still to come
	Setup      MFAType           `json:"setup,omitempty"`      // the factor being set up, once chosen
	TOTPSecret string            `json:"totpSecret,omitempty"` // to be shown again
	Verified   bool              `json:"verified,omitempty"`   // its code was accepted, only the last request is missing
	DeviceName string            `json:"deviceName,omitempty"`
	AutoSignIn *autoSignIn       `json:"autoSignIn,omitempty"` // set until the sign-in that follows a sign-up begins
	SignInDetails
}

type envelope struct {
	Format int `json:"format"`
	state
}

func encodeState(s state) ([]byte, error) {
	return json.Marshal(envelope{Format: recordFormat, state: s})
}

func decodeState(data []byte) (state, error) {
	var e envelope
	if err := json.Unmarshal(data, &e); err != nil {
		return state{}, errors.New("it is not a session record") // err may quote what it found
	}
	if e.Format != recordFormat {
		return state{}, fmt.Errorf("it has format %d, not %d", e.Format, recordFormat)
	}
	return e.state, nil
}
