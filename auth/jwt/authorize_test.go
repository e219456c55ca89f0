package jwt_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

func TestAuthorize(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t)
	readers := jwt.Requirement{AllScopes: []string{"orders/read"}}
	for name, tc := range map[string]struct {
		authorization []string
		want          error
		status        int
	}{
		"a good token":       {[]string{"Bearer " + pool.accessToken(t, claims{"scope": "orders/read"})}, nil, 0},
		"no header":          {nil, jwt.ErrNoToken, http.StatusUnauthorized},
		"an expired token":   {[]string{"Bearer " + pool.accessToken(t, claims{"exp": 1})}, jwt.ErrExpired, http.StatusUnauthorized},
		"without the scope":  {[]string{"Bearer " + pool.accessToken(t, nil)}, jwt.ErrInsufficientScope, http.StatusForbidden},
		"an ID token":        {[]string{"Bearer " + pool.idToken(t, nil)}, jwt.ErrWrongUse, http.StatusUnauthorized},
		"without the scheme": {[]string{pool.accessToken(t, nil)}, jwt.ErrNoToken, http.StatusUnauthorized},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := v.Authorize(t.Context(), readers, tc.authorization...)
			if tc.want == nil {
				require.NoError(t, err)
				assert.Equal(t, "alice", got.Username)
				return
			}
			require.ErrorIs(t, err, tc.want)
			assert.Zero(t, got)
			var failure *jwt.Error
			require.ErrorAs(t, err, &failure)
			assert.Equal(t, tc.status, failure.Reason.Status())
		})
	}
}
