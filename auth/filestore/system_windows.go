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

const (
	// syncsDirectories is false: Windows cannot flush directories, and NTFS journals its names.
	syncsDirectories = false
	opensLinks       = true
)

// Windows replaces and removes a file that is open only if whoever opened it allows that, and only
// with POSIX semantics, which NTFS has and FAT has not. Package os does both through an [os.Root].

// openShared opens a file that others may replace or remove meanwhile.
func openShared(path string, flag int) (f *os.File, err error) {
	err = inDirectory(path, func(dir *os.Root, name string) error {
		f, err = dir.OpenFile(name, flag, 0o600)
		return err
	})
	return f, err
}

func rename(from, to string) error {
	return inDirectory(to, func(dir *os.Root, name string) error {
		return dir.Rename(filepath.Base(from), name)
	})
}

func remove(path string) error {
	return inDirectory(path, (*os.Root).Remove)
}

// patience is how long others may keep a file open.
const patience = 2 * time.Second

// inDirectory calls do with the directory and the name in path. Other programs, such as those that
// look for viruses, open files for a moment without sharing them: it repeats what is refused.
func inDirectory(path string, do func(dir *os.Root, name string) error) error {
	dir, err := os.OpenRoot(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer func() { _ = dir.Close() }() // nothing was written
	for deadline := time.Now().Add(patience); ; pause(context.Background()) {
		err := do(dir, filepath.Base(path))
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
