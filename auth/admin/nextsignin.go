package admin

import (
	"cmp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// NextSignIn says what a user's next sign-in asks for after the password, on a device that is not
// remembered. It is computed from what Cognito shows of the user and the pool, by the rules of
// AWS's guide. Cognito does not show an authenticator app that was set up but never enabled: where
// MFA is required, it asks for that one, too.
type NextSignIn struct {
	Prompt Prompt
	// Factors lists the factor of [PromptCode], or those to choose from with [PromptChoice] and
	// [PromptSetUp].
	Factors []auth.MFAType
	// Destination is where the code of [PromptCode] goes, such as "+***4567"; empty for an app.
	Destination string
	// Unverified: a code may go to an address that nobody has verified.
	Unverified bool
	// Note is what comes before, or the reason for [PromptRefused]; empty if there is none.
	Note string
}

// A Prompt is what a sign-in asks for after the password.
type Prompt string

// The values of [Prompt].
const (
	PromptNone             Prompt = "NONE"              // the password is enough
	PromptCode             Prompt = "CODE"              // a code of the factor
	PromptChoice           Prompt = "CHOICE"            // a code of one of the factors
	PromptSetUp            Prompt = "SET_UP"            // to set up one of the factors
	PromptRefused          Prompt = "REFUSED"           // the user cannot sign in
	PromptIdentityProvider Prompt = "IDENTITY_PROVIDER" // a federated user, of whom Cognito asks nothing
)

// String returns one line, such as "CODE SMS +***4567".
func (n NextSignIn) String() string {
	text := string(n.Prompt)
	for _, factor := range n.Factors {
		text += " " + string(factor)
	}
	for _, more := range []string{n.Destination, map[bool]string{true: "(unverified)"}[n.Unverified]} {
		if more != "" {
			text += " " + more
		}
	}
	if n.Note != "" {
		text += ": " + n.Note
	}
	return text
}

// nextSignIn returns what the user is asked for in a pool of this configuration. pool says how
// accounts are recovered.
func (u UserFactors) nextSignIn(c MFAConfig, pool *types.UserPoolType) NextSignIn {
	if u.Status == string(types.UserStatusTypeExternalProvider) {
		return NextSignIn{Prompt: PromptIdentityProvider}
	}
	if !u.Enabled {
		return NextSignIn{Prompt: PromptRefused, Note: "the account is disabled"}
	}
	next := u.secondFactor(c, firstRecovery(pool))
	next.Note = cmp.Or(next.Note, stepBefore[types.UserStatusType(u.Status)])
	return next
}

// stepBefore is what comes before the second factor, by the user's status.
var stepBefore = map[types.UserStatusType]string{
	types.UserStatusTypeUnconfirmed:         "the sign-up has to be confirmed first",
	types.UserStatusTypeForceChangePassword: "the password has to be changed first",
	types.UserStatusTypeResetRequired:       "the password has to be reset first",
}

func (u UserFactors) secondFactor(c MFAConfig, recovery auth.MFAType) NextSignIn {
	if c.Mode == Off {
		return NextSignIn{Prompt: PromptNone}
	}
	works := func(f auth.MFAType) bool { return f == auth.MFATypeTOTP || c.offers(f) && u.address(f).Address != "" }
	var chosen, usable, offered []auth.MFAType
	for _, f := range []auth.MFAType{auth.MFATypeSMS, auth.MFATypeTOTP, auth.MFATypeEmail} {
		if slices.Contains(u.Factors, f) && works(f) {
			chosen = append(chosen, f)
		}
		if f != auth.MFATypeTOTP && works(f) && f != recovery {
			usable = append(usable, f)
		}
		if c.offers(f) && f != recovery {
			offered = append(offered, f)
		}
	}
	switch {
	case slices.Contains(chosen, u.Preferred):
		return u.asked(u.Preferred)
	case len(chosen) > 0:
		return u.asked(chosen...)
	case c.Mode == Optional:
		return NextSignIn{Prompt: PromptNone}
	case len(usable) > 0:
		return u.asked(usable...)
	case slices.Contains(offered, auth.MFATypeTOTP) || slices.Contains(offered, auth.MFATypeEmail):
		return NextSignIn{Prompt: PromptSetUp, Factors: offered}
	default:
		return NextSignIn{Prompt: PromptRefused, Note: "there is no factor, and none can be set up during a sign-in"}
	}
}

// asked returns the prompt for the only factor, or for one of them.
func (u UserFactors) asked(factors ...auth.MFAType) NextSignIn {
	next := NextSignIn{Prompt: PromptChoice, Factors: factors, Unverified: len(u.unverified(factors)) > 0}
	if len(factors) == 1 {
		next.Prompt, next.Destination = PromptCode, masked(u.address(factors[0]).Address)
	}
	return next
}

// unverified returns the masked addresses that the factors' codes go to and that nobody has
// verified.
func (u UserFactors) unverified(factors []auth.MFAType) []string {
	var addresses []string
	for _, f := range factors {
		if to := u.address(f); isMessage(f) && !to.Verified {
			addresses = append(addresses, masked(to.Address))
		}
	}
	return addresses
}

// address returns where the factor's codes go.
func (u UserFactors) address(factor auth.MFAType) Contact {
	switch factor {
	case auth.MFATypeSMS:
		return u.Phone
	case auth.MFATypeEmail:
		return u.Email
	default:
		return Contact{}
	}
}

func (c MFAConfig) offers(factor auth.MFAType) bool {
	return factor == auth.MFATypeSMS && c.SMS || factor == auth.MFATypeTOTP && c.TOTP ||
		factor == auth.MFATypeEmail && c.Email
}

// firstRecovery returns the factor that uses the same medium as the first way to recover an
// account. Cognito does not use it for users who chose no factor.
func firstRecovery(pool *types.UserPoolType) auth.MFAType {
	if pool.AccountRecoverySetting == nil || len(pool.AccountRecoverySetting.RecoveryMechanisms) == 0 {
		return ""
	}
	first := slices.MinFunc(pool.AccountRecoverySetting.RecoveryMechanisms, func(a, b types.RecoveryOptionType) int {
		return cmp.Compare(priority(a), priority(b))
	})
	return map[types.RecoveryOptionNameType]auth.MFAType{
		types.RecoveryOptionNameTypeVerifiedEmail:       auth.MFATypeEmail,
		types.RecoveryOptionNameTypeVerifiedPhoneNumber: auth.MFATypeSMS,
	}[first.Name]
}

func priority(o types.RecoveryOptionType) int32 {
	if o.Priority == nil {
		return 0
	}
	return *o.Priority
}
