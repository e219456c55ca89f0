package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// recordFormat is the version of the encoding below. A change that older code cannot read
// increments it.
const recordFormat = 1

// state is the content of a session's record in the Store: everything about one session.
type state struct {
	unprinted
	ClientID string         `json:"clientId"` // the app client that the tokens belong to
	Tokens   *tokens        `json:"tokens,omitempty"`
	Pending  *pendingSignIn `json:"pending,omitempty"`
	Expired  bool           `json:"expired,omitempty"` // Cognito ended the session; nobody signed in or out since
	Refused  string         `json:"refused,omitempty"` // fingerprint of the refresh token whose refusal ended it
}

// tokens are the result of a finished sign-in.
type tokens struct {
	unprinted
	AccessToken  string `json:"accessToken"`
	IDToken      string `json:"idToken,omitempty"`
	RefreshToken string `json:"refreshToken,omitempty"`
	DeviceKey    string `json:"deviceKey,omitempty"` // the device that they belong to
	Imported     bool   `json:"imported,omitempty"`  // copies may have leaked: once expired, they prove nothing
	lifetime
	SignInDetails
}

// pendingSignIn is a sign-in between two steps, or one that is to follow a sign-up. It holds
// neither the password nor anything derived from it: SRP begins and ends within one call.
type pendingSignIn struct {
	unprinted
	ID         string            `json:"id"`    // distinguishes this sign-in from others under the same key
	Saves      int               `json:"saves"` // distinguishes one step of it from the next
	Username   string            `json:"username"`
	Challenge  string            `json:"challenge"`
	Parameters map[string]string `json:"parameters,omitempty"`
	Session    string            `json:"session,omitempty"`
	ExpiresAt  time.Time         `json:"expiresAt"`
	HeldUntil  time.Time         `json:"busyUntil,omitzero"` // until when a call holds the step
	HeldBy     string            `json:"busyWith,omitempty"` // distinguishes the hold of that call from others
	Metadata   map[string]string `json:"metadata,omitempty"`
	Person     UserContext       `json:"person,omitzero"`
	Available  []AuthFactorType  `json:"available,omitempty"`  // the first factors that were offered last
	Chosen     AuthFactorType    `json:"chosen,omitempty"`     // a password factor, until the password is given
	Setup      MFAType           `json:"setup,omitempty"`      // the factor being set up, once chosen
	TOTPSecret string            `json:"totpSecret,omitempty"` // to show it again
	Verified   bool              `json:"verified,omitempty"`   // its first code was accepted; one request is missing
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
		return state{}, errors.New("it is not a session record") // err may quote a secret
	}
	if e.Format != recordFormat {
		return state{}, fmt.Errorf("it has format %d, not %d", e.Format, recordFormat)
	}
	return e.state, nil
}
