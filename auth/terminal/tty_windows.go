package terminal

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// controllingTerminal opens the console of the process, and has it understand escape sequences.
func controllingTerminal() (in, out *os.File, err error) {
	in, err = os.OpenFile("CONIN$", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, err
	}
	out, err = os.OpenFile("CONOUT$", os.O_RDWR, 0)
	if err != nil {
		return nil, nil, errors.Join(err, in.Close())
	}
	var mode uint32
	handle := windows.Handle(out.Fd())
	if err = windows.GetConsoleMode(handle, &mode); err == nil {
		err = windows.SetConsoleMode(handle, mode|windows.ENABLE_VIRTUAL_TERMINAL_PROCESSING)
	}
	if err != nil {
		return nil, nil, errors.Join(err, in.Close(), out.Close())
	}
	return in, out, nil
}
