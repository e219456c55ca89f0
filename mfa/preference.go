package mfa

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A Preference says how to change one factor. The zero value leaves it as it is.
type Preference string

// The values of [Preference].
const (
	// Enabled enables the factor. If it was preferred, it no longer is: a rule of Cognito's.
	Enabled Preference = "ENABLED"
	// Disabled disables the factor.
	Disabled Preference = "DISABLED"
	// Preferred enables the factor, and sign-in asks for it rather than for the others.
	Preferred Preference = "PREFERRED"
	// NotPreferred is Amplify's other name for Enabled: it enables the factor, too.
	NotPreferred Preference = "NOT_PREFERRED"
)

// UpdateMFAPreferenceInput is the input of [UpdateMFAPreference]. An empty field leaves the factor
// as it is.
type UpdateMFAPreferenceInput struct {
	SMS, TOTP, Email Preference
	// Passkey says whether a passkey counts as two factors: [Enabled] or [Disabled]. It cannot be
	// preferred.
	Passkey Preference
}

// MFAPreference is the output of [FetchMFAPreference]. It marshals to Amplify's JSON.
type MFAPreference struct {
	Enabled   []auth.MFAType `json:"enabled,omitempty"`   // nil if there are none; in no order
	Preferred auth.MFAType   `json:"preferred,omitempty"` // empty if there is none
}

// UpdateMFAPreference enables and disables factors of the user who is signed in, and sets the
// preferred one. TOTP must have been set up and verified; SMS and e-mail need a phone number or
// e-mail address. In a pool that requires MFA, Cognito decides which changes are allowed.
//
// Errors:
//   - [auth.ErrInvalidParameter]: a Preference does not exist or more than one is Preferred (in
//     both cases nothing was sent), or a factor is not set up
//   - [auth.ErrUserUnAuthenticated]: nobody is signed in
//
// Differs from Amplify: two preferred factors, and values that do not exist, are refused before
// anything is sent; a passkey can be a factor, which Cognito knows since 2026.
//
// Cognito: SetUserMFAPreference. Amplify: updateMFAPreference.
func UpdateMFAPreference(ctx context.Context, session *auth.Session, in UpdateMFAPreferenceInput) error {
	if err := in.check(); err != nil {
		return auth.APIError(ctx, "UpdateMFAPreference", err)
	}
	return session.Call(ctx, "UpdateMFAPreference", func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		_, err := api.SetUserMFAPreference(ctx, in.request(accessToken))
		return err
	})
}

func (in UpdateMFAPreferenceInput) check() error {
	if err := in.checkPasskey(); err != nil {
		return err
	}
	preferred := 0
	for _, p := range []Preference{in.SMS, in.TOTP, in.Email} {
		switch p {
		case "", Enabled, Disabled, NotPreferred:
		case Preferred:
			preferred++
		default:
			return refuse("a preference is not ENABLED, DISABLED, PREFERRED, NOT_PREFERRED or empty")
		}
	}
	if preferred > 1 {
		return refuse("only one factor can be preferred")
	}
	return nil
}

func refuse(why string) error {
	return &auth.Error{Code: auth.ErrInvalidParameter, Message: why}
}

func (in UpdateMFAPreferenceInput) request(accessToken string) *cognitoidentityprovider.SetUserMFAPreferenceInput {
	request := &cognitoidentityprovider.SetUserMFAPreferenceInput{
		AccessToken: &accessToken, WebAuthnMfaSettings: in.passkeySettings(),
	}
	if in.SMS != "" {
		request.SMSMfaSettings = &types.SMSMfaSettingsType{Enabled: in.SMS.enables(), PreferredMfa: in.SMS == Preferred}
	}
	if in.TOTP != "" {
		request.SoftwareTokenMfaSettings = &types.SoftwareTokenMfaSettingsType{
			Enabled: in.TOTP.enables(), PreferredMfa: in.TOTP == Preferred,
		}
	}
	if in.Email != "" {
		request.EmailMfaSettings = &types.EmailMfaSettingsType{
			Enabled: in.Email.enables(), PreferredMfa: in.Email == Preferred,
		}
	}
	return request
}

func (p Preference) enables() bool { return p != Disabled }

// FetchMFAPreference returns the enabled factors of the user who is signed in, and the preferred
// one. Cognito does not list a TOTP app that was verified but never enabled.
//
// Errors:
//   - [auth.ErrUserUnAuthenticated]: nobody is signed in
//
// Cognito: GetUser. Amplify: fetchMFAPreference.
func FetchMFAPreference(ctx context.Context, session *auth.Session) (MFAPreference, error) {
	var preference MFAPreference
	err := session.Call(ctx, "FetchMFAPreference", func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		out, err := api.GetUser(ctx, &cognitoidentityprovider.GetUserInput{AccessToken: &accessToken})
		if err != nil {
			return err
		}
		for _, name := range out.UserMFASettingList {
			preference.Enabled = append(preference.Enabled, auth.MFATypeOf(name))
		}
		if name := aws.ToString(out.PreferredMfaSetting); name != "" {
			preference.Preferred = auth.MFATypeOf(name)
		}
		return nil
	})
	if err != nil {
		return MFAPreference{}, err
	}
	return preference, nil
}
