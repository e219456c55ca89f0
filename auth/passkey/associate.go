package passkey

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/document"
	smithydocument "github.com/aws/smithy-go/document"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// StartAssociateWebAuthnCredential starts to add a passkey to the account of the user who is signed
// in. It returns WebAuthn's PublicKeyCredentialCreationOptionsJSON, for
// PublicKeyCredential.parseCreationOptionsFromJSON in the browser. The challenge in it can be
// answered once, within a short time, and replaces an earlier one.
//
// Errors:
//   - [auth.ErrWebAuthnNotEnabled]: the pool does not accept passkeys
//   - [auth.ErrWebAuthnConfigurationMissing]: the pool has no relying party
//   - [auth.ErrLimitExceeded]: the user has as many passkeys as Cognito allows
//   - [auth.ErrInvalidPasskeyRegistrationOptions]: the server's options are malformed
//
// Cognito: StartWebAuthnRegistration. Amplify: associateWebAuthnCredential, up to the call of
// navigator.credentials.create.
func StartAssociateWebAuthnCredential(ctx context.Context, session *auth.Session) (json.RawMessage, error) {
	const op = "StartAssociateWebAuthnCredential"
	var options json.RawMessage
	err := session.Call(ctx, op, func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		out, err := api.StartWebAuthnRegistration(ctx, &cognitoidentityprovider.StartWebAuthnRegistrationInput{
			AccessToken: &accessToken,
		})
		if err != nil {
			return err
		}
		options, err = creationOptions(out.CredentialCreationOptions)
		if err != nil {
			return &auth.Error{
				Op: op, Code: auth.ErrInvalidPasskeyRegistrationOptions, Message: err.Error(),
				Recovery: "Check the pool's passkey settings and the endpoint.",
			}
		}
		return nil
	})
	if err != nil {
		return nil, tooManyPasskeys(err)
	}
	return options, nil
}

// CompleteAssociateWebAuthnCredential completes what [StartAssociateWebAuthnCredential] started.
// credential is WebAuthn's RegistrationResponseJSON: the JSON of toJSON of the browser's new
// PublicKeyCredential. It may come from the page unchanged: its form is checked here, and that it
// is not larger than 64 KiB; Cognito verifies its content. After an error, start again.
//
// Errors:
//   - [auth.ErrPasskeyRegistrationFailed]: credential is malformed; nothing was sent
//   - [auth.ErrWebAuthnChallengeNotFound]: the challenge has expired, was answered or was replaced
//   - [auth.ErrWebAuthnOriginNotAllowed]: the page is not one of the relying party's
//   - [auth.ErrWebAuthnRelyingPartyMismatch]: the credential is for another relying party
//   - [auth.ErrWebAuthnCredentialNotSupported]: Cognito does not support the kind of credential
//   - [auth.ErrWebAuthnClientMismatch]: the challenge was started by another app client
//   - [auth.ErrLimitExceeded]: the user has as many passkeys as Cognito allows
//   - [auth.ErrOutcomeUnknown]: the response was lost, so the passkey may have been added
//
// Cognito: CompleteWebAuthnRegistration. Amplify: associateWebAuthnCredential, from the result of
// navigator.credentials.create.
func CompleteAssociateWebAuthnCredential(ctx context.Context, session *auth.Session, credential json.RawMessage) error {
	const op = "CompleteAssociateWebAuthnCredential"
	content, err := registrationResponse(credential)
	if err != nil {
		return &auth.Error{
			Op: op, Code: auth.ErrPasskeyRegistrationFailed, Message: err.Error(),
			Recovery: "Send the JSON of toJSON of the browser's new credential unchanged.",
		}
	}
	err = session.Call(ctx, op, func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		_, err := api.CompleteWebAuthnRegistration(ctx, &cognitoidentityprovider.CompleteWebAuthnRegistrationInput{
			AccessToken: &accessToken, Credential: document.NewLazyDocument(content),
		})
		return err
	})
	return tooManyPasskeys(err)
}

// tooManyPasskeys adds the advice for a user who has all the passkeys that there may be. The same
// code is that of too many tries elsewhere.
func tooManyPasskeys(err error) error {
	var e *auth.Error
	if !errors.Is(err, auth.ErrLimitExceeded) || !errors.As(err, &e) {
		return err
	}
	own := *e
	own.Recovery = "Let the person delete a passkey first."
	return &own
}

// maxJSON bounds the JSON between Cognito and the browser. With a long certificate chain it has
// about 10 kB.
const maxJSON = 64 << 10

// creationOptions returns the server's options as JSON. It checks them without converting numbers,
// so that they are passed on unchanged.
func creationOptions(doc smithydocument.Marshaler) (json.RawMessage, error) {
	if doc == nil {
		return nil, errors.New("the response has no options")
	}
	data, err := doc.MarshalSmithyDocument()
	if err != nil {
		return nil, errors.New("the server's options are not JSON")
	}
	options, err := readObject(data)
	if err != nil {
		return nil, fmt.Errorf("the server's options are %w", err)
	}
	challenge, _ := options["challenge"].(string)
	_, user := options["user"].(map[string]any)
	_, rp := options["rp"].(map[string]any)
	_, algorithms := options["pubKeyCredParams"].([]any)
	if challenge == "" || !user || !rp || !algorithms {
		return nil, errors.New("the server's options lack challenge, user, rp or pubKeyCredParams")
	}
	return data, nil
}

// registrationResponse decodes the browser's credential into what the AWS SDK can encode.
func registrationResponse(data []byte) (map[string]any, error) {
	credential, err := readObject(data)
	if err != nil {
		return nil, fmt.Errorf("the credential is %w", err)
	}
	response, _ := credential["response"].(map[string]any)
	for _, member := range []any{
		credential["id"], credential["rawId"], response["clientDataJSON"], response["attestationObject"],
	} {
		if text, ok := member.(string); !ok || text == "" {
			return nil, errors.New("the credential lacks id, rawId, " +
				"response.clientDataJSON or response.attestationObject")
		}
	}
	if credential["type"] != "public-key" {
		return nil, errors.New(`the credential's type is not "public-key"`)
	}
	content, err := sendable(credential)
	if err != nil {
		return nil, err
	}
	return content.(map[string]any), nil
}

// readObject decodes one JSON object and keeps its numbers as they are written.
func readObject(data []byte) (map[string]any, error) {
	if len(data) > maxJSON {
		return nil, errors.New("larger than 64 KiB")
	}
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil || object == nil {
		return nil, errors.New("not a JSON object")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("not a single JSON object")
	}
	return object, nil
}

// sendable replaces numbers by the AWS SDK's, which would encode those of encoding/json as strings.
// It refuses an empty member name, which the AWS SDK does not encode.
func sendable(value any) (any, error) {
	var err error
	switch v := value.(type) {
	case json.Number:
		return smithydocument.Number(v), nil
	case []any:
		for i := range v {
			if v[i], err = sendable(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name := range v {
			if name == "" {
				return nil, errors.New("the credential has a member with an empty name")
			}
			if v[name], err = sendable(v[name]); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}
