package cookiestore_test

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/descope/virtualwebauthn"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

const totpSecret = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

// A jar is what a browser holds already, and the padding of the ID tokens that it gets.
type jar struct {
	own, others int // bytes of cookies of this app client, and of the rest of the site
	padding     int
}

func jars() map[string]jar {
	return map[string]jar{
		"an empty jar, large tokens":         {0, 0, 9000},
		"an almost full jar":                 {15 << 10, 900, 0},
		"a full jar":                         {16 << 10, 0, 0},
		"a jar full of others' cookies":      {0, 17 << 10, 0},
		"a jar that is overfull, and tokens": {20 << 10, 20 << 10, 9000},
	}
}

// browser returns a browser with that jar.
func (j jar) browser(t *testing.T, a *app) *browser {
	t.Helper()
	return with(t, with(t, newBrowser(t), fill(t, a, j.own)), func(c map[string]string) {
		for i := range j.others / 1000 {
			c["_other"+strconv.Itoa(i)] = strings.Repeat("x", 1000-len("_other0")-len("=; "))
		}
	})
}

// allFactors is a pool with everything that a sign-in may ask for, whose tokens have padding in
// them.
func allFactors(t *testing.T, padding int) *app {
	t.Helper()
	pad := func(e *authtest.PreTokenGenerationEvent) error {
		if padding > 0 {
			e.Response.ClaimsAndScopeOverrideDetails = &authtest.ClaimsAndScopeOverrideDetails{
				IDTokenGeneration: authtest.TokenGeneration{
					ClaimsToAddOrOverride: map[string]any{"padding": strings.Repeat("x", padding)},
				},
			}
		}
		return nil
	}
	pool := newPool(t, authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, SMS: true, Devices: authtest.DevicesAlways,
		MFAOnRememberedDevices: true, RefreshTokenRotation: true, CaseSensitive: true,
		ExplicitAuthFlows:       []string{"ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"},
		ManagedLogin:            authtest.ManagedLogin{CallbackURLs: []string{callback}},
		Triggers: authtest.Triggers{
			PreTokenGeneration: pad,
			DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
				e.Response.IssueTokens = len(e.Request.Session) > 0
				if !e.Response.IssueTokens {
					e.Response.ChallengeName = "CUSTOM_CHALLENGE"
				}
				return nil
			},
			CreateAuthChallenge: func(e *authtest.CreateAuthChallengeEvent) error {
				e.Response.PublicChallengeParameters = map[string]string{"picture": strings.Repeat("x", 5000)}
				return nil
			},
			VerifyAuthChallenge: func(e *authtest.VerifyAuthChallengeEvent) error {
				e.Response.AnswerCorrect = true
				return nil
			},
		},
	})
	addUser(t, pool, "alice")
	attributes := map[string]string{"phone_number": "+15551234567", "phone_number_verified": "true"}
	for _, user := range []authtest.User{
		{Username: "tina", TOTPSecret: totpSecret, MFA: []string{"SOFTWARE_TOKEN_MFA"}},
		{Username: "mona", Attributes: attributes, MFA: []string{"SMS_MFA"}},
		{Username: "both", Attributes: attributes, TOTPSecret: totpSecret, MFA: []string{"SMS_MFA", "SOFTWARE_TOKEN_MFA"}},
		{Username: "newcomer", TemporaryPassword: true},
	} {
		user.Password = password
		require.NoError(t, pool.AddUser(user))
	}
	return newApp(t, pool)
}

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
		credential: virtualwebauthn.NewCredential(virtualwebauthn.KeyTypeRSA),
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

// TestSetUpAtSignIn_inAnyJar sets up an authenticator app in a pool that demands a second factor.
func TestSetUpAtSignIn_inAnyJar(t *testing.T) {
	t.Parallel()
	for name, jar := range jars() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := appWith(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true})
			b := jar.browser(t, a)
			var secret string
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
				require.NoError(t, err)
				require.IsType(t, auth.ContinueSignInWithTOTPSetup{}, out.NextStep)
				secret = out.NextStep.(auth.ContinueSignInWithTOTPSetup).TOTPSetupDetails.SharedSecret
			})
			b.confirm(t, a, func() string {
				code, err := authtest.TOTPCode(secret, a.pool.Now())
				require.NoError(t, err)
				return code
			})
			assert.Equal(t, "alice", b.who(t, a))
		})
	}
}

