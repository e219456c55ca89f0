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

// refusal says why the way out is closed, and which one is open.
func (r recovery) refusal() error {
	mode := r.pool.MfaConfiguration
	contact := r.way.contact(r.user)
	switch {
	case r.user.Status == string(types.UserStatusTypeExternalProvider):
		return closed("the person signs in with an identity provider", "Use the identity provider's own way to replace a second factor.")
	case !r.way.sends() && mode == types.UserPoolMfaTypeOn:
		return closed("the pool requires MFA, so nobody can be without", r.openWays())
	case !r.way.sends():
		return nil
	case mode == types.UserPoolMfaTypeOff:
		return closed("MFA is OFF in this pool: sign-in asks nobody for a second factor", "The person can sign in with the password.")
	case !slices.Contains(offered(r.pool), r.way.factor):
		return closed(fmt.Sprintf("the pool does not offer %s", r.way.factor), r.openWays())
	case r.in.Address == "" && contact.Address == "":
		return closed("the person has no "+r.way.noun, "Give Address: a "+r.way.noun+" that you made sure is theirs.")
	case r.in.Address == "" && !contact.Verified:
		return closed("the person's "+r.way.noun+" is not verified", "Give Address: a "+r.way.noun+" that you made sure is theirs.")
	default:
		return nil
	}
}

func closed(why, instead string) error { return fail(recoverTOTP, ErrWayOutClosed, why, instead) }

// openWays says what the pool allows.
func (r recovery) openWays() string {
	var open []string
	for _, way := range []WayOut{BySMS, ByEmail} {
		if slices.Contains(offered(r.pool), messengers[way].factor) {
			open = append(open, string(way))
		}
	}
	if r.pool.MfaConfiguration != types.UserPoolMfaTypeOn {
		open = append(open, string(WithoutMFA))
	}
	if len(open) > 0 {
		return "Choose the way out " + strings.Join(open, " or ") + "."
	}
	return "Have the pool offer SMS or e-mail, see UpdateMFAConfig; or delete the person's software token in the AWS console or with" +
		" the AWS CLI, so that the next sign-in sets up a new app."
}

// step is a Step that can be taken.
type step struct {
	Step
	do func(context.Context) error
}

// steps are ordered so that no crash between two of them leaves the account weaker than it was.
func (r recovery) steps() []step {
	change := slices.Concat(r.setAddress(), r.changeFactors())
	end := slices.Concat(r.forgetDevices(), r.signOut())
	if r.way.sends() {
		return append(change, end...)
	}
	return append(end, change...)
}

func (r recovery) setAddress() []step {
	address := r.in.Address
	if address == "" || r.way.contact(r.user) == (Contact{address, true}) {
		return nil
	}
	return []step{{
		Step{Action: SetAddress, Text: "set the " + r.way.noun + " to " + r.way.masked(address) + ", as verified"},
		func(ctx context.Context) error {
			// Both in one call: Cognito then sends no code, and the address counts at once.
			_, err := r.admin.cognito.AdminUpdateUserAttributes(ctx, &cognitoidentityprovider.AdminUpdateUserAttributesInput{
				UserPoolId: &r.admin.id, Username: &r.user.Username, UserAttributes: []types.AttributeType{
					{Name: aws.String(r.way.attribute), Value: &address},
					{Name: aws.String(r.way.attribute + verified), Value: aws.String("true")},
				},
			})
			return shaped(ctx, recoverTOTP, err)
		},
	}}
}

func (r recovery) changeFactors() []step {
	disable := r.obsolete()
	if len(disable) == 0 && r.user.Preferred == r.way.factor {
		return nil
	}
	text := "ask for no second factor"
	if r.way.sends() {
		text = fmt.Sprintf("ask for a code by %s", r.way.factor)
	}
	if len(disable) > 0 {
		text += "; switch off " + strings.Trim(fmt.Sprint(disable), "[]")
	}
	return []step{{Step{Action: ChangeFactors, Text: text}, func(ctx context.Context) error {
		_, err := r.admin.cognito.AdminSetUserMFAPreference(ctx, r.admin.preference(r.user.Username, disable, r.way.factor))
		return shaped(ctx, recoverTOTP, err)
	}}}
}

// obsolete are the factors to switch off: the lost app, or all of them. In a pool that requires MFA Cognito lets none go.
func (r recovery) obsolete() []auth.MFAType {
	if r.pool.MfaConfiguration == types.UserPoolMfaTypeOn {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(r.user.Factors), func(factor auth.MFAType) bool {
		return r.way.sends() && factor != auth.MFATypeTOTP
	})
}

func (r recovery) forgetDevices() []step {
	if r.in.KeepDevices || len(r.devices) == 0 {
		return nil
	}
	return []step{{
		Step{Action: ForgetDevices, Text: fmt.Sprintf("forget all devices (%d)", len(r.devices))},
		func(ctx context.Context) error {
			_, err := r.admin.forgetAll(ctx, recoverTOTP, r.user.Username)
			return err
		},
	}}
}

func (r recovery) signOut() []step {
	if r.in.KeepSessions {
		return nil
	}
	return []step{{Step{Action: SignOut, Text: "sign the person out everywhere"}, func(ctx context.Context) error {
		return r.admin.signOut(ctx, recoverTOTP, r.user.Username)
	}}}
}
