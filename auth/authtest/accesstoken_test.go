package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Somebody may choose another user's sub for a user name. The tokens stay the other user's.
func TestAccessTokenBelongsToItsSub(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	token := f.accessToken("alice")
	sub := f.attributes("alice")["sub"]
	assert.NoError(t, f.AddUser(authtest.User{Username: sub, Password: password}))
	assert.Equal(t, "alice", f.call("GetUser", object{"AccessToken": token}).ok()["Username"])

	f.empty("AdminDeleteUser", object{"UserPoolId": f.UserPoolID, "Username": "alice"})
	f.call("GetUser", object{"AccessToken": token}).fails("UserNotFoundException", "User does not exist.")
}
