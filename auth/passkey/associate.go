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

// maxJSON bounds the JSON that passes between Cognito and the browser. With a long chain of
// certificates it has some 10 kB.
const maxJSON = 64 << 10

// creationOptions are the server's options as JSON. It reads them again, rather than into numbers
// and maps of Go's, so that they pass on as they came.
func creationOptions(doc smithydocument.Marshaler) (json.RawMessage, error) {
	if doc == nil {
		return nil, errors.New("the server gave no options")
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

// registrationResponse reads the browser's answer into what the AWS SDK can send.
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
			return nil, errors.New("the credential lacks id, rawId, or response with clientDataJSON and attestationObject")
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

// readObject reads one JSON object, with its numbers as they are written.
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
		return nil, errors.New("not one JSON object, but more")
	}
	return object, nil
}

// sendable turns numbers into the AWS SDK's, which would send encoding/json's as strings, and
// refuses the one object that it does not send.
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
				return nil, errors.New("the credential has a member without a name")
			}
			if v[name], err = sendable(v[name]); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}
