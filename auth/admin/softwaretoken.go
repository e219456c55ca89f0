package admin

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// deleteSoftwareToken has the pool forget the person's authenticator app; that there is none is
// fine. The AWS SDK does not know the operation yet. It has the members of AdminUserGlobalSignOut,
// so it goes as that one, under its own name.
func (c *Client) deleteSoftwareToken(ctx context.Context, op, username string) error {
	_, err := c.cognito.AdminUserGlobalSignOut(ctx,
		&cognitoidentityprovider.AdminUserGlobalSignOutInput{UserPoolId: &c.id, Username: &username},
		cognitoidentityprovider.WithAPIOptions(func(stack *middleware.Stack) error {
			return stack.Build.Add(middleware.BuildMiddlewareFunc("AdminDeleteSoftwareToken", renamed), middleware.After)
		}))
	err = shaped(ctx, op, err)
	// AdminGetUser has found the pool and the user before, so the resource that is not found is the
	// app.
	if errors.Is(err, auth.ErrSoftwareTokenMFANotFound) || errors.Is(err, auth.ErrResourceNotFound) {
		return nil
	}
	return err
}

// service is what X-Amz-Target begins with.
const service = "AWSCognitoIdentityProviderService."

// renamed comes before the request is signed.
func renamed(ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler) (middleware.BuildOutput, middleware.Metadata, error) {
	request, ok := in.Request.(*smithyhttp.Request)
	// An AWS SDK that says elsewhere which operation it means would have the person signed out, and
	// report the app as forgotten.
	if !ok || request.Header.Get("X-Amz-Target") != service+"AdminUserGlobalSignOut" {
		return middleware.BuildOutput{}, middleware.Metadata{}, errors.New("the AWS SDK does not name the operation in X-Amz-Target")
	}
	request.Header.Set("X-Amz-Target", service+"AdminDeleteSoftwareToken")
	return next.HandleBuild(ctx, in)
}
