//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package filestore

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// replacesOpenFiles reports whether a file can be replaced and removed while it is open.
const replacesOpenFiles = true

// openToOthers reports whether users other than the owner can access dir.
func openToOthers(dir fs.FileInfo) bool {
	return dir.Mode().Perm()&0o077 != 0
}

// lockFile reports whether it locked f. The lock belongs to this open file, so that it excludes
// other goroutines of this process as well as other processes.
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

// syncDir flushes renames and removals in the directory to disk.
func syncDir(path string) error {
	dir, err := os.Open(path) //nolint:gosec // the directory that New was given
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
