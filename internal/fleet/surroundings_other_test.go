//go:build !linux

package fleet

import "errors"

func refuseWrites(string) error { return errors.ErrUnsupported }
