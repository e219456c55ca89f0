package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A client has up to two secrets, so that one can replace the other while both are accepted (SDK
// reference of AddUserPoolClientSecret).
func TestClientSecretsAreReplacedWithoutAGap(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ClientSecret: true}, alice())
	client := object{"ClientId": f.ClientID}
	list := func() []any { return f.admin("ListUserPoolClientSecrets", client).ok()["ClientSecrets"].([]any) }
	signIn := func(secret string) reply {
		with := *f
		with.ClientSecret = secret
		return f.call("InitiateAuth", object{
			"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID, "AuthParameters": object{
				"USERNAME": "alice", "PASSWORD": password, "SECRET_HASH": with.hash("alice"),
			},
		})
	}
	first := list()[0].(object)
	assert.NotContains(t, first, "ClientSecretValue")
	remove := func(id any) reply {
		return f.admin("DeleteUserPoolClientSecret", object{"ClientId": f.ClientID, "ClientSecretId": id})
	}
	remove(first["ClientSecretId"]).failsWith("InvalidParameterException")

	added := f.admin("AddUserPoolClientSecret", object{"ClientId": f.ClientID}).ok()["ClientSecretDescriptor"].(object)
	second := added["ClientSecretValue"].(string)
	f.admin("AddUserPoolClientSecret", object{"ClientId": f.ClientID}).failsWith("LimitExceededException")
	assert.Len(t, list(), 2)
	tokens := signIn(second).tokens()
	signIn(f.ClientSecret).tokens()
	signIn("neither").fails("NotAuthorizedException", "Unable to verify secret hash for client "+f.ClientID)
	f.call("GetTokensFromRefreshToken", object{
		"ClientId": f.ClientID, "RefreshToken": tokens["RefreshToken"], "ClientSecret": second,
	}).ok()

	remove(first["ClientSecretId"]).ok()
	remove(first["ClientSecretId"]).failsWith("ResourceNotFoundException")
	signIn(f.ClientSecret).failsWith("NotAuthorizedException")
	signIn(second).tokens()
	assert.Equal(t, second, f.describedClient()["ClientSecret"])

	given := "abcdefghijklmnopqrstuvwxyz"
	own := f.admin("AddUserPoolClientSecret", object{"ClientId": f.ClientID, "ClientSecret": given}).ok()
	assert.NotContains(t, own["ClientSecretDescriptor"], "ClientSecretValue")
	signIn(given).tokens()
	public := f.createClient(nil)
	f.admin("AddUserPoolClientSecret", object{"ClientId": public.ClientID}).failsWith("InvalidParameterException")
	f.unviolated()
}

// An app client writes every required attribute, and none that only the service sets.
func TestClientAttributeListsAreChecked(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{RequiredAttributes: []string{"email", "name"}})
	create := func(settings object) reply {
		return f.admin("CreateUserPoolClient", merged(object{"ClientName": "app"}, settings))
	}
	id := create(object{"WriteAttributes": []string{"name", "email"}}).ok()["UserPoolClient"].(object)["ClientId"]
	create(object{"ReadAttributes": []string{"email_verified", "sub"}}).ok()
	for _, list := range [][]string{
		{"name"}, {"name", "email", "custom:none"}, {"name", "email", "sub"}, {"name", "email", "email_verified"},
	} {
		create(object{"WriteAttributes": list}).
			fails("InvalidParameterException", "Invalid write attributes specified while creating a client")
		f.admin("UpdateUserPoolClient", object{"ClientId": id, "WriteAttributes": list}).
			fails("InvalidParameterException", "Invalid write attributes specified while updating a client")
	}
	create(object{"ReadAttributes": []string{"custom:none"}}).
		fails("InvalidParameterException", "Invalid read attributes specified while creating a client") // aws-cdk#34379
	f.unviolated()
	create(object{"CallbackURLs": make([]string, 101)}).failsWith("InvalidParameterException")
	assert.Contains(t, f.violated(), "'callbackURLs' failed to satisfy constraint: Member must have length less")
}
