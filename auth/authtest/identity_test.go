package authtest_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// federation is a user pool with an identity pool.
type federation struct {
	*fixture
	identityPool, provider string
}

func federate(t *testing.T, pool authtest.IdentityPool, users ...authtest.User) *federation {
	t.Helper()
	f := start(t, authtest.Config{}, users...)
	return &federation{
		fixture: f, identityPool: f.AddIdentityPool(pool),
		provider: "cognito-idp.us-east-1.amazonaws.com/" + f.UserPoolID,
	}
}

// identity calls an operation of the identity service, without a signature.
func (f *federation) identity(operation string, body object) reply {
	f.t.Helper()
	r := f.request("", body)
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityService."+operation)
	r.Header.Del("Authorization")
	return f.send(r)
}

// administer calls an administrator's operation of the identity service.
func (f *federation) administer(operation string, body object) reply {
	f.t.Helper()
	r := f.request("", body)
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityService."+operation)
	return f.send(r)
}

// done calls an administrator's operation whose answer has no body.
func (f *federation) done(operation string, body object) {
	f.t.Helper()
	r := f.request("", body)
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityService."+operation)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(f.t, err)
	require.NoError(f.t, answer.Body.Close())
	require.Equal(f.t, http.StatusOK, answer.StatusCode)
	require.Zero(f.t, answer.ContentLength)
}

// tokens signs the user in with an app client.
func (f *federation) tokens(clientID, username string) object {
	f.t.Helper()
	out := f.call("InitiateAuth", object{
		"ClientId": clientID, "AuthFlow": "USER_PASSWORD_AUTH",
		"AuthParameters": object{"USERNAME": username, "PASSWORD": password},
	}).ok()
	return out["AuthenticationResult"].(object)
}

func (f *federation) logins(username string) object {
	f.t.Helper()
	return object{f.provider: f.tokens(f.ClientID, username)["IdToken"]}
}

func (f *federation) getID(logins object) reply {
	f.t.Helper()
	body := object{"IdentityPoolId": f.identityPool}
	if logins != nil {
		body["Logins"] = logins
	}
	return f.identity("GetId", body)
}

func (f *federation) getCredentials(id any, logins object) reply {
	f.t.Helper()
	body := object{"IdentityId": id}
	if logins != nil {
		body["Logins"] = logins
	}
	return f.identity("GetCredentialsForIdentity", body)
}

func bob() authtest.User { return authtest.User{Username: "bob", Password: password} }

func TestIdentityOfAPersonIsAlwaysTheSame(t *testing.T) {
	t.Parallel()
	f := federate(t, authtest.IdentityPool{}, alice(), bob())
	first := f.getID(f.logins("alice")).ok()["IdentityId"]
	assert.Regexp(t, `^us-east-1:[0-9a-f-]{36}$`, first)
	assert.Equal(t, first, f.getID(f.logins("alice")).ok()["IdentityId"])
	assert.NotEqual(t, first, f.getID(f.logins("bob")).ok()["IdentityId"])
	f.getCredentials(first, f.logins("bob")).fails("NotAuthorizedException",
		"Logins don't match. Please include at least one valid login for this identity or identity pool.")
	f.getCredentials(first, nil).fails("NotAuthorizedException", "Access to Identity '"+first.(string)+"' is forbidden.")
	assert.Empty(t, f.violations.take())
}

func TestEveryGuestIsAnother(t *testing.T) {
	t.Parallel()
	f := federate(t, authtest.IdentityPool{Guests: true})
	first := f.getID(nil).ok()["IdentityId"]
	assert.NotEqual(t, first, f.getID(object{}).ok()["IdentityId"])
	out := f.getCredentials(first, nil).ok()
	assert.Equal(t, first, out["IdentityId"])
	credentials := out["Credentials"].(object)
	assert.Regexp(t, `^ASIA[A-Z2-7]{16}$`, credentials["AccessKeyId"])
	end := time.UnixMilli(int64(credentials["Expiration"].(float64) * 1000))
	assert.WithinDuration(t, f.Now().Add(time.Hour), end, time.Minute)
	again := f.getCredentials(first, nil).ok()["Credentials"].(object)
	for _, member := range []string{"AccessKeyId", "SecretKey", "SessionToken"} {
		assert.NotEqual(t, credentials[member], again[member])
	}
}

func TestNoGuests(t *testing.T) {
	t.Parallel()
	const text = "Unauthenticated access is not supported for this identity pool."
	federate(t, authtest.IdentityPool{}).getID(nil).fails("NotAuthorizedException", text)
}

