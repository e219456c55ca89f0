package terminal

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// maxTries is how often a person may answer one question.
const maxTries = 3

// conversation is one call of an exported function: a person at a Prompter. It holds the password,
// for which a new code can be had, until the call returns.
type conversation struct {
	session *auth.Session
	opts    Options
	prompt  Prompter // nil without a terminal
	texts   texts.Set

	username, password string
	first              auth.AuthFactorType // the first factor that was chosen
	factor             auth.MFAType        // the second factor that was chosen
	passkeyTold        bool
	expired            bool // a step has ended before it was answered
	refused            int  // how many passwords were wrong where the password is a step
}

// converse runs fn with a conversation, and ends it when the process is interrupted.
func converse(
	ctx context.Context, session *auth.Session, opts Options, fn func(context.Context, *conversation) error,
) error {
	c := &conversation{
		session: session, opts: opts, prompt: opts.Prompter,
		username: opts.Username, factor: opts.MFAType,
	}
	if c.prompt == nil {
		if terminal, err := Open(); err == nil { // else there is none, and whoever asks says so
			defer func() { _ = terminal.Close() }()
			c.prompt = terminal
		}
	}
	ctx, stop := untilInterrupted(ctx)
	defer stop()
	if opts.Texts != nil {
		c.texts = *opts.Texts
	} else {
		c.texts = localTexts(c.prompt == nil || c.prompt.Screen().UTF8, os.Getenv)
	}
	err := fn(ctx, c)
	if errors.Is(context.Cause(ctx), ErrInterrupted) {
		return ErrInterrupted
	}
	return err
}

// localTexts are in the language of the locale, if the screen can show it.
func localTexts(utf8 bool, getenv func(string) string) texts.Set {
	if !utf8 {
		return texts.English()
	}
	return texts.ForLocale(getenv)
}

// tell shows one of our texts.
func (c *conversation) tell(ctx context.Context, id texts.ID, p texts.Params) error {
	return c.tellLine(ctx, c.texts.Format(id, p))
}

func (c *conversation) tellLine(ctx context.Context, line string) error {
	if c.prompt == nil {
		return nil // whoever gave the answers in advance is not there
	}
	return c.prompt.Tell(ctx, line)
}

// tellError says why an answer is asked for again.
func (c *conversation) tellError(ctx context.Context, err error) error {
	return c.tellLine(ctx, explain(c.texts, err))
}

// ask asks a question. What people type around a visible answer does not count.
func (c *conversation) ask(ctx context.Context, q Question) (string, error) {
	q.Label = cmp.Or(q.Label, c.texts.Text(q.ID))
	if c.prompt == nil {
		return "", &InputError{ID: q.ID, Label: q.Label}
	}
	if err := ctx.Err(); err != nil {
		return "", err
	}
	answer, err := c.prompt.Ask(ctx, q)
	if err != nil {
		return "", err
	}
	if !q.Secret {
		answer = strings.TrimSpace(answer)
	}
	if answer == "" {
		answer = q.Default
	}
	return answer, nil
}

// askFor asks until there is an answer.
func (c *conversation) askFor(ctx context.Context, q Question, empty texts.ID) (string, error) {
	for range maxTries {
		answer, err := c.ask(ctx, q)
		if err != nil || answer != "" {
			return answer, err
		}
		if err := c.tell(ctx, empty, texts.Params{}); err != nil {
			return "", err
		}
	}
	return "", ErrInterrupted
}

// untilAccepted runs try again, up to three times in all, while its answer can be corrected. An
// answer from a Source is tried once; source is nil if the person answers.
func (c *conversation) untilAccepted(ctx context.Context, source Source, try func(context.Context) error) error {
	for tries := 1; ; tries++ {
		err := try(ctx)
		if err == nil || source != nil || tries == maxTries || !correctable(err) {
			return err
		}
		if err := c.tellError(ctx, err); err != nil {
			return err
		}
	}
}

// correctable reports whether the person can give another answer to the same step.
func correctable(err error) bool {
	for _, code := range []auth.ErrorCode{
		auth.ErrCodeMismatch, auth.ErrEnableSoftwareTokenMFA, auth.ErrExpiredCode, auth.ErrEmptyChallengeResponse,
		auth.ErrInvalidPassword, auth.ErrPasswordHistoryViolation, auth.ErrInvalidParameter,
		auth.ErrUsernameExists,
	} {
		if errors.Is(err, code) {
			return true
		}
	}
	return false
}

// confirms asks a question to be answered with yes or no; no is the default.
func (c *conversation) confirms(ctx context.Context, id texts.ID) (bool, error) {
	answer, err := c.ask(ctx, Question{ID: id, Label: c.yesOrNo(id)})
	return yes(c.texts, answer), err
}

func (c *conversation) yesOrNo(id texts.ID) string {
	label := c.texts.Text(id)
	return strings.TrimSuffix(label, "?") + "? [" + choiceOfYesOrNo(c.texts) + "]"
}

// choose has one of several named options chosen. One alone is taken, and said.
func (c *conversation) choose(ctx context.Context, lead texts.ID, names []string) (int, error) {
	if len(names) == 1 {
		return 0, c.tell(ctx, texts.TerminalOnlyWay, texts.Params{Name: names[0]})
	}
	if c.prompt == nil {
		return 0, &InputError{ID: texts.TerminalNumber, Label: c.texts.Text(lead)}
	}
	if err := c.tell(ctx, lead, texts.Params{}); err != nil {
		return 0, err
	}
	for i, name := range names {
		if err := c.tellLine(ctx, "  "+number(i)+"  "+name); err != nil {
			return 0, err
		}
	}
	for range maxTries {
		answer, err := c.ask(ctx, Question{ID: texts.TerminalNumber})
		if err != nil {
			return 0, err
		}
		for i, name := range names {
			if answer == number(i) || strings.EqualFold(answer, name) {
				return i, nil
			}
		}
		if err := c.tell(ctx, texts.ErrorChoice, texts.Params{}); err != nil {
			return 0, err
		}
	}
	return 0, ErrInterrupted
}
