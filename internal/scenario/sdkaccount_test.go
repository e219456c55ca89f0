package scenario_test

import (
	"context"
	"encoding/json"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// updateUserAttribute reads Amplify's input, which has the attribute in a member of its own.
func updateUserAttribute(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
	in, err := flat[struct {
		UserAttribute  struct{ AttributeKey, Value string }
		ClientMetadata map[string]string
	}](input)
	if err != nil {
		return nil, err
	}
	return session.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{
		AttributeKey: in.UserAttribute.AttributeKey, Value: in.UserAttribute.Value, ClientMetadata: in.ClientMetadata,
	})
}

func fetchUserAttributes(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	return session.FetchUserAttributes(ctx)
}

func deleteUser(ctx context.Context, session *auth.Session, _ json.RawMessage) (any, error) {
	return nil, session.DeleteUser(ctx)
}

// action makes a verb of a method with an input and no output.
func action[In any](do func(*auth.Session, context.Context, In) error) verb {
	return func(ctx context.Context, session *auth.Session, input json.RawMessage) (any, error) {
		in, err := flat[In](input)
		if err != nil {
			return nil, err
		}
		return nil, do(session, ctx, in)
	}
}
