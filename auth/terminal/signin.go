package terminal

import (
	"context"
	"errors"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/device"
)

// SignIn signs a person in, whatever the state of the session: it asks nothing if somebody is
// signed in, goes on with a sign-in that is half done, and begins one otherwise. A wrong answer is
// asked for again, up to three times; a step that ended meanwhile starts the sign-in over once,
// with the name kept.
//
// Errors include those of [auth.Session.SignIn] and [auth.Session.ConfirmSignIn], and:
//   - [ErrInterrupted]: the person stopped
//   - [ErrNoTerminal]: there is nobody to ask; an [*InputError] says what
//   - [ErrPasskeyOnly]: the person can sign in with a passkey only
func SignIn(ctx context.Context, session *auth.Session, opts Options) (user auth.User, err error) {
	err = converse(ctx, session, opts, func(ctx context.Context, c *conversation) error {
		if err := c.signIn(ctx); err != nil {
			return err
		}
		user, err = session.CurrentUser(ctx)
		return err
	})
	return user, err
}

func (c *conversation) signIn(ctx context.Context) error {
	status, err := c.session.Status(ctx)
	if err != nil {
		return err
	}
	switch {
	case status.State == auth.StateSignedIn:
		_, err := c.session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		if err == nil || !errors.Is(err, auth.ErrSessionExpired) && !errors.Is(err, auth.ErrUserUnAuthenticated) {
			return err
		}
	case c.continues(status):
		c.username = status.Username
		return c.finish(ctx, auth.SignInOutput{NextStep: status.NextStep, StepID: status.StepID})
	}
	out, err := c.begin(ctx)
	if err != nil {
		return err
	}
	return c.finish(ctx, out)
}

// continues reports whether the session has an unfinished sign-in of the person who signs in now.
func (c *conversation) continues(status auth.Status) bool {
	return status.State == auth.StateSigningIn && time.Now().Before(status.ExpiresAt) &&
		(c.username == "" || c.username == status.Username)
}

// begin asks for the name and the password, and starts the sign-in.
func (c *conversation) begin(ctx context.Context) (auth.SignInOutput, error) {
	if c.opts.OfferSignUp && c.username == "" && c.opts.LastUsername == "" {
		if err := c.tell(ctx, texts.TerminalNewHere, texts.Params{}); err != nil {
			return auth.SignInOutput{}, err
		}
	}
	for tries := 1; ; tries++ {
		if err := c.identify(ctx, tries > 1); err != nil {
			return auth.SignInOutput{}, err
		}
		out, err := c.start(ctx)
		if err == nil || !wrongPassword(err) || tries == maxTries || c.opts.Password != nil {
			return out, err
		}
		c.password = ""
		if err := c.tellError(ctx, err); err != nil {
			return auth.SignInOutput{}, err
		}
	}
}

// start sends the first request, with the password in memory.
func (c *conversation) start(ctx context.Context) (auth.SignInOutput, error) {
	return c.session.SignIn(ctx, auth.SignInInput{
		Username: c.username, Password: c.password, AuthFlowType: c.opts.AuthFlowType,
		ClientMetadata: c.opts.ClientMetadata, DeviceName: c.opts.DeviceName,
	})
}

// wrongPassword reports whether another name or password may help, unlike for somebody who is
// locked out.
func wrongPassword(err error) bool {
	return texts.ForError(err) == texts.ErrorWrongNameOrPassword
}

// identify finds out the name and the password. At the second try the name that was typed is
// offered.
func (c *conversation) identify(ctx context.Context, again bool) error {
	if c.opts.Username == "" && (c.username == "" || again) {
		if err := c.askUsername(ctx); err != nil || c.password != "" {
			return err
		}
	}
	if c.beginsWithoutPassword() {
		return nil
	}
	if again {
		if err := c.tell(ctx, texts.TerminalForgot, texts.Params{}); err != nil {
			return err
		}
	}
	return c.askPassword(ctx)
}

func (c *conversation) beginsWithoutPassword() bool {
	return c.opts.AuthFlowType == auth.AuthFlowUserAuth || c.opts.AuthFlowType == auth.AuthFlowCustomWithoutSRP
}

