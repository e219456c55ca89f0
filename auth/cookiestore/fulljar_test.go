package cookiestore_test

import (
	"context"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

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

// TestDevices_leaveNothingOfOtherPeople: not even the names that they have typed.
func TestDevices_leaveNothingOfOtherPeople(t *testing.T) {
	t.Parallel()
	a := appWith(t, authtest.Config{Devices: authtest.DevicesAlways, AliasAttributes: []string{"email"}})
	b := newBrowser(t)
	signIn := func(from, to int) (size int) {
		for i := from; i < to; i++ {
			name := "person" + strconv.Itoa(i)
			addUser(t, a.pool, name)
			b.signInAs(t, a, name+"@example.com")
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
			})
		}
		for name, value := range b.cookies() {
			if strings.Contains(name, ".devices.") {
				size += len(value)
			}
		}
		return size
	}
	assert.InDelta(t, signIn(10, 30), signIn(30, 50), 300)
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

// TestAliasThatIsTooLong_isNotLost: Cognito takes aliases of 2048 characters, which have no room in
// the cookies that Amplify would write.
func TestAliasThatIsTooLong_isNotLost(t *testing.T) {
	t.Parallel()
	alias := strings.Repeat("語", 600)
	for _, flow := range []auth.AuthFlowType{auth.AuthFlowUserSRP, auth.AuthFlowUserPassword} {
		t.Run(string(flow), func(t *testing.T) {
			t.Parallel()
			a, b := newApp(t, newPool(t, authtest.Config{AliasAttributes: []string{"preferred_username"}})), newBrowser(t)
			require.NoError(t, a.pool.AddUser(authtest.User{
				Username: "alice", Password: password, Attributes: map[string]string{"preferred_username": alias},
			}))
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				out, err := session.SignIn(ctx, auth.SignInInput{Username: alias, Password: password, AuthFlowType: flow})
				require.NoError(t, err)
				assert.True(t, out.IsSignedIn)
			})
			assert.Equal(t, "alice", b.who(t, a))
			assert.Equal(t, "alice", b.cookies()[amplifyNames(a, "alice")[0]])
			b.do(t.Context(), a, func(ctx context.Context, session *auth.Session) {
				require.NoError(t, errOf(session.FetchAuthSession(ctx, force)))
				require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
			})
			assert.Empty(t, b.cookies())
		})
	}
}
