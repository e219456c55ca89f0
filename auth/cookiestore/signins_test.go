package cookiestore_test

import (
	"context"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
)

func code(t *testing.T, a *app) string {
	t.Helper()
	a.pool.Advance(30 * time.Second)
	code, err := authtest.TOTPCode(totpSecret, a.pool.Now())
	require.NoError(t, err)
	return code
}

// confirm answers steps of a sign-in, each in a request of its own, until it is done.
func (b *browser) confirm(t *testing.T, a *app, answers ...func() string) {
	t.Helper()
	for i, respond := range answers {
		b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
			out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: respond()})
			require.NoError(t, err)
			require.Equal(t, i == len(answers)-1, out.IsSignedIn)
		})
	}
}

func (b *browser) begin(t *testing.T, a *app, in auth.SignInInput) {
	t.Helper()
	if in.AuthFlowType != auth.AuthFlowCustomWithoutSRP {
		in.Password = password
	}
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		out, err := session.SignIn(ctx, in)
		require.NoError(t, err)
		require.False(t, out.IsSignedIn)
	})
}

func fixed(text string) func() string { return func() string { return text } }

// signIns are ways to sign in, and who is signed in then.
func signIns() map[string]func(t *testing.T, a *app, b *browser) (username string) {
	return map[string]func(t *testing.T, a *app, b *browser) string{
		"password": func(t *testing.T, a *app, b *browser) string {
			b.signIn(t, a)
			return "alice"
		},
		"TOTP": func(t *testing.T, a *app, b *browser) string {
			b.begin(t, a, auth.SignInInput{Username: "tina"})
			b.confirm(t, a, func() string { return code(t, a) })
			return "tina"
		},
		"SMS": func(t *testing.T, a *app, b *browser) string {
			b.begin(t, a, auth.SignInInput{Username: "mona"})
			b.confirm(t, a, func() string { return a.pool.LastCode("mona") })
			assert.Len(t, a.pool.Messages("mona"), 1)
			return "mona"
		},
		"choice of a factor": func(t *testing.T, a *app, b *browser) string {
			b.begin(t, a, auth.SignInInput{Username: "both"})
			b.confirm(t, a, fixed("SMS"), func() string { return a.pool.LastCode("both") })
			return "both"
		},
		"new password": func(t *testing.T, a *app, b *browser) string {
			b.begin(t, a, auth.SignInInput{Username: "newcomer"})
			b.confirm(t, a, fixed("New-"+password))
			return "newcomer"
		},
		"custom challenge": func(t *testing.T, a *app, b *browser) string {
			b.begin(t, a, auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowCustomWithoutSRP})
			b.confirm(t, a, fixed("a cat"))
			return "alice"
		},
		"choice of the first factor": func(t *testing.T, a *app, b *browser) string {
			b.begin(t, a, auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserAuth})
			b.confirm(t, a, fixed("PASSWORD_SRP"), fixed(password))
			return "alice"
		},
		"managed login": func(t *testing.T, a *app, b *browser) string {
			var begun auth.SignInWithRedirectOutput
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				var err error
				begun, err = session.SignInWithRedirect(ctx, auth.SignInWithRedirectInput{ReturnTo: "/cart"})
				require.NoError(t, err)
			})
			back, err := a.pool.Authorize(begun.URL, "alice")
			require.NoError(t, err)
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				out, err := session.CompleteSignInWithRedirect(ctx, back)
				require.NoError(t, err)
				assert.Equal(t, "/cart", out.ReturnTo)
			})
			return "alice"
		},
		"sign-up": func(t *testing.T, a *app, b *browser) string {
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				_, err := session.SignUp(ctx, auth.SignUpInput{
					Username: "sue", Password: password, UserAttributes: map[string]string{"email": "sue@example.com"},
					AutoSignIn: &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth},
				})
				require.NoError(t, err)
			})
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				out, err := session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: "sue", ConfirmationCode: a.pool.LastCode("sue")})
				require.NoError(t, err)
				assert.Equal(t, auth.CompleteAutoSignInSignUpStep{}, out.NextStep)
			})
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				out, err := session.AutoSignIn(ctx, auth.AutoSignInInput{})
				require.NoError(t, err)
				require.True(t, out.IsSignedIn)
			})
			return "sue"
		},
		"passkey": func(t *testing.T, a *app, b *browser) string {
			elsewhere := newBrowser(t)
			elsewhere.signIn(t, a)
			var key *authenticator
			elsewhere.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				key = newAuthenticator(ctx, t, session)
			})
			var step auth.SignInStep
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				out, err := session.SignIn(ctx, auth.SignInInput{
					Username: "alice", AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorWebAuthn,
				})
				require.NoError(t, err)
				step = out.NextStep
			})
			require.IsType(t, auth.ConfirmSignInWithWebAuthn{}, step)
			options := string(step.(auth.ConfirmSignInWithWebAuthn).CredentialRequestOptions)
			b.confirm(t, a, func() string { return key.get(t, options) })
			return "alice"
		},
		"forgotten password": func(t *testing.T, a *app, b *browser) string {
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				require.NoError(t, errOf(session.ResetPassword(ctx, auth.ResetPasswordInput{Username: "alice"})))
			})
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				require.NoError(t, session.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
					Username: "alice", NewPassword: password, ConfirmationCode: a.pool.LastCode("alice"),
				}))
			})
			b.signIn(t, a)
			return "alice"
		},
	}
}

// newES256Credential returns a key pair that virtualwebauthn encodes in full. It drops leading
// zeros of a coordinate, which about one pair in 128 has.
func newES256Credential() virtualwebauthn.Credential {
	const whole = 77 // bytes of a COSE key with two coordinates of 32
	for {
		credential := virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeEC2)
		if len(credential.Key.AttestationData()) == whole {
			return credential
		}
	}
}

// authenticator is an authenticator with a passkey.
type authenticator struct {
	party      virtualwebauthn.RelyingParty
	device     virtualwebauthn.Authenticator
	credential virtualwebauthn.Credential
}

// newAuthenticator adds a passkey to the account of the person who is signed in.
func newAuthenticator(ctx context.Context, t *testing.T, session *auth.Session) *authenticator {
	t.Helper()
	text, err := passkey.StartAssociateWebAuthnCredential(ctx, session)
	require.NoError(t, err)
	options, err := virtualwebauthn.ParseAttestationOptions(string(text))
	require.NoError(t, err)
	a := &authenticator{
		party: virtualwebauthn.RelyingParty{ID: "localhost", Origin: "http://localhost:3000"},
		device: virtualwebauthn.NewAuthenticatorWithOptions(
			virtualwebauthn.AuthenticatorOptions{UserHandle: []byte(options.UserID)}),
		credential: newES256Credential(),
	}
	created := virtualwebauthn.CreateAttestationResponse(a.party, a.device, a.credential, *options)
	require.NoError(t, passkey.CompleteAssociateWebAuthnCredential(ctx, session, []byte(created)))
	return a
}

// get is the browser's answer to a step that asks for a passkey.
func (a *authenticator) get(t *testing.T, requestOptions string) string {
	t.Helper()
	options, err := virtualwebauthn.ParseAssertionOptions(requestOptions)
	require.NoError(t, err)
	a.credential.Counter++
	return virtualwebauthn.CreateAssertionResponse(a.party, a.device, a.credential, *options)
}
