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

// UserFactors is what a person can prove who they are with, beside the password.
type UserFactors struct {
	Username string // the name that Cognito keeps, whichever name was asked for
	Status   string // Cognito's UserStatus, such as "CONFIRMED"
	Enabled  bool   // false: an administrator disabled the account, and nobody can sign in to it
	// Factors are those that sign-in may ask for; nil if none. Cognito does not list an app that
	// was verified but never enabled, and pools that require MFA ask for that one, too.
	Factors   []auth.MFAType
	Preferred auth.MFAType // the factor that sign-in asks for first; empty if none
	Phone     Contact
	Email     Contact
	// RememberedDevices counts the devices that may stand in for the second factor. Zero where the
	// pool does not track devices.
	RememberedDevices int
}

// Contact is where a code can be sent.
type Contact struct {
	Address  string // empty if there is none
	Verified bool   // the person has shown that it is theirs, or an administrator vouched for it
}

// UserFactors looks a person up, by user name, by sub or by an alias of the pool.
//
// Errors: [auth.ErrUserNotFound]. Cognito: AdminGetUser, AdminListDevices.
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

// user is userFactors without the devices.
func (c *Client) user(ctx context.Context, op, username string) (UserFactors, error) {
	if username == "" {
		return UserFactors{}, fail(op, auth.ErrInvalidParameter, "field Username is missing", "")
	}
	out, err := c.cognito.AdminGetUser(ctx, &cognitoidentityprovider.AdminGetUserInput{UserPoolId: &c.id, Username: &username})
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

// SignOutUser ends all of a person's sessions: every refresh token is revoked, and Cognito's own
// operations refuse the access tokens. A service that only verifies signatures goes on accepting
// tokens until they expire.
//
// Errors: [auth.ErrUserNotFound]. Cognito: AdminUserGlobalSignOut.
func (c *Client) SignOutUser(ctx context.Context, username string) error {
	return c.signOut(ctx, "SignOutUser", username)
}

func (c *Client) signOut(ctx context.Context, op, username string) error {
	_, err := c.cognito.AdminUserGlobalSignOut(ctx, &cognitoidentityprovider.AdminUserGlobalSignOutInput{
		UserPoolId: &c.id, Username: &username,
	})
	return shaped(ctx, op, err)
}

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
