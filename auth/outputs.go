package auth

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/amplifyauth/amplify-auth-go/internal/poolid"
)

// Outputs is what a file of Amplify says about sign-in. Config is for [NewClient]; the rest is what
// a program shows or offers to people, for whom Cognito decides in the end: the file may be older
// than the pool.
type Outputs struct {
	redacted

	// Config has UserPoolID, ClientID, ClientSecret, Endpoint, Domain, RedirectSignIn,
	// RedirectSignOut and Scopes, as far as the file has them.
	Config Config
	// IdentityPoolID is the id of the identity pool, for auth/identitypool. GuestAccess says that
	// the identity pool has credentials for people who are not signed in.
	IdentityPoolID string
	GuestAccess    bool

	// LoginWith are what people sign in with.
	LoginWith []LoginMechanism
	// RequiredAttributes are the attributes that a sign-up must have.
	RequiredAttributes []string
	// IdentityProviders are those that managed login offers beside the pool's own users.
	IdentityProviders []IdentityProvider
	// MFA says whether people need a second factor: "OFF", "OPTIONAL" or "ON". MFATypes are those
	// that the pool allows.
	MFA      string
	MFATypes []MFAType
	// FirstFactors are what people can begin a sign-in with instead of the password, and
	// PreferredFactor is the one to offer first. RelyingPartyID and UserVerification are for
	// passkeys.
	FirstFactors                     []AuthFactorType
	PreferredFactor                  AuthFactorType
	RelyingPartyID, UserVerification string
	PasswordRules                    PasswordRules
	// Groups are the pool's groups.
	Groups []string
}

// A LoginMechanism is what people type to say who they are.
type LoginMechanism string

// The login mechanisms.
const (
	LoginWithUsername    LoginMechanism = "username"
	LoginWithEmail       LoginMechanism = "email"
	LoginWithPhoneNumber LoginMechanism = "phone_number"
)

// PasswordRules are what a pool requires of passwords. The zero PasswordRules are unknown.
type PasswordRules struct {
	MinLength                             int // in characters
	Lowercase, Uppercase, Digits, Symbols bool
}

// maxOutputsSize bounds what is read. Most of a large file describes the models of an API.
const maxOutputsSize = 16 << 20

// ReadOutputs reads what Amplify's tools write for programs: amplify_outputs.json of any version
// and, of the older tools, aws-exports.js, amplifyconfiguration.json of both kinds and
// awsconfiguration.json, or the object that is passed to Amplify.configure as JSON. Byte order
// marks, UTF-16, and JavaScript or Dart around the JSON do not matter, nor do unknown members. A
// file may have up to 16 MiB.
//
// A file may have an identity pool and no user pool: Config.UserPoolID is then empty. The region in
// the file is not read, as in Amplify: the pool's id has it. For a file that it cannot use
// ReadOutputs returns [ErrInvalidConfig], which says what the file is or which member is wrong.
func ReadOutputs(r io.Reader) (out Outputs, err error) {
	defer nameVerb("ReadOutputs", &err)
	return readOutputs(r)
}

// ConfigFromOutputs reads the user pool, the app client and managed login from a file of
// Amplify's tools, as [ReadOutputs] does. It returns [ErrInvalidConfig] for a file that has no user
// pool or no app client.
//
// Amplify: Amplify.configure.
func ConfigFromOutputs(r io.Reader) (cfg Config, err error) {
	defer nameVerb("ConfigFromOutputs", &err)
	out, err := readOutputs(r)
	if err != nil {
		return Config{}, err
	}
	if out.Config.UserPoolID == "" {
		return Config{}, fail(ErrInvalidConfig, "the file has an identity pool, but no user pool")
	}
	return out.Config, nil
}

func readOutputs(r io.Reader) (Outputs, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxOutputsSize+1))
	if err != nil {
		return Outputs{}, err
	}
	if len(data) > maxOutputsSize {
		return Outputs{}, fail(ErrInvalidConfig, "the file is larger than 16 MiB")
	}
	object, err := objectIn(plainText(data))
	if err != nil {
		return Outputs{}, err
	}
	format, err := formatOf(membersOf(object))
	if err != nil {
		return Outputs{}, err
	}
	if err := json.Unmarshal(object, format); err != nil {
		return Outputs{}, badFile(err)
	}
	out := format.outputs()
	if err := format.ids().check(out); err != nil {
		return Outputs{}, err
	}
	return out, nil
}

