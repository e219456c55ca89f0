package scenario

import (
	"context"
	"encoding/json"
)

// Admin is a request that an administrator sends to the pool. [Stage.Play] adds the pool's id to
// the body.
type Admin struct {
	Operation string `json:"operation"`
	// Body may contain placeholders, as the Input of a [Step] may.
	Body json.RawMessage `json:"body"`
}

func (st *Stage) administer(ctx context.Context, admin Admin) error {
	filled, err := st.inputs.fill(ctx, admin.Body)
	if err != nil {
		return err
	}
	members := map[string]any{}
	if err := json.Unmarshal(filled, &members); err != nil {
		return err
	}
	members["UserPoolId"] = st.target.UserPoolID
	return st.target.Administer(ctx, admin.Operation, members)
}
