package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Fact R27: the administrator has to enable the user first.
func TestPasswordOfADisabledUserIsNotReset(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, verified())
	f.admin("AdminDisableUser", object{"Username": "alice"}).ok()
	f.admin("AdminResetUserPassword", object{"Username": "alice"}).
		fails("NotAuthorizedException", "User is disabled.")
	f.admin("AdminEnableUser", object{"Username": "alice"}).ok()
	f.admin("AdminResetUserPassword", object{"Username": "alice"}).ok()
}

// Fact R39: nothing of the call is applied. A client with a list of WriteAttributes refuses the
// attribute as one that it may not write.
func TestUnknownAttributeIsAnInvalidParameter(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	f.update(f.accessToken("alice"), "name", "Alice", "fake-key-name", "x").failsWith("InvalidParameterException")
	assert.NotContains(t, f.attributes("alice"), "name")

	listed := f.createClient(object{
		"WriteAttributes": []string{"email", "name"}, "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH"},
	})
	f.update(listed.accessToken("alice"), "fake-key-name", "x").
		fails("NotAuthorizedException", "A client attempted to write unauthorized attribute")
}

// Fact R40.
func TestConfirmationCodeWithASpace(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.signUp("alice", password, "email", email).ok()
	f.confirm("alice", "123 456").failsWith("InvalidParameterException")
	f.confirmForgot("alice", "123 456", password).failsWith("InvalidParameterException")
}
