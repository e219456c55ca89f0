//go:build !linux

package fleet

import "errors"

func makeRootReadOnly() error { return errors.ErrUnsupported }
