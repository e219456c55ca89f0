package mfa

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// pendingSlot is the slot of the session in which an unfinished set-up is kept.
const pendingSlot = "amplify-auth-go/totp"

// pendingLife is how long an unfinished set-up can be shown again.
const pendingLife = time.Hour

// pendingTOTP is an unfinished set-up in its slot.
type pendingTOTP struct {
	Subject     string    `json:"sub"` // whose it is: somebody else may have signed in since
	Secret      string    `json:"secret"`
	AccountName string    `json:"accountName"`
	Until       time.Time `json:"until"`
}

// PendingTOTPSetup returns what [SetUpTOTP] returned last, so that a page that is loaded again
// shows the same QR code. ok is false if no set-up is under way: none was started in the last hour,
// it was verified or canceled, it ended with a sign-out, or it belongs to another person. It makes
// no request for that.
//
// The set-up is in a slot of the session's record, [auth.Session.Slot], under
// "amplify-auth-go/totp". Errors are those of [auth.Session.Slot] and of
// [auth.Session.CurrentUser].
//
// Not in Amplify.
func PendingTOTPSetup(ctx context.Context, session *auth.Session) (details auth.TOTPSetupDetails, ok bool, err error) {
	data, err := session.Slot(ctx, pendingSlot)
	if err != nil || data == nil {
		return auth.TOTPSetupDetails{}, false, err
	}
	var pending pendingTOTP
	if json.Unmarshal(data, &pending) != nil || pending.Secret == "" || !time.Now().Before(pending.Until) {
		return auth.TOTPSetupDetails{}, false, nil
	}
	user, err := session.CurrentUser(ctx)
	switch {
	case errors.Is(err, auth.ErrUserUnAuthenticated), err == nil && user.UserID != pending.Subject:
		return auth.TOTPSetupDetails{}, false, nil
	case err != nil:
		return auth.TOTPSetupDetails{}, false, err
	}
	return auth.TOTPSetupDetails{SharedSecret: pending.Secret, AccountName: pending.AccountName}, true, nil
}

// CancelTOTPSetup cancels what [SetUpTOTP] started. An app that was verified before stays in
// force. It makes no request: at Cognito a secret that was never verified has no effect. Errors are
// those of [auth.Session.UpdateSlot].
//
// Not in Amplify.
func CancelTOTPSetup(ctx context.Context, session *auth.Session) error {
	return replacePending(ctx, session, nil)
}

func keepPending(
	ctx context.Context, session *auth.Session, subject string, details auth.TOTPSetupDetails,
) error {
	data, err := json.Marshal(pendingTOTP{ //nolint:gosec // the slot is sealed with the record
		Subject: subject, Secret: details.SharedSecret, AccountName: details.AccountName,
		Until: time.Now().Add(pendingLife).UTC(),
	})
	if err != nil {
		return err
	}
	return replacePending(ctx, session, data)
}

func replacePending(ctx context.Context, session *auth.Session, data []byte) error {
	return session.UpdateSlot(ctx, pendingSlot, func([]byte) ([]byte, error) { return data, nil })
}
