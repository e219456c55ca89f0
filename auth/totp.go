package auth

import (
	"net/url"
	"strings"
)

// TOTPSetupDetails is what a person needs to add the account to an authenticator app.
type TOTPSetupDetails struct {
	unprinted
	// SharedSecret is the TOTP secret in base32, for typing it in by hand. Show it to the person only.
	SharedSecret string `json:"sharedSecret"`
	// AccountName is the user name, which SetupURI takes when it is given none.
	AccountName string `json:"-"`
}

// SetupURI gives the otpauth:// URI that authenticator apps read from a QR code, with appName as the issuer. An empty
// accountName stands for the user's name. Both may hold any characters. The URI contains the secret.
//
// Differs from Amplify: names are percent-encoded, so an "&", "?", "#", "/" or ":" in them does not break the URI, and the
// default account name has no quotation marks around it. Amplify: getSetupUri.
func (d TOTPSetupDetails) SetupURI(appName, accountName string) string {
	if accountName == "" {
		accountName = d.AccountName
	}
	return "otpauth://totp/" + percentEncode(appName) + ":" + percentEncode(accountName) +
		"?secret=" + percentEncode(d.SharedSecret) + "&issuer=" + percentEncode(appName)
}

// percentEncode leaves only unreserved characters (RFC 3986 section 2.3) as they are: several apps show the "+" that
// stands for a space in forms, and a colon would end the issuer.
func percentEncode(s string) string {
	return strings.ReplaceAll(url.QueryEscape(s), "+", "%20")
}
