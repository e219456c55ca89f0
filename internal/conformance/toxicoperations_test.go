package conformance_test

import (
	"cmp"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// operation is one of Cognito's operations, and the verb that calls it.
type operation struct {
	name    string // Cognito's
	variant string // distinguishes two uses of one operation
	oneShot bool   // must not be sent twice: it uses a code up, sends a message, or changes a secret
	again   bool   // one-shot, but the verb may start over once
	user    func(*authtest.User)
	arrange func(*testing.T, *person)
	act     func(context.Context, *auth.Session, *person) error
	leads   auth.SessionState // the state after the verb; empty if it stays the same
	always  bool              // that state follows even a failure
	outlive bool              // goes on after the end of the caller's context
}

func (o operation) label() string {
	if o.variant == "" {
		return o.name
	}
	return o.name + " " + o.variant
}

// most returns the largest number of requests of the operation that the verb may send.
func (o operation) most() int {
	switch {
	case !o.oneShot:
		return 3
	case o.again:
		return 2
	default:
		return 1
	}
}

func (o operation) after(before auth.SessionState) auth.SessionState { return cmp.Or(o.leads, before) }

func (o operation) afterFailure(before auth.SessionState) auth.SessionState {
	if o.always {
		return o.after(before)
	}
	return before
}

var operations = []operation{
	{name: "SignUp", oneShot: true, arrange: enter, act: signUp},
	{name: "ConfirmSignUp", oneShot: true, arrange: signedUp, act: confirmSignUp},
	{name: "ResendConfirmationCode", oneShot: true, arrange: signedUp, act: resend},
	{name: "InitiateAuth", act: signIn, leads: auth.StateSignedIn},
	{
		name: "RespondToAuthChallenge", variant: "with a password", oneShot: true, again: true,
		act: signIn, leads: auth.StateSignedIn,
	},
	{
		name: "RespondToAuthChallenge", variant: "with a code", oneShot: true,
		user: withTOTP, arrange: askedForCode, act: confirmSignIn, leads: auth.StateSignedIn,
	},
	{name: "ConfirmDevice", oneShot: true, act: registerDevice, leads: auth.StateSignedIn, always: true, outlive: true},
	{name: "AssociateSoftwareToken", oneShot: true, arrange: enter, act: setUpTOTP},
	{name: "VerifySoftwareToken", oneShot: true, arrange: settingUpTOTP, act: verifyTOTP},
	{name: "SetUserMFAPreference", arrange: enter, act: preferEmail},
	{name: "GetUser", arrange: enter, act: fetchPreference},
	{name: "GetTokensFromRefreshToken", oneShot: true, arrange: enter, act: refresh},
	{name: "RevokeToken", arrange: enter, act: signOut, leads: auth.StateSignedOut, always: true},
	{name: "GlobalSignOut", arrange: enter, act: signOutEverywhere, leads: auth.StateSignedOut, always: true},
	{name: "ListDevices", arrange: enter, act: fetchDevices},
	{name: "UpdateDeviceStatus", arrange: enter, act: rememberDevice},
	{name: "ForgetDevice", arrange: enter, act: forgetDevice},
	{name: "StartWebAuthnRegistration", arrange: enter, act: startPasskey},
	{name: "CompleteWebAuthnRegistration", oneShot: true, arrange: makingPasskey, act: completePasskey},
	{name: "ListWebAuthnCredentials", arrange: withPasskey, act: listPasskeys},
	{name: "DeleteWebAuthnCredential", oneShot: true, arrange: withPasskey, act: deletePasskey},
}

const toxicTOTPSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

func withTOTP(u *authtest.User) {
	u.TOTPSecret, u.MFA = toxicTOTPSecret, []string{"SOFTWARE_TOKEN_MFA"}
}

func enter(t *testing.T, p *person) {
	t.Helper()
	out, err := p.undisturbed.SignIn(t.Context(), p.credentials())
	require.NoError(t, err)
	require.NoError(t, out.NewDevice.Err)
	require.True(t, out.IsSignedIn)
}

// signedUp signs in, and signs up another user.
func signedUp(t *testing.T, p *person) {
	t.Helper()
	enter(t, p)
	require.NoError(t, signUp(t.Context(), p.undisturbed, p))
}

func askedForCode(t *testing.T, p *person) {
	t.Helper()
	out, err := p.undisturbed.SignIn(t.Context(), p.credentials())
	require.NoError(t, err)
	require.IsType(t, auth.ConfirmSignInWithTOTPCode{}, out.NextStep)
}

func settingUpTOTP(t *testing.T, p *person) {
	t.Helper()
	enter(t, p)
	details, err := mfa.SetUpTOTP(t.Context(), p.undisturbed)
	require.NoError(t, err)
	p.totpSecret = details.SharedSecret
}

func signUp(ctx context.Context, s *auth.Session, p *person) error {
	_, err := s.SignUp(ctx, auth.SignUpInput{
		Username: p.friend(), Password: password, UserAttributes: map[string]string{"email": "friend@example.com"},
	})
	return err
}

func confirmSignUp(ctx context.Context, s *auth.Session, p *person) error {
	_, err := s.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{
		Username: p.friend(), ConfirmationCode: p.pool.LastCode(p.friend()),
	})
	return err
}

