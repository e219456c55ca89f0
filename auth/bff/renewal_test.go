package bff_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

// A thief has the id of a session. It is worth nothing to them once the person has proved more.
func TestAnIDFromBeforeIsWorthNothingAtOnce(t *testing.T) {
	t.Parallel()
	for path, fields := range map[string]url.Values{
		"step-up":          {"password": {goodPassword}},
		"account/password": {"oldPassword": {goodPassword}, "newPassword": {newPassword}},
		"account/factors":  {"factor": {"SMS"}, "preference": {"ENABLED"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStill(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true})
			b := s.visitor()
			b.signIn("alice")
			thief := s.visitor()
			thief.cookies[sessionCookie] = b.cookies[sessionCookie]
			thief.get("/")
			require.Equal(t, "alice", thief.page)
			b.post("/auth/"+path, fields)
			require.Equal(t, http.StatusSeeOther, b.status, path)
			thief.get("/")
			assert.Equal(t, "/auth/sign-in", thief.location, path)
			thief.post("/auth/account/factors", url.Values{"factor": {"SMS"}, "preference": {"ENABLED"}})
			assert.Equal(t, "/auth/sign-in", thief.location, path)
			b.get("/")
			assert.Equal(t, "alice", b.page, "the thief has taken nothing over")
		})
	}
}

// The answer to a request with the id of before may reach the browser after the answer with the new
// one: it takes nothing away.
func TestALateRequestWithTheIDOfBeforeSignsNobodyOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var events []bff.Event
		s := newStill(t, authtest.Config{}, func(cfg *bff.Config) {
			cfg.OnEvent = onEvent(func(e bff.Event) { events = append(events, e) })
		})
		b := s.visitor()
		b.signIn("alice")
		late := s.visitor()
		late.cookies[sessionCookie] = b.cookies[sessionCookie]
		b.post("/auth/step-up", url.Values{"password": {goodPassword}})
		events = nil
		late.get("/orders")
		assert.Equal(t, "/auth/sign-in?return=%2Forders", late.location)
		assert.Empty(t, late.got.Values("Set-Cookie"))
		late.post("/auth/account/details", url.Values{"userAttributeKey": {"email"}, "value": {"x@example.com"}})
		assert.Empty(t, late.got.Values("Set-Cookie"))
		assert.Empty(t, events, "no session has ended")
		b.get(late.location)
		assert.Equal(t, "/", b.location, "the browser has the new id, and is led back")
	})
}

// failing is a Store that fails on purpose.
type failing struct {
	auth.MemoryStore
	fails func(op, key string) bool
}

func (f *failing) Load(ctx context.Context, key string) (auth.Record, error) {
	if f.fails != nil && f.fails("load", key) {
		return auth.Record{}, assert.AnError
	}
	return f.MemoryStore.Load(ctx, key)
}

func (f *failing) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	if f.fails != nil && f.fails("save", key) {
		return auth.Record{}, assert.AnError
	}
	return f.MemoryStore.Save(ctx, key, r)
}

func (f *failing) Unchanged(ctx context.Context, key, version string) (bool, error) {
	if f.fails != nil && f.fails("load", key) {
		return false, assert.AnError
	}
	return f.MemoryStore.Unchanged(ctx, key, version)
}

// Whoever has signed in at Cognito, and whose session could not be finished here, can go on: it is
// not lost with an id that no browser has.
func TestASignInIsNotLostWhenTheStoreFails(t *testing.T) {
	t.Parallel()
	signIn := url.Values{"username": {"alice"}, "password": {goodPassword}}
	// A sign-in that succeeds tells at which operation the session moves: the saves of the new key,
	// of the old one, and of the new one again. Before them is that of the memo.
	var ops []string
	moves := 0
	synctest.Test(t, func(t *testing.T) {
		store := &failing{}
		s := newStillOn(t, store, authtest.Config{})
		store.fails = func(op, key string) bool {
			if op == "save" && strings.Contains(key, "bff/session/") && moves == 0 {
				moves = len(ops)
			}
			ops = append(ops, op)
			return false
		}
		s.visitor().post("/auth/sign-in", signIn)
	})
	require.NotZero(t, moves)
	memo := moves - 1
	for ops[memo] != "save" {
		memo--
	}
	for first := memo; first < len(ops); first++ {
		synctest.Test(t, func(t *testing.T) {
			store := &failing{}
			s := newStillOn(t, store, authtest.Config{})
			count := 0
			store.fails = func(string, string) bool {
				count++
				return count > first
			}
			b := s.visitor()
			b.post("/auth/sign-in", signIn)
			store.fails = nil
			b.get("/")
			if b.status != http.StatusOK {
				b.post("/auth/step", url.Values{"stepId": {"x"}, "challengeResponse": {"x"}})
				b.get("/")
			}
			assert.Equal(t, "alice", b.page, "operation %d of %v fails, and all after it", first, ops)
		})
	}
}
