package admin

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// refusal returns an error if the method is not allowed. Its Recovery names those that are. after
// is the user after the recovery.
func (r recovery) refusal(after UserFactors) error {
	mode, noun, contact := r.pool.mfa.MfaConfiguration, r.replacement.noun, r.replacement.contact(r.user)
	// A disabled account is judged as an enabled one, because it may be enabled later.
	asked := after.secondFactor(r.pool.config(), firstRecovery(r.pool.pool))
	switch {
	case r.user.Status == string(types.UserStatusTypeExternalProvider):
		return refused("the user is federated: an identity provider signs them in",
			"Use the identity provider's own way to replace a second factor.")
	case r.in.Method == WithoutMFA && mode == types.UserPoolMfaTypeOn:
		return refused("the pool requires MFA", r.allowedMethods())
	case r.in.Method == WithoutMFA:
		return nil
	case mode == types.UserPoolMfaTypeOff:
		return refused("MFA is OFF in this pool: sign-in does not ask for a second factor",
			"The user can sign in with the password.")
	case !slices.Contains(offered(r.pool.mfa), r.replacement.factor):
		return refused(fmt.Sprintf("the pool does not offer %s", r.replacement.factor), r.allowedMethods())
	case r.in.Method == WithNewApp && asked.Unverified:
		return refused("a code could go to an address that nobody has verified: "+
			strings.Join(after.unverified(asked.Factors), ", "),
			"Choose SMS or EMAIL with an Address that you verified to be theirs; they set up the app afterwards.")
	case !r.replacement.sends() || r.in.Address != "":
		return nil
	case contact.Address == "":
		return refused("the user has no "+noun, giveAddress(noun))
	case !contact.Verified:
		return refused("the user's "+noun+" is not verified", giveAddress(noun))
	default:
		return nil
	}
}

// recovered returns the user as all steps leave it.
func (r recovery) recovered() UserFactors {
	after := r.user
	after.Factors = slices.DeleteFunc(slices.Clone(after.Factors), func(f auth.MFAType) bool {
		return f == auth.MFATypeTOTP || r.in.Method == WithoutMFA
	})
	if !slices.Contains(after.Factors, after.Preferred) {
		after.Preferred = ""
	}
	if r.replacement.sends() {
		after.Preferred = r.replacement.factor
		if !slices.Contains(after.Factors, r.replacement.factor) {
			after.Factors = append(after.Factors, r.replacement.factor)
		}
		if address := (Contact{r.in.Address, true}); address.Address != "" && r.in.Method == BySMS {
			after.Phone = address
		} else if address.Address != "" {
			after.Email = address
		}
	}
	return after
}

func refused(why, instead string) error { return fail(recoverTOTP, ErrRecoveryRefused, why, instead) }

func giveAddress(noun string) string {
	return "Set Address to a " + noun + " that you verified to be theirs."
}

// allowedMethods returns advice that names the methods that the pool allows.
func (r recovery) allowedMethods() string {
	var allowed []string
	for _, method := range []RecoveryMethod{BySMS, ByEmail, WithNewApp} {
		if slices.Contains(offered(r.pool.mfa), replacements[method].factor) {
			allowed = append(allowed, string(method))
		}
	}
	if r.pool.mfa.MfaConfiguration != types.UserPoolMfaTypeOn {
		allowed = append(allowed, string(WithoutMFA))
	}
	if len(allowed) == 0 {
		return "Turn on TOTP, SMS or e-mail with UpdateMFAConfig."
	}
	return "Choose " + strings.Join(allowed, " or ") + "."
}

// step is a [Step] and the function that takes it.
type step struct {
	Step
	do func(context.Context) error
}

func oneStep(action Action, text string, do func(context.Context) error) []step {
	return []step{{Step{Action: action, Text: text}, do}}
}

// steps are ordered so that no crash between two of them leaves the account weaker than before. The
// app goes last: until the sessions end, the lost device could set up another one.
func (r recovery) steps() []step {
	change := slices.Concat(r.setAddress(), r.changeFactors())
	end := slices.Concat(r.forgetDevices(), r.signOut())
	if r.replacement.sends() {
		return slices.Concat(change, end, r.deleteApp())
	}
	return slices.Concat(end, change, r.deleteApp())
}

func (r recovery) setAddress() []step {
	address := r.in.Address
	if address == "" || r.replacement.contact(r.user) == (Contact{address, true}) {
		return nil
	}
	text := "set the " + r.replacement.noun + " to " + masked(address) + ", as verified"
	return oneStep(ActionSetAddress, text, func(ctx context.Context) error {
		// In one call, so that Cognito sends no code and the address is verified at once.
		request := &cognitoidentityprovider.AdminUpdateUserAttributesInput{
			UserPoolId: &r.admin.id, Username: &r.user.Username, UserAttributes: []types.AttributeType{
				{Name: aws.String(r.replacement.attribute), Value: &address},
				{Name: aws.String(r.replacement.attribute + verified), Value: aws.String("true")},
			},
		}
		_, err := r.admin.cognito.AdminUpdateUserAttributes(ctx, request)
		return shaped(ctx, recoverTOTP, err)
	})
}

func (r recovery) changeFactors() []step {
	var prefer auth.MFAType
	var disable []auth.MFAType
	var text string
	switch {
	case r.replacement.sends() && r.user.Preferred != r.replacement.factor:
		prefer, text = r.replacement.factor, fmt.Sprintf("ask for a code by %s", r.replacement.factor)
	case r.in.Method == WithoutMFA && slices.ContainsFunc(r.user.Factors, isMessage):
		disable, text = r.user.Factors, "ask for no code by message"
	default:
		return nil
	}
	return oneStep(ActionChangeFactors, text, func(ctx context.Context) error {
		_, err := r.admin.cognito.AdminSetUserMFAPreference(ctx, r.admin.preference(r.user.Username, disable, prefer))
		return shaped(ctx, recoverTOTP, err)
	})
}

func isMessage(factor auth.MFAType) bool {
	return factor == auth.MFATypeSMS || factor == auth.MFATypeEmail
}

// deleteApp is always needed: Cognito does not list an app that was verified but never enabled,
// though it asks for that one, too, once the pool requires MFA.
func (r recovery) deleteApp() []step {
	return oneStep(ActionDeleteApp, "forget the authenticator app", func(ctx context.Context) error {
		return r.admin.deleteSoftwareToken(ctx, recoverTOTP, r.user.Username)
	})
}

func (r recovery) forgetDevices() []step {
	if r.in.KeepDevices || len(r.devices) == 0 {
		return nil
	}
	text := fmt.Sprintf("forget all devices (%d)", len(r.devices))
	return oneStep(ActionForgetDevices, text, func(ctx context.Context) error {
		_, err := r.admin.forgetAll(ctx, recoverTOTP, r.user.Username)
		return err
	})
}

func (r recovery) signOut() []step {
	if r.in.KeepSessions {
		return nil
	}
	return oneStep(ActionSignOut, "sign the person out everywhere", func(ctx context.Context) error {
		return r.admin.signOut(ctx, recoverTOTP, r.user.Username)
	})
}
