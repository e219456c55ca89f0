package terminal

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// passwordRefused ends a sign-in in which the password is a step of its own.
type passwordRefused struct{ error }

func (e *passwordRefused) Unwrap() error { return e.error }

// answer asks for the answer to one step, and sends it.
func (c *conversation) answer(ctx context.Context, out auth.SignInOutput) (auth.SignInOutput, error) {
	page := texts.ForSignIn(out.NextStep.Name())
	switch step := out.NextStep.(type) {
	case auth.ConfirmSignInWithSMSCode:
		return c.sentCode(ctx, out.StepID, page, step.CodeDeliveryDetails, step.ExpiresAt)
	case auth.ConfirmSignInWithEmailCode:
		return c.sentCode(ctx, out.StepID, page, step.CodeDeliveryDetails, step.ExpiresAt)
	case auth.ConfirmSignInWithTOTPCode:
		return c.totpCode(ctx, out.StepID, step)
	case auth.ContinueSignInWithTOTPSetup:
		return c.totpSetup(ctx, out.StepID, step)
	case auth.ContinueSignInWithEmailSetup:
		return c.emailSetup(ctx, out.StepID, page)
	case auth.ContinueSignInWithMFASelection:
		return c.mfaSelection(ctx, out.StepID, page, step.AllowedMFATypes)
	case auth.ContinueSignInWithMFASetupSelection:
		return c.mfaSelection(ctx, out.StepID, page, step.AllowedMFATypes)
	case auth.ContinueSignInWithFirstFactorSelection:
		return c.firstFactor(ctx, out.StepID, page, step.AvailableChallenges)
	case auth.ConfirmSignInWithWebAuthn:
		return c.insteadOfPasskey(ctx, out.StepID)
	case auth.ConfirmSignInWithPassword:
		return c.passwordStep(ctx, out.StepID)
	case auth.ConfirmSignInWithNewPasswordRequired:
		return c.newPassword(ctx, out.StepID, page, step.MissingAttributes)
	case auth.ConfirmSignInWithCustomChallenge:
		return c.question(ctx, out.StepID, page, step.AdditionalInfo)
	case auth.ConfirmSignInWithUnknownChallenge:
		return c.question(ctx, out.StepID, page, step.ChallengeParameters)
	case auth.ConfirmSignUpBeforeSignIn:
		return c.confirmSignUpFirst(ctx)
	case auth.ResetPasswordBeforeSignIn:
		return c.resetPasswordFirst(ctx, page)
	case auth.DoneSignInStep:
		return out, nil // never asked: IsSignedIn says it
	default:
		return auth.SignInOutput{}, &auth.Error{
			Op: "SignIn", Code: auth.ErrUnexpectedResponse,
			Message: "a terminal cannot show the step " + string(step.Name()),
		}
	}
}

// confirm has a step answered until the answer is accepted, or was wrong too often. An answer from
// a Source is tried once; source is nil if the person answers.
func (c *conversation) confirm(
	ctx context.Context, stepID string, source Source, ask func(context.Context) (auth.ConfirmSignInInput, error),
) (out auth.SignInOutput, err error) {
	err = c.untilAccepted(ctx, source, func(ctx context.Context) error {
		in, err := ask(ctx)
		if err != nil {
			return err
		}
		in.StepID, in.ClientMetadata = stepID, c.opts.ClientMetadata
		out, err = c.session.ConfirmSignIn(ctx, in)
		return err
	})
	return out, err
}

// errAnotherCode means that the person wants a code to be sent again.
var errAnotherCode = errors.New("terminal: another code is wanted")

// resendKey is what to type instead of a code, and showKey what to type to see a key.
const (
	resendKey = "r"
	showKey   = "k"
)

