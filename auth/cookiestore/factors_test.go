package cookiestore_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
)

// factors returns what the person in the browser has proved.
func factors(t *testing.T, a *app, b *browser) (proved []auth.Factor) {
	t.Helper()
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		got, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.NoError(t, err)
		for _, proof := range got.Factors {
			proved = append(proved, proof.Factor)
		}
	})
	return proved
}

// TestFactors_countForTheirOwnSignInOnly gives a browser the sealed cookie of another sign-in.
func TestFactors_countForTheirOwnSignInOnly(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{})
	addUser(t, a.pool, "bob")
	alice, again, bob := newBrowser(t), newBrowser(t), newBrowser(t)
	alice.signIn(t, a)
	a.pool.Advance(time.Second)
	again.signIn(t, a)
	bob.signInAs(t, a, "bob")
	password := []auth.Factor{auth.FactorPassword}
	assert.Equal(t, password, factors(t, a, alice))
	assert.Equal(t, password, factors(t, a, bob))
	for name, sealed := range map[string]string{
		"none": "", "another sign-in's": again.cookies()[sealedName(a)], "another person's": bob.cookies()[sealedName(a)],
	} {
		assert.Empty(t, factors(t, a, with(t, alice, func(c map[string]string) { c[sealedName(a)] = sealed })), name)
	}
}

func TestFactors_staySealedThroughARefresh(t *testing.T) {
	t.Parallel()
	a := appWith(t, rotating)
	b := expired(t, a)
	assert.Equal(t, []auth.Factor{auth.FactorPassword}, factors(t, a, b))
	sent, _ := refreshes(a)
	assert.Equal(t, 1, sent)
	assert.Equal(t, []auth.Factor{auth.FactorPassword}, factors(t, a, b))
}

// TestReauthenticate_throughCookies proves the password again in a later request.
func TestReauthenticate_throughCookies(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	access := amplifyNames(a, "alice")[1]
	before := b.cookies()[access]
	response := b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		out, err := session.Reauthenticate(ctx, auth.SignInInput{Password: password})
		require.NoError(t, err)
		assert.True(t, out.IsSignedIn)
	})
	for _, c := range response.Cookies() {
		assert.Equal(t, 31536000, c.MaxAge, c.Name)
	}
	assert.NotEqual(t, before, b.cookies()[access])
	assert.Equal(t, []auth.Factor{auth.FactorPassword}, factors(t, a, b))
	assert.Equal(t, "alice", b.who(t, a))
}

func TestMoveTo_hasNothingToMove(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	response := b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		_, err := session.MoveTo(ctx, auth.MoveToInput{Key: "another"})
		require.ErrorIs(t, err, cookiestore.ErrOtherSession)
	})
	assert.Empty(t, response.Cookies())
	assert.Equal(t, "alice", b.who(t, a))
}
