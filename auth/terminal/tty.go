package terminal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"golang.org/x/term"
)

// Terminal is the controlling terminal, the default [Prompter]. A program that wraps it, to add a
// line of its own, gets it from [Open].
type Terminal struct {
	in, out *os.File
	getenv  func(string) string
}

// Open opens the terminal that the process was started from, whatever the standard input and output
// are. Close it after use. Without one the error is [ErrNoTerminal].
func Open() (*Terminal, error) {
	in, out, err := controllingTerminal()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNoTerminal, err)
	}
	return &Terminal{in: in, out: out, getenv: os.Getenv}, nil
}

// Close closes the terminal for this process.
func (t *Terminal) Close() error {
	return errors.Join(t.in.Close(), t.out.Close())
}

// untilInterrupted returns a context that ends with [ErrInterrupted] as its cause when the process
// is asked to stop. Ctrl-C sends no signal while a question waits, but does so in between.
func untilInterrupted(ctx context.Context) (interrupted context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case <-signals:
			cancel(ErrInterrupted)
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// Tell writes a line.
func (t *Terminal) Tell(_ context.Context, line string) error {
	return t.write(line + "\n")
}

// Ask asks a question. Ctrl-C and Ctrl-D are [ErrInterrupted]; if ctx ends, the error is its cause.
func (t *Terminal) Ask(ctx context.Context, q Question) (string, error) {
	above, rows := t.above(q)
	if err := t.write(above); err != nil {
		return "", err
	}
	answer, err := t.readLine(ctx, q)
	cleared := above != "" && t.movesCursor()
	switch {
	case err == nil && cleared:
		return answer, t.clear(q, answer, rows, true)
	case err != nil && cleared:
		_ = t.clear(q, "", rows, false) // the conversation is over
	case err != nil:
		_ = t.write("\n") // the conversation is over
	}
	return answer, err
}

// clear removes what was shown above a question, which contains a secret: only the question and its
// answer stay. The cursor is below them if the line was entered, else in them.
func (t *Terminal) clear(q Question, answer string, rows int, entered bool) error {
	line := prompt(q)
	if !q.Secret {
		line += answer
	}
	up := rows + t.rowsOf(line)
	if !entered {
		up--
	}
	return t.write(fmt.Sprintf("\r\x1b[%dA\x1b[J%s\n", up, line))
}

// prompt is the question as it stands before the answer.
func prompt(q Question) string {
	label := q.Label
	if q.Default != "" {
		label += " [" + clean(q.Default) + "]"
	}
	if strings.HasSuffix(q.Label, "]") {
		return label + " "
	}
	return label + ": "
}

// above returns what stands above the question, and how many rows that takes.
func (t *Terminal) above(q Question) (text string, rows int) {
	for line := range strings.Lines(q.Picture) {
		line = strings.TrimSuffix(line, "\n")
		if t.colors() {
			// White on black, whatever the theme: scanners want dark on light.
			line = "\x1b[97;40m" + line + "\x1b[0m"
		}
		text += line + "\n"
		rows++
	}
	for line := range strings.Lines(q.Detail) {
		text += line
		rows += t.rowsOf(line)
	}
	return text, rows
}

// rowsOf returns how many rows of the screen a line takes.
func (t *Terminal) rowsOf(line string) int {
	columns := max(t.Screen().Columns, 1)
	return max((utf8.RuneCountInString(strings.TrimSuffix(line, "\n"))+columns-1)/columns, 1)
}

// readLine reads one line with the keys that people are used to. Its goroutine restores the
// terminal even if it panics; it stays behind, with the terminal restored, if ctx ends on a system
// where reading cannot be interrupted.
func (t *Terminal) readLine(ctx context.Context, q Question) (string, error) {
	restore, err := t.makeRaw()
	if err != nil {
		return "", err
	}
	defer restore()
	type result struct {
		line string
		err  error
	}
	read := make(chan result, 1)
	go func() {
		defer restore()
		line, err := t.edit(q)
		read <- result{line, err}
	}()
	select {
	case r := <-read:
		if errors.Is(r.err, io.EOF) { // Ctrl-C, or Ctrl-D
			return "", ErrInterrupted
		}
		return r.line, r.err
	case <-ctx.Done():
		if t.in.SetReadDeadline(time.Unix(1, 0)) == nil {
			<-read
			_ = t.in.SetReadDeadline(time.Time{}) // it worked a moment ago
		}
		return "", context.Cause(ctx)
	}
}

// edit lets a person type a line. Each question has an editor of its own, which remembers no
// earlier answers.
func (t *Terminal) edit(q Question) (string, error) {
	editor := term.NewTerminal(byBytes{t}, prompt(q))
	screen := t.Screen()
	if err := editor.SetSize(screen.Columns, screen.Rows); err != nil {
		return "", err
	}
	if q.Secret {
		return editor.ReadPassword(prompt(q))
	}
	return editor.ReadLine()
}

// byBytes reads one byte at a time, so that what is typed ahead stays for the next question.
type byBytes struct{ *Terminal }

func (b byBytes) Read(p []byte) (int, error) { return b.in.Read(p[:min(len(p), 1)]) }

func (b byBytes) Write(p []byte) (int, error) { return b.out.Write(p) }

// makeRaw switches off the echo and the keys that the system handles, until restore is called.
func (t *Terminal) makeRaw() (restore func(), err error) {
	var before *term.State
	if err := withDescriptor(t.in, func(fd int) (err error) {
		before, err = term.MakeRaw(fd)
		return err
	}); err != nil {
		return nil, err
	}
	return sync.OnceFunc(func() {
		// It cannot fail but on a terminal that is gone.
		_ = withDescriptor(t.in, func(fd int) error { return term.Restore(fd, before) })
	}), nil
}

// withDescriptor calls fn with the file's descriptor. [os.File.Fd] would make reading from it
// impossible to interrupt.
func withDescriptor(file *os.File, fn func(fd int) error) error {
	raw, err := file.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	if err := raw.Control(func(fd uintptr) { failed = fn(int(fd)) }); err != nil {
		return err
	}
	return failed
}

// Screen returns the size of the terminal, and whether the locale has UTF-8.
func (t *Terminal) Screen() Screen {
	screen := Screen{Columns: 80, Rows: 24, UTF8: localeIsUTF8(t.getenv)}
	_ = withDescriptor(t.out, func(fd int) error { // without a size there is the usual one
		columns, rows, err := term.GetSize(fd)
		if err == nil && columns > 0 && rows > 0 {
			screen.Columns, screen.Rows = columns, rows
		}
		return nil
	})
	return screen
}

// localeIsUTF8 reports whether the locale of the process says that terminals show UTF-8.
func localeIsUTF8(getenv func(string) string) bool {
	locale := strings.ToLower(cmp.Or(getenv("LC_ALL"), getenv("LC_CTYPE"), getenv("LANG")))
	return runtime.GOOS == "windows" || strings.Contains(locale, "utf-8") || strings.Contains(locale, "utf8")
}

// movesCursor reports whether the terminal can move its cursor.
func (t *Terminal) movesCursor() bool {
	return runtime.GOOS == "windows" || t.getenv("TERM") != "" && t.getenv("TERM") != "dumb"
}

func (t *Terminal) colors() bool { return t.movesCursor() && t.getenv("NO_COLOR") == "" }

func (t *Terminal) write(text string) error {
	_, err := io.WriteString(t.out, text)
	return err
}
