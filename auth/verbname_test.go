package auth

import (
	"context"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestEachVerbNamesItsOwnCopy: callers that wait for the same refresh share its error, so a verb
// must not write its name into that.
func TestEachVerbNamesItsOwnCopy(t *testing.T) {
	t.Parallel()
	shared := fail(ErrTokenRefresh, "there is no refresh token")
	for _, verb := range []string{"FetchAuthSession", "SignOut"} {
		named := error(shared)
		nameVerb(verb, &named)
		var e *Error
		require.ErrorAs(t, named, &e)
		assert.Equal(t, verb, e.Op)
		assert.NotSame(t, shared, e)
		assert.Equal(t, "auth: "+verb+": TokenRefreshException: there is no refresh token", named.Error())
	}
	assert.Empty(t, shared.Op)
	assert.Equal(t, "auth: TokenRefreshException: there is no refresh token", shared.Error())
}

func TestVerbsNameErrorsOfOthers(t *testing.T) {
	t.Parallel()
	var none error
	named := context.Canceled
	nameVerb("SignIn", &named, &none)
	require.NoError(t, none)
	require.ErrorIs(t, named, context.Canceled)
	require.EqualError(t, named, "auth: SignIn: context canceled")
}
