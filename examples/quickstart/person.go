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

// person is the one who signs in: somebody at a terminal, or nobody, in which case the program
// plays the part.
type person struct {
	username, email, password string

	atTerminal bool
	lines      *bufio.Reader
	inbox      func(username string) string // the newest code sent to the user; nil where only the person can see it
	totpSecret string
	lastCode   time.Time // the time that the last computed code is for
}

func newPerson(username, email, password string) *person {
	return &person{
		username: username, email: email, password: password,
		atTerminal: term.IsTerminal(int(os.Stdin.Fd())),
		lines:      bufio.NewReader(os.Stdin),
	}
}

var (
	errNobody   = errors.New("a real pool needs somebody at a terminal to answer")
	errNoSecret = errors.New("the authenticator app was set up elsewhere: only it knows the code")
)

// introduce asks for what a real pool needs to know.
func (p *person) introduce() error {
	if !p.atTerminal {
		return errNobody
	}
	var err error
	if p.username, err = p.ask("User name"); err != nil {
		return err
	}
	if p.email, err = p.ask("E-mail address (empty: the user exists already)"); err != nil {
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

// totpCode returns a code of the authenticator app: the one that the person types or, if they type
// nothing, a computed one.
func (p *person) totpCode(question string) (string, error) {
	if !p.atTerminal {
		return p.computedCode()
	}
	if p.totpSecret == "" {
		return p.ask(question)
	}
	code, err := p.ask(question + " (Enter alone: let the program compute it)")
	if err != nil || code != "" {
		return code, err
	}
	return p.computedCode()
}

// computedCode returns a fresh code each time. Cognito takes a code once, but also the one of the
// next thirty seconds.
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
