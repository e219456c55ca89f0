package terminal

import (
	"context"
	"errors"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// ResetPassword sets a new password for somebody who forgot theirs, with a code that Cognito sends.
// It signs no one in.
//
// Errors include those of [auth.Session.ResetPassword] and [auth.Session.ConfirmResetPassword],
// and:
//   - [ErrInterrupted]: the person stopped
//   - [ErrNoTerminal]: there is nobody to ask
func ResetPassword(ctx context.Context, session *auth.Session, opts Options) error {
	return converse(ctx, session, opts, func(ctx context.Context, c *conversation) error {
		if c.prompt == nil {
			return ErrNoTerminal
		}
		if c.username == "" {
			q := Question{ID: c.usernameLabel(), Default: opts.LastUsername}
			name, err := c.askFor(ctx, q, texts.ErrorNameEmpty)
			if err != nil {
				return err
			}
			c.username = name
		}
		return c.resetPassword(ctx)
	})
}

// ChangePassword changes the password of the person who is signed in.
//
// Errors include those of [auth.Session.UpdatePassword], and:
//   - [ErrInterrupted]: the person stopped
//   - [ErrNoTerminal]: there is nobody to ask
func ChangePassword(ctx context.Context, session *auth.Session, opts Options) error {
	return converse(ctx, session, opts, func(ctx context.Context, c *conversation) error {
		if c.prompt == nil {
			return ErrNoTerminal
		}
		old, err := c.ask(ctx, Question{ID: texts.FieldCurrentPassword, Secret: true})
		if err != nil {
			return err
		}
		return c.untilAccepted(ctx, nil, func(ctx context.Context) error {
			password, err := c.twice(ctx)
			if err != nil {
				return err
			}
			return session.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: old, NewPassword: password})
		})
	})
}

// twice asks for a new password, and once more until both are the same.
func (c *conversation) twice(ctx context.Context) (string, error) {
	for range maxTries {
		password, err := c.askFor(ctx, Question{ID: texts.FieldNewPassword, Secret: true}, texts.ErrorPasswordEmpty)
		if err != nil {
			return "", err
		}
		again, err := c.ask(ctx, Question{ID: texts.FieldNewPasswordAgain, Secret: true})
		if err != nil || again == password {
			return password, err
		}
		if err := c.tell(ctx, texts.FormPasswordsDiffer, texts.Params{}); err != nil {
			return "", err
		}
	}
	return "", ErrInterrupted
}

// newPassword replaces a temporary password, and asks for what the pool does not know yet.
func (c *conversation) newPassword(
	ctx context.Context, stepID string, page texts.Page, missing []string,
) (auth.SignInOutput, error) {
	if err := c.tell(ctx, page.Lead, texts.Params{}); err != nil {
		return auth.SignInOutput{}, err
	}
	return c.confirm(ctx, stepID, nil, func(ctx context.Context) (auth.ConfirmSignInInput, error) {
		password, err := c.twice(ctx)
		if err != nil {
			return auth.ConfirmSignInInput{}, err
		}
		attributes, err := c.attributes(ctx, missing)
		c.password = password
		return auth.ConfirmSignInInput{ChallengeResponse: password, UserAttributes: attributes}, err
	})
}

// attributes asks for each of the named attributes.
func (c *conversation) attributes(ctx context.Context, names []string) (map[string]string, error) {
	values := map[string]string{}
	for _, name := range names {
		id := texts.ForAttribute(name)
		label := c.texts.Format(id, texts.Params{Name: clean(name)})
		value, err := c.askFor(ctx, Question{ID: id, Label: label}, texts.FormEmpty)
		if err != nil {
			return nil, err
		}
		values[name] = value
	}
	return values, nil
}

// resetPassword has a code sent and sets a new password, which is then the one in memory.
func (c *conversation) resetPassword(ctx context.Context) error {
	if err := c.sendResetCode(ctx); err != nil {
		return err
	}
	return c.confirmReset(ctx)
}

func (c *conversation) sendResetCode(ctx context.Context) error {
	out, err := c.session.ResetPassword(ctx, auth.ResetPasswordInput{
		Username: c.username, ClientMetadata: c.opts.ClientMetadata,
	})
	if err != nil {
		return err
	}
	var destination string
	if step, ok := out.NextStep.(auth.ConfirmResetPasswordWithCode); ok {
		destination = clean(step.CodeDeliveryDetails.Destination)
	}
	return c.tell(ctx, texts.ResetLead, texts.Params{Destination: destination})
}

// confirmReset asks for the code that was sent and for a new password.
func (c *conversation) confirmReset(ctx context.Context) error {
	code, err := c.resendable(ctx, c.sendResetCode)
	if err != nil {
		return err
	}
	password := ""
	return c.untilAccepted(ctx, nil, func(ctx context.Context) (err error) {
		if code == "" {
			if code, err = c.resendable(ctx, c.sendResetCode); err != nil {
				return err
			}
		}
		if password == "" {
			if password, err = c.twice(ctx); err != nil {
				return err
			}
		}
		err = c.session.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
			Username: c.username, ConfirmationCode: code, NewPassword: password, ClientMetadata: c.opts.ClientMetadata,
		})
		switch {
		case err == nil:
			c.password = password
		case errors.Is(err, auth.ErrCodeMismatch), errors.Is(err, auth.ErrExpiredCode):
			code = ""
		default:
			password = ""
		}
		return err
	})
}

// resendable asks for a code that can be sent again.
func (c *conversation) resendable(ctx context.Context, send func(context.Context) error) (string, error) {
	if err := c.tell(ctx, texts.TerminalResend, texts.Params{Key: resendKey}); err != nil {
		return "", err
	}
	for {
		code, err := c.askFor(ctx, Question{ID: texts.FieldCode}, texts.ErrorCodeEmpty)
		if err != nil || !strings.EqualFold(code, resendKey) {
			return code, err
		}
		if err := send(ctx); err != nil {
			return "", err
		}
	}
}

// resetPasswordFirst sets a new password because an administrator wants one, and signs in with it.
// The code was sent already.
func (c *conversation) resetPasswordFirst(ctx context.Context, page texts.Page) (auth.SignInOutput, error) {
	if err := c.tell(ctx, page.Lead, texts.Params{}); err != nil {
		return auth.SignInOutput{}, err
	}
	if err := c.confirmReset(ctx); err != nil {
		return auth.SignInOutput{}, err
	}
	return c.start(ctx)
}
