package admin

import (
	"cmp"
	"context"
	"errors"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// Codes that only this package gives. The others are those of package auth, and Cognito's own.
const (
	// ErrNoCredentials means that no AWS credentials were found, or that they could not be renewed.
	// Nothing was sent.
	ErrNoCredentials auth.ErrorCode = "NoCredentialsException"
	// ErrAccessDenied is the service's: the credentials lack an IAM permission, see the package
	// comment.
	ErrAccessDenied auth.ErrorCode = "AccessDeniedException"
	// ErrWayOutClosed means that the pool or the person's account does not allow the chosen WayOut.
	// Nothing was changed; Recovery says what to do instead.
	ErrWayOutClosed auth.ErrorCode = "WayOutClosedException"
	// ErrMFAConfigRefused means that Cognito refuses the set-up that was asked for. It was not
	// sent; the message begins with the field to change.
	ErrMFAConfigRefused auth.ErrorCode = "MFAConfigRefusedException"
	// ErrMFAConfigDiffers means that the pool's set-up, read again after a change, is not what was
	// written: somebody else changed it at the same time, or Cognito did not follow.
	ErrMFAConfigDiffers auth.ErrorCode = "MFAConfigDiffersException"
)

func fail(op string, code auth.ErrorCode, message, recovery string) error {
	return &auth.Error{Op: op, Code: code, Message: message, Recovery: recovery}
}

// shaped returns err the shape of package auth, and what is said nowhere else.
func shaped(ctx context.Context, op string, err error) error {
	if missing := (credentialsError{}); errors.As(err, &missing) {
		return &auth.Error{Op: op, Code: ErrNoCredentials, Message: "there are no usable AWS credentials", Err: missing.cause}
	}
	err = auth.APIError(ctx, op, err)
	var e *auth.Error
	if errors.As(err, &e) {
		e.Recovery = cmp.Or(recoveries[e.Code], e.Recovery)
	}
	return err
}

// recoveries replace those of package auth, which are for the person who signs in.
var recoveries = map[auth.ErrorCode]string{
	ErrAccessDenied:               "Grant the credentials the IAM action that the message names. The package comment of auth/admin lists them all.",
	auth.ErrDeviceNotRecognized:   "Nothing, if the device was to be forgotten: the pool does not know it.",
	auth.ErrNotAuthorized:         "Check the state of the person's account; the message says what is wrong with it.",
	auth.ErrUserNotFound:          "Check the user name and the pool's id.",
	featureUnavailable:            "Move the pool to the tier ESSENTIALS or higher.",
	auth.ErrInvalidUserPoolConfig: "Switch device tracking on: UpdateMFAConfig.",
}

const featureUnavailable auth.ErrorCode = "FeatureUnavailableInTierException"
