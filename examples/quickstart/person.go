package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// person is the user who signs in: somebody at a terminal or, without a terminal, the program
// itself.
type person struct {
	username, email, password string

	atTerminal bool
	lines      *bufio.Reader
	inbox      func(username string) string // the last code sent to the user; nil on a real pool
	totpSecret string
	lastCode   time.Time // the time of the last computed code
}

func newPerson(username, email, password string) *person {
	return &person{
		username: username, email: email, password: password,
		atTerminal: term.IsTerminal(int(os.Stdin.Fd())),
		lines:      bufio.NewReader(os.Stdin),
	}
}

var (
	errNoTerminal = errors.New("a real pool needs a terminal, for somebody to type the codes")
	errNoSecret   = errors.New("the authenticator app was set up elsewhere: only that app can show the code")
)

// introduce asks for the credentials of a user of a real pool.
func (p *person) introduce() error {
	if !p.atTerminal {
		return errNoTerminal
	}
	var err error
	if p.username, err = p.ask("User name"); err != nil {
		return err
	}
	if p.email, err = p.ask("E-mail address (leave empty if the user exists)"); err != nil {
		return err
	}
	fmt.Print("Password: ")
	password, err := term.ReadPassword(int(os.Stdin.Fd()))
	fmt.Println()
	p.password = string(password)
	return err
}

func (p *person) ask(question string) (string, error) {
	fmt.Print(question + ": ")
	line, err := p.lines.ReadString('\n')
	return strings.TrimSpace(line), err
}

// messageCode returns the code of a text message or e-mail.
func (p *person) messageCode(question string) (string, error) {
	if p.inbox != nil {
		return p.inbox(p.username), nil
	}
	return p.ask(question)
}

// totpCode returns a code of the authenticator app: the one that the person types or, if the line
// is empty, a computed one.
func (p *person) totpCode(question string) (string, error) {
	if !p.atTerminal {
		return p.computedCode()
	}
	if p.totpSecret == "" {
		return p.ask(question)
	}
	code, err := p.ask(question + " (press Enter to compute it)")
	if err != nil || code != "" {
		return code, err
	}
	return p.computedCode()
}

// computedCode returns a new code each time: Cognito accepts a code only once, but it also accepts
// that of the next thirty seconds.
func (p *person) computedCode() (string, error) {
	if p.totpSecret == "" {
		return "", errNoSecret
	}
	const step = 30 * time.Second
	at := time.Now()
	if next := p.lastCode.Add(step); !p.lastCode.IsZero() && at.Before(next) {
		at = next
	}
	p.lastCode = at
	return authtest.TOTPCode(p.totpSecret, at)
}
