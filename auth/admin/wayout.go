package admin

import (
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A WayOut is what replaces the authenticator app that a person lost. In any case the pool forgets
// the lost app.
type WayOut string

// The ways out.
const (
	// BySMS makes codes by text message the second factor. The pool must offer them. From then on
	// no text message resets the password: Cognito uses an address for one of the two, so a person
	// without a verified e-mail address needs you for that.
	BySMS WayOut = "SMS"
	// ByEmail makes codes by e-mail the second factor. The pool must offer them. From then on no
	// e-mail resets the password.
	ByEmail WayOut = "EMAIL"
	// WithNewApp has the person set up another app. In a pool that requires MFA the next sign-in
	// asks for that, unless they have another factor: until then whoever knows the password can do
	// it, so see to it that the person does it at once. In a pool where MFA is optional, the
	// password alone is enough until they do it.
	WithNewApp WayOut = "TOTP"
	// WithoutMFA leaves the password alone. A pool that requires MFA does not allow it.
	WithoutMFA WayOut = "NONE"
)

// route is what the ways out differ in.
type route struct {
	factor          auth.MFAType   // what comes after the lost app, if anything
	attribute, noun string         // where codes go, if any are sent
	address         *regexp.Regexp // what such an address looks like
	mask            *regexp.Regexp // matches what is not shown of it
}

var routes = map[WayOut]route{
	BySMS: {
		factor: auth.MFATypeSMS, attribute: phoneNumber, noun: "phone number",
		address: regexp.MustCompile(`^\+[0-9]{5,15}$`), mask: regexp.MustCompile(`[0-9]+([0-9]{4})$`),
	},
	ByEmail: {
		factor: auth.MFATypeEmail, attribute: email, noun: "e-mail address",
		address: regexp.MustCompile(`^[^\s@]+@[^\s@]+$`), mask: regexp.MustCompile(`[^@]+(@.*)$`),
	},
	WithNewApp: {factor: auth.MFATypeTOTP},
	WithoutMFA: {},
}

// sends reports whether codes are sent to an address.
func (r route) sends() bool { return r.attribute != "" }

// masked shows enough of an address to recognize it.
func (r route) masked(address string) string { return r.mask.ReplaceAllString(address, "***$1") }

func (r route) contact(u UserFactors) Contact {
	if r.attribute == phoneNumber {
		return u.Phone
	}
	return u.Email
}

// offered lists the factors that the pool offers. A pool whose mode is OFF offers none, whatever it
// remembers of them.
func offered(pool *cognitoidentityprovider.GetUserPoolMfaConfigOutput) []auth.MFAType {
	var factors []auth.MFAType
	if pool.MfaConfiguration == types.UserPoolMfaTypeOff {
		return nil
	}
	if totp := pool.SoftwareTokenMfaConfiguration; totp != nil && totp.Enabled {
		factors = append(factors, auth.MFATypeTOTP)
	}
	if sms := pool.SmsMfaConfiguration; sms != nil && sms.SmsConfiguration != nil {
		factors = append(factors, auth.MFATypeSMS)
	}
	if pool.EmailMfaConfiguration != nil {
		factors = append(factors, auth.MFATypeEmail)
	}
	return factors
}

// preference is a change of a person's factors: disable some, enable and prefer the one that is not
// empty. An app is neither.
func (c *Client) preference(username string, disable []auth.MFAType, prefer auth.MFAType) *cognitoidentityprovider.AdminSetUserMFAPreferenceInput {
	request := &cognitoidentityprovider.AdminSetUserMFAPreferenceInput{UserPoolId: &c.id, Username: &username}
	if on := prefer == auth.MFATypeSMS; on || slices.Contains(disable, auth.MFATypeSMS) {
		request.SMSMfaSettings = &types.SMSMfaSettingsType{Enabled: on, PreferredMfa: on}
	}
	if on := prefer == auth.MFATypeEmail; on || slices.Contains(disable, auth.MFATypeEmail) {
		request.EmailMfaSettings = &types.EmailMfaSettingsType{Enabled: on, PreferredMfa: on}
	}
	return request
}
