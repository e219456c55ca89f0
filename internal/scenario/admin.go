package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
)

// Admin is a request that an administrator sends to the pool. [Stage.Play] adds the pool's id to
// the body.
type Admin struct {
	Operation string `json:"operation"`
	// Body may contain placeholders, as the Input of a [Step] may.
	Body json.RawMessage `json:"body"`
}

// administer sends the request past the wire: it is not the client's, so it is not recorded.
func (st *Stage) administer(ctx context.Context, admin Admin) error {
	body, err := st.adminBody(admin)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("X-Amz-Target", targetPrefix+admin.Operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=administrator")
	answer := newAnswer()
	st.Pool.ServeHTTP(answer, request)
	if answer.status >= http.StatusMultipleChoices {
		return fmt.Errorf("%s: %s", admin.Operation, answer.body.Bytes())
	}
	return nil
}

func (st *Stage) adminBody(admin Admin) ([]byte, error) {
	filled, err := st.inputs.fill(admin.Body)
	if err != nil {
		return nil, err
	}
	members := map[string]any{}
	if err := json.Unmarshal(filled, &members); err != nil {
		return nil, err
	}
	members["UserPoolId"] = st.Pool.UserPoolID
	return json.Marshal(members)
}
