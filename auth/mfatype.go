package auth

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
)

// MFAType is a second factor, by Amplify's name.
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

// MFATypeOf translates Cognito's name of a factor (SMS_MFA, SOFTWARE_TOKEN_MFA, EMAIL_OTP). A
// factor that Amplify does not know keeps Cognito's name. Differs from Amplify: it drops those
// without a word.
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

// factorList reads a challenge parameter that holds a JSON list of Cognito's factor names. An
// absent one is empty.
func factorList(parameter string) ([]MFAType, error) {
	names, err := stringList(parameter)
	factors := make([]MFAType, 0, len(names))
	for _, name := range names {
		factors = append(factors, MFATypeOf(name))
	}
	return factors, err
}

// stringList reads a challenge parameter that holds a JSON list of strings; Cognito sends lists as
// text.
func stringList(parameter string) ([]string, error) {
	if parameter == "" {
		return nil, nil
	}
	var list []string
	err := json.Unmarshal([]byte(parameter), &list)
	return list, err
}

// settable are the factors that a person can set up in the middle of a sign-in.
func settable(factors []MFAType) []MFAType {
	return slices.DeleteFunc(slices.Clone(factors), func(t MFAType) bool {
		return t != MFATypeTOTP && t != MFATypeEmail
	})
}

// TOTPSetupDetails is what a person needs to add the account to an authenticator app.
type TOTPSetupDetails struct {
	unprinted
	// SharedSecret is the TOTP secret in base32, for typing it in by hand. Show it to the person
	// only.
	SharedSecret string `json:"sharedSecret"`
	// AccountName is the user name, which SetupURI takes when it is given none.
	AccountName string `json:"-"`
}

// SetupURI returns the otpauth:// URI that authenticator apps read from a QR code, with appName as
// the issuer. An empty accountName stands for the user's name. Both may hold any characters. The
// URI contains the secret.
//
// Differs from Amplify: names are percent-encoded, so an "&", "?", "#", "/" or ":" in them does not
// break the URI, and the default account name has no quotation marks around it. Amplify:
// getSetupUri.
func (d TOTPSetupDetails) SetupURI(appName, accountName string) string {
	if accountName == "" {
		accountName = d.AccountName
	}
	return "otpauth://totp/" + percentEncode(appName) + ":" + percentEncode(accountName) +
		"?secret=" + percentEncode(d.SharedSecret) + "&issuer=" + percentEncode(appName)
}

// percentEncode leaves only unreserved characters (RFC 3986 section 2.3) as they are: several apps
// show the "+" that stands for a space in forms, and a colon would end the issuer.
func percentEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
