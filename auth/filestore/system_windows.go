package filestore

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"unsafe"
)

// openFilesMove says whether a file can be replaced and removed while somebody has it open.
const openFilesMove = false

// openToOthers knows nothing: access lists decide here, which the mode does not show.
func openToOthers(fs.FileInfo) bool { return false }

// lockFile says whether it got the lock, which belongs to this opening of the file: it keeps out
// the rest of the process, too.
func lockFile(f *os.File) (bool, error) {
	const (
		failImmediately = 1
		exclusive       = 2
		lockViolation   = syscall.Errno(33)
	)
	var at syscall.Overlapped
	lockFileEx := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")
	done, _, err := lockFileEx.Call(f.Fd(), exclusive|failImmediately, 0, 1, 0, uintptr(unsafe.Pointer(&at))) //nolint:gosec // as package syscall asks for
	switch {
	case done != 0:
		return true, nil
	case errors.Is(err, lockViolation):
		return false, nil
	}
	return false, os.NewSyscallError("LockFileEx", err)
}

// syncDir has nothing to do: directories cannot be flushed here, and NTFS keeps a journal of names.
func syncDir(string) error { return nil }
