package auth

import (
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// An MFAType is a second factor, by Amplify's name.
type MFAType string

// The second factors that Amplify knows.
const (
	MFATypeSMS   MFAType = "SMS"   // a code by text message; Cognito's SMS_MFA
	MFATypeTOTP  MFAType = "TOTP"  // a code from an authenticator app; Cognito's SOFTWARE_TOKEN_MFA
	MFATypeEmail MFAType = "EMAIL" // a code by e-mail; Cognito's EMAIL_OTP
)

var cognitoFactors = map[MFAType]types.ChallengeNameType{
	MFATypeSMS:   types.ChallengeNameTypeSmsMfa,
	MFATypeTOTP:  types.ChallengeNameTypeSoftwareTokenMfa,
	MFATypeEmail: types.ChallengeNameTypeEmailOtp,
}

// MFATypeOf returns the factor with Cognito's name cognitoName (SMS_MFA, SOFTWARE_TOKEN_MFA,
// EMAIL_OTP). A factor that Amplify does not know keeps Cognito's name. Differs from Amplify: it
// drops those silently.
func MFATypeOf(cognitoName string) MFAType {
	for factor, name := range cognitoFactors {
		if string(name) == cognitoName {
			return factor
		}
	}
	return MFAType(cognitoName)
}

// cognitoName is the inverse of MFATypeOf.
func (t MFAType) cognitoName() string {
	if name, ok := cognitoFactors[t]; ok {
		return string(name)
	}
	return string(t)
}

// factorList decodes a challenge parameter that holds a JSON list of Cognito's factor names. An
// absent parameter is an empty list.
func factorList(parameter string) ([]MFAType, error) {
	names, err := stringList(parameter)
	factors := make([]MFAType, 0, len(names))
	for _, name := range names {
		factors = append(factors, MFATypeOf(name))
	}
	return factors, err
}

// stringList decodes a challenge parameter that holds a JSON list of strings; Cognito sends lists
// as text.
func stringList(parameter string) ([]string, error) {
	if parameter == "" {
		return nil, nil
	}
	var list []string
	err := json.Unmarshal([]byte(parameter), &list)
	return list, err
}

// settable returns the factors that a user can set up during a sign-in.
func settable(factors []MFAType) []MFAType {
	return slices.DeleteFunc(slices.Clone(factors), func(t MFAType) bool {
		return t != MFATypeTOTP && t != MFATypeEmail
	})
}

// TOTPSetupDetails is what a user needs to add the account to an authenticator app.
type TOTPSetupDetails struct {
	unprinted
	// SharedSecret is the TOTP secret in base32, to be typed in by hand. Show it to the user only.
	SharedSecret string `json:"sharedSecret"`
	// AccountName is the person's own name, the default account name of SetupURI: what was typed at
	// sign-in or, where that is not known, an e-mail address, phone number or user name.
	AccountName string `json:"-"`
}

// SetupURI returns the otpauth:// URI that authenticator apps read from a QR code, with appName as
// the issuer. An empty accountName means d.AccountName or, if that is a UUID that Cognito made up,
// no account name. The URI contains the secret.
//
// Both names may hold any characters, but a colon separates them in the URI. Authenticator apps
// decode the URI before they look for it, and disagree about a second one, so colons within the
// names become spaces: "Acme: Prod" is shown as "Acme Prod".
//
// Differs from Amplify: names are percent-encoded, so that an "&", "?", "#" or "/" does not break
// the URI; the default account name is the person's own and has no quotation marks; an empty name
// is left out.
//
// Amplify: getSetupUri.
func (d TOTPSetupDetails) SetupURI(appName, accountName string) string {
	if accountName == "" && !uuid.MatchString(d.AccountName) {
		accountName = d.AccountName
	}
	label := percentEncode(withoutColons(accountName))
	parameters := "?secret=" + percentEncode(d.SharedSecret)
	if issuer := percentEncode(withoutColons(appName)); issuer != "" {
		label = strings.TrimSuffix(issuer+":"+label, ":")
		parameters += "&issuer=" + issuer
	}
	return "otpauth://totp/" + label + parameters
}

// uuid matches the user names that Cognito makes up in pools whose users sign in with an e-mail
// address or a phone number.
var uuid = regexp.MustCompile(`(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`)

// withoutColons replaces colons and white space by single spaces.
func withoutColons(name string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(name, ":", " ")), " ")
}

// percentEncode escapes all but the unreserved characters of RFC 3986 section 2.3. Several apps
// show the "+" that stands for a space in forms.
func percentEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
