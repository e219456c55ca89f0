package bff_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

// badBodies are bodies that no route takes, by their content type.
var badBodies = map[string]struct{ contentType, body string }{
	"unknown field":   {"application/x-www-form-urlencoded", "zzz=1"},
	"field twice":     {"application/x-www-form-urlencoded", "return=a&return=b"},
	"bad escape":      {"application/x-www-form-urlencoded", "%zz"},
	"too large":       {"application/x-www-form-urlencoded", "return=" + strings.Repeat("a", 100<<10)},
	"no type":         {"", "zzz"},
	"bad type":        {";;", "zzz"},
	"unknown type":    {"text/plain", "zzz"},
	"no JSON":         {"application/json", "{"},
	"JSON, no object": {"application/json", "[]"},
	"JSON, unknown":   {"application/json", `{"zzz":"1"}`},
}

func (v *visitor) postBody(path, contentType, body string, script bool) {
	v.t.Helper()
	r := httptest.NewRequest(http.MethodPost, origin+path, strings.NewReader(body))
	r.Header.Set("Content-Type", contentType)
	r.Header.Set("Origin", origin)
	if script {
		r.Header.Set("Accept", "application/json")
		r.Header.Set("X-Requested-With", "fetch")
	}
	v.send(r)
}

func TestABadBodyIsRefusedOnEveryRoute(t *testing.T) {
	t.Parallel()
	open := map[string]bool{
		"sign-in": true, "step": true, "sign-up": true, "confirm": true, "confirm/resend": true, "forgot": true, "reset": true,
		"sign-out": true, "redirect": true,
	}
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{})
		for path, posts := range bff.RoutePaths() {
			for name, bad := range badBodies {
				for _, script := range []bool{false, true} {
					if !posts {
						continue
					}
					nobody := s.visitor()
					nobody.postBody("/auth/"+path, bad.contentType, bad.body, script)
					switch {
					case open[path]:
						assert.Contains(t, []int{http.StatusBadRequest, http.StatusRequestEntityTooLarge}, nobody.status, "%s: %s", path, name)
					case script:
						assert.Equal(t, http.StatusUnauthorized, nobody.status, "%s: %s", path, name)
					default:
						assert.Equal(t, http.StatusSeeOther, nobody.status, "%s: %s", path, name)
						assert.True(t, strings.HasPrefix(nobody.location, "/auth/sign-in"), nobody.location)
					}
				}
			}
		}
		assert.Empty(t, s.pool.Requests())
	})
}

func TestEveryRouteAnswersWhileTheStoreIsDown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		store := &broken{}
		s := newStillOn(t, store, authtest.Config{})
		b := s.visitor()
		b.signIn("alice")
		store.down = true
		for path, posts := range bff.RoutePaths() {
			if !posts {
				continue
			}
			b.post("/auth/"+path, nil)
			assert.GreaterOrEqual(t, b.status, http.StatusBadRequest, path)
			assert.NotContains(t, b.page, "alice", path)
			b.postBody("/auth/"+path, "application/x-www-form-urlencoded", "zzz=1", false)
			assert.GreaterOrEqual(t, b.status, http.StatusBadRequest, path)
		}
		store.down = false
		b.get("/")
		assert.Equal(t, "alice", b.page)
	})
}

func TestAFormOfAnotherPersonIsAnsweredWithoutThePage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
		b := s.visitor()
		b.signIn("alice")
		b.post("/auth/account/totp", url.Values{"start": {"yes"}})
		b.get("/auth/account/totp")
		require.Contains(t, b.page, `class="secret"`)
		try := func(path string) {
			b.post("/auth/"+path, url.Values{"person": {"somebody else"}})
			for _, secret := range []string{"alice@example.com", `class="secret"`} {
				assert.NotContains(t, b.page, secret, path)
			}
		}
		for _, path := range []string{"account/details", "account/totp"} {
			try(path)
			assert.Equal(t, http.StatusConflict, b.status, path)
		}
		time.Sleep(11 * time.Minute)
		for _, path := range []string{"account/details", "account/totp", "account/factors", "account/devices"} {
			try(path)
			assert.Equal(t, "/auth/step-up", b.location, path)
		}
	})
}

func TestABodyIsNotNeeded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{})
		b := s.visitor()
		b.signIn("alice")
		r := httptest.NewRequest(http.MethodPost, origin+"/auth/sign-out", nil)
		r.Header.Set("Accept", "application/json")
		r.Header.Set("X-Requested-With", "fetch")
		r.Header.Set("Origin", origin)
		b.send(r)
		assert.Equal(t, http.StatusOK, b.status, b.page)
		assert.NotContains(t, b.cookies, sessionCookie)
	})
}
