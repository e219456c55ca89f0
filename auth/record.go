package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// recordFormat is the version of the encoding below. A change that older code cannot read takes the next number.
const recordFormat = 1

// state is everything about one session: what its record in the Store holds.
type state struct {
	redacted
	Tokens  *tokens        `json:"tokens,omitempty"`
	Pending *pendingSignIn `json:"pending,omitempty"`
}

// tokens are what a finished sign-in leaves.
type tokens struct {
	redacted
	AccessToken  string `json:"accessToken"`
	IDToken      string `json:"idToken,omitempty"`
	RefreshToken string `json:"refreshToken,omitempty"`
	SignInDetails
}

// pendingSignIn is a sign-in between two steps. It has neither the password nor anything derived from it: SRP starts and
// ends within one call.
type pendingSignIn struct {
	redacted
	ID         string            `json:"id"` // tells this sign-in from any other under the same key
	Username   string            `json:"username"`
	Challenge  string            `json:"challenge"`
	Parameters map[string]string `json:"parameters,omitempty"`
	Session    string            `json:"session,omitempty"`
	ExpiresAt  time.Time         `json:"expiresAt"`
	Metadata   map[string]string `json:"metadata,omitempty"`
	Setup      MFAType           `json:"setup,omitempty"`    // the factor being set up, once chosen
	Verified   bool              `json:"verified,omitempty"` // its code was accepted, only the last request is missing
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
