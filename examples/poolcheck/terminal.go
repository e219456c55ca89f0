package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
)

// terminal is where the program asks and prints. printf is safe for concurrent use.
type terminal struct {
	lines *bufio.Scanner

	mu  sync.Mutex
	out io.Writer
}

func newTerminal(in io.Reader, out io.Writer) *terminal {
	return &terminal{out: out, lines: bufio.NewScanner(in)}
}

func (t *terminal) printf(format string, args ...any) {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, _ = fmt.Fprintf(t.out, format, args...) // there is nobody to tell
}

var errNoAnswer = errors.New("nobody answered")

// ask prints a question and returns the line that is typed. Once ctx is done, the terminal must not
// be asked again: it still waits for the line.
func (t *terminal) ask(ctx context.Context, question string) (string, error) {
	t.printf("%s", question)
	typed := make(chan bool, 1)
	go func() { typed <- t.lines.Scan() }()
	select {
	case ok := <-typed:
		if !ok {
			return "", errNoAnswer
		}
		return strings.TrimSpace(t.lines.Text()), nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}