// TestNoRequestIsLost_inAnyJar signs in, renews, signs in again and out, whatever the browser holds
// already. Everything that Cognito has answered is kept, and nothing of it is left in the end.
func TestNoRequestIsLost_inAnyJar(t *testing.T) {
	t.Parallel()
	for jarName, jar := range jars() {
		t.Run(jarName, func(t *testing.T) {
			t.Parallel()
			for name, signIn := range signIns() {
				t.Run(name, func(t *testing.T) {
					t.Parallel()
					a := allFactors(t, jar.padding)
					b := jar.browser(t, a)
					before := b.cookies()
					username := signIn(t, a, b)
					assert.Equal(t, username, b.who(t, a))
					for range 2 {
						b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
							got, err := session.FetchAuthSession(ctx, force)
							require.NoError(t, err)
							assert.Equal(t, username, got.IDToken.Username)
						})
					}
					b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
						if err := device.ForgetDevice(ctx, session, device.ForgetDeviceInput{}); err != nil {
							require.ErrorIs(t, err, auth.ErrDeviceMetadataNotFound, "managed login has none")
						}
						out, err := session.SignOut(ctx, auth.SignOutInput{})
						require.NoError(t, err)
						assert.True(t, out.Revoked)
					})
					assert.Equal(t, before, b.cookies())
				})
			}
		})
	}
}

// TestDevice_isKeptInAFullJar: the next sign-in proves the device, and registers no other.
func TestDevice_isKeptInAFullJar(t *testing.T) {
	t.Parallel()
	for name, jar := range jars() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := allFactors(t, jar.padding)
			b := jar.browser(t, a)
			var first auth.SignInOutput
			for i := range 3 {
				b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
					out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
					require.NoError(t, err)
					require.NoError(t, out.NewDevice.Err)
					if i == 0 {
						first = out
						require.NotEmpty(t, first.NewDevice.Key)
					} else {
						assert.Empty(t, out.NewDevice.Key)
					}
				})
				b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
					current, err := session.CurrentDevice(ctx)
					require.NoError(t, err)
					assert.Equal(t, auth.CurrentDevice{Key: first.NewDevice.Key, Remembered: true}, current)
					require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
				})
			}
			assert.Len(t, a.pool.Devices("alice"), 1)
		})
	}
}

// TestReauthenticate_inAFullJar proves both factors again, in three requests, and sets up an app.
func TestReauthenticate_inAFullJar(t *testing.T) {
	t.Parallel()
	for name, jar := range jars() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := allFactors(t, jar.padding)
			b := jar.browser(t, a)
			b.begin(t, a, auth.SignInInput{Username: "mona"})
			b.confirm(t, a, func() string { return a.pool.LastCode("mona") })
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				out, err := session.Reauthenticate(ctx, auth.SignInInput{Password: password})
				require.NoError(t, err)
				require.Equal(t, auth.StepConfirmSignInWithSMSCode, out.NextStep.Name())
			})
			assert.Equal(t, "mona", b.who(t, a), "meanwhile")
			b.confirm(t, a, func() string { return a.pool.LastCode("mona") })
			assert.Equal(t, []auth.Factor{auth.FactorPassword, auth.FactorSMS}, factors(t, a, b))
			assert.Len(t, a.pool.Devices("mona"), 1)

			var setup auth.TOTPSetupDetails
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				var err error
				setup, err = mfa.SetUpTOTP(ctx, session)
				require.NoError(t, err)
			})
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				pending, ok, err := mfa.PendingTOTPSetup(ctx, session)
				require.NoError(t, err)
				assert.True(t, ok)
				assert.Equal(t, setup.SharedSecret, pending.SharedSecret)
				require.NoError(t, mfa.CancelTOTPSetup(ctx, session))
			})
		})
	}
}

// TestSlot_isRefusedInAFullJar: what a program stores must not make a header that servers refuse,
// unless it is small. The refusal is quick: the room does not come back by waiting.
func TestSlot_isRefusedInAFullJar(t *testing.T) {
	t.Parallel()
	for name, jar := range jars() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := allFactors(t, 0)
			b := jar.browser(t, a)
			b.signIn(t, a)
			set := func(slot string, size int) (err error) {
				b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
					err = session.UpdateSlot(ctx, slot, func([]byte) ([]byte, error) { return make([]byte, size), nil })
				})
				return err
			}
			require.NoError(t, set("small", 500), "1 KiB has room in every jar")
			before := b.cookies()
			err := set("large", 2000)
			if jar.own+jar.others == 0 {
				require.NoError(t, err)
				return
			}
			var tooLarge *cookiestore.SizeError
			require.ErrorAs(t, err, &tooLarge)
			assert.Empty(t, tooLarge.Cookie, "all cookies together")
			require.ErrorIs(t, err, auth.ErrRecordTooLarge)
			require.ErrorIs(t, err, auth.ErrInvalidParameter)
			assert.False(t, auth.Retryable(err))
			assert.Equal(t, before, b.cookies())
			require.NoError(t, set("small", 400), "what shrinks is never refused")
			require.NoError(t, set("small", 0))
		})
	}
}

