package storetest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

func contextCases() []testCase {
	return []testCase{
		{
			"canceled context",
			"A method called with a context that is done must return the context's error and change nothing: nobody waits for it any more.",
			canceledContext,
		},
		{
			"expired context",
			"A deadline that has passed must come back as context.DeadlineExceeded: callers decide by it whether to try again.",
			expiredContext,
		},
	}
}

func canceledContext(t *testing.T, a, b auth.Store) {
	refuses(t, a, b, func(parent context.Context) (context.Context, context.CancelFunc) {
		ctx, cancel := context.WithCancel(parent)
		cancel()
		return ctx, cancel
	})
}

func expiredContext(t *testing.T, a, b auth.Store) {
	refuses(t, a, b, func(parent context.Context) (context.Context, context.CancelFunc) {
		return context.WithDeadline(parent, time.Unix(0, 0))
	})
}

// refuses checks that a does nothing with a context that end has ended.
func refuses(t *testing.T, a, b auth.Store, end func(context.Context) (context.Context, context.CancelFunc)) {
	t.Helper()
	ctx, cancel := end(t.Context())
	defer cancel()
	saved := create(t, b, key, "data")
	_, loadErr := a.Load(ctx, key)
	_, createErr := a.Save(ctx, "new", auth.Record{Data: []byte("data")})
	_, saveErr := a.Save(ctx, key, auth.Record{Data: []byte("late"), Version: saved.Version})
	attempts := map[string]error{"Load": loadErr, "Save of a new record": createErr, "Save": saveErr, "Delete": a.Delete(ctx, key)}
	for method, err := range attempts {
		if !errors.Is(err, ctx.Err()) {
			t.Errorf("%s: error %v, want one that wraps %q", method, err, ctx.Err())
		}
	}
	holds(t, b, key, saved)
	absent(t, b, "new")
}
