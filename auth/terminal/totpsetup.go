package terminal

import (
	"context"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// SetUpTOTP adds an authenticator app to the account of the person who is signed in, and makes it
// the preferred second factor.
//
// Errors include those of [mfa.SetUpTOTP], [mfa.VerifyTOTPSetup] and [mfa.UpdateMFAPreference],
// and:
//   - [ErrInterrupted]: the person stopped
//   - [ErrNoTerminal]: there is nobody to show the code to
func SetUpTOTP(ctx context.Context, session *auth.Session, opts Options) error {
	return converse(ctx, session, opts, func(ctx context.Context, c *conversation) error {
		if c.prompt == nil {
			return ErrNoTerminal
		}
		details, err := mfa.SetUpTOTP(ctx, session)
		if err != nil {
			return err
		}
		if err := c.verifyTOTP(ctx, details); err != nil {
			return err
		}
		return mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Preferred})
	})
}

func (c *conversation) verifyTOTP(ctx context.Context, details auth.TOTPSetupDetails) error {
	setup, err := c.showTOTP(ctx, details)
	if err != nil {
		return err
	}
	return c.untilAccepted(ctx, c.opts.TOTPCode, func(ctx context.Context) error {
		code, err := c.firstCode(ctx, setup)
		if err != nil {
			return err
		}
		return mfa.VerifyTOTPSetup(ctx, c.session, mfa.VerifyTOTPSetupInput{Code: code})
	})
}

// totpSetup has an authenticator app set up during the sign-in.
func (c *conversation) totpSetup(
	ctx context.Context, stepID string, step auth.ContinueSignInWithTOTPSetup,
) (auth.SignInOutput, error) {
	setup, err := c.showTOTP(ctx, step.TOTPSetupDetails)
	if err != nil {
		return auth.SignInOutput{}, err
	}
	return c.confirm(ctx, stepID, c.opts.TOTPCode, func(ctx context.Context) (auth.ConfirmSignInInput, error) {
		setup.question.Label = c.withTimeLeft(setup.question.ID, step.ExpiresAt)
		code, err := c.firstCode(ctx, setup)
		return auth.ConfirmSignInInput{ChallengeResponse: code}, err
	})
}

// totpShown is a set-up as the person sees it. Its question has the QR code, if that fits.
type totpShown struct {
	question Question
	picture  string // the QR code, to be shown again
	key      string // the secret and the URI, to be typed or opened
}

// showTOTP says what to do, and prepares the question for the first code.
func (c *conversation) showTOTP(ctx context.Context, details auth.TOTPSetupDetails) (*totpShown, error) {
	shown := &totpShown{question: Question{ID: texts.TerminalAppCode}}
	if c.prompt == nil {
		return shown, nil
	}
	uriFor := func(account string) string {
		if account == "" {
			details.AccountName = ""
		}
		return details.SetupURI(c.opts.AppName, account)
	}
	shown.key = c.texts.Text(texts.TOTPSetUpKey) + "\n\n  " + mfa.GroupSecret(clean(details.SharedSecret)) +
		"\n\n  " + details.SetupURI(c.opts.AppName, "") + "\n"
	shown.picture = qrCode(c.prompt.Screen(), uriFor, details.AccountName)
	if shown.picture == "" {
		shown.question.Detail = shown.key
		return shown, c.tell(ctx, texts.TOTPSetUpTitle, texts.Params{})
	}
	shown.question.Picture = shown.picture
	return shown, c.tell(ctx, texts.TerminalScan, texts.Params{Key: showKey})
}

// firstCode asks for a code of the app that is being set up. The QR code is shown until the person
// answers, and again after an empty answer.
func (c *conversation) firstCode(ctx context.Context, setup *totpShown) (string, error) {
	if c.opts.TOTPCode != nil {
		return c.opts.TOTPCode(ctx)
	}
	for empty := 0; empty < maxTries; {
		code, err := c.ask(ctx, setup.question)
		switch {
		case err != nil:
			return "", err
		case strings.EqualFold(code, showKey):
			setup.question.Picture, setup.question.Detail = "", setup.key
		case code == "":
			empty++
			setup.question.Picture, setup.question.Detail = setup.picture, ""
			if setup.picture == "" {
				setup.question.Detail = setup.key
			}
		default:
			setup.question.Picture, setup.question.Detail = "", ""
			return code, nil
		}
	}
	return "", ErrInterrupted
}
