package cookiestore_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// BenchmarkRequest measures what a request costs whose handler asks who is signed in, and the part
// of it that this package has in it.
func BenchmarkRequest(b *testing.B) {
	a, visitor := appWith(b, authtest.Config{}), newBrowser(b)
	visitor.signIn(b, a)
	header := visitor.request(b.Context()).Header
	for name, work := range map[string]func(context.Context) error{
		"Load": func(ctx context.Context) error {
			_, err := a.store.Load(ctx, a.store.SessionKey(ctx))
			return err
		},
		"FetchAuthSession": func(ctx context.Context) error {
			_, err := a.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			handler := a.store.Middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				if err := work(r.Context()); err != nil {
					b.Error(err)
				}
			}))
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, site.String(), nil)
			r.Header = header
			w := httptest.NewRecorder()
			b.ReportAllocs()
			for b.Loop() {
				handler.ServeHTTP(w, r)
			}
			require.Empty(b, w.Result().Cookies())
		})
	}
}
