package admin

import (
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A WayOut is what replaces the authenticator app that a person lost.
type WayOut string

// The ways out.
const (
	BySMS      WayOut = "SMS"   // codes by text message; the pool must offer them
	ByEmail    WayOut = "EMAIL" // codes by e-mail; the pool must offer them
	WithoutMFA WayOut = "NONE"  // the password alone; not in a pool that requires MFA
)

// messenger is what the ways out that send codes differ in. The zero value is the way that sends none.
type messenger struct {
	factor          auth.MFAType
	attribute, noun string
	address         *regexp.Regexp
	mask            *regexp.Regexp // matches what is not shown of an address
}

var messengers = map[WayOut]messenger{
	BySMS: {
		factor: auth.MFATypeSMS, attribute: phoneNumber, noun: "phone number",
		address: regexp.MustCompile(`^\+[0-9]{5,15}$`), mask: regexp.MustCompile(`[0-9]+([0-9]{4})$`),
	},
	ByEmail: {
		factor: auth.MFATypeEmail, attribute: email, noun: "e-mail address",
		address: regexp.MustCompile(`^[^\s@]+@[^\s@]+$`), mask: regexp.MustCompile(`[^@]+(@.*)$`),
	},
}

func (m messenger) sends() bool { return m.factor != "" }

// masked shows enough of an address to recognize it.
func (m messenger) masked(address string) string { return m.mask.ReplaceAllString(address, "***$1") }

func (m messenger) contact(u UserFactors) Contact {
	if m.attribute == phoneNumber {
		return u.Phone
	}
	return u.Email
}

// offered lists the factors that the pool offers. A pool whose mode is OFF offers none, whatever it remembers of them.
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

// preference is the change of a person's factors: disable first, then enable and prefer the one that is not empty.
func (p *Pool) preference(username string, disable []auth.MFAType, prefer auth.MFAType) *cognitoidentityprovider.AdminSetUserMFAPreferenceInput {
	request := &cognitoidentityprovider.AdminSetUserMFAPreferenceInput{UserPoolId: &p.id, Username: &username}
	for _, factor := range []auth.MFAType{auth.MFATypeSMS, auth.MFATypeTOTP, auth.MFATypeEmail} {
		on := factor == prefer
		if !on && !slices.Contains(disable, factor) {
			continue
		}
		switch factor {
		case auth.MFATypeSMS:
			request.SMSMfaSettings = &types.SMSMfaSettingsType{Enabled: on, PreferredMfa: on}
		case auth.MFATypeTOTP:
			request.SoftwareTokenMfaSettings = &types.SoftwareTokenMfaSettingsType{Enabled: on, PreferredMfa: on}
		case auth.MFATypeEmail:
			request.EmailMfaSettings = &types.EmailMfaSettingsType{Enabled: on, PreferredMfa: on}
		}
	}
	return request
}
