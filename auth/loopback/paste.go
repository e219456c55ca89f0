package loopback

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/texts"
)

// ErrNoAddress means that what was pasted is not the address to which the browser was sent: it
// lacks the state of this sign-in, as a code on its own does. Nothing was sent to Cognito.
var ErrNoAddress = errors.New("loopback: the address of this sign-in was not pasted")

const (
	// maxTries is how often a person may paste an address.
	maxTries = 3
	// maxAddress bounds an address, in bytes. Cognito's have less than a kilobyte.
	maxAddress = 16 << 10
)

// signInElsewhere waits for the address at which a browser on any computer has ended. Nothing needs
// to listen there: the person copies it.
func signInElsewhere(
	ctx context.Context, session *auth.Session, in auth.SignInWithRedirectInput, opts Options,
) (out auth.CompleteSignInWithRedirectOutput, err error) {
	if in.RedirectURI, err = firstLoopback(opts.RedirectURIs); err != nil {
		return out, err
	}
	begun, err := session.SignInWithRedirect(ctx, in)
	if err != nil {
		return out, err
	}
	if err := opts.tell(texts.BrowserElsewhere, begun.URL); err != nil {
		return out, err
	}
	address, err := opts.askForAddress(ctx, begun.State)
	if err != nil {
		return out, err
	}
	return session.CompleteSignInWithRedirect(ctx, address)
}

// askForAddress returns the first pasted address that belongs to the sign-in.
func (o Options) askForAddress(ctx context.Context, state string) (string, error) {
	lines := make(chan pasted)
	go readLines(ctx, o.In, lines)
	question := texts.BrowserPaste
	for range maxTries {
		if err := o.tell(question, ""); err != nil {
			return "", err
		}
		select {
		case line := <-lines:
			if line.err != nil {
				return "", fmt.Errorf("%w: %w", ErrNoAddress, line.err)
			}
			if belongsTo(line.address, state) {
				return line.address, nil
			}
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
		question = texts.BrowserPasteAgain
	}
	return "", ErrNoAddress
}

// belongsTo reports whether an address has the state of the sign-in.
func belongsTo(address, state string) bool {
	u, err := url.Parse(address)
	return err == nil && hasState(u.Query(), state)
}

// pasted is a line, or why there is none.
type pasted struct {
	address string
	err     error
}

// readLines reads lines that are not empty until ctx ends or there are no more.
func readLines(ctx context.Context, from io.Reader, into chan<- pasted) {
	scanner := bufio.NewScanner(from)
	scanner.Buffer(nil, maxAddress)
	for scanner.Scan() {
		if address := strings.TrimSpace(scanner.Text()); address != "" && !send(ctx, into, pasted{address: address}) {
			return
		}
	}
	err := scanner.Err()
	if err == nil {
		err = io.ErrUnexpectedEOF
	}
	send(ctx, into, pasted{err: err})
}

// send reports whether somebody waits for the line.
func send(ctx context.Context, into chan<- pasted, line pasted) bool {
	select {
	case into <- line:
		return true
	case <-ctx.Done():
		return false
	}
}
