package auth

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
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
	"AdminDisableUser":          true,
	"AdminEnableUser":           true,
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
	"ListUsers":                 true,
	"SetUserPoolMfaConfig":      true,
	"UpdateUserPool":            true,

	// Package auth/identitypool.
	"AssumeRoleWithWebIdentity": true,
	"GetCredentialsForIdentity": true,
	"GetId":                     true,
	"GetOpenIdToken":            true,
}

// retryPolicy keeps the AWS SDK's standard three attempts for repeatable operations, and makes
// every other call one-shot.
func retryPolicy(stack *middleware.Stack) error {
	if repeatable[stack.ID()] {
		return nil
	}
	return oneShot(stack)
}

// once makes one call of a repeatable operation one-shot.
func once(o *cognitoidentityprovider.Options) {
	o.APIOptions = append(o.APIOptions, oneShot)
}

// oneShot has a call tried again only if nothing was sent, for a reason that may pass. Its errors
// say whether something was sent.
//
// Differs from Amplify: it sends everything up to three times, which turns a lost answer into a
// false "wrong code".
func oneShot(stack *middleware.Stack) error {
	delivery := &transport.Delivery{}
	unsent := retry.NewStandard(func(o *retry.StandardOptions) {
		o.Retryables = []retry.IsErrorRetryable{retry.IsErrorRetryableFunc(func(err error) aws.Ternary {
			return aws.BoolTernary(!delivery.Sent() && !transport.Permanent(err))
		})}
	})
	attempt := retry.NewAttemptMiddleware(unsent, smithyhttp.RequestCloner)
	if _, err := stack.Finalize.Swap(attempt.ID(), attempt); err != nil {
		return err
	}
	watch := func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		out, metadata, err := next.HandleInitialize(delivery.Watch(ctx), in)
		if err != nil {
			err = oneShotError{error: err, sent: delivery.Sent()}
		}
		return out, metadata, err
	}
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("OneShot", watch), middleware.Before)
}

// A oneShotError is the error of a one-shot call, and says whether a request may have been sent.
type oneShotError struct {
	error
	sent bool
}

func (e oneShotError) Unwrap() error { return e.error }

// mayHaveTakenEffect reports whether a call without an answer may have been carried out, and must
// not be made again for that. Of a client that is not this package's, only the operation is known.
func mayHaveTakenEffect(err error) bool {
	var call oneShotError
	if errors.As(err, &call) {
		return call.sent
	}
	var operation *smithy.OperationError
	return errors.As(err, &operation) && !repeatable[operation.OperationName]
}
