package scenario

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A Target is a user pool that scenarios are played on.
type Target struct {
	UserPoolID, ClientID string
	// API serves the client's requests.
	API http.Handler
	// Now is the clock of the pool. Advance waits until it has moved by d, or moves it.
	Now     func() time.Time
	Advance func(ctx context.Context, d time.Duration) error
	// Administer sends a signed request.
	Administer func(ctx context.Context, operation string, body map[string]any) error
	// LastCode returns the newest code that was sent to a user, or an empty string, and Devices the
	// keys of a user's devices, the oldest first.
	LastCode func(ctx context.Context, username string) (string, error)
	Devices  func(ctx context.Context, username string) ([]string, error)
	// Fail makes requests fail. It is nil where that is not possible.
	Fail func(fault authtest.Fault)
	// TOTPSecret is that of the user who has an authenticator app, if there is one.
	TOTPSecret string
}

// targetOf returns the in-process pool as a target.
func targetOf(pool *authtest.Pool) Target {
	return Target{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, API: pool, Now: pool.Now,
		Advance: func(_ context.Context, d time.Duration) error {
			pool.Advance(d)
			return nil
		},
		Administer: func(ctx context.Context, operation string, body map[string]any) error {
			return administer(ctx, pool, operation, body)
		},
		LastCode: func(_ context.Context, username string) (string, error) { return pool.LastCode(username), nil },
		Devices: func(_ context.Context, username string) ([]string, error) {
			var keys []string
			for _, device := range pool.Devices(username) {
				keys = append(keys, device.Key)
			}
			return keys, nil
		},
		Fail: func(fault authtest.Fault) { pool.Fail(fault) },
	}
}

// administer sends the request past the wire: it is not the client's, so it is not recorded.
func administer(ctx context.Context, pool http.Handler, operation string, members map[string]any) error {
	body, err := json.Marshal(members)
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, "/", bytes.NewReader(body))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", contentType)
	request.Header.Set("X-Amz-Target", targetPrefix+operation)
	request.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=administrator")
	answer := newAnswer()
	pool.ServeHTTP(answer, request)
	if answer.status >= http.StatusMultipleChoices {
		return fmt.Errorf("%s: %s", operation, answer.body.Bytes())
	}
	return nil
}
