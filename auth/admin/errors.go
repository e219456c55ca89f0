package admin

import (
	"cmp"
	"context"
	"errors"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// Error codes of this package. All others are those of package auth, or Cognito's own.
const (
	// ErrNoCredentials: no AWS credentials were found, or they could not be renewed. Nothing was
	// sent.
	ErrNoCredentials auth.ErrorCode = "NoCredentialsException"
	// ErrAccessDenied: the credentials lack an IAM permission. The package comment lists all that
	// are needed.
	ErrAccessDenied auth.ErrorCode = "AccessDeniedException"
	// ErrRecoveryRefused: the pool or the user's account does not allow the chosen
	// [RecoveryMethod]. Nothing was changed; Recovery says what to do instead.
	ErrRecoveryRefused auth.ErrorCode = "RecoveryRefusedException"
	// ErrMFAConfigRefused: Cognito does not accept the requested configuration. Nothing was sent;
	// the message begins with the field to change.
	ErrMFAConfigRefused auth.ErrorCode = "MFAConfigRefusedException"
	// ErrPlanOutdated: the pool, or the request, is not what it was at the dry run. Nothing was
	// sent.
	ErrPlanOutdated auth.ErrorCode = "PlanOutdatedException"
	// ErrMFAConfigDiffers: after an update the pool's configuration is not what was written,
	// because somebody else changed it at the same time or Cognito ignored a part.
	ErrMFAConfigDiffers auth.ErrorCode = "MFAConfigDiffersException"
)

func fail(op string, code auth.ErrorCode, message, recovery string) error {
	return &auth.Error{Op: op, Code: code, Message: message, Recovery: recovery}
}

// shaped converts err to an *auth.Error of the verb op, with recovery advice for administrators.
func shaped(ctx context.Context, op string, err error) error {
	if missing := (credentialsError{}); errors.As(err, &missing) {
		return &auth.Error{
			Op: op, Code: ErrNoCredentials, Message: "there are no usable AWS credentials", Err: missing.cause,
		}
	}
	err = auth.APIError(ctx, op, err)
	var e *auth.Error
	if errors.As(err, &e) {
		e.Recovery = cmp.Or(recoveries[e.Code], e.Recovery)
	}
	return err
}

// recoveries replaces the advice of package auth, which addresses the user who signs in.
var recoveries = map[auth.ErrorCode]string{
	ErrAccessDenied: "Grant the credentials the IAM action that the message names. " +
		"The package comment of auth/admin lists them all.",
	auth.ErrDeviceNotRecognized:   "The pool does not know the device. To forget it, nothing is left to do.",
	auth.ErrNotAuthorized:         "Check the user's account; the message says what is wrong with it.",
	auth.ErrUserNotFound:          "Check the user name and the pool's id.",
	featureUnavailable:            "Move the pool to the tier ESSENTIALS or higher.",
	auth.ErrInvalidUserPoolConfig: "Turn device tracking on with UpdateMFAConfig.",
}

const featureUnavailable auth.ErrorCode = "FeatureUnavailableInTierException"
