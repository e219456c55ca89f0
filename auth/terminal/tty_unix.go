//go:build !windows

package terminal

import "os"

// controllingTerminal opens the terminal that the process was started from. It is nonblocking, so
// that a read can be interrupted.
func controllingTerminal() (in, out *os.File, err error) {
	if in, err = os.OpenFile("/dev/tty", os.O_RDONLY, 0); err != nil {
		return nil, nil, err
	}
	if out, err = os.OpenFile("/dev/tty", os.O_WRONLY, 0); err != nil {
		_ = in.Close()
		return nil, nil, err
	}
	return in, out, nil
}
