//go:build darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd

package filestore

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

const syncsDirectories = true

// openShared opens a file, but no link, and does not wait for the other end of a FIFO.
func openShared(path string, flag int) (*os.File, error) {
	const safely = syscall.O_NOFOLLOW | syscall.O_NONBLOCK
	return os.OpenFile(path, flag|safely, 0o600) //nolint:gosec // a hashed name in the Store's directory
}

// A file can be replaced and removed while it is open.

func rename(from, to string) error { return os.Rename(from, to) }
func remove(path string) error     { return os.Remove(path) }

// openToOthers reports whether users other than the owner can access dir.
func openToOthers(dir fs.FileInfo) bool {
	return dir.Mode().Perm()&0o077 != 0
}

// ofAnotherUser reports whether a file or directory does not belong to the user of this process.
// For root, those of all other users do not.
func ofAnotherUser(info fs.FileInfo) bool {
	stat, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int64(stat.Uid) != int64(os.Geteuid())
}

// lockFile reports whether it locked f. The lock belongs to this open file, so that it excludes
// other goroutines of this process as well as other processes.
func lockFile(f *os.File) (bool, error) {
	err := uninterrupted(func() error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) })
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, os.NewSyscallError("flock", err)
}

// uninterrupted repeats a system call that a signal has interrupted.
func uninterrupted(call func() error) error {
	for {
		if err := call(); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
