package cookiestore_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
)

// TestTooLarge has a sign-in whose tokens no browser would keep.
func TestTooLarge(t *testing.T) {
	t.Parallel()
	a, b := newApp(t, newPool(t, authtest.Config{})), newBrowser(t)
	require.NoError(t, a.pool.AddUser(authtest.User{
		Username: "alice", Password: password,
		Attributes: map[string]string{"email": "alice@example.com", "profile": strings.Repeat("x", 2048), "picture": strings.Repeat("y", 2048)},
	}))
	response := b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		_, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		var tooLarge *cookiestore.SizeError
		require.ErrorAs(t, err, &tooLarge)
		assert.Equal(t, amplifyNames(a, "alice")[2], tooLarge.Cookie)
		assert.Equal(t, 4096, tooLarge.Limit)
		assert.Greater(t, tooLarge.Size, 4096)
		assert.NotContains(t, err.Error(), "eyJ")
		_, err = session.CurrentUser(ctx)
		require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	})
	assert.Empty(t, response.Cookies(), "nothing is half written")
	assert.Less(t, len((&cookiestore.SizeError{Size: 1, Limit: 2}).Error()), 100)
}

func TestSealedCookie_isCutIntoPieces(t *testing.T) {
	t.Parallel()
	a, b := newApp(t, newPool(t, authtest.Config{})), newBrowser(t)
	save := func(size int) (saved auth.Record, err error) {
		b.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
			key := a.store.SessionKey(ctx)
			old, loadErr := a.store.Load(ctx, key)
			require.True(t, loadErr == nil || errors.Is(loadErr, auth.ErrRecordNotFound))
			saved, err = a.store.Save(ctx, key, auth.Record{Data: []byte(strings.Repeat("x", size)), Version: old.Version})
		})
		return saved, err
	}
	for _, step := range []struct{ size, pieces int }{{9000, 3}, {2900, 1}, {10, 1}, {6000, 2}} {
		want, err := save(step.size)
		require.NoError(t, err)
		b.visit(t.Context(), a.store, func(ctx context.Context, _ http.ResponseWriter) {
			got, err := a.store.Load(ctx, a.store.SessionKey(ctx))
			require.NoError(t, err)
			assert.Equal(t, want.Data, got.Data)
			assert.Equal(t, want.Version, got.Version)
		})
		assert.Len(t, b.cookies(), step.pieces)
		for name, value := range b.cookies() {
			assert.LessOrEqual(t, len(name)+len(value), 4096)
		}
	}
	for _, size := range []int{12500, 20000} {
		_, err := save(size)
		var tooLarge *cookiestore.SizeError
		require.ErrorAs(t, err, &tooLarge)
	}
}
