package passkey

import (
	"context"
	"iter"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// Credential is one of a user's passkeys. It marshals to Amplify's JSON.
type Credential struct {
	// CredentialID is WebAuthn's credential id, in base64url.
	CredentialID string `json:"credentialId"`
	// FriendlyCredentialName is a name that Cognito chose.
	FriendlyCredentialName string `json:"friendlyCredentialName"`
	// RelyingPartyID is the domain that the passkey is for.
	RelyingPartyID string `json:"relyingPartyId"`
	// AuthenticatorAttachment is "platform" or "cross-platform", or empty if the browser did not
	// tell.
	AuthenticatorAttachment string `json:"authenticatorAttachment,omitempty"`
	// AuthenticatorTransports lists how to reach the authenticator, such as "internal". Never nil.
	AuthenticatorTransports []string  `json:"authenticatorTransports"`
	CreatedAt               time.Time `json:"createdAt"`
}

// ListWebAuthnCredentialsInput is the input of [ListWebAuthnCredentials]. The zero value asks for
// the first page.
type ListWebAuthnCredentialsInput struct {
	PageSize  int32  // the most to return, up to 20; default: Cognito's
	NextToken string // the NextToken of the previous page
}

// ListWebAuthnCredentialsOutput is the output of [ListWebAuthnCredentials]. It marshals to
// Amplify's JSON.
type ListWebAuthnCredentialsOutput struct {
	Credentials []Credential `json:"credentials"`         // never nil
	NextToken   string       `json:"nextToken,omitempty"` // empty on the last page
}

// DeleteWebAuthnCredentialInput is the input of [DeleteWebAuthnCredential].
type DeleteWebAuthnCredentialInput struct {
	CredentialID string // the CredentialID of a Credential; required
}

// ListWebAuthnCredentials returns a page of the user's passkeys, in Cognito's order.
// [WebAuthnCredentials] iterates over all pages.
//
// Errors:
//   - [auth.ErrInvalidParameter]: Cognito refuses PageSize or NextToken
//
// Cognito: ListWebAuthnCredentials. Amplify: listWebAuthnCredentials.
func ListWebAuthnCredentials(
	ctx context.Context, session *auth.Session, in ListWebAuthnCredentialsInput,
) (ListWebAuthnCredentialsOutput, error) {
	page := ListWebAuthnCredentialsOutput{Credentials: []Credential{}}
	err := session.Call(ctx, "ListWebAuthnCredentials", func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		request := &cognitoidentityprovider.ListWebAuthnCredentialsInput{AccessToken: &accessToken}
		if in.PageSize != 0 {
			request.MaxResults = &in.PageSize
		}
		if in.NextToken != "" {
			request.NextToken = &in.NextToken
		}
		out, err := api.ListWebAuthnCredentials(ctx, request)
		if err != nil {
			return err
		}
		for _, c := range out.Credentials {
			page.Credentials = append(page.Credentials, newCredential(c))
		}
		page.NextToken = aws.ToString(out.NextToken)
		return nil
	})
	if err != nil {
		return ListWebAuthnCredentialsOutput{}, err
	}
	return page, nil
}

// maxPages bounds the requests that a server can cause.
const maxPages = 100

// WebAuthnCredentials iterates over all of the user's passkeys, in Cognito's order, and requests
// each page when the loop reaches it. An error ends the iteration.
//
// Errors:
//   - those of [ListWebAuthnCredentials]
//   - [auth.ErrUnexpectedResponse]: the list has more than 100 pages
//
// Cognito: ListWebAuthnCredentials. Not in Amplify.
func WebAuthnCredentials(ctx context.Context, session *auth.Session) iter.Seq2[Credential, error] {
	return func(yield func(Credential, error) bool) {
		in := ListWebAuthnCredentialsInput{}
		for range maxPages {
			page, err := ListWebAuthnCredentials(ctx, session, in)
			if err != nil {
				yield(Credential{}, err)
				return
			}
			for _, c := range page.Credentials {
				if !yield(c, nil) {
					return
				}
			}
			if in.NextToken = page.NextToken; in.NextToken == "" {
				return
			}
		}
		yield(Credential{}, &auth.Error{
			Op: "WebAuthnCredentials", Code: auth.ErrUnexpectedResponse,
			Message: "the list of passkeys does not end",
		})
	}
}

// DeleteWebAuthnCredential deletes one of the user's passkeys from the pool, so that nobody can
// sign in with it any more. The authenticator keeps it and may still offer it.
//
// Errors:
//   - [auth.ErrInvalidParameter]: CredentialID is empty
//   - [auth.ErrResourceNotFound]: the user has no such passkey
//   - [auth.ErrOutcomeUnknown]: the response was lost, so the passkey may have been deleted
//
// Cognito: DeleteWebAuthnCredential. Amplify: deleteWebAuthnCredential.
func DeleteWebAuthnCredential(ctx context.Context, session *auth.Session, in DeleteWebAuthnCredentialInput) error {
	const op = "DeleteWebAuthnCredential"
	if in.CredentialID == "" {
		return &auth.Error{Op: op, Code: auth.ErrInvalidParameter, Message: "field CredentialID is missing"}
	}
	return session.Call(ctx, op, func(
		ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
	) error {
		_, err := api.DeleteWebAuthnCredential(ctx, &cognitoidentityprovider.DeleteWebAuthnCredentialInput{
			AccessToken: &accessToken, CredentialId: &in.CredentialID,
		})
		return err
	})
}

func newCredential(c types.WebAuthnCredentialDescription) Credential {
	return Credential{
		CredentialID:            aws.ToString(c.CredentialId),
		FriendlyCredentialName:  aws.ToString(c.FriendlyCredentialName),
		RelyingPartyID:          aws.ToString(c.RelyingPartyId),
		AuthenticatorAttachment: aws.ToString(c.AuthenticatorAttachment),
		AuthenticatorTransports: append([]string{}, c.AuthenticatorTransports...),
		CreatedAt:               aws.ToTime(c.CreatedAt),
	}
}
