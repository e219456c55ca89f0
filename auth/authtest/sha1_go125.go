//go:build !go1.26

package authtest

import "fmt"

// allowSHA1 calls use. It returns an error if use panics, which SHA-1 does under
// GODEBUG=fips140=only: Go 1.25 cannot make an exception.
func allowSHA1(use func()) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("authtest: TOTP needs SHA-1, and under GODEBUG=fips140=only it needs Go 1.26 or newer: %v", fault)
		}
	}()
	use()
	return nil
}
