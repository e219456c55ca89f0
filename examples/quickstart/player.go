package main

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// player answers in place of somebody at a terminal.
type player struct {
	pool   *authtest.Pool
	secret string // what is in the authenticator app
	codes  int    // how many codes it has shown
}

func (p *player) Ask(_ context.Context, q terminal.Question) (string, error) {
	fmt.Print(q.Picture)
	answer, err := p.answer(q)
	if q.Secret {
		fmt.Println(q.Label + ":")
	} else {
		fmt.Println(q.Label + ": " + answer)
	}
	return answer, err
}

func (p *player) answer(q terminal.Question) (string, error) {
	switch q.ID {
	case texts.FieldUsername:
		return demo.Username, nil
	case texts.AttributeEmail:
		return "alice@example.com", nil
	case texts.FieldCode:
		return p.pool.LastCode(demo.Username), nil
	case texts.TerminalAppCode:
		return p.setUp(q)
	case texts.FieldAppCode:
		return p.appCode()
	}
	if q.Secret {
		return demo.Password, nil
	}
	return "", fmt.Errorf("nobody answers %s", q.ID)
}

var secretInURI = regexp.MustCompile(`secret=([A-Z2-7]+)`)

// setUp reads the secret off the screen, as a person does who cannot scan the QR code.
func (p *player) setUp(q terminal.Question) (string, error) {
	match := secretInURI.FindStringSubmatch(q.Detail)
	if match == nil {
		return "k", nil
	}
	p.secret = match[1]
	return p.appCode()
}

// appCode returns a new code each time: Cognito accepts a code only once, but it also accepts that
// of the next thirty seconds.
func (p *player) appCode() (string, error) {
	at := time.Now().Add(time.Duration(p.codes) * 30 * time.Second)
	p.codes++
	return authtest.TOTPCode(p.secret, at)
}

func (p *player) Tell(_ context.Context, line string) error {
	fmt.Println(line)
	return nil
}

func (p *player) Screen() terminal.Screen { return terminal.Screen{Columns: 80, Rows: 24, UTF8: true} }

// inbox is a terminal that also shows the codes that the in-process pool sends: they come to no
// telephone and to no mailbox.
type inbox struct {
	*terminal.Terminal
	pool     *authtest.Pool
	username string
}

func (i *inbox) Ask(ctx context.Context, q terminal.Question) (string, error) {
	if q.ID == texts.FieldCode {
		if err := i.Tell(ctx, "(It is in no mailbox but here: "+i.pool.LastCode(i.username)+")"); err != nil {
			return "", err
		}
	}
	answer, err := i.Terminal.Ask(ctx, q)
	if q.ID == texts.FieldUsername && answer != "" {
		i.username = answer
	}
	return answer, err
}
