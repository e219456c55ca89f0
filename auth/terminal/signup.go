package terminal

import (
	"context"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// SignUp creates an account, confirms it with the code that Cognito sends, and signs in.
//
// Errors include those of [auth.Session.SignUp], [auth.Session.ConfirmSignUp] and [SignIn].
func SignUp(ctx context.Context, session *auth.Session, opts Options) (user auth.User, err error) {
	err = converse(ctx, session, opts, func(ctx context.Context, c *conversation) error {
		if c.prompt == nil {
			return ErrNoTerminal
		}
		if err := c.signUp(ctx); err != nil {
			return err
		}
		out, err := c.again(ctx)
		if err != nil {
			return err
		}
		if err := c.finish(ctx, out); err != nil {
			return err
		}
		user, err = session.CurrentUser(ctx)
		return err
	})
	return user, err
}

// signUp creates an account. Its name and password are then the ones in memory.
func (c *conversation) signUp(ctx context.Context) error {
	if err := c.tell(ctx, texts.SignUpTitle, texts.Params{}); err != nil {
		return err
	}
	var out auth.SignUpOutput
	err := c.untilAccepted(ctx, nil, func(ctx context.Context) (err error) {
		if c.opts.Username == "" {
			q := Question{ID: c.usernameLabel(), Default: c.username}
			if c.username, err = c.askFor(ctx, q, texts.ErrorNameEmpty); err != nil {
				return err
			}
		}
		if c.password, err = c.twice(ctx); err != nil {
			return err
		}
		attributes, err := c.attributes(ctx, c.unnamed(c.opts.SignUpAttributes))
		if err != nil {
			return err
		}
		if name := c.namedAttribute(); name != "" {
			attributes[name] = c.username
		}
		out, err = c.session.SignUp(ctx, auth.SignUpInput{
			Username: c.username, Password: c.password, UserAttributes: attributes,
			ClientMetadata: c.opts.ClientMetadata,
		})
		return err
	})
	if err != nil {
		return err
	}
	step, unconfirmed := out.NextStep.(auth.ConfirmSignUpWithCode)
	if !unconfirmed {
		return nil
	}
	return c.confirmSignUp(ctx, step.CodeDeliveryDetails)
}

// namedAttribute is the attribute that the user name is, where people sign in with an address.
func (c *conversation) namedAttribute() string {
	switch c.usernameLabel() {
	case texts.FieldEmail:
		return "email"
	case texts.FieldPhoneNumber:
		return "phone_number"
	}
	return ""
}

// unnamed leaves out the attribute that the user name is.
func (c *conversation) unnamed(attributes []string) []string {
	var others []string
	for _, name := range attributes {
		if name != c.namedAttribute() {
			others = append(others, name)
		}
	}
	return others
}

// confirmSignUp asks for the code that was sent to a new user.
func (c *conversation) confirmSignUp(ctx context.Context, sent auth.CodeDeliveryDetails) error {
	if err := c.tell(ctx, texts.ConfirmSignUpLead, texts.Params{Destination: clean(sent.Destination)}); err != nil {
		return err
	}
	return c.untilAccepted(ctx, nil, func(ctx context.Context) error {
		code, err := c.resendable(ctx, c.resendSignUpCode)
		if err != nil {
			return err
		}
		_, err = c.session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{
			Username: c.username, ConfirmationCode: code, ClientMetadata: c.opts.ClientMetadata,
		})
		return err
	})
}

func (c *conversation) resendSignUpCode(ctx context.Context) error {
	sent, err := c.session.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{
		Username: c.username, ClientMetadata: c.opts.ClientMetadata,
	})
	if err != nil {
		return err
	}
	return c.tell(ctx, texts.ResendDone, texts.Params{Destination: clean(sent.Destination)})
}

// confirmSignUpFirst confirms an account that was never confirmed, and signs in. A code that this
// session knows of is still good; without one, another is sent.
func (c *conversation) confirmSignUpFirst(ctx context.Context) (auth.SignInOutput, error) {
	status, err := c.session.Status(ctx)
	if err != nil {
		return auth.SignInOutput{}, err
	}
	if err := c.tell(ctx, texts.ErrorNotConfirmed, texts.Params{}); err != nil {
		return auth.SignInOutput{}, err
	}
	var sent auth.CodeDeliveryDetails
	if code := status.SignUp; code != nil && code.Username == c.username && time.Now().Before(code.ExpiresAt) {
		sent = code.CodeDeliveryDetails
	} else if sent, err = c.session.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{
		Username: c.username, ClientMetadata: c.opts.ClientMetadata,
	}); err != nil {
		return auth.SignInOutput{}, err
	}
	if err := c.confirmSignUp(ctx, sent); err != nil {
		return auth.SignInOutput{}, err
	}
	return c.again(ctx)
}
