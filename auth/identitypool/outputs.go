package identitypool

import (
	"fmt"
	"io"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// ConfigFromOutputs reads the identity pool from a file of Amplify's tools, as [auth.ReadOutputs]
// does. It sets IdentityPoolID; the file has nothing for the other fields. Whether guests are
// allowed is the identity pool's setting, and the program's choice when it calls [Pool.ForGuest].
// For a file that it cannot use it returns [auth.ErrInvalidConfig].
//
// Amplify: Amplify.configure.
func ConfigFromOutputs(r io.Reader) (Config, error) {
	const verb = "ConfigFromOutputs"
	out, err := auth.ReadOutputs(r)
	if err != nil {
		return Config{}, fmt.Errorf("identitypool: %w", err)
	}
	if out.IdentityPoolID == "" {
		return Config{}, fail(verb, auth.ErrInvalidConfig, "the file has no identity pool")
	}
	return Config{IdentityPoolID: out.IdentityPoolID}, nil
}
