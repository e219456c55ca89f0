package auth

import (
	"errors"
	"net"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// repeatable lists the operations that have the same effect however often they are carried out, so
// that they may be sent again after a lost answer or a passing failure. Every other operation is
// one-shot: it uses something up (a code, a challenge session) or sends a message to a person.
var repeatable = map[string]bool{
	"InitiateAuth":         true,
	"GetUser":              true,
	"ListDevices":          true,
	"UpdateDeviceStatus":   true,
	"ForgetDevice":         true,
	"RevokeToken":          true,
	"GlobalSignOut":        true,
	"SetUserMFAPreference": true,
	"DeleteUserAttributes": true,

	// Package auth/passkey.
	"StartWebAuthnRegistration": true,
	"ListWebAuthnCredentials":   true,

	// Package auth/admin, whose client tries all of them up to three times.
	"AdminForgetDevice":         true,
	"AdminGetDevice":            true,
	"AdminGetUser":              true,
	"AdminListDevices":          true,
	"AdminSetUserMFAPreference": true,
	"AdminUpdateDeviceStatus":   true,
	"AdminUpdateUserAttributes": true,
	"AdminUserGlobalSignOut":    true,
	"DescribeUserPool":          true,
	"GetUserPoolMfaConfig":      true,
	"SetUserPoolMfaConfig":      true,
	"UpdateUserPool":            true,

	// Package auth/identitypool.
	"AssumeRoleWithWebIdentity": true,
	"GetCredentialsForIdentity": true,
	"GetId":                     true,
	"GetOpenIdToken":            true,
}

// retryPolicy keeps the AWS SDK's standard three attempts for repeatable operations. One-shot ones
// are tried again only if no connection was made, so that nothing can have been sent.
//
// Differs from Amplify: it sends everything up to three times, which turns a lost answer into a
// false "wrong code".
func retryPolicy() []func(*middleware.Stack) error {
	return []func(*middleware.Stack) error{func(stack *middleware.Stack) error {
		if repeatable[stack.ID()] {
			return nil
		}
		return sendOnce(stack)
	}}
}

// once makes one call of a repeatable operation one-shot.
func once(o *cognitoidentityprovider.Options) {
	o.APIOptions = append(o.APIOptions, sendOnce)
}

func sendOnce(stack *middleware.Stack) error {
	oneShot := retry.NewStandard(func(o *retry.StandardOptions) {
		o.Retryables = []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			return aws.BoolTernary(neverSent(err))
		})}
	})
	attempt := retry.NewAttemptMiddleware(oneShot, smithyhttp.RequestCloner)
	_, err := stack.Finalize.Swap(attempt.ID(), attempt)
	return err
}

// neverSent reports whether err proves that no byte of the request was sent.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
