package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Where addresses are verified before they count, that goes for those from an administrator who
// does not vouch for them, too.
func TestAdminUpdateOfContact(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		cfg       authtest.Config
		vouched   bool
		now       string
		verified  string
		codesSent int
	}{
		"at once":              {authtest.Config{}, false, newEmail, "", 0},
		"at once, vouched":     {authtest.Config{}, true, newEmail, "true", 0},
		"verified first":       {verifiedFirst("email"), false, email, "true", 1},
		"verified first, sure": {verifiedFirst("email"), true, newEmail, "true", 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			user := alice()
			user.Attributes["email_verified"] = "true"
			f := start(t, c.cfg, user)
			attributes := []object{{"Name": "email", "Value": newEmail}}
			if c.vouched {
				attributes = append(attributes, object{"Name": "email_verified", "Value": "true"})
			}
			assert.Empty(t, f.admin("AdminUpdateUserAttributes", object{"Username": "alice", "UserAttributes": attributes}).ok())
			has := f.attributes("alice")
			assert.Equal(t, c.now, has["email"])
			assert.Equal(t, c.verified, has["email_verified"])
			assert.Len(t, f.Messages("alice"), c.codesSent)
			if c.codesSent > 0 {
				f.call("VerifyUserAttribute", object{
					"AccessToken": f.accessToken("alice"), "AttributeName": "email", "Code": f.LastCode("alice"),
				}).ok()
				has = f.attributes("alice")
				assert.Equal(t, newEmail, has["email"])
				assert.Equal(t, "true", has["email_verified"])
			}
			f.unviolated()
		})
	}
}

func verifiedFirst(attribute string) authtest.Config {
	return authtest.Config{AttributesRequireVerificationBeforeUpdate: []string{attribute}}
}
