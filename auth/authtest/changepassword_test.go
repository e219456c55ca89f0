package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func (f *fixture) changePassword(token, previous, proposed string) reply {
	f.t.Helper()
	return f.call("ChangePassword", object{"AccessToken": token, "PreviousPassword": previous, "ProposedPassword": proposed})
}

func TestChangePassword(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, verified())
	token := f.accessToken("alice")
	f.changePassword(token, wrong, newPassword).fails("NotAuthorizedException", wrongPassword)
	f.call("ChangePassword", object{"AccessToken": token, "ProposedPassword": newPassword}).
		fails("NotAuthorizedException", wrongPassword)
	f.changePassword(token, password, "Aa1!aaa").
		fails("InvalidPasswordException", "Password did not conform with policy: Password not long enough")
	assert.Empty(t, f.changePassword(token, password, newPassword).ok())
	f.getUser(token).ok() // the session goes on
	f.signIn("alice", password).fails("NotAuthorizedException", wrongPassword)
	f.signInSRP("alice", newPassword).tokens()
	f.changePassword("nonsense", password, newPassword).
		fails("NotAuthorizedException", "Could not verify signature for Access Token")
	f.unviolated()
}

func TestChangePasswordLimit(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AccessTokenValidity: 2 * time.Hour}, verified())
	token := f.accessToken("alice")
	for range 5 {
		f.changePassword(token, wrong, newPassword).fails("NotAuthorizedException", wrongPassword)
	}
	f.changePassword(token, password, newPassword).fails("LimitExceededException", attemptLimit)
	f.Advance(time.Hour)
	f.changePassword(token, password, newPassword).ok()
}

func TestPasswordHistory(t *testing.T) {
	t.Parallel()
	const third = "Third-horse-3!"
	f := start(t, authtest.Config{PasswordPolicy: authtest.PasswordPolicy{PasswordHistorySize: 2}}, verified())
	used := func(r reply) { r.failsWith("PasswordHistoryPolicyViolationException") }
	token := f.accessToken("alice")
	used(f.changePassword(token, password, password))
	f.changePassword(token, password, newPassword).ok()
	used(f.changePassword(token, newPassword, password))
	used(f.admin("AdminSetUserPassword", object{"Username": "alice", "Password": password, "Permanent": true}))
	f.forgot("alice").ok()
	used(f.confirmForgot("alice", f.LastCode("alice"), password))
	f.confirmForgot("alice", f.LastCode("alice"), third).ok()
	f.changePassword(token, third, password).ok() // two others since
	f.unviolated()
}
