package admin

import (
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// Warning is something to consider before a change. Cognito accepts the change nevertheless.
type Warning struct {
	Kind WarningKind
	Text string // one sentence for the operator
}

// A WarningKind is the reason for a [Warning].
type WarningKind string

// The values of [WarningKind].
const (
	// WarnAddressNotRequired: users may lack the address that codes of a factor are sent to,
	// because the pool's schema does not require it. Amplify's guide says that SMS needs a required
	// phone number.
	WarnAddressNotRequired WarningKind = "ADDRESS_NOT_REQUIRED"
	// WarnNoSetUp: MFA is required, but no factor can be set up during a sign-in, so users without
	// one are locked out. Cognito sets up an app, or e-mail where it is not the first way to
	// recover an account.
	WarnNoSetUp WarningKind = "NO_SET_UP"
	// WarnThreatProtection: MFA is required, or remembered devices replace it, beside enforced
	// threat protection, which then cannot decide by risk. AWS's guide advises [Optional].
	WarnThreatProtection WarningKind = "THREAT_PROTECTION"
	// WarnTextsLost: the pool loses texts of messages. Dry runs show them in Changes.
	WarnTextsLost WarningKind = "TEXTS_LOST"
	// WarnDeployment: an infrastructure tool manages the pool; its next deployment may undo the
	// change. Only CloudFormation, and what is built on it, leaves a trace to tell that by.
	WarnDeployment WarningKind = "DEPLOYMENT"
)

// String returns the kind and the text.
func (w Warning) String() string { return string(w.Kind) + ": " + w.Text }

// warnings returns what to consider before a change, or nil if nothing changes.
func (s setup) warnings(before, wanted MFAConfig) []Warning {
	if before == wanted {
		return nil
	}
	setUp := wanted.TOTP || wanted.Email && firstRecovery(s.pool) != auth.MFATypeEmail
	enforced := s.pool.UserPoolAddOns != nil &&
		s.pool.UserPoolAddOns.AdvancedSecurityMode == types.AdvancedSecurityModeTypeEnforced
	replaced := wanted.Devices == TrackingAlways && wanted.ChallengeOnNewDevice
	var all []Warning
	for _, w := range []struct {
		is bool
		Warning
	}{
		{wanted.SMS && !s.requires(phoneNumber), Warning{
			WarnAddressNotRequired, "SMS is offered, but the schema does not require phone_number.",
		}},
		{wanted.Email && !s.requires(email), Warning{
			WarnAddressNotRequired, "E-mail is offered, but the schema does not require email.",
		}},
		{wanted.Mode == Required && !setUp, Warning{
			WarnNoSetUp, "Users without a factor cannot set one up during a sign-in and are locked out.",
		}},
		{enforced && wanted.Mode == Required, Warning{
			WarnThreatProtection, "MFA is required of all, so threat protection cannot ask for it by risk.",
		}},
		{enforced && wanted.Mode == Optional && replaced, Warning{
			WarnThreatProtection, "Remembered devices replace MFA, also where threat protection finds a risk.",
		}},
		{lost(before, wanted), Warning{WarnTextsLost, "The pool loses the texts of its e-mails with codes."}},
		{s.deployed(), Warning{
			WarnDeployment, "A CloudFormation stack manages the pool: change it there, too, or it undoes this.",
		}},
	} {
		if w.is {
			all = append(all, w.Warning)
		}
	}
	return all
}

func lost(before, wanted MFAConfig) bool {
	return before.EmailSettings != EmailSettings{} && wanted.EmailSettings == EmailSettings{}
}

// requires reports whether every user has the attribute.
func (s setup) requires(attribute string) bool {
	if slices.Equal(s.pool.UsernameAttributes, []types.UsernameAttributeType{types.UsernameAttributeType(attribute)}) {
		return true
	}
	return slices.ContainsFunc(s.pool.SchemaAttributes, func(a types.SchemaAttributeType) bool {
		return aws.ToString(a.Name) == attribute && aws.ToBool(a.Required)
	})
}

func (s setup) deployed() bool {
	for name := range s.pool.UserPoolTags {
		if strings.HasPrefix(name, "aws:cloudformation:") || strings.HasPrefix(name, "amplify:") {
			return true
		}
	}
	return false
}
