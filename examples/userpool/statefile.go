package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// stateFile keeps the state of a pool in a file. Without a name it does nothing.
type stateFile struct {
	name    string
	changed chan struct{}
	// reports is told when a change cannot be saved; the next one tries again.
	reports io.Writer
	// saved is what the file holds, unless something else than this program changed it.
	saved []byte
}

func newStateFile(name string, reports io.Writer) *stateFile {
	return &stateFile{name: name, changed: make(chan struct{}, 1), reports: reports}
}

// load returns the state in the file, or nil if there is no file yet.
func (s *stateFile) load() (*authtest.State, error) {
	if s.name == "" {
		return nil, nil
	}
	file, err := os.Open(s.name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var text bytes.Buffer
	state, err := authtest.ReadState(io.TeeReader(file, &text))
	if err = errors.Join(err, file.Close()); err != nil {
		return nil, fmt.Errorf("%s: %w", s.name, err)
	}
	s.saved = text.Bytes()
	return state, nil
}

// touch says that the pool may have changed.
func (s *stateFile) touch() {
	select {
	case s.changed <- struct{}{}:
	default: // the change before it is not saved yet, and this one will be with it
	}
}

// savePause is how long after a save the next one begins at the earliest. A change is saved at
// once, and many changes do not make the pool slow.
const savePause = 50 * time.Millisecond

// keep saves the state now and after every change, until stop is called. stop saves it once more.
func (s *stateFile) keep(pool *authtest.Pool) (stop func() error, err error) {
	if s.name == "" {
		return func() error { return nil }, nil
	}
	if err := s.save(pool); err != nil {
		return nil, err
	}
	stopping, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-s.changed:
				if err := s.save(pool); err != nil {
					_, _ = fmt.Fprintln(s.reports, "userpool: save the state:", err)
				}
			case <-stopping:
				return
			}
			select {
			case <-time.After(savePause):
			case <-stopping:
				return
			}
		}
	}()
	return func() error {
		close(stopping)
		<-stopped
		return s.save(pool)
	}, nil
}

// save writes the state, unless it is what the file holds.
func (s *stateFile) save(pool *authtest.Pool) error {
	var text bytes.Buffer
	if err := pool.WriteState(&text); err != nil {
		return err
	}
	if bytes.Equal(text.Bytes(), s.saved) {
		return nil
	}
	if err := s.checkUnchanged(); err != nil {
		return err
	}
	if err := replace(s.name, text.Bytes()); err != nil {
		return err
	}
	s.saved = text.Bytes()
	return nil
}

// checkUnchanged refuses a file that this program neither read nor wrote. One that was deleted is
// written again.
func (s *stateFile) checkUnchanged() error {
	text, err := os.ReadFile(s.name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case !bytes.Equal(text, s.saved):
		return fmt.Errorf("%s: another program has changed it, and this one does not overwrite that", s.name)
	}
	return nil
}

// replace replaces a file atomically: whoever reads it, even after the end of the process or a
// power cut, finds the old content or the new.
func replace(name string, content []byte) error {
	next := name + ".new"
	if err := os.Remove(next); err != nil && !errors.Is(err, fs.ErrNotExist) { // a process that was killed left it
		return err
	}
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the command line names it
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err == nil {
		err = file.Sync() // otherwise a power cut may leave an empty file under the name
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(next, name); err != nil {
		return err
	}
	return syncDirectory(filepath.Dir(name))
}

// syncDirectory flushes the new name to disk. Windows does not have that.
func syncDirectory(name string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	directory, err := os.Open(name) //nolint:gosec // the command line names it
	if err != nil {
		return err
	}
	return errors.Join(directory.Sync(), directory.Close())
}
