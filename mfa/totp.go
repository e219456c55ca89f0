package mfa

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
	"github.com/amplifyauth/amplify-auth-go/internal/typed"
)

// redacted is embedded in every type that holds a secret: the value prints, logs and marshals as
// "[redacted]".
type redacted = redact.Secret

// VerifyTOTPSetupInput is the input of [VerifyTOTPSetup].
type VerifyTOTPSetupInput struct {
	redacted
	// Code is the six digits in the authenticator app. Blanks and dashes are ignored. Required.
	Code string
	// FriendlyDeviceName names the app or phone. Cognito shows it when it asks for a code.
	// Optional.
	FriendlyDeviceName string
}

// SetUpTOTP starts to add an authenticator app to the account of the user who is signed in: show
// the SetupURI of the result as a QR code, then call [VerifyTOTPSetup] with the app's first code.
// Each call returns a new secret, which replaces one that was not verified yet; [PendingTOTPSetup]
// returns the same one again. One that was verified before remains in force until the new one is
// verified.
//
// Errors:
//   - [auth.ErrUserUnAuthenticated]: nobody is signed in
//   - [auth.ErrSoftwareTokenMFANotFound]: the pool does not offer TOTP
//   - [auth.ErrSetUpTOTP]: the response has no secret
//   - [auth.ErrUserChanged]: the session changed meanwhile, nothing was sent; call again
//
// Cognito: AssociateSoftwareToken. Amplify: setUpTOTP.
func SetUpTOTP(ctx context.Context, session *auth.Session) (auth.TOTPSetupDetails, error) {
	var details auth.TOTPSetupDetails
	var subject string
	err := session.Call(ctx, "SetUpTOTP", func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		current, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		if err != nil {
			return err
		}
		if current.AccessToken.Raw != accessToken {
			return &auth.Error{Op: "SetUpTOTP", Code: auth.ErrUserChanged, Message: "the session changed meanwhile"}
		}
		out, err := api.AssociateSoftwareToken(ctx, &cognitoidentityprovider.AssociateSoftwareTokenInput{
			AccessToken: &accessToken,
		})
		if err != nil {
			return err
		}
		subject = current.UserSub
		details = auth.TOTPSetupDetails{SharedSecret: aws.ToString(out.SecretCode), AccountName: accountName(current)}
		if details.SharedSecret == "" {
			return &auth.Error{Op: "SetUpTOTP", Code: auth.ErrSetUpTOTP, Message: "the response has no TOTP secret"}
		}
		return nil
	})
	if err == nil {
		err = keepPending(ctx, session, subject, details)
	}
	if err != nil {
		return auth.TOTPSetupDetails{}, err
	}
	return details, nil
}

// VerifyTOTPSetup completes what [SetUpTOTP] started, with the authenticator app's first code. It
// does not make TOTP a factor of sign-in: [UpdateMFAPreference] does that. Nor is it a proof of a
// factor, as [auth.AuthSession] has them: whoever has the session can set up an app of their own. A
// wrong code keeps the set-up.
//
// Errors:
//   - [auth.ErrEnableSoftwareTokenMFA]: the code is wrong; try again with the next one
//   - [auth.ErrCodeMismatch]: the code does not have the form of one
//   - [auth.ErrEmptyVerifyTOTPSetupCode]: Code is empty
//   - [auth.ErrUserUnAuthenticated]: nobody is signed in
//   - [auth.ErrOutcomeUnknown]: the response was lost, so the app may have been verified
//
// Differs from Amplify: a response with the status ERROR is an error, which Amplify treats as
// success.
//
// Cognito: VerifySoftwareToken. Amplify: verifyTOTPSetup.
func VerifyTOTPSetup(ctx context.Context, session *auth.Session, in VerifyTOTPSetupInput) error {
	code := typed.Code(in.Code)
	if code == "" {
		return auth.APIError(ctx, "VerifyTOTPSetup", &auth.Error{
			Code: auth.ErrEmptyVerifyTOTPSetupCode, Message: "the code is empty",
		})
	}
	err := session.Call(ctx, "VerifyTOTPSetup", func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		request := &cognitoidentityprovider.VerifySoftwareTokenInput{AccessToken: &accessToken, UserCode: &code}
		if in.FriendlyDeviceName != "" {
			request.FriendlyDeviceName = &in.FriendlyDeviceName
		}
		out, err := api.VerifySoftwareToken(ctx, request)
		if err != nil {
			return err
		}
		if out.Status != types.VerifySoftwareTokenResponseTypeSuccess {
			return &auth.Error{
				Op: "VerifyTOTPSetup", Code: auth.ErrEnableSoftwareTokenMFA,
				Message: "the server did not accept the code",
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	// If this fails, the old QR code can be shown for an hour: no reason to fail what is done.
	_ = CancelTOTPSetup(context.WithoutCancel(ctx), session)
	return nil
}
