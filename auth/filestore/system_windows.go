package filestore

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/windows"
)

// syncsDirectories is false: Windows cannot flush directories, and NTFS journals its names.
const syncsDirectories = false

// openShared opens a file that others may replace or remove meanwhile. Of a link it opens the link.
func openShared(path string, flag int) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	access, mode := uint32(windows.GENERIC_READ), uint32(windows.OPEN_EXISTING)
	if flag&os.O_RDWR != 0 {
		access |= windows.GENERIC_WRITE
	}
	if flag&os.O_CREATE != 0 {
		mode = windows.OPEN_ALWAYS
	}
	const share = windows.FILE_SHARE_READ | windows.FILE_SHARE_WRITE | windows.FILE_SHARE_DELETE
	var handle windows.Handle
	err = patiently(func() error {
		handle, err = windows.CreateFile(name, access, share, nil, mode, windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
		return err
	})
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(handle), path), nil
}

// rename replaces a file also while it is open: an [os.Root] renames with POSIX semantics, which
// NTFS has and FAT has not.
func rename(from, to string) error {
	dir, err := os.OpenRoot(filepath.Dir(to))
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // nothing was written
	return patiently(func() error { return dir.Rename(filepath.Base(from), filepath.Base(to)) })
}

func remove(path string) error {
	return patiently(func() error { return os.Remove(path) })
}

// patience is how long others may keep a file open.
const patience = 2 * time.Second

// patiently repeats a call that Windows refuses. Programs that look for viruses, for example, open
// files for a moment and share them with nobody.
func patiently(call func() error) error {
	for deadline := time.Now().Add(patience); ; pause(context.Background()) {
		err := call()
		refused := errors.Is(err, windows.ERROR_ACCESS_DENIED) || errors.Is(err, windows.ERROR_SHARING_VIOLATION)
		if !refused || time.Now().After(deadline) {
			return err
		}
	}
}

// openToOthers returns false: access lists decide on Windows, and the mode does not show them.
func openToOthers(fs.FileInfo) bool { return false }

// ofAnotherUser returns false: what a user owns says little on Windows, where access lists decide.
func ofAnotherUser(fs.FileInfo) bool { return false }

// lockFile reports whether it locked f. The lock belongs to this open file, so that it excludes
// other goroutines of this process as well as other processes.
func lockFile(f *os.File) (bool, error) {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	err := windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, new(windows.Overlapped))
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return false, nil
	}
	return err == nil, os.NewSyscallError("LockFileEx", err)
}
