package loopback

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"

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
	waiting, cancel := opts.waiting(ctx)
	defer cancel()
	address, err := opts.askForAddress(waiting, begun.State)
	if err != nil {
		return out, err
	}
	return session.CompleteSignInWithRedirect(ctx, address)
}

// askForAddress returns the first pasted address that belongs to the sign-in.
func (o Options) askForAddress(ctx context.Context, state string) (string, error) {
	question := texts.BrowserPaste
	for range maxTries {
		if err := o.tell(question, ""); err != nil {
			return "", err
		}
		address, err := o.readAddress(ctx)
		switch {
		case err != nil:
			return "", err
		case belongsTo(address, state):
			return address, nil
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

// readAddress returns the next line that is not empty, unless ctx ends before.
func (o Options) readAddress(ctx context.Context) (address string, err error) {
	read := make(chan struct{})
	var line string
	var failure error
	go func() {
		defer close(read)
		for line == "" && failure == nil {
			line, failure = readLine(o.In)
		}
	}()
	select {
	case <-read:
	case <-ctx.Done():
		return "", context.Cause(ctx)
	}
	if failure != nil {
		return "", fmt.Errorf("%w: %w", ErrNoAddress, failure)
	}
	return line, nil
}

// readLine returns a line without the space around it. It reads byte by byte: what follows the line
// is for others.
func readLine(from io.Reader) (string, error) {
	var line []byte
	for next := make([]byte, 1); len(line) <= maxAddress; {
		n, err := from.Read(next)
		switch {
		case n == 1 && next[0] == '\n':
			return string(bytes.TrimSpace(line)), nil
		case n == 1:
			line = append(line, next[0])
		case errors.Is(err, io.EOF) && len(line) > 0:
			return string(bytes.TrimSpace(line)), nil
		case errors.Is(err, io.EOF):
			return "", io.ErrUnexpectedEOF
		case err != nil:
			return "", err
		}
	}
	return "", errors.New("the line is too long")
}
