package cookiestore

import (
	"encoding/base64"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

func tokenSetOf(n int) tokenSet { return tokenSet{access: strconv.Itoa(n), refresh: strconv.Itoa(n)} }

// TestRenewals_areKeptForAMinute checks that nothing is left of them afterwards.
func TestRenewals_areKeptForAMinute(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r renewals
		for n := range 100 {
			r.record(tokenSetOf(n), tokenSetOf(1000+n))
		}
		time.Sleep(resultLifetime)
		newest, changed := r.newest(tokenSetOf(1))
		assert.True(t, changed)
		assert.Equal(t, tokenSetOf(1001), newest)
		time.Sleep(time.Nanosecond)
		_, changed = r.newest(tokenSetOf(1))
		assert.False(t, changed, "it is too old")
		unlock, err := r.lock(t.Context(), idOf(tokenSetOf(5000)))
		require.NoError(t, err)
		assert.NotEmpty(t, r.byID, "removal waits for its time")
		unlock()
		assert.Empty(t, r.byID)
	})
}

// TestRenewals_arePrunedNowAndThen: a service with many people must not walk over all results with
// every request.
func TestRenewals_arePrunedNowAndThen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r renewals
		r.record(tokenSetOf(1), tokenSetOf(2))
		time.Sleep(resultLifetime)
		r.record(tokenSetOf(3), tokenSetOf(4)) // prunes, when the first result is about to end
		time.Sleep(resultLifetime/4 - 1)
		r.record(tokenSetOf(5), tokenSetOf(6))
		assert.Len(t, r.byID, 3)
		time.Sleep(time.Nanosecond)
		r.record(tokenSetOf(7), tokenSetOf(8))
		assert.Len(t, r.byID, 3, "the first result is gone")
	})
}

// TestRenewals_waitersKeepTheirRenewal: two requests with the same tokens must not get a turn each.
func TestRenewals_waitersKeepTheirRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var r renewals
		id := idOf(tokenSetOf(1))
		unlock, err := r.lock(t.Context(), id)
		require.NoError(t, err)
		time.Sleep(2 * resultLifetime)
		r.record(tokenSetOf(3), tokenSetOf(4)) // prunes
		second := make(chan func())
		go func() {
			unlock, err := r.lock(t.Context(), id)
			assert.NoError(t, err)
			second <- unlock
		}()
		synctest.Wait()
		select {
		case <-second:
			t.Fatal("both have the turn")
		default:
		}
		unlock()
		(<-second)()
		assert.NotContains(t, r.byID, id, "without a result nothing is kept")
	})
}

// TestRenewals_followABoundedChain of renewals.
func TestRenewals_followABoundedChain(t *testing.T) {
	t.Parallel()
	var r renewals
	for n := range maxRead + 5 {
		r.record(tokenSetOf(n), tokenSetOf(n+1))
	}
	newest, changed := r.newest(tokenSetOf(0))
	assert.True(t, changed)
	assert.Equal(t, tokenSetOf(maxRead), newest)
	r.record(tokenSet{access: "a"}, tokenSetOf(1))
	_, changed = r.newest(tokenSet{access: "a"})
	assert.False(t, changed, "tokens without a refresh token are renewed to nothing")
}

// TestReplaceTokens_leavesOutWhatIsOfAnotherSignIn: the sealed cookies stay in a browser where
// Amplify signs somebody else in. Tokens that are then renewed must not take them over.
func TestReplaceTokens_leavesOutWhatIsOfAnotherSignIn(t *testing.T) {
	t.Parallel()
	s, err := New(Config{
		Key: make([]byte, KeySize), Pool: jwt.TrustedPool{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientIDs: []string{"client"}},
	})
	require.NoError(t, err)
	of := func(subject string) string {
		payload := base64.RawURLEncoding.EncodeToString([]byte(`{"sub":"` + subject + `","auth_time":1}`))
		return "e30." + payload + ".AA"
	}
	large := strings.Repeat("x", maxCookie)
	user := s.names.lastAuthUser
	for name, tc := range map[string]struct{ sealedFor, id string }{
		"of another sign-in, small tokens":    {"alice", ""},
		"of another sign-in, a large token":   {"alice", large + "y"},
		"of the same sign-in, small tokens":   {"bob", ""},
		"of the same sign-in, a large token":  {"bob", large + "y"},
		"of no sign-in, with a large token":   {"", large},
		"of no sign-in, without a large one":  {"", ""},
		"of the same sign-in, the same token": {"bob", large},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			old := cookies{user: "name", s.names.of("name", accessToken): of("bob"), s.names.of("name", refreshToken): "r"}
			e := extra{rest: []byte("proofs and slots"), ends: time.Now().Add(time.Hour).Truncate(time.Millisecond)}
			if tc.sealedFor != "" {
				e.owner, e.large = ownerOf(of(tc.sealedFor)), largeTokens{user: "name", id: large}
			}
			require.NoError(t, s.seal.put(old, s.names.session, e))
			next, ok := s.replaceTokens(old, tokenSet{access: of("bob") + "A", id: tc.id, refresh: "r2"})
			require.True(t, ok)
			got := s.seal.open(next, s.names.session)
			assert.Equal(t, tokenSet{access: of("bob") + "A", id: tc.id, refresh: "r2"}, s.tokens(next))
			if tc.sealedFor == "alice" {
				assert.Empty(t, got.rest)
				assert.Zero(t, got.ends)
				return
			}
			assert.Equal(t, e.rest, got.rest)
			assert.True(t, e.ends.Equal(got.ends))
		})
	}
}

func TestSizeError_namesTheCookie(t *testing.T) {
	t.Parallel()
	assert.Equal(t, `the cookie "a" would be 5000 bytes long, the limit is 4096`,
		(&SizeError{Cookie: "a", Size: 5000, Limit: 4096}).Error())
	assert.Equal(t, "all cookies together would be 5000 bytes long, the limit is 4096",
		(&SizeError{Size: 5000, Limit: 4096}).Error())
}
