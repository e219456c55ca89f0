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
)

// A Source is where an answer comes from instead of the terminal. It returns an error if it has
// none. A command line is no Source: everybody on the machine can read it.
type Source func(context.Context) (string, error)

// maxAnswer bounds what is read of a Source, in bytes.
const maxAnswer = 4096

// FromFile returns the first line of a file, such as a secret that a service manager mounted.
func FromFile(name string) Source {
	return func(ctx context.Context) (string, error) {
		file, err := os.Open(name) //nolint:gosec // the caller names the file
		if err != nil {
			return "", fmt.Errorf("terminal: %w", err)
		}
		defer func() { _ = file.Close() }()
		return FromReader(file)(ctx)
	}
}

// FromReader returns the next line of r: [os.Stdin], or a descriptor by [os.NewFile]. It reads no
// byte beyond the line, so that several Sources can share a reader, one line each.
func FromReader(r io.Reader) Source {
	return func(context.Context) (string, error) {
		var line []byte
		for one := make([]byte, 1); ; {
			n, err := r.Read(one)
			switch {
			case n == 1 && one[0] == '\n', errors.Is(err, io.EOF) && len(line) > 0:
				return answerOf(line)
			case n == 1:
				line = append(line, one[0])
			case errors.Is(err, io.EOF):
				return answerOf(line)
			case err != nil:
				return "", fmt.Errorf("terminal: %w", err)
			}
			if len(line) > maxAnswer {
				return "", errors.New("terminal: the line is too long")
			}
		}
	}
}

// FromCommand returns the first line that a command prints, such as the code of a password
// manager. The command's error output is that of this process.
func FromCommand(name string, args ...string) Source {
	return func(ctx context.Context) (string, error) {
		command := exec.CommandContext(ctx, name, args...) //nolint:gosec // the caller names the command
		command.Stderr = os.Stderr
		output, err := command.Output()
		if err != nil {
			return "", fmt.Errorf("terminal: the command %s: %w", name, err)
		}
		line, _, _ := bytes.Cut(output, []byte("\n"))
		return answerOf(line)
	}
}

// answerOf removes the carriage return of a line that was written on Windows, and nothing else: a
// password may begin or end with spaces.
func answerOf(line []byte) (string, error) {
	answer := strings.TrimSuffix(string(line), "\r")
	if answer == "" {
		return "", errors.New("terminal: the source of an answer is empty")
	}
	return answer, nil
}