// askUsername asks for the name. An empty one leads to the sign-up where that is offered, which
// sets the password too.
func (c *conversation) askUsername(ctx context.Context) error {
	q := Question{ID: c.usernameLabel(), Default: c.username}
	if q.Default == "" {
		q.Default = c.opts.LastUsername
	}
	if !c.opts.OfferSignUp {
		name, err := c.askFor(ctx, q, texts.ErrorNameEmpty)
		c.username = name
		return err
	}
	name, err := c.ask(ctx, q)
	if err != nil || name != "" {
		c.username = name
		return err
	}
	return c.signUp(ctx)
}

func (c *conversation) usernameLabel() texts.ID {
	if c.opts.UsernameLabel != "" {
		return c.opts.UsernameLabel
	}
	return texts.FieldUsername
}

// askPassword asks for the password. An empty one leads to the way back for those who forgot it.
func (c *conversation) askPassword(ctx context.Context) (err error) {
	if c.opts.Password != nil {
		c.password, err = c.opts.Password(ctx)
		return err
	}
	for range maxTries {
		c.password, err = c.ask(ctx, Question{ID: texts.FieldPassword, Secret: true})
		if err != nil || c.password != "" {
			return err
		}
		forgot, err := c.confirms(ctx, texts.SignInForgot)
		if err != nil {
			return err
		}
		if forgot {
			return c.resetPassword(ctx)
		}
	}
	return ErrInterrupted
}

// finish answers step after step until the person is signed in.
func (c *conversation) finish(ctx context.Context, out auth.SignInOutput) error {
	for !out.IsSignedIn {
		next, err := c.answer(ctx, out)
		if err != nil {
			next, err = c.recovered(ctx, err)
		}
		if err != nil {
			return err
		}
		out = next
	}
	return c.remember(ctx, out.NewDevice)
}

// recovered goes on after an error of a step: with the step that waits, or from the start.
func (c *conversation) recovered(ctx context.Context, failure error) (auth.SignInOutput, error) {
	var refused *passwordRefused
	switch {
	case c.prompt == nil:
	case errors.Is(failure, auth.ErrStepMismatch):
		return c.waiting(ctx, failure)
	case errors.As(failure, &refused) && c.refused+1 < maxTries:
		c.refused++
		if err := c.tellError(ctx, failure); err != nil {
			return auth.SignInOutput{}, err
		}
		return c.again(ctx)
	case errors.Is(failure, auth.ErrSignInExpired) && !c.expired:
		c.expired = true
		if err := c.tell(ctx, texts.TerminalStartsOver, texts.Params{}); err != nil {
			return auth.SignInOutput{}, err
		}
		return c.again(ctx)
	}
	return auth.SignInOutput{}, failure
}

// waiting returns the step that waits, after another process has answered the one before.
func (c *conversation) waiting(ctx context.Context, failure error) (auth.SignInOutput, error) {
	status, err := c.session.Status(ctx)
	if err != nil || status.State != auth.StateSigningIn {
		return auth.SignInOutput{}, failure
	}
	return auth.SignInOutput{NextStep: status.NextStep, StepID: status.StepID}, c.tellError(ctx, failure)
}

// again starts over, with a password that is still in memory if there is one: a new code is sent.
func (c *conversation) again(ctx context.Context) (auth.SignInOutput, error) {
	if c.password != "" || c.beginsWithoutPassword() {
		return c.start(ctx)
	}
	return c.begin(ctx)
}

// remember asks whether the computer is to be remembered, where the pool leaves that to the person.
// The sign-in is valid either way.
func (c *conversation) remember(ctx context.Context, registered auth.NewDevice) error {
	if !registered.ConfirmationNecessary || registered.Err != nil || c.opts.Remember == RememberNo {
		return nil
	}
	if c.opts.Remember == RememberAsk {
		if c.prompt == nil {
			return nil
		}
		if agreed, err := c.confirms(ctx, texts.RememberComputer); err != nil || !agreed {
			return err
		}
	}
	if err := device.RememberDevice(ctx, c.session); err != nil {
		return c.tellError(ctx, err)
	}
	return nil
}
