package bff_test

import (
	"context"

	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

func onEvent(f func(bff.Event)) func(context.Context, bff.Event) {
	return func(_ context.Context, e bff.Event) { f(e) }
}