// TestOnTooLarge_isToldOncePerResponse: a response saves several times, of which only what it sets
// in the end counts.
func TestOnTooLarge_isToldOncePerResponse(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways, RefreshTokenRotation: true})
	addUser(t, pool, "alice")
	type tell struct{ cookie string }
	var told []tell
	a := newApp(t, pool, func(cfg *cookiestore.Config) {
		cfg.OnTooLarge = func(ctx context.Context, tooLarge cookiestore.SizeError) {
			assert.NoError(t, ctx.Err())
			assert.Greater(t, tooLarge.Size, tooLarge.Limit)
			told = append(told, tell{tooLarge.Cookie})
		}
	})
	for name, jar := range map[string]jar{"own": {own: 16 << 10}, "others'": {others: 17 << 10}} {
		told = nil
		b := jar.browser(t, a)
		b.signIn(t, a)
		assert.Equal(t, []tell{{together}}, told, name)
		assert.Equal(t, "alice", b.who(t, a))
		assert.Len(t, told, 1, "nothing was set")
		b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
			require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
		})
		assert.Len(t, told, 1, "the jar shrinks")
	}
	told = nil
	b := newBrowser(t)
	b.signIn(t, a)
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		require.NoError(t, errOf(session.FetchAuthSession(ctx, force)))
	})
	assert.Empty(t, told)
}

// TestDevices_areThoseOfTheNewestPeople signs more people in than one browser keeps devices of.
func TestDevices_areThoseOfTheNewestPeople(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{Devices: authtest.DevicesAlways}), newBrowser(t)
	name := func(i int) string { return "zoe" + strconv.Itoa(99-i) }
	signIn := func(username string) (out auth.SignInOutput) {
		b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
			var err error
			out, err = session.SignIn(ctx, auth.SignInInput{Username: username, Password: password})
			require.NoError(t, err)
			require.NoError(t, out.NewDevice.Err)
			require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
		})
		return out
	}
	for i := range 20 {
		addUser(t, a.pool, name(i))
		assert.NotEmpty(t, signIn(name(i)).NewDevice.Key)
	}
	count := 0
	for cookie := range b.cookies() {
		if strings.HasSuffix(cookie, ".deviceKey") {
			count++
		}
	}
	assert.Equal(t, 16, count)
	for i := 4; i < 20; i++ {
		assert.Empty(t, signIn(name(i)).NewDevice.Key, name(i))
	}
	assert.NotEmpty(t, signIn(name(0)).NewDevice.Key)
	assert.Empty(t, signIn(name(0)).NewDevice.Key)
}

// TestLeftPiece_isIgnored lets two requests of one browser cross: the response that arrives last
// does not know of the pieces that the other one has set, and so does not remove them.
func TestLeftPiece_isIgnored(t *testing.T) {
	t.Parallel()
	a, b := appWith(t, authtest.Config{}), newBrowser(t)
	b.signIn(t, a)
	set := func(r *http.Request, size int) reply {
		return answer(a.store, r, func(ctx context.Context, _ http.ResponseWriter) {
			require.NoError(t, a.session(ctx).UpdateSlot(ctx, "slot", func([]byte) ([]byte, error) {
				return make([]byte, size), nil
			}))
		})
	}
	first, second := b.request(t.Context()), b.request(t.Context())
	b.receive(set(first, 4000))
	left := strings.TrimSuffix(sealedName(a), "0") + "1"
	require.Contains(t, b.cookies(), left)
	b.receive(set(second, 10))
	require.Contains(t, b.cookies(), left, "it was left")
	assert.Equal(t, []auth.Factor{auth.FactorPassword}, factors(t, a, b))
	b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
		data, err := session.Slot(ctx, "slot")
		require.NoError(t, err)
		assert.Len(t, data, 10)
		require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
	})
	assert.Empty(t, b.cookies())
}

