//go:build !darwin && !dragonfly && !freebsd && !illumos && !linux && !netbsd && !openbsd && !windows

package filestore

import (
	"errors"
	"io/fs"
	"os"
)

const syncsDirectories = false

func openShared(path string, flag int) (*os.File, error) {
	return os.OpenFile(path, flag, 0o600) //nolint:gosec // a hashed name in the Store's directory
}

func rename(from, to string) error { return os.Rename(from, to) }
func remove(path string) error     { return os.Remove(path) }

func openToOthers(fs.FileInfo) bool  { return false }
func ofAnotherUser(fs.FileInfo) bool { return false }

func lockFile(*os.File) (bool, error) { return false, errors.ErrUnsupported }
