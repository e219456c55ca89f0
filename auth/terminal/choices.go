package terminal

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

func number(i int) string { return strconv.Itoa(i + 1) }

// mfaSelection has a second factor chosen, or what to set up. The choice is kept for a sign-in that
// starts over.
func (c *conversation) mfaSelection(
	ctx context.Context, stepID string, page texts.Page, allowed []auth.MFAType,
) (auth.SignInOutput, error) {
	if !slices.Contains(allowed, c.factor) {
		names := make([]string, 0, len(allowed))
		for _, factor := range allowed {
			unknown := texts.Params{Name: clean(string(factor))}
			names = append(names, c.texts.Format(texts.ForMFAType(factor), unknown))
		}
		chosen, err := c.choose(ctx, page.Title, names)
		if err != nil {
			return auth.SignInOutput{}, err
		}
		c.factor = allowed[chosen]
	}
	return c.session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{
		ChallengeResponse: string(c.factor), StepID: stepID, ClientMetadata: c.opts.ClientMetadata,
	})
}

// firstFactor has the way to sign in chosen, of those that work in a terminal.
func (c *conversation) firstFactor(
	ctx context.Context, stepID string, page texts.Page, available []auth.AuthFactorType,
) (auth.SignInOutput, error) {
	if available == nil { // Cognito tells only at the start
		available = []auth.AuthFactorType{auth.AuthFactorPasswordSRP}
	}
	usable := usableInTerminal(available)
	if slices.Contains(available, auth.AuthFactorWebAuthn) {
		if err := c.tellNoPasskey(ctx); err != nil {
			return auth.SignInOutput{}, err
		}
	}
	if len(usable) == 0 {
		return auth.SignInOutput{}, ErrPasskeyOnly
	}
	if !slices.Contains(usable, c.first) {
		names := make([]string, 0, len(usable))
		for _, factor := range usable {
			unknown := texts.Params{Name: clean(string(factor))}
			names = append(names, c.texts.Format(texts.ForFirstFactor(factor), unknown))
		}
		chosen, err := c.choose(ctx, page.Title, names)
		if err != nil {
			return auth.SignInOutput{}, err
		}
		c.first = usable[chosen]
	}
	return c.session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{
		ChallengeResponse: string(c.first), StepID: stepID, ClientMetadata: c.opts.ClientMetadata,
	})
}

// usableInTerminal leaves out passkeys, and the password in plain text where it can be proved
// instead.
func usableInTerminal(available []auth.AuthFactorType) []auth.AuthFactorType {
	return slices.DeleteFunc(slices.Clone(available), func(factor auth.AuthFactorType) bool {
		return factor == auth.AuthFactorWebAuthn ||
			factor == auth.AuthFactorPassword && slices.Contains(available, auth.AuthFactorPasswordSRP)
	})
}

// insteadOfPasskey asks for the password, where Cognito asks for a passkey at once.
func (c *conversation) insteadOfPasskey(ctx context.Context, stepID string) (auth.SignInOutput, error) {
	if err := c.tellNoPasskey(ctx); err != nil {
		return auth.SignInOutput{}, err
	}
	out, err := c.session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{
		ChallengeResponse: string(auth.AuthFactorPasswordSRP), StepID: stepID, ClientMetadata: c.opts.ClientMetadata,
	})
	if errors.Is(err, auth.ErrIncorrectFirstFactor) {
		return out, ErrPasskeyOnly
	}
	return out, err
}

// tellNoPasskey says once that passkeys do not work here.
func (c *conversation) tellNoPasskey(ctx context.Context) error {
	if c.passkeyTold {
		return nil
	}
	c.passkeyTold = true
	return c.tell(ctx, texts.TerminalNoPasskey, texts.Params{})
}

// passwordStep asks for the password where that is a step of its own. Cognito ends the sign-in if
// it is wrong.
func (c *conversation) passwordStep(ctx context.Context, stepID string) (auth.SignInOutput, error) {
	if c.password == "" {
		if err := c.askPassword(ctx); err != nil {
			return auth.SignInOutput{}, err
		}
	}
	out, err := c.session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{
		ChallengeResponse: c.password, StepID: stepID, ClientMetadata: c.opts.ClientMetadata,
	})
	if err != nil {
		c.password = ""
		if wrongPassword(err) && c.opts.Password == nil {
			return out, &passwordRefused{err}
		}
	}
	return out, err
}