// plainText returns the text of the file in UTF-8, without a byte order mark.
func plainText(data []byte) []byte {
	for mark, order := range map[string]func([]byte) uint16{
		"\xff\xfe": binary.LittleEndian.Uint16, "\xfe\xff": binary.BigEndian.Uint16,
	} {
		rest, found := bytes.CutPrefix(data, []byte(mark))
		if !found {
			continue
		}
		units := make([]uint16, 0, len(rest)/2)
		for pair := range slices.Chunk(rest[:len(rest)&^1], 2) {
			units = append(units, order(pair))
		}
		return []byte(string(utf16.Decode(units)))
	}
	return bytes.TrimPrefix(data, []byte("\ufeff"))
}

// objectIn returns the first JSON object in a file, after the comments at its beginning. JavaScript
// or Dart may be around it.
func objectIn(text []byte) (object json.RawMessage, err error) {
	rest := text[len(firstComments.Find(text)):]
	start := bytes.IndexByte(rest, '{')
	if start >= 0 && !pageStart.Match(text) && !inConflict(text) {
		if err = json.NewDecoder(bytes.NewReader(rest[start:])).Decode(&object); err == nil {
			return object, nil
		}
	}
	return nil, fail(ErrInvalidConfig, notJSON(text, err))
}

// firstComments matches the comments at the beginning of a file.
var firstComments = regexp.MustCompile(`^(\s*(//[^\n]*|(?s:/\*.*?\*/)))*`)

// pageStart matches the beginning of a page of HTML or XML.
var pageStart = regexp.MustCompile(`^\s*<[!?a-zA-Z]`)

// inConflict reports whether git has left two versions of some lines in the file.
func inConflict(text []byte) bool {
	mark := []byte("<<<<<<< ")
	return bytes.HasPrefix(text, mark) || bytes.Contains(text, append([]byte("\n"), mark...))
}

// notJSON says what there is instead of JSON, and nothing of what the file holds.
func notJSON(text []byte, err error) string {
	switch {
	case len(bytes.TrimSpace(text)) == 0:
		return "the file is empty"
	case pageStart.Match(text):
		return "the file is a page of HTML or XML, and not JSON"
	case !utf8.Valid(text) || bytes.IndexByte(text, 0) >= 0:
		return "the file is binary, and not JSON"
	case inConflict(text):
		return "the file has the marks of a merge conflict"
	case bytes.IndexByte(text, '{') < 0:
		return "the file is not JSON of Amplify's tools"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the file is not complete: its JSON ends too early"
	}
	return "the object in the file is not JSON, which has double quotes around names, and no comments"
}

// badFile names the member that has another type than it should have.
func badFile(err error) error {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fail(ErrInvalidConfig, fmt.Sprintf("%s is of the wrong type", wrong.Field))
	}
	return fail(ErrInvalidConfig, "the file is not of the form that Amplify's tools write")
}

// idMembers are the names that a file has for the ids.
type idMembers struct{ userPool, client string }

func (m idMembers) check(out Outputs) error {
	cfg := out.Config
	_, _, isPool := poolid.Cut(cfg.UserPoolID)
	switch {
	case cfg.UserPoolID == "" && cfg.ClientID == "" && out.IdentityPoolID == "":
		return fail(ErrInvalidConfig, fmt.Sprintf("the file has no user pool: %s is missing", m.userPool))
	case cfg.UserPoolID == "" && cfg.ClientID == "":
		return nil
	case cfg.UserPoolID == "":
		return fail(ErrInvalidConfig, m.userPool+" is missing")
	case !isPool:
		return fail(ErrInvalidConfig, m.userPool+` does not look like "eu-west-1_Ab1Cd2Ef3"`)
	case cfg.ClientID == "":
		return fail(ErrInvalidConfig, m.client+" is missing")
	case !poolid.IsClientID(cfg.ClientID):
		return fail(ErrInvalidConfig, m.client+" does not look like an app client's id")
	}
	return nil
}
