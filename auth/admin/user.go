package admin

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// UserFactors describes how a user can sign in, beside the password.
type UserFactors struct {
	Username string // Cognito's own name of the user, also when an alias was given
	Status   string // Cognito's UserStatus, such as "CONFIRMED"
	Enabled  bool   // false if an administrator disabled the account
	// Factors lists the second factors that sign-in may ask for; nil if there are none. Cognito
	// does not list an authenticator app that was verified but never enabled, though a pool that
	// requires MFA asks for that one as well.
	Factors   []auth.MFAType
	Preferred auth.MFAType // the factor that sign-in asks for first; empty if none
	Phone     Contact
	Email     Contact
	// RememberedDevices counts the devices that may replace the second factor. Zero if the pool
	// does not track devices.
	RememberedDevices int
}

// Contact is an address that codes can be sent to.
type Contact struct {
	Address  string // empty if there is none
	Verified bool   // the user proved to own it, or an administrator set it as verified
}

// UserFactors returns the factors of a user, who is named by user name, sub or an alias of the
// pool.
//
// Errors:
//   - [auth.ErrUserNotFound]: there is no such user
//   - [auth.ErrInvalidParameter]: username is empty
//
// Cognito: AdminGetUser, AdminListDevices.
func (c *Client) UserFactors(ctx context.Context, username string) (UserFactors, error) {
	factors, _, err := c.userFactors(ctx, "UserFactors", username)
	return factors, err
}

func (c *Client) userFactors(ctx context.Context, op, username string) (UserFactors, []Device, error) {
	factors, err := c.user(ctx, op, username)
	if err != nil {
		return UserFactors{}, nil, err
	}
	devices, err := c.allDevices(ctx, op, factors.Username)
	if err != nil {
		return UserFactors{}, nil, err
	}
	for _, d := range devices {
		if d.Remembered {
			factors.RememberedDevices++
		}
	}
	return factors, devices, nil
}

// user returns the factors without RememberedDevices.
func (c *Client) user(ctx context.Context, op, username string) (UserFactors, error) {
	if username == "" {
		return UserFactors{}, fail(op, auth.ErrInvalidParameter, "field Username is missing", "")
	}
	out, err := c.cognito.AdminGetUser(ctx, &cognitoidentityprovider.AdminGetUserInput{
		UserPoolId: &c.id, Username: &username,
	})
	if err != nil {
		return UserFactors{}, shaped(ctx, op, err)
	}
	attributes := map[string]string{}
	for _, a := range out.UserAttributes {
		attributes[aws.ToString(a.Name)] = aws.ToString(a.Value)
	}
	factors := UserFactors{
		Username: aws.ToString(out.Username), Status: string(out.UserStatus), Enabled: out.Enabled,
		Phone: Contact{attributes[phoneNumber], attributes[phoneNumber+verified] == "true"},
		Email: Contact{attributes[email], attributes[email+verified] == "true"},
	}
	for _, name := range out.UserMFASettingList {
		factors.Factors = append(factors.Factors, auth.MFATypeOf(name))
	}
	if name := aws.ToString(out.PreferredMfaSetting); name != "" {
		factors.Preferred = auth.MFATypeOf(name)
	}
	return factors, nil
}

// Cognito's attributes.
const (
	phoneNumber = "phone_number"
	email       = "email"
	verified    = "_verified"
)

// SignOutUser ends all sessions of a user: the refresh tokens are revoked, and Cognito's own
// operations refuse the access tokens. A service that only verifies signatures accepts those tokens
// until they expire.
//
// Errors:
//   - [auth.ErrUserNotFound]: there is no such user
//
// Cognito: AdminUserGlobalSignOut.
func (c *Client) SignOutUser(ctx context.Context, username string) error {
	return c.signOut(ctx, "SignOutUser", username)
}

func (c *Client) signOut(ctx context.Context, op, username string) error {
	_, err := c.cognito.AdminUserGlobalSignOut(ctx, &cognitoidentityprovider.AdminUserGlobalSignOutInput{
		UserPoolId: &c.id, Username: &username,
	})
	return shaped(ctx, op, err)
}

// deleteSoftwareToken makes the pool forget the user's authenticator app, if there is one. The AWS
// SDK does not have the operation yet, but its input is that of AdminUserGlobalSignOut, so the
// request is built as that one and then renamed.
func (c *Client) deleteSoftwareToken(ctx context.Context, op, username string) error {
	_, err := c.cognito.AdminUserGlobalSignOut(ctx,
		&cognitoidentityprovider.AdminUserGlobalSignOutInput{UserPoolId: &c.id, Username: &username},
		cognitoidentityprovider.WithAPIOptions(func(stack *middleware.Stack) error {
			rename := middleware.BuildMiddlewareFunc("AdminDeleteSoftwareToken", renameOperation)
			return stack.Build.Add(rename, middleware.After)
		}))
	err = shaped(ctx, op, err)
	// AdminGetUser found the pool and the user before, so the missing resource is the app.
	if errors.Is(err, auth.ErrSoftwareTokenMFANotFound) || errors.Is(err, auth.ErrResourceNotFound) {
		return nil
	}
	return err
}

// targetPrefix begins X-Amz-Target, the header that names the operation.
const targetPrefix = "AWSCognitoIdentityProviderService."

// renameOperation runs before the request is signed. It fails for a request whose X-Amz-Target does
// not name AdminUserGlobalSignOut: an AWS SDK that names the operation elsewhere would sign the
// user out, and the app would be reported as forgotten.
func renameOperation(
	ctx context.Context, in middleware.BuildInput, next middleware.BuildHandler,
) (middleware.BuildOutput, middleware.Metadata, error) {
	request, ok := in.Request.(*smithyhttp.Request)
	if !ok || request.Header.Get("X-Amz-Target") != targetPrefix+"AdminUserGlobalSignOut" {
		err := errors.New("the AWS SDK does not name the operation in X-Amz-Target")
		return middleware.BuildOutput{}, middleware.Metadata{}, err
	}
	request.Header.Set("X-Amz-Target", targetPrefix+"AdminDeleteSoftwareToken")
	return next.HandleBuild(ctx, in)
}
