package admin

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// SetMFAPreferenceInput is the input of [Client.SetMFAPreference]. A zero field leaves the factor
// as it is.
type SetMFAPreferenceInput struct {
	// Username is the user's name, sub or alias. Required.
	Username string
	// SMS, TOTP and Email switch the user's factors on or off. A factor that is switched on, but is
	// not Preferred, is no longer preferred: a rule of Cognito's.
	SMS, TOTP, Email Switch
	// Passkeys says whether a passkey counts as two factors for the user, in a pool that allows it.
	Passkeys Switch
	// Preferred is the factor that sign-in asks for first, which is switched on: [auth.MFATypeSMS],
	// [auth.MFATypeTOTP] or [auth.MFATypeEmail].
	Preferred auth.MFAType
}

// SetMFAPreference switches factors of a user on or off, and sets the preferred one.
//
// Errors:
//   - [auth.ErrUserNotFound]: there is no such user
//   - [auth.ErrInvalidParameter]: a field is missing or malformed, or the user lacks the app or the
//     address of a factor
//
// Cognito: AdminSetUserMFAPreference.
func (c *Client) SetMFAPreference(ctx context.Context, in SetMFAPreferenceInput) error {
	const op = "SetMFAPreference"
	switches := []Switch{in.SMS, in.TOTP, in.Email, in.Passkeys}
	messages := []auth.MFAType{"", auth.MFATypeSMS, auth.MFATypeTOTP, auth.MFATypeEmail}
	switch {
	case in.Username == "":
		return fail(op, auth.ErrInvalidParameter, "field Username is missing", "")
	case slices.ContainsFunc(switches, func(s Switch) bool { return !s.known() }):
		return fail(op, auth.ErrInvalidParameter, "a factor's field is not SwitchOn or SwitchOff", "")
	case !slices.Contains(messages, in.Preferred):
		return fail(op, auth.ErrInvalidParameter, "field Preferred is not SMS, TOTP or EMAIL", "")
	}
	_, err := c.cognito.AdminSetUserMFAPreference(ctx, in.request(c.id))
	return shaped(ctx, op, err)
}

func (in SetMFAPreferenceInput) request(pool string) *cognitoidentityprovider.AdminSetUserMFAPreferenceInput {
	request := &cognitoidentityprovider.AdminSetUserMFAPreferenceInput{UserPoolId: &pool, Username: &in.Username}
	change := func(s Switch, factor auth.MFAType) (changed, on, preferred bool) {
		preferred = factor == in.Preferred
		return s != "" || preferred, s == SwitchOn || preferred && s == "", preferred
	}
	if changed, on, preferred := change(in.SMS, auth.MFATypeSMS); changed {
		request.SMSMfaSettings = &types.SMSMfaSettingsType{Enabled: on, PreferredMfa: preferred}
	}
	if changed, on, preferred := change(in.TOTP, auth.MFATypeTOTP); changed {
		request.SoftwareTokenMfaSettings = &types.SoftwareTokenMfaSettingsType{Enabled: on, PreferredMfa: preferred}
	}
	if changed, on, preferred := change(in.Email, auth.MFATypeEmail); changed {
		request.EmailMfaSettings = &types.EmailMfaSettingsType{Enabled: on, PreferredMfa: preferred}
	}
	if in.Passkeys != "" {
		request.WebAuthnMfaSettings = &types.WebAuthnMfaSettingsType{Enabled: in.Passkeys == SwitchOn}
	}
	return request
}

// EnableUser lets a user sign in again whose account was disabled.
//
// Errors:
//   - [auth.ErrUserNotFound]: there is no such user
//
// Cognito: AdminEnableUser.
func (c *Client) EnableUser(ctx context.Context, username string) error {
	_, err := c.cognito.AdminEnableUser(ctx, &cognitoidentityprovider.AdminEnableUserInput{
		UserPoolId: &c.id, Username: &username,
	})
	return shaped(ctx, "EnableUser", err)
}

// DisableUser keeps a user from signing in, and ends the user's sessions as [Client.SignOutUser]
// does.
//
// Errors:
//   - [auth.ErrUserNotFound]: there is no such user
//
// Cognito: AdminDisableUser.
func (c *Client) DisableUser(ctx context.Context, username string) error {
	_, err := c.cognito.AdminDisableUser(ctx, &cognitoidentityprovider.AdminDisableUserInput{
		UserPoolId: &c.id, Username: &username,
	})
	return shaped(ctx, "DisableUser", err)
}
