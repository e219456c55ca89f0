package cookiestore_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// BenchmarkRequest measures what a request costs whose handler asks who is signed in, and the part
// of it that this package has in it; also with an ID token that is sealed in pieces.
func BenchmarkRequest(b *testing.B) {
	load := func(ctx context.Context, a *app) error {
		_, err := a.store.Load(ctx, a.store.SessionKey(ctx))
		return err
	}
	fetch := func(ctx context.Context, a *app) error {
		_, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		return err
	}
	for _, bench := range []struct {
		name    string
		work    func(context.Context, *app) error
		padding int // of the ID token
	}{
		{"Load", load, 0},
		{"FetchAuthSession", fetch, 0},
		{"FetchAuthSession of a large token", fetch, 6000},
	} {
		b.Run(bench.name, func(b *testing.B) {
			a, visitor := appWith(b, authtest.Config{Triggers: authtest.Triggers{
				PreTokenGeneration: func(e *authtest.PreTokenGenerationEvent) error {
					e.Response.ClaimsAndScopeOverrideDetails = padded(bench.padding, 0)
					return nil
				},
			}}), newBrowser(b)
			visitor.signIn(b, a)
			handler := a.store.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if err := bench.work(r.Context(), a); err != nil {
					b.Error(err)
				}
			}))
			r, w := visitor.request(b.Context()), httptest.NewRecorder()
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(w, r)
			}
			require.Empty(b, w.Result().Cookies())
		})
	}
}

// padded returns claims that make the tokens larger by that many bytes.
func padded(idSize, accessSize int) *authtest.ClaimsAndScopeOverrideDetails {
	claim := func(size int) authtest.TokenGeneration {
		return authtest.TokenGeneration{ClaimsToAddOrOverride: map[string]any{"padding": strings.Repeat("x", size)}}
	}
	return &authtest.ClaimsAndScopeOverrideDetails{IDTokenGeneration: claim(idSize), AccessTokenGeneration: claim(accessSize)}
}
