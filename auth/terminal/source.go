package terminal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// A Source is where an answer comes from instead of the terminal. It returns an error if it has
// none, and the cause of its context when that ends. A command line is no Source: everybody on the
// machine can read it.
type Source func(context.Context) (string, error)

// maxAnswer bounds an answer, in bytes.
const maxAnswer = 4096

// FromFile returns the first line of a file, such as a secret that a service manager mounted. The
// file may be a named pipe.
func FromFile(name string) Source {
	return untilDone(func() (string, error) {
		file, err := os.Open(name) //nolint:gosec // the caller names the file
		if err != nil {
			return "", fmt.Errorf("terminal: %w", err)
		}
		defer func() { _ = file.Close() }()
		return nextLine(file)
	})
}

// FromReader returns the next line of r: [os.Stdin], or a descriptor by [os.NewFile]. It reads no
// byte beyond the line, so that several Sources can share a reader, one line each. If the context
// ends during a Read, that Read goes on in the background: do not use r again.
func FromReader(r io.Reader) Source {
	return untilDone(func() (string, error) { return nextLine(r) })
}

// untilDone returns a Source that waits for read, but not longer than the context lasts.
func untilDone(read func() (string, error)) Source {
	type result struct {
		answer string
		err    error
	}
	return func(ctx context.Context) (string, error) {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		done := make(chan result, 1)
		go func() {
			answer, err := read()
			done <- result{answer, err}
		}()
		select {
		case r := <-done:
			return r.answer, r.err
		case <-ctx.Done():
			return "", context.Cause(ctx)
		}
	}
}

func nextLine(r io.Reader) (string, error) {
	var line []byte
	for one := make([]byte, 1); len(line) <= maxAnswer; {
		n, err := r.Read(one)
		if n == 1 && one[0] == '\n' {
			break
		}
		line = append(line, one[:n]...)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return "", fmt.Errorf("terminal: %w", err)
		}
	}
	return answerOf(line)
}

// FromCommand returns the first line that a command prints, such as the code of a password
// manager. The command's error output is that of this process.
func FromCommand(name string, args ...string) Source {
	return func(ctx context.Context) (string, error) {
		var printed firstLine
		command := exec.CommandContext(ctx, name, args...) //nolint:gosec // the caller names the command
		command.Stdout, command.Stderr = &printed, os.Stderr
		command.WaitDelay = time.Second // a child of the command may keep the output open
		err := command.Run()
		switch {
		case ctx.Err() != nil:
			return "", context.Cause(ctx)
		case err != nil && !errors.Is(err, exec.ErrWaitDelay): // with that, the command itself ended well
			return "", fmt.Errorf("terminal: the command %s: %w", name, err)
		}
		return answerOf(printed.line)
	}
}

// firstLine keeps the first line that is written, up to one byte more than an answer may have.
type firstLine struct {
	line  []byte
	whole bool
}

// Write implements io.Writer.
func (f *firstLine) Write(p []byte) (int, error) {
	if !f.whole {
		var part []byte
		part, _, f.whole = bytes.Cut(p, []byte("\n"))
		f.line = append(f.line, part[:min(len(part), maxAnswer+1-len(f.line))]...)
	}
	return len(p), nil
}

// answerOf removes the carriage return of a line that was written on Windows, and nothing else: a
// password may begin or end with spaces.
func answerOf(line []byte) (string, error) {
	answer := strings.TrimSuffix(string(line), "\r")
	switch {
	case len(line) > maxAnswer:
		return "", errors.New("terminal: the line is too long")
	case answer == "":
		return "", errors.New("terminal: the source of an answer is empty")
	}
	return answer, nil
}
