//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package filestore

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// openFilesMove says whether a file can be replaced and removed while somebody has it open.
const openFilesMove = true

func openToOthers(dir fs.FileInfo) bool {
	return dir.Mode().Perm()&0o077 != 0
}

// lockFile says whether it got the lock, which belongs to this opening of the file: it keeps out
// the rest of the process, too.
func lockFile(f *os.File) (bool, error) {
	for {
		err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
		switch {
		case err == nil:
			return true, nil
		case errors.Is(err, syscall.EWOULDBLOCK):
			return false, nil
		case !errors.Is(err, syscall.EINTR):
			return false, os.NewSyscallError("flock", err)
		}
	}
}

// syncDir makes a rename or a removal last.
func syncDir(path string) error {
	dir, err := os.Open(path) //nolint:gosec // the directory that New was given
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
