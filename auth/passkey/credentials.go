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

// Credential is one of a person's passkeys. It marshals to Amplify's JSON.
type Credential struct {
	CredentialID            string    `json:"credentialId"`                      // WebAuthn's id of the credential, base64url
	FriendlyCredentialName  string    `json:"friendlyCredentialName"`            // a name that Cognito made up
	RelyingPartyID          string    `json:"relyingPartyId"`                    // the domain that the passkey works for
	AuthenticatorAttachment string    `json:"authenticatorAttachment,omitempty"` // "platform" or "cross-platform", if the browser said so
	AuthenticatorTransports []string  `json:"authenticatorTransports"`           // how the authenticator is reached, such as "internal"; never nil
	CreatedAt               time.Time `json:"createdAt"`
}

// ListWebAuthnCredentialsInput is the input of ListWebAuthnCredentials. The zero value asks for the
// first page.
type ListWebAuthnCredentialsInput struct {
	PageSize  int32  // how many at most; default: Cognito's, whose maximum is 20
	NextToken string // the NextToken of the page before
}

// ListWebAuthnCredentialsOutput is the output of ListWebAuthnCredentials. It marshals to Amplify's
// JSON.
type ListWebAuthnCredentialsOutput struct {
	Credentials []Credential `json:"credentials"`         // never nil
	NextToken   string       `json:"nextToken,omitempty"` // empty on the last page
}

// DeleteWebAuthnCredentialInput is the input of DeleteWebAuthnCredential.
type DeleteWebAuthnCredentialInput struct {
	CredentialID string // required: of a Credential
}

// ListWebAuthnCredentials returns a page of the person's passkeys, in Cognito's order.
// WebAuthnCredentials goes over all pages.
//
// Errors: [auth.ErrInvalidParameter] for a PageSize or a NextToken that Cognito refuses. Cognito:
// ListWebAuthnCredentials. Amplify: listWebAuthnCredentials.
func ListWebAuthnCredentials(
	ctx context.Context, session *auth.Session, in ListWebAuthnCredentialsInput,
) (ListWebAuthnCredentialsOutput, error) {
	page := ListWebAuthnCredentialsOutput{Credentials: []Credential{}}
	err := session.Call(ctx, "ListWebAuthnCredentials", func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
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

// maxPages bounds what a server can make us ask for.
const maxPages = 100

// WebAuthnCredentials goes over all of the person's passkeys, in Cognito's order, and asks for a
// page when it gets there. An error, as of ListWebAuthnCredentials, is the last thing that it
// gives; after 100 pages that is [auth.ErrUnexpectedResponse]. Not in Amplify.
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
			Op: "WebAuthnCredentials", Code: auth.ErrUnexpectedResponse, Message: "the server's list of passkeys does not end",
		})
	}
}

// DeleteWebAuthnCredential removes one of the person's passkeys from the pool, so that nobody can
// sign in with it any more. The authenticator keeps it and may go on offering it.
//
// Errors: [auth.ErrResourceNotFound] when the person has no such passkey, [auth.ErrOutcomeUnknown].
// Cognito: DeleteWebAuthnCredential. Amplify: deleteWebAuthnCredential.
func DeleteWebAuthnCredential(ctx context.Context, session *auth.Session, in DeleteWebAuthnCredentialInput) error {
	const op = "DeleteWebAuthnCredential"
	if in.CredentialID == "" {
		return &auth.Error{Op: op, Code: auth.ErrInvalidParameter, Message: "the credential's id is empty"}
	}
	return session.Call(ctx, op, func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
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
