package filestore

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

var (
	errNotRegular = errors.New("it is not a regular file")
	errNotOurs    = errors.New("it belongs to another user")
)

// openFile opens a file in the Store's directory. It follows no link, does not wait for the other
// end of a FIFO, and refuses what is not a regular file of this user.
func openFile(path string, flag int) (*os.File, error) {
	f, err := openShared(path, flag)
	if err != nil {
		return nil, err
	}
	if err := checkFile(f); err != nil {
		return nil, errors.Join(&fs.PathError{Op: "open", Path: path, Err: err}, f.Close())
	}
	return f, nil
}

func checkFile(f *os.File) error {
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return errNotRegular
	case ofAnotherUser(info):
		return errNotOurs
	}
	return nil
}

// readFile returns at most limit bytes of a file.
func readFile(path string, limit int64) ([]byte, error) {
	f, err := openFile(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	content, err := io.ReadAll(io.LimitReader(f, limit))
	return content, errors.Join(err, f.Close())
}

// readHeader returns what [readFile] returns of the header of a record, which takes one system call
// less.
func readHeader(path string) ([]byte, error) {
	f, err := openFile(path, os.O_RDONLY)
	if err != nil {
		return nil, err
	}
	header := make([]byte, aead.HeaderSize)
	n, err := io.ReadFull(f, header)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return header[:n], errors.Join(err, f.Close())
}

// replace atomically replaces the file at path. Readers see the old content or the new, even after
// a power cut.
func (s *Store) replace(path string, content []byte) error {
	temp, err := os.CreateTemp(s.dir, filepath.Base(path)+".*"+temporarySuffix) // readable to its owner only
	if err != nil {
		return err
	}
	if err := s.writeThrough(temp, content); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	if err := rename(temp.Name(), path); err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return s.syncDir()
}

// writeThrough writes content, flushes it to disk and closes f.
func (s *Store) writeThrough(f *os.File, content []byte) error {
	_, err := f.Write(content)
	if err == nil {
		err = s.sync(f) // otherwise a power cut may leave an empty file under the new name
	}
	return errors.Join(err, f.Close())
}

// remove removes the file at path, if there is one.
func (s *Store) remove(path string) error {
	err := remove(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return s.syncDir()
}

// syncDir flushes renames and removals in the directory to disk.
func (s *Store) syncDir() error {
	if !syncsDirectories {
		return nil
	}
	dir, err := os.Open(s.dir)
	if err != nil {
		return err
	}
	return errors.Join(s.sync(dir), dir.Close())
}
