package filestore

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"unsafe"
)

const (
	// replacesOpenFiles reports whether a file can be replaced and removed while it is open.
	replacesOpenFiles = false
	// syncsDirectories is false: Windows cannot flush directories, and NTFS journals its names.
	syncsDirectories = false
	openSafely       = 0
)

// openToOthers returns false: access lists decide on Windows, and the mode does not show them.
func openToOthers(fs.FileInfo) bool { return false }

// ofAnotherUser returns false: what a user owns says little on Windows, where access lists decide.
func ofAnotherUser(fs.FileInfo) bool { return false }

// lockFile reports whether it locked f. The lock belongs to this open file, so that it excludes
// other goroutines of this process as well as other processes.
func lockFile(f *os.File) (bool, error) {
	const (
		failImmediately = 1
		exclusive       = 2
		lockViolation   = syscall.Errno(33)
	)
	var at syscall.Overlapped
	lockFileEx := syscall.NewLazyDLL("kernel32.dll").NewProc("LockFileEx")
	//nolint:gosec // the pointer is converted in the call, as package unsafe requires
	done, _, err := lockFileEx.Call(f.Fd(), exclusive|failImmediately, 0, 1, 0, uintptr(unsafe.Pointer(&at)))
	switch {
	case done != 0:
		return true, nil
	case errors.Is(err, lockViolation):
		return false, nil
	}
	return false, os.NewSyscallError("LockFileEx", err)
}
