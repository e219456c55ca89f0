package auth

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/jsonobject"
)

// recordFormat is the version of the encoding below. A change that older code cannot read
// increments it.
const recordFormat = 1

// state is the content of a session's record in the Store: everything about one session.
type state struct {
	unprinted
	ClientID string         `json:"clientId"`       // the app client that the tokens belong to
	Mark     string         `json:"mark,omitempty"` // distinguishes the change that saved this from others
	Tokens   *tokens        `json:"tokens,omitempty"`
	Pending  *pendingSignIn `json:"pending,omitempty"`
	Expired  bool           `json:"expired,omitempty"` // Cognito ended the session; nobody signed in or out since
	Refused  string         `json:"refused,omitempty"` // fingerprint of the refresh token whose refusal ended it
	Renewal  *refreshHold   `json:"renewal,omitempty"` // of the tokens, by a process that is about to save the result

	// Redirects are there beside anything else, until they are completed or over, or too many.
	Redirects redirectAttempts `json:"redirects,omitempty"`

	Unconfirmed *unconfirmedDevice `json:"unconfirmed,omitempty"` // the device, if Cognito has not confirmed it yet

	// Proofs are those of tokens that are not in the record, between ExportTokens and ImportTokens.
	Proofs *exportedProofs `json:"proofs,omitempty"`

	Forward   *forward `json:"forward,omitempty"`   // where the session has moved; then nothing else is here
	MovedFrom string   `json:"movedFrom,omitempty"` // the key that must lead here, or nothing here counts

	SignUp        *awaitedCode      `json:"signUp,omitempty"`        // the code of a sign-up
	ResetPassword *awaitedCode      `json:"resetPassword,omitempty"` // the code for a new password
	Slots         map[string][]byte `json:"slots,omitempty"`
	SlotsUntil    time.Time         `json:"slotsUntil,omitzero"` // unless somebody is signed in

	refusable bool // what has just changed is Refusable
}

// slotLife is how long slots stay in a session in which nobody is signed in, and emptyLife how long
// a record that says nothing is kept, for those who are about to change it.
const (
	slotLife  = 24 * time.Hour
	emptyLife = time.Minute
)

// end returns when nothing in the state is of use any more, or the zero time if that is not known.
func (st *state) end() time.Time {
	if st.Expired || st.Tokens != nil && st.Tokens.Until.IsZero() {
		return time.Time{}
	}
	if st.empty() {
		return expiry(emptyLife)
	}
	var end time.Time
	for _, part := range []time.Time{
		st.Tokens.end(), st.Pending.end(), st.Redirects.end(), st.SignUp.end(), st.ResetPassword.end(),
	} {
		if part.After(end) {
			end = part
		}
	}
	if len(st.Slots) > 0 && st.SlotsUntil.After(end) {
		end = st.SlotsUntil
	}
	return end
}

func (t *tokens) end() time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.Until
}

func (c *awaitedCode) end() time.Time {
	if c == nil {
		return time.Time{}
	}
	return c.ExpiresAt
}

// end leaves a step all the time that an app client can give it: only Cognito knows how much it
// has.
func (p *pendingSignIn) end() time.Time {
	switch {
	case p == nil:
		return time.Time{}
	case p.AutoSignIn != nil:
		return p.AutoSignIn.Until
	default:
		return p.ExpiresAt.Add(maxAuthSessionValidity)
	}
}

// signedIn returns the state after a sign-in. What is in the slots is not for another person than
// the one whose it was.
func (st *state) signedIn(got *tokens) state {
	next := state{Tokens: got, Redirects: st.Redirects.untaken()}
	if st.Tokens == nil || st.Tokens.sameUser(got) {
		next.Slots, next.SlotsUntil = st.Slots, st.SlotsUntil
	}
	return next
}

// sameUser reports whether both are known to be of one person.
func (t *tokens) sameUser(other *tokens) bool { return sameClaim("sub", t, other) }

// sameSignIn reports whether both are known to come from one sign-in.
func (t *tokens) sameSignIn(other *tokens) bool { return sameClaim("origin_jti", t, other) }

// sameClaim reports whether the access tokens have the same text as a claim.
func sameClaim(name string, a, b *tokens) bool {
	first, errA := decodeToken(a.AccessToken)
	second, errB := decodeToken(b.AccessToken)
	return errA == nil && errB == nil && first.text(name) != "" && first.text(name) == second.text(name)
}

// empty reports whether the state says nothing. A hold on tokens that are gone says nothing.
func (st *state) empty() bool {
	return st.Tokens == nil && st.Pending == nil && len(st.Redirects) == 0 && !st.Expired && st.Refused == "" &&
		st.Unconfirmed == nil && st.Proofs == nil && st.Forward == nil &&
		st.SignUp == nil && st.ResetPassword == nil && len(st.Slots) == 0
}