func TestGuestBecomesAPerson(t *testing.T) {
	t.Parallel()
	f := federate(t, authtest.IdentityPool{Guests: true}, alice(), bob())
	guest := f.getID(nil).ok()["IdentityId"]
	assert.Equal(t, guest, f.getCredentials(guest, f.logins("alice")).ok()["IdentityId"], "linked")
	assert.Equal(t, guest, f.getID(f.logins("alice")).ok()["IdentityId"])
	assert.Equal(t, []any{f.provider}, f.administer("DescribeIdentity", object{"IdentityId": guest}).ok()["Logins"])

	other := f.getID(nil).ok()["IdentityId"]
	assert.Equal(t, guest, f.getCredentials(other, f.logins("alice")).ok()["IdentityId"], "merged")
	f.getCredentials(other, nil).fails("NotAuthorizedException", "Access to Identity '"+other.(string)+"' is forbidden.")
	f.getCredentials("us-east-1:0", nil).fails("ResourceNotFoundException", "Identity 'us-east-1:0' not found.")
}

func TestLoginsAreVerified(t *testing.T) {
	t.Parallel()
	f := federate(t, authtest.IdentityPool{}, alice())
	tokens := f.tokens(f.ClientID, "alice")
	id := tokens["IdToken"].(string)
	last := strings.LastIndex(id, ".")
	other := f.call("CreateUserPoolClient", object{
		"UserPoolId": f.UserPoolID, "ClientName": "other", "ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
	}).ok()["UserPoolClient"].(object)["ClientId"].(string)
	const (
		noToken    = "Invalid login token. Not a valid OpenId Connect identity token."
		noProvider = "Token is not from a supported provider of this identity pool."
	)
	for name, test := range map[string]struct {
		logins  object
		message string
	}{
		"access token":     {object{f.provider: tokens["AccessToken"]}, noToken},
		"garbage":          {object{f.provider: "garbage"}, noToken},
		"altered":          {object{f.provider: id[:last] + id[last:last+1] + strings.Repeat("A", len(id)-last-1)}, "Invalid login token. Issuer doesn't match providerName"},
		"unknown provider": {object{"accounts.google.com": id}, noProvider},
		"other app client": {object{f.provider: f.tokens(other, "alice")["IdToken"]}, noProvider},
		"one bad of two":   {object{f.provider: id, "www.example.com": id}, noProvider},
	} {
		r := f.getID(test.logins)
		r.failsWith("NotAuthorizedException")
		assert.Equal(t, test.message, r.body["message"], name)
	}
	f.Advance(time.Hour)
	r := f.getID(object{f.provider: id})
	r.failsWith("NotAuthorizedException")
	assert.Regexp(t, `^Invalid login token. Token expired: \d+ >= \d+$`, r.body["message"])
}

func TestServerSideTokenCheck(t *testing.T) {
	t.Parallel()
	for _, check := range []bool{false, true} {
		f := federate(t, authtest.IdentityPool{ServerSideTokenCheck: check}, alice())
		logins := f.logins("alice")
		f.getID(logins).ok()
		f.admin("AdminUserGlobalSignOut", object{"Username": "alice"}).ok()
		if !check {
			f.getID(logins).ok()
			continue
		}
		f.getID(logins).fails("NotAuthorizedException", "Token is inactive")
		logins = f.logins("alice")
		f.admin("AdminDisableUser", object{"Username": "alice"}).ok()
		f.getID(logins).fails("NotAuthorizedException", "Token is inactive")
	}
}

