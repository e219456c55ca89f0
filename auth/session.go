package auth

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/smithy-go"
)

// A Session is one person's: signed out, half-way through a sign-in, or signed in. It is a handle; what it stands for is
// one record in the Store, replaced as a whole, so that another process can go on where this one stopped. It is safe for
// concurrent use.
type Session struct {
	redacted
	client *Client
	key    string
}

// maxSaves bounds how often a change is tried against a record that others keep changing.
const maxSaves = 16

// Call runs fn with Cognito's API and this session's access token. It is the way to every operation that has no verb
// here; packages mfa and device are built on it. An error of the AWS SDK that fn returns becomes an *Error whose Op is
// op, an *Error is passed on. The API is anonymous and only fit for operations that Cognito lets anyone call. Operations
// that must not be carried out twice are not resent. Without a person signed in it returns ErrUserUnAuthenticated.
func (s *Session) Call(ctx context.Context, op string,
	fn func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error,
) error {
	st, _, err := s.load(ctx, op)
	if err != nil {
		return err
	}
	if st.Tokens == nil {
		return errSignedOut(op)
	}
	err = fn(ctx, s.client.cognito, st.Tokens.AccessToken)
	var sdk *smithy.OperationError
	if errors.As(err, &sdk) {
		return apiError(op, err)
	}
	return wrap(op, err)
}

func errSignedOut(op string) error {
	return &Error{Op: op, Code: ErrUserUnAuthenticated, Message: "nobody is signed in", Recovery: "Sign in first."}
}

// load reads the session's state and the version of its record. Nothing stored is the zero state.
func (s *Session) load(ctx context.Context, op string) (state, string, error) {
	if s.key == "" {
		return state{}, "", fail(op, ErrInvalidParameter, "the session's key is empty")
	}
	record, err := s.client.store.Load(ctx, s.key)
	if errors.Is(err, ErrNotFound) {
		return state{}, "", nil
	}
	if err != nil {
		return state{}, "", wrap(op, err)
	}
	st, err := decodeState(record.Data)
	if err != nil {
		return state{}, "", fail(op, ErrCorruptRecord, "the session's record is unreadable: "+err.Error())
	}
	return st, record.Version, nil
}

// update changes the session's state by compare-and-swap. change may run more than once, each time on the newest state.
func (s *Session) update(ctx context.Context, op string, change func(*state) error) error {
	for range maxSaves {
		if err := s.tryUpdate(ctx, op, change); !errors.Is(err, ErrConflict) {
			return wrap(op, err)
		}
	}
	return wrap(op, ErrConflict)
}

func (s *Session) tryUpdate(ctx context.Context, op string, change func(*state) error) error {
	st, version, err := s.load(ctx, op)
	if err != nil {
		return err
	}
	if err := change(&st); err != nil {
		return err
	}
	data, err := encodeState(st)
	if err != nil {
		return err
	}
	_, err = s.client.store.Save(ctx, s.key, Record{Data: data, Version: version})
	return err
}