// TestTwoTabsInAFullJar_refreshOnce sends two requests with tokens that have expired and a refresh
// token that works once. Whichever response arrives last, the session goes on.
func TestTwoTabsInAFullJar_refreshOnce(t *testing.T) {
	t.Parallel()
	for name, jar := range jars() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := allFactors(t, jar.padding)
			b := jar.browser(t, a)
			a.pool.Advance(-2 * time.Hour)
			b.signIn(t, a)
			a.pool.Advance(2 * time.Hour)
			release := a.pool.Hold(refreshOperation)
			defer release()
			var done sync.WaitGroup
			var replies [2]reply
			for i := range replies {
				r := b.request(t.Context())
				done.Go(func() { replies[i] = answer(a.store, r, fetch(t, a)) })
			}
			require.Eventually(t, func() bool { sent, _ := refreshes(a); return sent == 1 }, patience, time.Millisecond)
			release()
			done.Wait()
			for i := range replies {
				tab := with(t, b, unchanged)
				tab.receive(replies[i])
				tab.receive(replies[1-i])
				assert.Equal(t, "alice", tab.who(t, a))
				assert.Equal(t, []auth.Factor{auth.FactorPassword}, factors(t, a, tab))
			}
			sent, refused := refreshes(a)
			assert.Equal(t, 1, sent)
			assert.Zero(t, refused)
		})
	}
}

// TestPiecesOfTwoSignIns_areNone: they do not open, and neither do pieces in another order.
func TestPiecesOfTwoSignIns_areNone(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(pieces, others []string){
		"of another sign-in": func(pieces, others []string) { pieces[1] = others[1] },
		"in another order":   func(pieces, _ []string) { pieces[0], pieces[1] = pieces[1], pieces[0] },
		"one twice":          func(pieces, _ []string) { pieces[1] = pieces[0] },
		"without the first":  func(pieces, _ []string) { pieces[0] = "" },
		"without the last":   func(pieces, _ []string) { pieces[len(pieces)-1] = "" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, b, other := newGrowing(t), newBrowser(t), newBrowser(t)
			g.grow(9000, 0)
			b.signIn(t, g.app)
			other.signIn(t, g.app)
			piece := func(i int) string { return strings.TrimSuffix(sealedName(g.app), "0") + strconv.Itoa(i) }
			pieces := func(b *browser) (values []string) {
				for c := b.cookies(); c[piece(len(values))] != ""; {
					values = append(values, c[piece(len(values))])
				}
				return values
			}
			changed := pieces(b)
			change(changed, pieces(other))
			visitor := with(t, b, func(c map[string]string) {
				for i, value := range changed {
					c[piece(i)] = value
				}
			})
			require.NotEqual(t, b.cookies(), visitor.cookies())
			got := g.tokens(t, visitor, auth.FetchAuthSessionInput{})
			assert.Equal(t, "alice", got.AccessToken.Username)
			assert.Empty(t, got.IDToken.Raw)
			assert.Empty(t, got.Factors)
			visitor.do(t.Context(), g.app, func(ctx context.Context, session *auth.Session) {
				require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
			})
			assert.Empty(t, visitor.cookies())
		})
	}
}

// TestUnusualNames_areKept signs people in whose names js-cookie escapes, and one whose name is as
// long as names may be.
func TestUnusualNames_areKept(t *testing.T) {
	t.Parallel()
	for _, username := range []string{
		"a.b.accessToken", "%41%zz", `"q"`, "a;b=c,d", "ä😀", "(x)\\", "__Host-x", strings.Repeat("語", 128),
	} {
		t.Run(username[:min(len(username), 20)], func(t *testing.T) {
			t.Parallel()
			a := allFactors(t, 9000)
			require.NoError(t, a.pool.AddUser(authtest.User{Username: username, Password: password}))
			b := jar{own: 16 << 10}.browser(t, a)
			before := b.cookies()
			for range 2 {
				b.signInAs(t, a, username)
				assert.Equal(t, username, b.who(t, a))
				b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
					require.NoError(t, errOf(session.FetchAuthSession(ctx, force)))
				})
				assert.Equal(t, username, b.who(t, a))
				b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
					require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
				})
			}
			assert.Len(t, a.pool.Devices(username), 1)
			for name, value := range before {
				assert.Equal(t, value, b.cookies()[name])
			}
		})
	}
}
