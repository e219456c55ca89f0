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

// repeatable lists the operations that do the same however often they are carried out, so that a
// lost answer or a passing failure may be answered by sending them again. Every other operation
// spends something (a code, a challenge session, a message to a person) and is one-shot.
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

	// Those of package auth/passkey.
	"StartWebAuthnRegistration": true,
	"ListWebAuthnCredentials":   true,

	// Those of package auth/admin, whose client sends all of them up to three times.
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
}

// retryPolicy keeps the AWS SDK's standard three attempts for the repeatable operations; one-shot
// ones are tried again only when no connection came about, so that nothing can have been sent.
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

// once makes one call of a repeatable operation a one-shot.
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

// neverSent reports whether err proves that no byte of the request reached anybody.
func neverSent(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}
