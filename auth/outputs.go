package auth

import (
	"encoding/json"
	"io"
)

// maxOutputsSize is far above any real amplify_outputs.json.
const maxOutputsSize = 1 << 20

// ConfigFromOutputs reads the auth block of an amplify_outputs.json, the file that Amplify's backend tools write. It
// fills UserPoolID and ClientID; the other fields of Config have no place in that file. Unknown members and newer
// versions of the file are fine. Errors are ErrInvalidConfig. Amplify: Amplify.configure.
func ConfigFromOutputs(r io.Reader) (Config, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxOutputsSize+1))
	if err != nil {
		return Config{}, wrap("ConfigFromOutputs", err)
	}
	if len(data) > maxOutputsSize {
		return Config{}, fail("ConfigFromOutputs", ErrInvalidConfig, "the file is larger than 1 MiB")
	}
	var outputs struct {
		Auth *struct {
			UserPoolID       string `json:"user_pool_id"`
			UserPoolClientID string `json:"user_pool_client_id"`
		} `json:"auth"`
	}
	if err := json.Unmarshal(data, &outputs); err != nil {
		return Config{}, fail("ConfigFromOutputs", ErrInvalidConfig, "the file is not JSON of the expected form: "+err.Error())
	}
	switch {
	case outputs.Auth == nil:
		return Config{}, fail("ConfigFromOutputs", ErrInvalidConfig, "the file has no auth block")
	case outputs.Auth.UserPoolID == "":
		return Config{}, fail("ConfigFromOutputs", ErrInvalidConfig, "auth.user_pool_id is missing")
	case outputs.Auth.UserPoolClientID == "":
		return Config{}, fail("ConfigFromOutputs", ErrInvalidConfig, "auth.user_pool_client_id is missing")
	}
	return Config{UserPoolID: outputs.Auth.UserPoolID, ClientID: outputs.Auth.UserPoolClientID}, nil
}