// sentCode asks for a code that was sent. Cognito sends another one only for another sign-in, which
// takes the password.
func (c *conversation) sentCode(
	ctx context.Context, stepID string, page texts.Page, sent auth.CodeDeliveryDetails, until time.Time,
) (auth.SignInOutput, error) {
	if err := c.tell(ctx, page.Lead, texts.Params{Destination: clean(sent.Destination)}); err != nil {
		return auth.SignInOutput{}, err
	}
	resendable := c.password != "" || c.beginsWithoutPassword()
	if resendable {
		if err := c.tell(ctx, texts.TerminalResend, texts.Params{Key: resendKey}); err != nil {
			return auth.SignInOutput{}, err
		}
	}
	out, err := c.confirm(ctx, stepID, nil, func(ctx context.Context) (auth.ConfirmSignInInput, error) {
		q := Question{ID: page.Field, Label: c.withTimeLeft(page.Field, until)}
		code, err := c.askFor(ctx, q, texts.ErrorCodeEmpty)
		if err == nil && resendable && strings.EqualFold(code, resendKey) {
			err = errAnotherCode
		}
		return auth.ConfirmSignInInput{ChallengeResponse: code}, err
	})
	if errors.Is(err, errAnotherCode) {
		return c.again(ctx)
	}
	return out, err
}

// withTimeLeft adds to a label how long the step is still good, if that is less than a minute.
func (c *conversation) withTimeLeft(id texts.ID, until time.Time) string {
	left := time.Until(until)
	if left <= 0 || left >= time.Minute {
		return c.texts.Text(id)
	}
	return c.texts.Text(id) + " (" + c.texts.Format(texts.TimeLeft, texts.Params{Left: left}) + ")"
}

// totpCode asks for a code of the authenticator app.
func (c *conversation) totpCode(
	ctx context.Context, stepID string, step auth.ConfirmSignInWithTOTPCode,
) (auth.SignInOutput, error) {
	if c.opts.TOTPCode == nil {
		lead := texts.Params{Authenticator: clean(step.FriendlyDeviceName)}
		if err := c.tell(ctx, texts.TOTPCodeLead, lead); err != nil {
			return auth.SignInOutput{}, err
		}
	}
	return c.confirm(ctx, stepID, c.opts.TOTPCode, func(ctx context.Context) (auth.ConfirmSignInInput, error) {
		code, err := c.codeOfApp(ctx, Question{
			ID: texts.FieldAppCode, Label: c.withTimeLeft(texts.FieldAppCode, step.ExpiresAt),
		})
		return auth.ConfirmSignInInput{ChallengeResponse: code}, err
	})
}

func (c *conversation) codeOfApp(ctx context.Context, q Question) (string, error) {
	if c.opts.TOTPCode != nil {
		return c.opts.TOTPCode(ctx)
	}
	return c.askFor(ctx, q, texts.ErrorCodeEmpty)
}

// emailSetup asks for the address that codes are to be sent to.
func (c *conversation) emailSetup(ctx context.Context, stepID string, page texts.Page) (auth.SignInOutput, error) {
	if err := c.tell(ctx, page.Lead, texts.Params{}); err != nil {
		return auth.SignInOutput{}, err
	}
	return c.confirm(ctx, stepID, nil, func(ctx context.Context) (auth.ConfirmSignInInput, error) {
		address, err := c.askFor(ctx, Question{ID: page.Field}, texts.FormEmpty)
		return auth.ConfirmSignInInput{ChallengeResponse: address}, err
	})
}

// question shows what a trigger, or a challenge that the SDK does not know, has to say, and asks
// for the answer.
func (c *conversation) question(
	ctx context.Context, stepID string, page texts.Page, info map[string]string,
) (auth.SignInOutput, error) {
	for _, line := range facts(info) {
		if err := c.tellLine(ctx, line); err != nil {
			return auth.SignInOutput{}, err
		}
	}
	field := page.Field
	if field == "" {
		field = texts.FieldAnswer
	}
	return c.confirm(ctx, stepID, nil, func(ctx context.Context) (auth.ConfirmSignInInput, error) {
		answer, err := c.askFor(ctx, Question{ID: field}, texts.ErrorAnswerEmpty)
		return auth.ConfirmSignInInput{ChallengeResponse: answer}, err
	})
}