func TestRoles(t *testing.T) {
	t.Parallel()
	const account = "arn:aws:iam::123456789012:role/"
	f := federate(t, authtest.IdentityPool{NoRoles: true, Guests: true}, alice(), bob())
	for group, member := range map[string]string{"editors": "alice", "readers": "alice"} {
		f.admin("CreateGroup", object{"GroupName": group, "RoleArn": account + group, "Precedence": len(group) % 2}).ok()
		f.empty("AdminAddUserToGroup", object{"UserPoolId": f.UserPoolID, "GroupName": group, "Username": member})
	}
	aliceID, bobID := f.getID(f.logins("alice")).ok()["IdentityId"], f.getID(f.logins("bob")).ok()["IdentityId"]
	f.getCredentials(aliceID, f.logins("alice")).fails("InvalidIdentityPoolConfigurationException",
		"Invalid identity pool configuration. Check assigned IAM roles for this pool.")

	set := func(mapping object) {
		t.Helper()
		body := object{"IdentityPoolId": f.identityPool, "Roles": object{
			"authenticated": account + "everybody", "unauthenticated": account + "guest",
		}}
		if mapping != nil {
			body["RoleMappings"] = object{f.provider + ":" + f.ClientID: mapping}
		}
		f.done("SetIdentityPoolRoles", body)
	}
	role := func(username string, id any, custom string) any {
		t.Helper()
		body := object{"IdentityId": id, "Logins": f.logins(username)}
		if custom != "" {
			body["CustomRoleArn"] = account + custom
		}
		r := f.identity("GetCredentialsForIdentity", body)
		if r.status != http.StatusOK {
			return r.body["__type"]
		}
		caller, err := f.Authenticate(signed(t, r.body["Credentials"].(object)))
		require.NoError(t, err)
		assert.Equal(t, id, caller.IdentityID)
		return strings.TrimPrefix(caller.RoleARN, account)
	}
	const denied = "NotAuthorizedException"

	set(nil)
	assert.Equal(t, "everybody", role("alice", aliceID, ""))
	assert.Equal(t, denied, role("alice", aliceID, "editors"), "roles in tokens are ignored")

	set(object{"Type": "Token", "AmbiguousRoleResolution": "AuthenticatedRole"})
	assert.Equal(t, "everybody", role("bob", bobID, ""))
	assert.Equal(t, "editors", role("alice", aliceID, "editors"))
	assert.Equal(t, "readers", role("alice", aliceID, "readers"))
	assert.Equal(t, denied, role("alice", aliceID, "admins"))

	set(object{"Type": "Token", "AmbiguousRoleResolution": "Deny"})
	assert.Equal(t, denied, role("bob", bobID, ""))

	set(object{"Type": "Rules", "AmbiguousRoleResolution": "Deny", "RulesConfiguration": object{"Rules": []object{
		{"Claim": "email", "MatchType": "Contains", "Value": "@example.com", "RoleARN": account + "staff"},
		{"Claim": "cognito:username", "MatchType": "StartsWith", "Value": "bo", "RoleARN": account + "bobs"},
	}}})
	assert.Equal(t, "staff", role("alice", aliceID, ""))
	assert.Equal(t, "bobs", role("bob", bobID, ""))

	guest := f.getID(nil).ok()["IdentityId"]
	f.getCredentials(guest, nil).ok()
	f.identity("GetCredentialsForIdentity", object{"IdentityId": guest, "CustomRoleArn": account + "guest"}).
		failsWith(denied)
	roles := f.administer("GetIdentityPoolRoles", object{"IdentityPoolId": f.identityPool}).ok()
	assert.Equal(t, account+"guest", roles["Roles"].(object)["unauthenticated"])
	for _, bad := range []object{{"Type": "Magic"}, {"Type": "Rules"}} {
		f.administer("SetIdentityPoolRoles", object{
			"IdentityPoolId": f.identityPool, "Roles": object{}, "RoleMappings": object{"x": bad},
		}).failsWith("InvalidParameterException")
	}
}

func TestIdentityPoolsAreSetUpByOperations(t *testing.T) {
	t.Parallel()
	f := federate(t, authtest.IdentityPool{}, alice())
	created := f.administer("CreateIdentityPool", object{
		"IdentityPoolName": "shop", "AllowUnauthenticatedIdentities": false,
		"CognitoIdentityProviders": []object{{"ProviderName": f.provider, "ClientId": f.ClientID}},
	}).ok()
	id := created["IdentityPoolId"]
	assert.Equal(t, created, f.administer("DescribeIdentityPool", object{"IdentityPoolId": id}).ok())
	f.identity("GetId", object{"IdentityPoolId": id, "Logins": f.logins("alice")}).ok()
	f.done("DeleteIdentityPool", object{"IdentityPoolId": id})
	f.identity("GetId", object{"IdentityPoolId": id}).
		fails("ResourceNotFoundException", "IdentityPool '"+id.(string)+"' not found.")
	require.Empty(t, f.violations.take())

	f.identity("CreateIdentityPool", object{}).failsWith("MissingAuthenticationTokenException")
	f.identity("ListIdentityPools", object{}).failsWith("UnknownOperationException")
	f.identity("GetId", object{}).failsWith("InvalidParameterException")
	require.Len(t, f.violations.take(), 3)
	f.administer("GetId", object{"IdentityPoolId": f.identityPool, "Surprise": 1}).failsWith("NotAuthorizedException")
	require.Len(t, f.violations.take(), 2, "signed, and an unknown member")
}
