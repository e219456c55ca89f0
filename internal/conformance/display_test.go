package conformance_test

import (
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// display is what a person sees of a terminal: it understands the escape sequences that move the
// cursor and erase, and nothing else. Lines that have scrolled away stay above the top.
type display struct {
	mu            sync.Mutex
	changed       chan struct{} // closed at the next change
	columns, rows int
	lines         [][]rune
	row, column   int
	top           int
	pending       []byte // the beginning of a character or of a sequence
	raw           []byte // everything
}

func newDisplay(columns, rows int) *display {
	return &display{columns: columns, rows: rows, lines: [][]rune{nil}, changed: make(chan struct{})}
}

// Write shows output.
func (d *display) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.raw = append(d.raw, p...)
	d.pending = append(d.pending, p...)
	for len(d.pending) > 0 {
		n := d.next()
		if n == 0 {
			break
		}
		d.pending = d.pending[n:]
	}
	close(d.changed)
	d.changed = make(chan struct{})
	return len(p), nil
}

// next shows one character or obeys one sequence, and returns its length; 0 if it is incomplete.
func (d *display) next() int {
	switch c := d.pending[0]; {
	case c == '\x1b':
		return d.sequence()
	case c == '\r':
		d.column = 0
	case c == '\n':
		d.down()
	case c == '\b':
		d.column = max(d.column-1, 0)
	case c < ' ':
	case !utf8.FullRune(d.pending):
		return 0
	default:
		r, size := utf8.DecodeRune(d.pending)
		d.put(r)
		return size
	}
	return 1
}

func (d *display) put(r rune) {
	if d.column == d.columns {
		d.column = 0
		d.down()
	}
	line := d.lines[d.row]
	for len(line) <= d.column {
		line = append(line, ' ')
	}
	line[d.column] = r
	d.lines[d.row] = line
	d.column++
}

func (d *display) down() {
	d.row++
	if d.row == len(d.lines) {
		d.lines = append(d.lines, nil)
	}
	d.top = max(d.top, d.row-d.rows+1)
}

func (d *display) sequence() int {
	if len(d.pending) < 3 {
		return 0
	}
	end := 2
	for end < len(d.pending) && (d.pending[end] < '@' || d.pending[end] > '~') {
		end++
	}
	if end == len(d.pending) {
		return 0
	}
	count, err := strconv.Atoi(string(d.pending[2:end]))
	if err != nil || count == 0 {
		count = 1
	}
	switch d.pending[end] {
	case 'A':
		d.row = max(d.row-count, d.top)
	case 'B':
		d.row = min(d.row+count, len(d.lines)-1)
	case 'C':
		d.column = min(d.column+count, d.columns-1)
	case 'D':
		d.column = max(d.column-count, 0)
	case 'J':
		d.erase()
		d.lines = d.lines[:d.row+1]
	case 'K':
		d.erase()
	}
	return end + 1
}

func (d *display) erase() {
	d.lines[d.row] = d.lines[d.row][:min(d.column, len(d.lines[d.row]))]
}

// now returns what is on the screen, what has ever been, and the channel of the next change.
func (d *display) now() (screen, all []string, changed <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, line := range d.lines {
		all = append(all, strings.TrimRight(string(line), " "))
	}
	return all[d.top:], all, d.changed
}

// output returns everything that was written.
func (d *display) output() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return string(d.raw)
}
