package mfa

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// A Preference says what to do with one factor. The zero value leaves it as it is.
type Preference string

// What UpdateMFAPreference can do with a factor.
const (
	Enabled      Preference = "ENABLED"       // use it; if it was preferred, it no longer is (Cognito's rule)
	Disabled     Preference = "DISABLED"      // do not use it
	Preferred    Preference = "PREFERRED"     // use it, and ask for it rather than for the others
	NotPreferred Preference = "NOT_PREFERRED" // the same as Enabled, by Amplify's other name: it enables the factor, too
)

// UpdateMFAPreferenceInput is the input of UpdateMFAPreference. A factor that is left empty is not
// touched.
type UpdateMFAPreferenceInput struct {
	SMS, TOTP, Email Preference
}

// MFAPreference is the output of FetchMFAPreference. It marshals to Amplify's JSON.
type MFAPreference struct {
	Enabled   []auth.MFAType `json:"enabled,omitempty"`   // nil if none; the order means nothing
	Preferred auth.MFAType   `json:"preferred,omitempty"` // empty if none
}

// UpdateMFAPreference turns factors of the person who is signed in on or off, and says which one to
// prefer. TOTP must be set up and verified before; SMS and e-mail need the phone number or address.
// What a pool where MFA is required makes of a change is up to Cognito.
//
// Errors: [auth.ErrInvalidParameter] for an unknown Preference, for more than one Preferred (both
// without a request), and when Cognito finds a factor not set up; [auth.ErrUserUnAuthenticated].
// Cognito: SetUserMFAPreference.
//
// Differs from Amplify: two preferred factors and values that do not exist are refused before
// anything is sent. Amplify: updateMFAPreference.
func UpdateMFAPreference(ctx context.Context, session *auth.Session, in UpdateMFAPreferenceInput) error {
	if err := in.check(); err != nil {
		return err
	}
	return session.Call(ctx, "UpdateMFAPreference", func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		_, err := api.SetUserMFAPreference(ctx, in.request(accessToken))
		return err
	})
}

func (in UpdateMFAPreferenceInput) check() error {
	preferred := 0
	for _, p := range []Preference{in.SMS, in.TOTP, in.Email} {
		switch p {
		case "", Enabled, Disabled, NotPreferred:
		case Preferred:
			preferred++
		default:
			return refuse("a preference is ENABLED, DISABLED, PREFERRED, NOT_PREFERRED or empty")
		}
	}
	if preferred > 1 {
		return refuse("only one factor can be preferred")
	}
	return nil
}

func refuse(why string) error {
	return &auth.Error{Op: "UpdateMFAPreference", Code: auth.ErrInvalidParameter, Message: why}
}

func (in UpdateMFAPreferenceInput) request(accessToken string) *cognitoidentityprovider.SetUserMFAPreferenceInput {
	request := &cognitoidentityprovider.SetUserMFAPreferenceInput{AccessToken: &accessToken}
	if in.SMS != "" {
		request.SMSMfaSettings = &types.SMSMfaSettingsType{Enabled: in.SMS.enables(), PreferredMfa: in.SMS == Preferred}
	}
	if in.TOTP != "" {
		request.SoftwareTokenMfaSettings = &types.SoftwareTokenMfaSettingsType{Enabled: in.TOTP.enables(), PreferredMfa: in.TOTP == Preferred}
	}
	if in.Email != "" {
		request.EmailMfaSettings = &types.EmailMfaSettingsType{Enabled: in.Email.enables(), PreferredMfa: in.Email == Preferred}
	}
	return request
}

func (p Preference) enables() bool { return p != Disabled }

// FetchMFAPreference reads which factors the person who is signed in uses, and which one is
// preferred. A TOTP app that was verified but never enabled is not listed: Cognito does not tell.
// Errors: [auth.ErrUserUnAuthenticated] and what Cognito answers. Cognito: GetUser. Amplify:
// fetchMFAPreference.
func FetchMFAPreference(ctx context.Context, session *auth.Session) (MFAPreference, error) {
	var preference MFAPreference
	err := session.Call(ctx, "FetchMFAPreference", func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
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
