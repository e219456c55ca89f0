package auth

import (
	"encoding/json"
	"net/url"
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
	// AccountName is the user name, the default account name of SetupURI.
	AccountName string `json:"-"`
}

// SetupURI returns the otpauth:// URI that authenticator apps read from a QR code, with appName as
// the issuer. An empty accountName means d.AccountName. Both may hold any characters. The URI
// contains the secret.
//
// Differs from Amplify: names are percent-encoded, so that an "&", "?", "#", "/" or ":" does not
// break the URI, and the default account name is not put in quotation marks.
//
// Amplify: getSetupUri.
func (d TOTPSetupDetails) SetupURI(appName, accountName string) string {
	if accountName == "" {
		accountName = d.AccountName
	}
	return "otpauth://totp/" + percentEncode(appName) + ":" + percentEncode(accountName) +
		"?secret=" + percentEncode(d.SharedSecret) + "&issuer=" + percentEncode(appName)
}

// percentEncode escapes all but the unreserved characters of RFC 3986 section 2.3. Several apps
// show the "+" that stands for a space in forms, and a colon would end the issuer.
func percentEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
