package cookiestore_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
)

// growing is an application whose tokens become too large for Amplify's cookies once a trigger adds
// padding to them.
type growing struct {
	*app
	mu                 sync.Mutex
	idSize, accessSize int
	sealed             []cookiestore.SizeError
	key                []byte
}

func newGrowing(t *testing.T) *growing {
	t.Helper()
	g := &growing{key: newKey()}
	pool := newPool(t, authtest.Config{RefreshTokenRotation: true, Triggers: authtest.Triggers{
		PreTokenGeneration: func(e *authtest.PreTokenGenerationEvent) error {
			g.mu.Lock()
			defer g.mu.Unlock()
			e.Response.ClaimsAndScopeOverrideDetails = padded(g.idSize, g.accessSize)
			return nil
		},
	}})
	addUser(t, pool, "alice")
	addUser(t, pool, "bob")
	g.app = newApp(t, pool, func(cfg *cookiestore.Config) {
		cfg.Key = g.key
		cfg.OnTooLarge = func(ctx context.Context, tooLarge cookiestore.SizeError) {
			assert.NoError(t, ctx.Err())
			g.sealed = append(g.sealed, tooLarge)
		}
	})
	return g
}

func (g *growing) grow(idSize, accessSize int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.idSize, g.accessSize = idSize, accessSize
}

// together is what is told of all cookies together.
const together = ""

// told returns the cookies that were told to be too large since the last call.
func (g *growing) told(t *testing.T) (names []string) {
	t.Helper()
	for _, tooLarge := range g.sealed {
		limit := 4096
		if tooLarge.Cookie == together {
			limit = 16 << 10
		}
		assert.Greater(t, tooLarge.Size, limit)
		assert.Equal(t, limit, tooLarge.Limit)
		assert.NotContains(t, tooLarge.Error(), "eyJ")
		names = append(names, tooLarge.Cookie)
	}
	g.sealed = nil
	return names
}

// tokens returns those that a request of b gets.
func (g *growing) tokens(t *testing.T, b *browser, in auth.FetchAuthSessionInput) (got auth.AuthSession) {
	t.Helper()
	b.do(t.Context(), g.app, func(ctx context.Context, session *auth.Session) {
		var err error
		got, err = session.FetchAuthSession(ctx, in)
		require.NoError(t, err)
	})
	for name, value := range b.cookies() {
		assert.LessOrEqual(t, len(name)+len(value), 4096, name)
	}
	return got
}

var force = auth.FetchAuthSessionInput{ForceRefresh: true}

// TestLargeToken_isSealed signs in with tokens that no browser would accept in one cookie.
func TestLargeToken_isSealed(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		idSize, accessSize int
		sealed             []int // of amplifyNames
	}{
		"the ID token":     {2700, 0, []int{2}},
		"the access token": {0, 2700, []int{1}},
		"both":             {2700, 2700, []int{1, 2}},
		"more than a piece": {
			5000, 0, []int{2},
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, b := newGrowing(t), newBrowser(t)
			names := amplifyNames(g.app, "alice")
			g.grow(tc.idSize, tc.accessSize)
			response := b.signIn(t, g.app)
			var want []string
			for _, i := range tc.sealed {
				want = append(want, names[i])
			}
			assert.Equal(t, want, g.told(t))
			for _, c := range response.Cookies() {
				assert.LessOrEqual(t, len(c.Name)+len(c.Value), 4096, c.Name)
				assert.Equal(t, strings.HasPrefix(c.Name, "__Host-"), c.HttpOnly, c.Name)
			}
			for range 2 { // the second is remembered
				got := g.tokens(t, b, auth.FetchAuthSessionInput{})
				assert.Equal(t, "alice", got.AccessToken.Username)
				assert.Equal(t, "alice", got.IDToken.Username)
				for _, name := range want {
					assert.NotContains(t, b.cookies(), name)
				}
			}
			assert.Empty(t, g.told(t), "nothing new was sealed")
			before := g.tokens(t, b, auth.FetchAuthSessionInput{})
			after := g.tokens(t, b, force)
			assert.NotEqual(t, before.AccessToken.Raw, after.AccessToken.Raw)
			assert.NotEqual(t, before.IDToken.Raw, after.IDToken.Raw)
			assert.Equal(t, want, g.told(t))
			assert.Equal(t, after.IDToken.Raw, g.tokens(t, b, auth.FetchAuthSessionInput{}).IDToken.Raw)

			b.do(t.Context(), g.app, func(ctx context.Context, session *auth.Session) {
				require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
			})
			assert.Empty(t, b.cookies())
		})
	}
}