// tokens are the result of a finished sign-in.
type tokens struct {
	unprinted
	AccessToken  string `json:"accessToken"`
	IDToken      string `json:"idToken,omitempty"`
	RefreshToken string `json:"refreshToken,omitempty"`
	DeviceKey    string `json:"deviceKey,omitempty"` // the device that they belong to
	Imported     bool   `json:"imported,omitempty"`  // copies may have leaked: once expired, they prove nothing
	Factors      proofs `json:"factors,omitempty"`
	ManagedLogin bool   `json:"managedLogin,omitempty"` // the browser has a session at the pool's domain
	// Until is the end of the refresh token, where the program states how long it lives.
	Until time.Time `json:"until,omitzero"`
	lifetime
	SignInDetails
}

// pendingSignIn is a sign-in between two steps, or one that is to follow a sign-up. It holds
// neither the password nor anything derived from it: SRP begins and ends within one call.
type pendingSignIn struct {
	unprinted
	ID         string            `json:"id"`    // distinguishes this sign-in from others under the same key
	Saves      int               `json:"saves"` // distinguishes one save of it from the next
	StepID     string            `json:"stepId,omitempty"`
	Username   string            `json:"username"`
	Challenge  string            `json:"challenge"`
	Parameters parameters        `json:"asked,omitempty"`
	Session    string            `json:"session,omitempty"`
	ExpiresAt  time.Time         `json:"expiresAt"`
	HeldUntil  time.Time         `json:"heldUntil,omitzero"` // until when a call holds the step
	HeldBy     string            `json:"heldBy,omitempty"`   // distinguishes the hold of that call from others
	Metadata   map[string]string `json:"metadata,omitempty"`
	Person     UserContext       `json:"person,omitzero"`
	Available  []AuthFactorType  `json:"available,omitempty"`  // the first factors that were offered last
	Chosen     AuthFactorType    `json:"chosen,omitempty"`     // a password factor, until the password is given
	Setup      MFAType           `json:"setup,omitempty"`      // the factor being set up, once chosen
	TOTPSecret string            `json:"totpSecret,omitempty"` // to show it again
	Verified   bool              `json:"verified,omitempty"`   // its first code was accepted; one request is missing
	Factors    proofs            `json:"factors,omitempty"`    // proved so far
	DeviceName string            `json:"deviceName,omitempty"`
	AutoSignIn *autoSignIn       `json:"autoSignIn,omitempty"` // set until the sign-in that follows a sign-up begins
	// Subject is set in a reauthentication: the person who is signed in, and must be the same.
	Subject string `json:"subject,omitempty"`
	SignInDetails
}

type envelope struct {
	Format int `json:"format"`
	state
}

// maxRecord is the size of records that every Store takes.
const maxRecord = 256 << 10

func encodeState(s state) ([]byte, error) {
	data, err := json.Marshal(envelope{Format: recordFormat, state: s})
	if len(data) > maxRecord {
		return nil, fail(ErrInvalidParameter, "the session's record would be larger than 256 KiB")
	}
	return data, err
}

// parameters are those of a challenge. In JSON the values are base64: Cognito may send any
// characters, of which JSON makes up to six times as many.
type parameters map[string]string

// MarshalJSON returns the values as base64.
func (p parameters) MarshalJSON() ([]byte, error) {
	encoded := make(map[string][]byte, len(p))
	for name, value := range p {
		encoded[name] = []byte(value)
	}
	return json.Marshal(encoded)
}

// UnmarshalJSON reads what MarshalJSON returns.
func (p *parameters) UnmarshalJSON(data []byte) error {
	var encoded map[string][]byte
	if err := json.Unmarshal(data, &encoded); err != nil {
		return err
	}
	*p = make(parameters, len(encoded))
	for name, value := range encoded {
		(*p)[name] = string(value)
	}
	return nil
}

func decodeState(data []byte) (state, error) {
	var e envelope
	var held string
	rest, ok := jsonobject.Cut(string(data), func(name, value string) bool {
		if name != "tokens" {
			return false
		}
		held = value
		return true
	})
	if !ok || json.Unmarshal(rest, &e) != nil || !e.decodeTokens(held) {
		return state{}, errors.New("it is not a session record") // an error of json may quote a secret
	}
	if e.Format != recordFormat {
		return state{}, fmt.Errorf("it has format %d, not %d", e.Format, recordFormat)
	}
	return e.state, nil
}

// decodeTokens decodes the member "tokens", and reports whether it could. The tokens themselves are
// most of a record: package json takes longer for them than everything else takes together. They do
// not keep the record in memory.
func (st *state) decodeTokens(object string) bool {
	if object == "" || object == "null" {
		return true
	}
	st.Tokens = &tokens{}
	raw := map[string]*string{
		"accessToken": &st.Tokens.AccessToken, "idToken": &st.Tokens.IDToken, "refreshToken": &st.Tokens.RefreshToken,
	}
	valid := true
	rest, ok := jsonobject.Cut(object, func(name, value string) bool {
		token := raw[name]
		if token == nil {
			return false
		}
		text, isText := jsonobject.Text(value)
		*token, valid = strings.Clone(text), valid && isText
		return true
	})
	return ok && valid && json.Unmarshal(rest, st.Tokens) == nil
}
