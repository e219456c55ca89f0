package filestore

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// leftoverAge is when a temporary file is taken for one whose writer died. A writer that is only
// slow fails to rename it.
const leftoverAge = time.Hour

// readFile reads no more than it takes to see that the file is too long.
func readFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // a hash names it, in the directory that New was given
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	return content, errors.Join(err, f.Close())
}

// replaceFile puts content in the place of what is at path: whoever reads sees the one or the
// other, even after a power cut.
func replaceFile(path string, content []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.tmp") // readable to its owner only
	if err != nil {
		return err
	}
	if err := writeThrough(temp, content); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return syncDir(filepath.Dir(path))
}

func writeThrough(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = f.Sync() // or a power cut may leave the new name with nothing in it
	}
	return errors.Join(err, f.Close())
}

func removeFile(path string) error {
	err := os.Remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return syncDir(filepath.Dir(path))
}

// removeLeftovers cannot fail: what it leaves behind does no harm.
func removeLeftovers(dir string) {
	entries, _ := os.ReadDir(dir)
	for _, entry := range entries {
		if temporary, _ := filepath.Match("*.sealed.*.tmp", entry.Name()); !temporary {
			continue
		}
		if info, err := entry.Info(); err == nil && time.Since(info.ModTime()) > leftoverAge {
			_ = os.Remove(filepath.Join(dir, entry.Name())) // another process may have been faster
		}
	}
}