// TestTokensThatGrow_areNotLost refreshes, with a refresh token that works once, to tokens that do
// not fit, and back again.
func TestTokensThatGrow_areNotLost(t *testing.T) {
	t.Parallel()
	g, b := newGrowing(t), newBrowser(t)
	names := amplifyNames(g.app, "alice")
	b.signIn(t, g.app)
	small := keys(b.cookies())
	assert.Empty(t, g.told(t))
	for range 2 {
		g.grow(11000, 5000)
		got := g.tokens(t, b, force)
		assert.Equal(t, []string{names[1], names[2], together}, g.told(t))
		assert.Equal(t, got.AccessToken.Raw, g.tokens(t, b, auth.FetchAuthSessionInput{}).AccessToken.Raw)
		assert.Equal(t, got.IDToken.Raw, g.tokens(t, b, auth.FetchAuthSessionInput{}).IDToken.Raw)
		g.grow(0, 0)
		g.tokens(t, b, force)
		assert.ElementsMatch(t, small, keys(b.cookies()), "no piece is left")
	}
	sent, refused := refreshes(g.app)
	assert.Equal(t, 4, sent)
	assert.Zero(t, refused)
}

// TestLateRequest_getsLargeTokens arrives with the old tokens after they were refreshed.
func TestLateRequest_getsLargeTokens(t *testing.T) {
	t.Parallel()
	for name, sizes := range map[string][2][2]int{
		"that are too large now":       {{0, 0}, {5000, 5000}},
		"that were too large":          {{2700, 2700}, {0, 0}},
		"that are too large as before": {{2700, 0}, {5000, 5000}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, b := newGrowing(t), newBrowser(t)
			g.grow(sizes[0][0], sizes[0][1])
			b.signIn(t, g.app)
			late, lateBrowser := b.request(t.Context()), with(t, b, unchanged)
			g.grow(sizes[1][0], sizes[1][1])
			want := g.tokens(t, b, force)
			response := answer(g.store, late, func(ctx context.Context, _ http.ResponseWriter) {
				release, err := g.store.Lease(ctx, g.store.SessionKey(ctx))
				require.NoError(t, err)
				defer release()
				got, err := g.session(ctx).FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
				require.NoError(t, err)
				assert.Equal(t, want.AccessToken.Raw, got.AccessToken.Raw)
				assert.Equal(t, want.IDToken.Raw, got.IDToken.Raw)
			})
			lateBrowser.jar.SetCookies(site, response.Cookies())
			assert.ElementsMatch(t, keys(b.cookies()), keys(lateBrowser.cookies()))
			assert.Equal(t, want.AccessToken.Raw, g.tokens(t, lateBrowser, auth.FetchAuthSessionInput{}).AccessToken.Raw)
		})
	}
}

// TestSealedToken_countsForItsSignInOnly: Amplify removes and replaces its own cookies only.
func TestSealedToken_countsForItsSignInOnly(t *testing.T) {
	t.Parallel()
	g, b, other := newGrowing(t), newBrowser(t), newBrowser(t)
	g.grow(2700, 2700)
	b.signIn(t, g.app)
	g.grow(0, 0)
	other.signInAs(t, g.app, "bob")
	names, bobs := amplifyNames(g.app, "alice"), amplifyNames(g.app, "bob")
	for name, tc := range map[string]struct {
		change func(c map[string]string)
		want   string
	}{
		"unchanged": {unchanged, "alice"},
		"Amplify signs out": {func(c map[string]string) {
			for _, name := range names {
				delete(c, name)
			}
		}, ""},
		"Amplify signs another person in": {func(c map[string]string) {
			for _, name := range names {
				delete(c, name)
			}
			for _, name := range bobs {
				c[name] = other.cookies()[name]
			}
		}, "bob"},
		"another name": {func(c map[string]string) { c[names[0]] = "bob" }, ""},
		"another person's access token": {func(c map[string]string) {
			c[names[1]] = other.cookies()[bobs[1]]
		}, "bob"},
		"a piece is missing": {func(c map[string]string) { delete(c, strings.TrimSuffix(sealedName(g.app), "0")+"1") }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			visitor := with(t, b, tc.change)
			assert.Equal(t, tc.want, visitor.who(t, g.app))
			if tc.want == "bob" {
				got := g.tokens(t, visitor, auth.FetchAuthSessionInput{})
				assert.Contains(t, []string{"", "bob"}, got.IDToken.Username)
			}
		})
	}
}

// TestAmplifysTokenCounts_notTheSealedOne: Amplify has refreshed to tokens that fit.
func TestAmplifysTokenCounts_notTheSealedOne(t *testing.T) {
	t.Parallel()
	g, b := newGrowing(t), newBrowser(t)
	g.grow(2700, 2700)
	b.signIn(t, g.app)
	before := with(t, b, unchanged)
	g.grow(0, 0)
	want := g.tokens(t, b, force)
	names := amplifyNames(g.app, "alice")
	byAmplify := with(t, before, func(c map[string]string) {
		for _, name := range names[1:4] {
			c[name] = b.cookies()[name]
		}
	})
	got := g.tokens(t, byAmplify, auth.FetchAuthSessionInput{})
	assert.Equal(t, want.AccessToken.Raw, got.AccessToken.Raw)
	assert.Equal(t, want.IDToken.Raw, got.IDToken.Raw)
}

