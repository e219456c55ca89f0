package auth

import (
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// outputsFormat is a form that files of Amplify's tools have.
type outputsFormat interface {
	outputs() Outputs
	ids() idMembers
}

// formatOf tells the form of a file by its members. The names are compared exactly, unlike in
// encoding/json: "auth" and "Auth" are of different forms.
func formatOf(file members) (outputsFormat, error) {
	switch {
	case file.has("auth") && file.inside("auth").has("plugins"):
		return new(mobileConfiguration), nil
	case file.isOfCLI():
		return nil, fail(ErrInvalidConfig, "the file is of the Amplify CLI itself, as amplify-meta.json is: "+
			"read the one that it writes for programs, amplifyconfiguration.json or aws-exports.js")
	case file.has("auth"):
		return new(gen2Outputs), nil
	case file.has("CognitoUserPool"), file.has("CredentialsProvider"):
		return new(mobileSDKConfiguration), nil
	case slices.ContainsFunc(slices.Collect(maps.Keys(file)), isGen1):
		return new(gen1Exports), nil
	case file.has("Auth"):
		return new(configureInput), nil
	case file.has("version"), file.has("UserAgent"):
		return nil, fail(ErrInvalidConfig,
			"the file has no auth block: it is another file, or the backend has no sign-in")
	}
	return nil, fail(ErrInvalidConfig, "the file has no auth block, and is none of those that Amplify's tools write")
}

// members are those of a JSON object, by their exact names.
type members map[string]json.RawMessage

// membersOf returns those of the object, and none of any other value.
func membersOf(value json.RawMessage) (m members) {
	_ = json.Unmarshal(value, &m) // what has another type is told when the form is read
	return m
}

func (m members) has(name string) bool { return present(m[name]) }

// inside returns the members of a member.
func (m members) inside(name string) members { return membersOf(m[name]) }

// isOfCLI reports whether the file is one that the Amplify CLI keeps for itself:
// amplify-meta.json, backend-config.json or team-provider-info.json.
func (m members) isOfCLI() bool {
	for name := range m {
		if m.inside(name).has("awscloudformation") {
			return true
		}
	}
	resources := m.inside("auth")
	for name := range resources {
		if resources.inside(name).has("service") {
			return true
		}
	}
	return false
}

func present(value json.RawMessage) bool { return len(value) > 0 && string(value) != "null" }

func isGen1(member string) bool { return strings.HasPrefix(member, "aws_") }

// groupNames returns the names of groups, each of which has one with its settings.
func groupNames(groups []map[string]any) (names []string) {
	for _, group := range groups {
		names = append(names, slices.Sorted(maps.Keys(group))...)
	}
	return names
}

// setManagedLogin takes the settings if they are complete: the tools write a domain also where
// nobody can sign in with it.
func (o *Outputs) setManagedLogin(domain string, signIn, signOut, scopes []string) {
	signIn, signOut = withoutEmpty(signIn), withoutEmpty(signOut)
	if domain == "" || len(signIn) == 0 {
		return
	}
	o.Config.Domain, o.Config.Scopes = domain, scopes
	o.Config.RedirectSignIn, o.Config.RedirectSignOut = signIn, signOut
}

// withoutEmpty returns the elements without the blanks around them, and without empty ones, which
// the tools write for a list that is empty.
func withoutEmpty(list []string) (elements []string) {
	for _, element := range list {
		if element = strings.TrimSpace(element); element != "" {
			elements = append(elements, element)
		}
	}
	return elements
}

// passkeys are the settings of passkeys.
type passkeys struct {
	RelyingPartyID   string `json:"relyingPartyId"`
	UserVerification string `json:"userVerification"`
}

// setFirstFactors takes what is switched on. Without settings there are no passkeys.
func (o *Outputs) setFirstFactors(email, sms bool, p *passkeys) {
	for _, factor := range []struct {
		name AuthFactorType
		on   bool
	}{{AuthFactorEmailOTP, email}, {AuthFactorSMSOTP, sms}, {AuthFactorWebAuthn, p != nil}} {
		if factor.on {
			o.FirstFactors = append(o.FirstFactors, factor.name)
		}
	}
	if p != nil {
		o.RelyingPartyID, o.UserVerification = p.RelyingPartyID, p.UserVerification
	}
}

// setMFA takes the setting by the name that any of the tools have for it.
func (o *Outputs) setMFA(configuration string, methods []string) {
	switch strings.ToUpper(configuration) {
	case "ON", "REQUIRED":
		o.MFA = "ON"
	case "OPTIONAL":
		o.MFA = "OPTIONAL"
	case "OFF", "NONE":
		o.MFA = "OFF"
	}
	for _, method := range methods {
		o.MFATypes = append(o.MFATypes, MFAType(strings.ToUpper(method)))
	}
}

// toolsProviders are the names that the tools have for identity providers.
var toolsProviders = map[string]IdentityProvider{
	"GOOGLE": ProviderGoogle, "FACEBOOK": ProviderFacebook,
	"LOGIN_WITH_AMAZON": ProviderAmazon, "AMAZON": ProviderAmazon, "Amazon": ProviderAmazon,
	"SIGN_IN_WITH_APPLE": ProviderApple, "APPLE": ProviderApple, "Apple": ProviderApple,
}

// providersOf returns the identity providers. One that speaks SAML or OpenID Connect has its own
// name.
func providersOf[T ~string](names []T) []IdentityProvider {
	var providers []IdentityProvider
	for _, name := range names {
		provider, ok := toolsProviders[string(name)]
		if !ok {
			provider = IdentityProvider(name)
		}
		providers = append(providers, provider)
	}
	return providers
}

// length is a number of characters. Some files have it in quotes.
type length uint16

func (l *length) UnmarshalJSON(value []byte) error {
	text := strings.Trim(string(value), `"`)
	if text == "" || text == "null" {
		return nil
	}
	n, err := strconv.ParseUint(text, 10, 16)
	if err != nil {
		return &json.UnmarshalTypeError{Value: "value", Type: reflect.TypeFor[length]()}
	}
	*l = length(n)
	return nil
}
