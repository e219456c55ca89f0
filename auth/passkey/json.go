package passkey

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	smithydocument "github.com/aws/smithy-go/document"
)

// maxJSON bounds the JSON that passes between Cognito and the browser. With a long chain of
// certificates it has some 10 kB.
const maxJSON = 64 << 10

// creationOptions are the server's options as JSON. It reads them again, rather than into numbers
// and maps of Go's, so that they pass on as they came.
func creationOptions(doc smithydocument.Marshaler) (json.RawMessage, error) {
	if doc == nil {
		return nil, errors.New("the server gave no options")
	}
	data, err := doc.MarshalSmithyDocument()
	if err != nil {
		return nil, errors.New("the server's options are not JSON")
	}
	options, err := readObject(data)
	if err != nil {
		return nil, fmt.Errorf("the server's options are %w", err)
	}
	challenge, _ := options["challenge"].(string)
	_, user := options["user"].(map[string]any)
	_, rp := options["rp"].(map[string]any)
	_, algorithms := options["pubKeyCredParams"].([]any)
	if challenge == "" || !user || !rp || !algorithms {
		return nil, errors.New("the server's options lack challenge, user, rp or pubKeyCredParams")
	}
	return data, nil
}

// registrationResponse reads the browser's answer into what the AWS SDK can send.
func registrationResponse(data []byte) (map[string]any, error) {
	credential, err := readObject(data)
	if err != nil {
		return nil, fmt.Errorf("the credential is %w", err)
	}
	response, _ := credential["response"].(map[string]any)
	for _, member := range []any{
		credential["id"], credential["rawId"], response["clientDataJSON"], response["attestationObject"],
	} {
		if text, ok := member.(string); !ok || text == "" {
			return nil, errors.New("the credential lacks id, rawId, or response with clientDataJSON and attestationObject")
		}
	}
	if credential["type"] != "public-key" {
		return nil, errors.New(`the credential's type is not "public-key"`)
	}
	content, err := sendable(credential)
	if err != nil {
		return nil, err
	}
	return content.(map[string]any), nil
}

// readObject reads one JSON object, with its numbers as they are written.
func readObject(data []byte) (map[string]any, error) {
	if len(data) > maxJSON {
		return nil, errors.New("larger than 64 KiB")
	}
	var object map[string]any
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.UseNumber()
	if err := decoder.Decode(&object); err != nil || object == nil {
		return nil, errors.New("not a JSON object")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("not one JSON object, but more")
	}
	return object, nil
}

// sendable turns numbers into the AWS SDK's, which would send encoding/json's as strings, and
// refuses the one object that it does not send.
func sendable(value any) (any, error) {
	var err error
	switch v := value.(type) {
	case json.Number:
		return smithydocument.Number(v), nil
	case []any:
		for i := range v {
			if v[i], err = sendable(v[i]); err != nil {
				return nil, err
			}
		}
	case map[string]any:
		for name := range v {
			if name == "" {
				return nil, errors.New("the credential has a member without a name")
			}
			if v[name], err = sendable(v[name]); err != nil {
				return nil, err
			}
		}
	}
	return value, nil
}