// TestAmplifyRefreshes_whatItCannotKeep: the browser has refused Amplify's cookie for the ID token,
// so the older one, which is sealed, counts until the next refresh here.
func TestAmplifyRefreshes_whatItCannotKeep(t *testing.T) {
	t.Parallel()
	g, b := newGrowing(t), newBrowser(t)
	g.grow(2700, 0)
	b.signIn(t, g.app)
	older := g.tokens(t, b, auth.FetchAuthSessionInput{})
	before := with(t, b, unchanged)
	newer := g.tokens(t, b, force)
	names := amplifyNames(g.app, "alice")
	byAmplify := with(t, before, func(c map[string]string) {
		c[names[1]], c[names[3]] = b.cookies()[names[1]], b.cookies()[names[3]]
	})
	got := g.tokens(t, byAmplify, auth.FetchAuthSessionInput{})
	assert.Equal(t, newer.AccessToken.Raw, got.AccessToken.Raw)
	assert.Equal(t, older.IDToken.Raw, got.IDToken.Raw)
	got = g.tokens(t, byAmplify, force)
	assert.NotEqual(t, older.IDToken.Raw, got.IDToken.Raw)
	assert.Equal(t, got.IDToken.Raw, g.tokens(t, byAmplify, auth.FetchAuthSessionInput{}).IDToken.Raw)
	_, refused := refreshes(g.app)
	assert.Zero(t, refused)
}

// TestRenewal_fitsAFullJar saves renewed tokens without the lease, as a refresh does that could not
// wait for it, into a jar that is full to the last byte. They are renewed by another process.
func TestRenewal_fitsAFullJar(t *testing.T) {
	t.Parallel()
	g, b := newGrowing(t), newBrowser(t)
	b.signIn(t, g.app)
	renewed := with(t, b, unchanged)
	g.grow(300, 100)
	want := g.tokens(t, renewed, force)
	store := newApp(t, g.pool, func(cfg *cookiestore.Config) { cfg.Key = g.key }).store
	load := func(ctx context.Context) auth.Record {
		r, err := store.Load(ctx, store.SessionKey(ctx))
		require.NoError(t, err)
		return r
	}
	var record auth.Record
	renewed.visit(t.Context(), store, func(ctx context.Context, _ http.ResponseWriter) { record = load(ctx) })
	full := with(t, b, fill(t, g.app, 16<<10))
	full.visit(t.Context(), store, func(ctx context.Context, _ http.ResponseWriter) {
		_, err := store.Save(ctx, store.SessionKey(ctx), auth.Record{Data: record.Data, Version: load(ctx).Version})
		require.NoError(t, err)
	})
	assert.Equal(t, want.AccessToken.Raw, g.tokens(t, full, auth.FetchAuthSessionInput{}).AccessToken.Raw)
}

// TestSignIn_fitsAFullJar signs in where all cookies together are as large as they may be, and with
// tokens that are larger than that: a code that was typed is spent, so what it gave is kept.
func TestSignIn_fitsAFullJar(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		full, idSize int
	}{
		"a full jar":      {16 << 10, 0},
		"an overfull jar": {20 << 10, 0},
		"large tokens":    {0, 11000},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGrowing(t)
			b := with(t, newBrowser(t), fill(t, g.app, tc.full))
			filler := b.cookies()
			names := amplifyNames(g.app, "alice")
			want := []string{together}
			if tc.idSize > 0 {
				want = []string{names[2], together}
			}
			g.grow(tc.idSize, 0)
			b.signIn(t, g.app)
			assert.Equal(t, want, g.told(t))
			got := g.tokens(t, b, auth.FetchAuthSessionInput{})
			assert.Equal(t, "alice", got.IDToken.Username)

			b.do(t.Context(), g.app, func(ctx context.Context, session *auth.Session) {
				require.NoError(t, errOf(session.SignOut(ctx, auth.SignOutInput{})))
			})
			assert.Equal(t, filler, b.cookies())
		})
	}
}

// fill returns a change that fills a jar up to that size.
func fill(t *testing.T, a *app, size int) func(map[string]string) {
	return func(c map[string]string) {
		left := size
		for name, value := range c {
			left -= len(name) + len(value) + len("=; ")
		}
		for i := 0; left > 0; i++ {
			name := strings.Replace(amplifyNames(a, "filler")[1], "accessToken", "f"+string(rune('a'+i)), 1)
			length := min(left, 4000) - len(name) - len("=; ")
			require.Positive(t, length)
			c[name] = strings.Repeat("x", length)
			left -= len(name) + length + len("=; ")
		}
	}
}
