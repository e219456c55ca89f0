package admin

import (
	"context"
	"regexp"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// RecoverTOTPInput is the input of [Client.RecoverTOTP].
type RecoverTOTPInput struct {
	// Username is the user's name, sub or alias. Required.
	Username string
	// Method says what replaces the authenticator app. Required.
	Method RecoveryMethod
	// Address is the phone number (such as "+15551234567") or e-mail address to send codes to. It
	// is stored as verified: make sure that it is the user's, because whoever reads its messages
	// can also reset the password where the pool allows that. A user who signs in with this
	// attribute signs in with the new value from then on. Default: the address on file, which must
	// be verified, because somebody else may have stored an unverified one.
	Address string
	// KeepSessions leaves the user's sessions running. By default they are signed out everywhere:
	// the lost device may hold a session.
	KeepSessions bool
	// KeepDevices leaves the user's devices remembered. By default all are forgotten: a remembered
	// device, such as the lost one, replaces the second factor.
	KeepDevices bool
	// DryRun makes all checks and changes nothing.
	DryRun bool
}

// RecoverTOTPOutput is the output of [Client.RecoverTOTP]. It is also set after an error.
type RecoverTOTPOutput struct {
	Before UserFactors // before the recovery
	After  UserFactors // read after the last step; zero in a dry run
	Steps  []Step      // the changes, in order
	// Next is what the user's next sign-in asks for, once all steps are done. A disabled account is
	// said there.
	Next NextSignIn
}

// Step is one change to a user's account.
type Step struct {
	Action Action
	Text   string // a description with masked addresses
	Done   bool   // false in a dry run, and for the step that failed and those after it
}

// String returns the text, after "done: " or "to do: ".
func (s Step) String() string {
	if s.Done {
		return "done: " + s.Text
	}
	return "to do: " + s.Text
}

// An Action is what a [Step] does.
type Action string

// The values of [Action], which are the operations that are sent.
const (
	ActionSetAddress    Action = "AdminUpdateUserAttributes"
	ActionChangeFactors Action = "AdminSetUserMFAPreference"
	ActionDeleteApp     Action = "AdminDeleteSoftwareToken"
	ActionForgetDevices Action = "AdminForgetDevice"
	ActionSignOut       Action = "AdminUserGlobalSignOut"
)

// RecoverTOTP lets a user back in who lost the authenticator app. It makes text messages or e-mail
// the second factor, has the user set up another app, or removes the second factor; the pool
// forgets the lost app and all devices, and the user is signed out everywhere. Verify who is asking
// before you call it.
//
// Nothing is changed unless the pool and the account allow all of it. After an error call it again:
// it does what is missing, and repeats the sign-out and the removal of the app. At no moment in
// between is the account weaker than before: a factor that codes are sent for is in force before
// the devices and the sessions end, so that the lost device cannot start new ones. The app goes
// last, with any other that was set up on the lost device until then.
//
// A passkey on the lost device still works: Cognito lets only the user delete it. Once back in, the
// user does that with passkey.DeleteWebAuthnCredential and sets up a new app with mfa.SetUpTOTP.
//
// Errors:
//   - [ErrRecoveryRefused]: the pool or the account does not allow the Method; nothing was changed
//   - [auth.ErrUserNotFound]: there is no such user
//   - [auth.ErrInvalidParameter]: a field is missing or malformed
//   - [auth.ErrAliasExists]: the address belongs to another account
//
// Cognito: AdminGetUser, AdminListDevices, GetUserPoolMfaConfig, DescribeUserPool,
// AdminUpdateUserAttributes, AdminSetUserMFAPreference, AdminDeleteSoftwareToken (new in August
// 2026), AdminForgetDevice, AdminUserGlobalSignOut.
func (c *Client) RecoverTOTP(ctx context.Context, in RecoverTOTPInput) (RecoverTOTPOutput, error) {
	if err := in.check(); err != nil {
		return RecoverTOTPOutput{}, err
	}
	r, err := c.newRecovery(ctx, in)
	if err != nil {
		return RecoverTOTPOutput{}, err
	}
	out, after := RecoverTOTPOutput{Before: r.user}, r.recovered()
	if err := r.refusal(after); err != nil {
		return out, err
	}
	out.Next = after.nextSignIn(r.pool.config(), r.pool.pool)
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
	if err == nil {
		out.Next = out.After.nextSignIn(r.pool.config(), r.pool.pool)
	}
	return out, err
}

// recoverTOTP is the Op of the errors.
const recoverTOTP = "RecoverTOTP"

func (in RecoverTOTPInput) check() error {
	r, known := replacements[in.Method]
	switch {
	case in.Username == "":
		return refuseInput("field Username is missing")
	case !known:
		return refuseInput("field Method is not BySMS, ByEmail, WithNewApp or WithoutMFA")
	case in.Address == "":
		return nil
	case !r.sends():
		return refuseInput("field Address is only for BySMS and ByEmail")
	case !r.address.MatchString(in.Address):
		return refuseInput("field Address is not a valid " + r.noun)
	default:
		return nil
	}
}

func refuseInput(why string) error {
	return fail(recoverTOTP, auth.ErrInvalidParameter, why, "")
}

// recovery is all that is read before anything is changed.
type recovery struct {
	in          RecoverTOTPInput
	admin       *Client
	user        UserFactors
	devices     []Device
	pool        setup
	replacement replacement
}

func (c *Client) newRecovery(ctx context.Context, in RecoverTOTPInput) (recovery, error) {
	user, devices, err := c.userFactors(ctx, recoverTOTP, in.Username)
	if err != nil {
		return recovery{}, err
	}
	pool, err := c.setup(ctx, recoverTOTP)
	if err != nil {
		return recovery{}, err
	}
	return recovery{
		in: in, admin: c, user: user, devices: devices, pool: pool, replacement: replacements[in.Method],
	}, nil
}

// A RecoveryMethod says what replaces the authenticator app that a user lost. With each of them the
// pool forgets the lost app.
type RecoveryMethod string

// The values of [RecoveryMethod].
const (
	// BySMS makes codes by text message the second factor, if the pool offers them. From then on
	// the password cannot be reset by text message: Cognito uses an address for one of the two, so
	// a user without a verified e-mail address needs an administrator for that.
	BySMS RecoveryMethod = "SMS"
	// ByEmail makes codes by e-mail the second factor, if the pool offers them. From then on the
	// password cannot be reset by e-mail.
	ByEmail RecoveryMethod = "EMAIL"
	// WithNewApp has the user set up another app. In a pool that requires MFA the next sign-in asks
	// for that, unless the user has another factor or an address that the pool can send codes to:
	// then it asks for such a code, as Next says, and the app is set up afterwards. It is refused
	// where that code could go to an address that nobody has verified. Until the app is set up,
	// whoever knows the password can do it, so the user should do it at once. In a pool where MFA
	// is optional, the password alone is enough until then.
	WithNewApp RecoveryMethod = "TOTP"
	// WithoutMFA leaves the password as the only factor. A pool that requires MFA does not allow
	// it.
	WithoutMFA RecoveryMethod = "NONE"
)

// replacement holds what the recovery methods differ in.
type replacement struct {
	factor          auth.MFAType   // the new second factor; empty if there is none
	attribute, noun string         // of the address that codes are sent to; empty if none are
	address         *regexp.Regexp // matches a valid address
	mask            *regexp.Regexp // matches an address, with the part to show as $1
}

var replacements = map[RecoveryMethod]replacement{
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

// sends reports whether the new factor is a code that is sent.
func (r replacement) sends() bool { return r.attribute != "" }

// masked returns enough of an address to recognize it.
func masked(address string) string {
	for _, r := range replacements {
		if r.sends() && r.address.MatchString(address) {
			return r.mask.ReplaceAllString(address, "***$1")
		}
	}
	return ""
}

func (r replacement) contact(u UserFactors) Contact {
	if r.attribute == phoneNumber {
		return u.Phone
	}
	return u.Email
}

// offered returns the factors that the pool offers: none if its mode is OFF, whatever else is
// configured.
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

// preference builds the request that disables the given factors and, unless it is empty, enables
// and prefers one. It never touches the authenticator app.
func (c *Client) preference(
	username string, disable []auth.MFAType, prefer auth.MFAType,
) *cognitoidentityprovider.AdminSetUserMFAPreferenceInput {
	request := &cognitoidentityprovider.AdminSetUserMFAPreferenceInput{UserPoolId: &c.id, Username: &username}
	if on := prefer == auth.MFATypeSMS; on || slices.Contains(disable, auth.MFATypeSMS) {
		request.SMSMfaSettings = &types.SMSMfaSettingsType{Enabled: on, PreferredMfa: on}
	}
	if on := prefer == auth.MFATypeEmail; on || slices.Contains(disable, auth.MFATypeEmail) {
		request.EmailMfaSettings = &types.EmailMfaSettingsType{Enabled: on, PreferredMfa: on}
	}
	return request
}
