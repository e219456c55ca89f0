package mfa

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

// redacted is embedded in every type that holds a secret: the value prints, logs and marshals as
// "[redacted]".
type redacted = redact.Secret

// VerifyTOTPSetupInput is the input of VerifyTOTPSetup.
type VerifyTOTPSetupInput struct {
	redacted
	// Code is the six digits that the authenticator app shows. Spaces between them are fine.
	// Required.
	Code string
	// FriendlyDeviceName optionally names the app or phone. Cognito repeats it when it asks for a
	// code.
	FriendlyDeviceName string
}

// SetUpTOTP begins to add an authenticator app to the account of the person who is signed in: show
// the result's SetupURI as a QR code, then call VerifyTOTPSetup with the app's first code. Each
// call gives a new secret; one that was verified before stays in force until the new one is.
//
// Errors: [auth.ErrUserUnAuthenticated], [auth.ErrSoftwareTokenMFANotFound] when the pool does not
// offer TOTP, [auth.ErrSetUpTOTP]. Cognito: AssociateSoftwareToken. Amplify: setUpTOTP.
func SetUpTOTP(ctx context.Context, session *auth.Session) (auth.TOTPSetupDetails, error) {
	var details auth.TOTPSetupDetails
	err := session.Call(ctx, "SetUpTOTP", func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		user, err := session.CurrentUser(ctx)
		if err != nil {
			return err
		}
		out, err := api.AssociateSoftwareToken(ctx, &cognitoidentityprovider.AssociateSoftwareTokenInput{AccessToken: &accessToken})
		if err != nil {
			return err
		}
		details = auth.TOTPSetupDetails{SharedSecret: aws.ToString(out.SecretCode), AccountName: user.Username}
		if details.SharedSecret == "" {
			return &auth.Error{Op: "SetUpTOTP", Code: auth.ErrSetUpTOTP, Message: "the server gave no TOTP secret"}
		}
		return nil
	})
	if err != nil {
		return auth.TOTPSetupDetails{}, err
	}
	return details, nil
}

// VerifyTOTPSetup ends what SetUpTOTP began, with the authenticator app's first code. It does not
// make TOTP a factor of sign-in: UpdateMFAPreference does that.
//
// A wrong code gives [auth.ErrEnableSoftwareTokenMFA]; try again with the next one. Other errors:
// [auth.ErrEmptyVerifyTOTPSetupCode], [auth.ErrUserUnAuthenticated], [auth.ErrOutcomeUnknown].
// Cognito: VerifySoftwareToken.
//
// Differs from Amplify: an answer with the status ERROR is an error, which Amplify takes for
// success. Amplify: verifyTOTPSetup.
func VerifyTOTPSetup(ctx context.Context, session *auth.Session, in VerifyTOTPSetupInput) error {
	code := strings.Join(strings.Fields(in.Code), "")
	if code == "" {
		return &auth.Error{Op: "VerifyTOTPSetup", Code: auth.ErrEmptyVerifyTOTPSetupCode, Message: "the code is empty"}
	}
	return session.Call(ctx, "VerifyTOTPSetup", func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
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
				Op: "VerifyTOTPSetup", Code: auth.ErrEnableSoftwareTokenMFA, Message: "the server did not accept the code",
			}
		}
		return nil
	})
}
