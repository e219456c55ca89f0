package identitypool

import (
	"encoding/json"
	"io"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// maxOutputsSize bounds what is read. A real amplify_outputs.json is far smaller.
const maxOutputsSize = 1 << 20

// ConfigFromOutputs reads the identity pool in the auth block of an amplify_outputs.json, which
// Amplify's backend tools write; [auth.ConfigFromOutputs] reads the user pool. It sets
// IdentityPoolID; the file has nothing for the other fields. Whether guests are allowed is the
// identity pool's setting, and the program's choice when it calls [Pool.ForGuest]. For a file that
// it cannot use it returns [auth.ErrInvalidConfig].
//
// Amplify: Amplify.configure.
func ConfigFromOutputs(r io.Reader) (Config, error) {
	const verb = "ConfigFromOutputs"
	data, err := io.ReadAll(io.LimitReader(r, maxOutputsSize+1))
	if err != nil {
		return Config{}, &auth.Error{Op: verb, Err: err}
	}
	var outputs struct {
		Auth struct {
			IdentityPoolID string `json:"identity_pool_id"`
		} `json:"auth"`
	}
	switch {
	case len(data) > maxOutputsSize:
		return Config{}, fail(verb, auth.ErrInvalidConfig, "the file is larger than 1 MiB")
	case json.Unmarshal(data, &outputs) != nil:
		return Config{}, fail(verb, auth.ErrInvalidConfig, "the file is not JSON of the expected form")
	case outputs.Auth.IdentityPoolID == "":
		return Config{}, fail(verb, auth.ErrInvalidConfig, "auth.identity_pool_id is missing")
	}
	return Config{IdentityPoolID: outputs.Auth.IdentityPoolID}, nil
}
