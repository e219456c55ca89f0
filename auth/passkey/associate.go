package passkey

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// StartAssociateWebAuthnCredential begins to add a passkey to the account of the person who is
// signed in. It returns WebAuthn's PublicKeyCredentialCreationOptionsJSON, for
// PublicKeyCredential.parseCreationOptionsFromJSON in the browser. Their challenge is good for one
// answer, for a short time, and takes the place of one from before.
//
// Errors: [auth.ErrWebAuthnNotEnabled], [auth.ErrWebAuthnConfigurationMissing],
// [auth.ErrLimitExceeded] when the person has all the passkeys that Cognito allows,
// [auth.ErrInvalidPasskeyRegistrationOptions]. Cognito: StartWebAuthnRegistration. Amplify:
// associateWebAuthnCredential, up to the call of navigator.credentials.create.
func StartAssociateWebAuthnCredential(ctx context.Context, session *auth.Session) (json.RawMessage, error) {
	const op = "StartAssociateWebAuthnCredential"
	var options json.RawMessage
	err := session.Call(ctx, op, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		out, err := api.StartWebAuthnRegistration(ctx, &cognitoidentityprovider.StartWebAuthnRegistrationInput{AccessToken: &accessToken})
		if err != nil {
			return err
		}
		options, err = creationOptions(out.CredentialCreationOptions)
		if err != nil {
			return &auth.Error{
				Op: op, Code: auth.ErrInvalidPasskeyRegistrationOptions, Message: err.Error(),
				Recovery: "Check the pool's passkey settings, and what answers at the endpoint.",
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return options, nil
}

// CompleteAssociateWebAuthnCredential ends what StartAssociateWebAuthnCredential began. credential
// is the browser's answer as JSON, WebAuthn's RegistrationResponseJSON: what toJSON of the new
// PublicKeyCredential gives. It may come from the page as it is: it is checked to have that form,
// and to be no larger than 64 KiB, before it is sent; Cognito verifies it.
//
// Errors: [auth.ErrPasskeyRegistrationFailed] for what has not that form,
// [auth.ErrWebAuthnChallengeNotFound], [auth.ErrWebAuthnOriginNotAllowed],
// [auth.ErrWebAuthnRelyingPartyMismatch], [auth.ErrWebAuthnCredentialNotSupported],
// [auth.ErrWebAuthnClientMismatch], [auth.ErrLimitExceeded], [auth.ErrOutcomeUnknown]. After each
// of them, start again. Cognito: CompleteWebAuthnRegistration. Amplify:
// associateWebAuthnCredential, from the answer of navigator.credentials.create.
func CompleteAssociateWebAuthnCredential(ctx context.Context, session *auth.Session, credential json.RawMessage) error {
	const op = "CompleteAssociateWebAuthnCredential"
	content, err := registrationResponse(credential)
	if err != nil {
		return &auth.Error{
			Op: op, Code: auth.ErrPasskeyRegistrationFailed, Message: err.Error(),
			Recovery: "Send what toJSON gives for the browser's new credential, as it is.",
		}
	}
	return session.Call(ctx, op, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
		_, err := api.CompleteWebAuthnRegistration(ctx, &cognitoidentityprovider.CompleteWebAuthnRegistrationInput{
			AccessToken: &accessToken, Credential: document.NewLazyDocument(content),
		})
		return err
	})
}
