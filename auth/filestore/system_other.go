//go:build !darwin && !dragonfly && !freebsd && !illumos && !linux && !netbsd && !openbsd && !windows

package filestore

import (
	"errors"
	"io/fs"
	"os"
)

// replacesOpenFiles reports whether a file can be replaced and removed while it is open.
const replacesOpenFiles = false

func openToOthers(fs.FileInfo) bool { return false }

func lockFile(*os.File) (bool, error) { return false, errors.ErrUnsupported }

func syncDir(string) error { return nil }