func resend(ctx context.Context, s *auth.Session, p *person) error {
	_, err := s.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: p.friend()})
	return err
}

func signIn(ctx context.Context, s *auth.Session, p *person) error {
	_, err := s.SignIn(ctx, auth.SignInInput{Username: p.name, Password: password})
	return err
}

func registerDevice(ctx context.Context, s *auth.Session, p *person) error {
	out, err := s.SignIn(ctx, p.credentials())
	return cmp.Or(err, out.NewDevice.Err)
}

func confirmSignIn(ctx context.Context, s *auth.Session, p *person) error {
	code, err := authtest.TOTPCode(toxicTOTPSecret, p.pool.Now())
	if err != nil {
		return err
	}
	_, err = s.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code})
	return err
}

func setUpTOTP(ctx context.Context, s *auth.Session, _ *person) error {
	_, err := mfa.SetUpTOTP(ctx, s)
	return err
}

func verifyTOTP(ctx context.Context, s *auth.Session, p *person) error {
	code, err := authtest.TOTPCode(p.totpSecret, p.pool.Now())
	if err != nil {
		return err
	}
	return mfa.VerifyTOTPSetup(ctx, s, mfa.VerifyTOTPSetupInput{Code: code})
}

func preferEmail(ctx context.Context, s *auth.Session, _ *person) error {
	return mfa.UpdateMFAPreference(ctx, s, mfa.UpdateMFAPreferenceInput{Email: mfa.Preferred})
}

func fetchPreference(ctx context.Context, s *auth.Session, _ *person) error {
	_, err := mfa.FetchMFAPreference(ctx, s)
	return err
}

func refresh(ctx context.Context, s *auth.Session, _ *person) error {
	_, err := s.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	return err
}

func signOut(ctx context.Context, s *auth.Session, _ *person) error {
	return errOf(s.SignOut(ctx, auth.SignOutInput{}))
}

func signOutEverywhere(ctx context.Context, s *auth.Session, _ *person) error {
	return errOf(s.SignOut(ctx, auth.SignOutInput{Global: true}))
}

func fetchDevices(ctx context.Context, s *auth.Session, _ *person) error {
	_, err := device.FetchDevices(ctx, s)
	return err
}

func rememberDevice(ctx context.Context, s *auth.Session, _ *person) error {
	return device.RememberDevice(ctx, s)
}

func forgetDevice(ctx context.Context, s *auth.Session, _ *person) error {
	return device.ForgetDevice(ctx, s, device.ForgetDeviceInput{})
}
