//go:build !darwin && !dragonfly && !freebsd && !illumos && !linux && !netbsd && !openbsd && !windows

package filestore

import (
	"errors"
	"io/fs"
	"os"
)

const (
	// replacesOpenFiles reports whether a file can be replaced and removed while it is open.
	replacesOpenFiles = false
	syncsDirectories  = false
	openSafely        = 0
)

func openToOthers(fs.FileInfo) bool  { return false }
func ofAnotherUser(fs.FileInfo) bool { return false }

func lockFile(*os.File) (bool, error) { return false, errors.ErrUnsupported }
