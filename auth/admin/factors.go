package admin

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

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
