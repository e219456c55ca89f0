package bff_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

func TestAttributesThatNobodyAskedForAreRefused(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{RequiredAttributes: []string{"given_name"}}, func(cfg *bff.Config) {
			cfg.AccountAttributes = []string{"email", "nickname"}
		})
		require.NoError(t, s.pool.AddUser(authtest.User{Username: "bob", Password: goodPassword, TemporaryPassword: true}))
		refused := func(b *visitor, path string, fields url.Values) {
			t.Helper()
			s.pool.ResetRequests()
			b.post("/auth/"+path, fields)
			assert.Equal(t, http.StatusBadRequest, b.status, path)
			for _, request := range s.pool.Requests() {
				assert.Contains(t, []string{"GetUser"}, request.Operation, path)
			}
		}
		for _, name := range []string{"profile", "custom:role", ""} {
			refused(s.visitor(), "sign-up", url.Values{
				"username": {"eve"}, "password": {goodPassword}, "userAttributes.email": {"eve@example.com"},
				"userAttributes." + name: {"admin"},
			})
			b := s.visitor()
			b.signIn("bob")
			require.Equal(t, "/auth/step", b.location)
			refused(b, "step", url.Values{
				"stepId": {b.stepID()}, "challengeResponse": {newPassword},
				"userAttributes.given_name": {"Bob"}, "userAttributes." + name: {"admin"},
			})
			b = s.visitor()
			b.signIn("alice")
			refused(b, "account/details", url.Values{"userAttributeKey": {name}, "value": {"admin"}})
			assert.NotContains(t, b.page, "phone_number", "the page has the fields that it takes")
			assert.Contains(t, b.page, `value="nickname"`)
			b.post("/auth/account/details", url.Values{"userAttributeKey": {"nickname"}, "value": {"Al"}})
			assert.Equal(t, http.StatusSeeOther, b.status)
		}
	})
}
