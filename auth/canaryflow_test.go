package auth_test

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestNoSecretOfTheOtherFlowsIsEverPrinted is TestNoSecretIsEverPrinted for a sign-in that follows
// a sign-up, and for the first factors.
func TestNoSecretOfTheOtherFlowsIsEverPrinted(t *testing.T) {
	t.Parallel()
	c := &canary{secrets: map[string]string{}}
	pool := choicePool(t, alice(func(u *authtest.User) { u.TOTPSecret, u.Password = "", "Canary-Password-4" }))
	store := &auth.MemoryStore{}
	cfg := configFor(pool)
	cfg.Store = store
	cfg.Logger = slog.New(slog.NewTextHandler(c, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client := newClient(t, cfg)
	autoSignInCanary(t, c, client.Session("bob"), store, pool)
	firstFactorCanary(t, c, client, pool)
	guardWire(c, pool)
	c.check(t)
}

func autoSignInCanary(t *testing.T, c *canary, session *auth.Session, store *auth.MemoryStore, pool *authtest.Pool) {
	t.Helper()
	ctx := context.Background()
	signUp := auth.SignUpInput{
		Username: "bob", Password: c.guard("password of the sign-up", "Canary-Password-5"),
		UserAttributes: map[string]string{"email": "bob@example.com"},
		AutoSignIn:     &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth},
	}
	out, err := session.SignUp(ctx, signUp)
	require.NoError(t, err)
	c.hear(signUp)
	c.hear(out)
	_, err = session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{
		Username: "bob", ConfirmationCode: c.guard("code of the sign-up", pool.LastCode("bob")),
	})
	require.NoError(t, err)
	record, err := store.Load(ctx, "bob")
	require.NoError(t, err)
	require.NotContains(t, string(record.Data), signUp.Password)
	c.hear(record)
	pool.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "NotAuthorizedException", Message: "no"})
	in := auth.AutoSignInInput{Password: signUp.Password}
	c.hear(in)
	for range 3 { // refused, then without the help of the sign-up, then over
		out, err := session.AutoSignIn(ctx, in)
		c.hear(out)
		c.hear(err)
	}
}

func firstFactorCanary(t *testing.T, c *canary, client *auth.Client, pool *authtest.Pool) {
	t.Helper()
	ctx := context.Background()
	right, wrong := c.guard("right password", "Canary-Password-4"), c.guard("typed wrongly", "Canary-Wrong-6")
	for _, factor := range []auth.AuthFactorType{auth.AuthFactorPassword, auth.AuthFactorPasswordSRP, auth.AuthFactorEmailOTP} {
		session := client.Session("alice by " + string(factor))
		in := auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserAuth}
		out, err := session.SignIn(ctx, in)
		require.NoError(t, err)
		c.hear(in)
		c.hear(out)
		_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: string(factor)})
		require.NoError(t, err)
		answers := []string{wrong, right}
		if factor == auth.AuthFactorEmailOTP {
			code := c.guard("code instead of a password", pool.LastCode("alice"))
			answers = []string{c.guard("wrong code instead of a password", wrongCode(code)), code}
		}
		for _, answer := range answers {
			in := auth.ConfirmSignInInput{ChallengeResponse: answer, UserContext: auth.UserContext{IPAddress: "192.0.2.9"}}
			out, err := session.ConfirmSignIn(ctx, in)
			c.hear(in)
			c.hear(out)
			c.hear(err)
		}
	}
}
