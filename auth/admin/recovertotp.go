package admin

import (
	"context"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// RecoverTOTPInput is the input of RecoverTOTP.
type RecoverTOTPInput struct {
	// Username is the person's user name, sub or alias. Required.
	Username string
	// WayOut says what replaces the authenticator app. Required.
	WayOut WayOut
	// Address is the phone number (such as "+15551234567") or e-mail address that codes are to go
	// to. It is stored as verified: make sure that it is the person's, because whoever reads
	// messages there can also reset the password where the pool allows that. If empty, codes go to
	// the one on file, which must be verified: an unverified one may have been put there by
	// somebody else. Where people sign in with that attribute, they sign in with the new one from
	// then on.
	Address string
	// KeepSessions leaves the person signed in where they are. By default they are signed out
	// everywhere: whoever has the lost device may have a session on it.
	KeepSessions bool
	// KeepDevices leaves the person's devices remembered. By default all are forgotten: a
	// remembered device, which the lost one may be, stands in for the second factor.
	KeepDevices bool
	// DryRun checks everything and changes nothing.
	DryRun bool
}

// RecoverTOTPOutput is the output of RecoverTOTP. After an error it says how far things got.
type RecoverTOTPOutput struct {
	Before UserFactors // what was found
	After  UserFactors // what was found at the end; zero in a dry run
	Steps  []Step      // what it took, in order
}

// Step is one change to a person's account.
type Step struct {
	Action Action
	Text   string // for people; addresses are shown in part
	Done   bool   // false in a dry run, and after a failure
}

// String returns the text and whether it was done.
func (s Step) String() string {
	if s.Done {
		return "done: " + s.Text
	}
	return "to do: " + s.Text
}

// An Action is what a Step does.
type Action string

// The actions, by the operation that each sends.
const (
	ActionSetAddress    Action = "AdminUpdateUserAttributes"
	ActionChangeFactors Action = "AdminSetUserMFAPreference"
	ActionDeleteApp     Action = "AdminDeleteSoftwareToken"
	ActionForgetDevices Action = "AdminForgetDevice"
	ActionSignOut       Action = "AdminUserGlobalSignOut"
)

// RecoverTOTP lets a person who lost the authenticator app back in. It makes text messages or
// e-mail their second factor, has them set up another app, or takes the second factor away; the
// pool forgets the lost app and their devices, and they are signed out everywhere. Make sure who is
// asking before you call it.
//
// Nothing is changed until the pool's set-up and the account allow all of it; otherwise the error
// is [ErrWayOutClosed]. After a failure call it again: it does what is missing, and repeats the
// sign-out and the end of the app. At no moment in between is the account weaker than it was: where
// codes are sent instead, that is in force before the devices and the sessions end, so that the
// lost device cannot begin others meanwhile. The app goes last, with any other that was set up on
// the lost device until then.
//
// A passkey on the lost device stays good: Cognito lets only the person delete it. Once back in,
// they do that with passkey.DeleteWebAuthnCredential, and set up a new app with mfa.SetUpTOTP.
//
// Errors also: [auth.ErrUserNotFound], [auth.ErrInvalidParameter] for a bad input,
// [auth.ErrAliasExists] when the address belongs to another account. Cognito: AdminGetUser,
// AdminListDevices, GetUserPoolMfaConfig; AdminUpdateUserAttributes, AdminSetUserMFAPreference,
// AdminDeleteSoftwareToken (of August 2026), AdminForgetDevice, AdminUserGlobalSignOut.
func (c *Client) RecoverTOTP(ctx context.Context, in RecoverTOTPInput) (RecoverTOTPOutput, error) {
	if err := in.check(); err != nil {
		return RecoverTOTPOutput{}, err
	}
	r, err := c.newRecovery(ctx, in)
	if err != nil {
		return RecoverTOTPOutput{}, err
	}
	out := RecoverTOTPOutput{Before: r.user}
	if err := r.refusal(); err != nil {
		return out, err
	}
	steps := r.steps()
	for _, s := range steps {
		out.Steps = append(out.Steps, s.Step)
	}
	if in.DryRun {
		return out, nil
	}
	for i, s := range steps {
		if err := s.do(ctx); err != nil {
			return out, err
		}
		out.Steps[i].Done = true
	}
	out.After, _, err = c.userFactors(ctx, recoverTOTP, r.user.Username)
	return out, err
}

// recoverTOTP is the Op of the errors.
const recoverTOTP = "RecoverTOTP"

func (in RecoverTOTPInput) check() error {
	way, known := routes[in.WayOut]
	switch {
	case in.Username == "":
		return refuseInput("field Username is missing")
	case !known:
		return refuseInput("field WayOut is not BySMS, ByEmail, WithNewApp or WithoutMFA")
	case in.Address == "":
		return nil
	case !way.sends():
		return refuseInput("field Address is only for BySMS and ByEmail")
	case !way.address.MatchString(in.Address):
		return refuseInput("field Address is no " + way.noun)
	default:
		return nil
	}
}

func refuseInput(why string) error {
	return fail(recoverTOTP, auth.ErrInvalidParameter, why, "")
}

// recovery is what is known before anything is changed.
type recovery struct {
	in      RecoverTOTPInput
	admin   *Client
	user    UserFactors
	devices []Device
	pool    *cognitoidentityprovider.GetUserPoolMfaConfigOutput
	route   route
}

func (c *Client) newRecovery(ctx context.Context, in RecoverTOTPInput) (recovery, error) {
	user, devices, err := c.userFactors(ctx, recoverTOTP, in.Username)
	if err != nil {
		return recovery{}, err
	}
	pool, err := c.cognito.GetUserPoolMfaConfig(ctx, &cognitoidentityprovider.GetUserPoolMfaConfigInput{UserPoolId: &c.id})
	if err != nil {
		return recovery{}, shaped(ctx, recoverTOTP, err)
	}
	return recovery{in: in, admin: c, user: user, devices: devices, pool: pool, route: routes[in.WayOut]}, nil
}

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
