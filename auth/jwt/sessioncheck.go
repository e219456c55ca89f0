package jwt

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/lru"
)

// A SessionCheck reports whether the session of a valid access token is still active. It asks Cognito,
// whose operation GetUser refuses the tokens of a session that was signed out everywhere, and of a
// user who was disabled or deleted. It returns an error if there was no answer. It must be safe for
// concurrent use.
type SessionCheck func(ctx context.Context, accessToken string) (active bool, err error)

// sessionCacheSize is how many answers a cached SessionCheck remembers.
const sessionCacheSize = 4096

// Cached returns a SessionCheck that remembers the last answers of ask for keep, which is how long
// a session that has ended may still be used: some seconds. It remembers no errors and no tokens,
// only their hashes. With a keep of 0 or less, ask is called each time.
func (ask SessionCheck) Cached(keep time.Duration) SessionCheck {
	if ask == nil || keep <= 0 {
		return ask
	}
	answers := lru.New[[sha256.Size]byte, bool](sessionCacheSize)
	return func(ctx context.Context, accessToken string) (bool, error) {
		id := sha256.Sum256([]byte(accessToken))
		asked := time.Now()
		if active, known := answers.Get(id); known {
			return active, nil
		}
		active, err := ask(ctx, accessToken)
		if err == nil {
			answers.Put(id, active, asked.Add(keep))
		}
		return active && err == nil, err
	}
}

// check returns nil if the session is active, or if nobody is to be asked.
func (ask SessionCheck) check(ctx context.Context, accessToken string) error {
	if ask == nil {
		return nil
	}
	active, err := ask(ctx, accessToken)
	switch {
	case err != nil:
		return &Error{Reason: ErrSessionUnknown, Message: "cannot ask whether the session is active", Err: err}
	case !active:
		return refuse(ErrSessionEnded, "the session was signed out, or its user disabled")
	}
	return nil
}
