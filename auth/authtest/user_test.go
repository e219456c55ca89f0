package authtest_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestDeleteUser(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	tokens := f.signIn("alice", password).tokens()
	token := tokens["AccessToken"]
	f.empty("DeleteUser", object{"AccessToken": token})
	f.call("DeleteUser", object{"AccessToken": token}).fails("UserNotFoundException", "User does not exist.")
	f.refresh(tokens, "").fails("UserNotFoundException", "User does not exist.")
	f.signIn("alice", password).fails("UserNotFoundException", "User does not exist.")

	f.signUp("alice", password, "email", email).ok() // the name is free again
	f.getUser(token.(string)).fails("UserNotFoundException", "User does not exist.")
	f.unviolated()
}

func TestMessagesGoWithTheUser(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.signUp("alice", password, "email", email).ok()
	require.Len(t, f.Messages("alice"), 1)
	f.empty("AdminDeleteUser", object{"UserPoolId": f.UserPoolID, "Username": "alice"})
	f.signUp("alice", password).ok()
	assert.Empty(t, f.Messages("alice"), "they were to somebody else")
}

func TestDisabledUsersTokenIsRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	token := f.accessToken("alice")
	f.admin("AdminDisableUser", object{"Username": "alice"}).ok()
	f.getUser(token).fails("NotAuthorizedException", "User is disabled.")
	f.admin("AdminEnableUser", object{"Username": "alice"}).ok()
	f.getUser(token).ok()
}

func TestGetUserAuthFactors(t *testing.T) {
	t.Parallel()
	plain := alice()
	second := authtest.User{Username: "bob", Password: password, TOTPSecret: secret}
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, plain, second)
	assert.Equal(t, object{"Username": "alice", "ConfiguredUserAuthFactors": []any{"PASSWORD"}},
		f.call("GetUserAuthFactors", object{"AccessToken": f.accessToken("alice")}).ok())

	token := f.accessToken("bob")
	f.call("SetUserMFAPreference", object{
		"AccessToken": token, "SoftwareTokenMfaSettings": object{"Enabled": true, "PreferredMfa": true},
	}).ok()
	assert.Equal(t, object{
		"Username": "bob", "ConfiguredUserAuthFactors": []any{"PASSWORD"},
		"UserMFASettingList": []any{"SOFTWARE_TOKEN_MFA"}, "PreferredMfaSetting": "SOFTWARE_TOKEN_MFA",
	}, f.call("GetUserAuthFactors", object{"AccessToken": token}).ok())
	f.unviolated()
}

// A user name may equal another user's sub. Tokens still belong to the user with that sub.
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

// listed calls ListUsers and returns the user names on all pages.
func (f *fixture) listed(filter string, limit, pages int) []string {
	f.t.Helper()
	body := object{"UserPoolId": f.UserPoolID}
	if filter != "" {
		body["Filter"] = filter
	}
	if limit > 0 {
		body["Limit"] = limit
	}
	names := []string{}
	for _, u := range f.pages("ListUsers", "Users", "PaginationToken", body, pages) {
		names = append(names, u["Username"].(string))
	}
	return names
}

func TestListUsers(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	assert.Empty(t, f.listed("", 0, 1))
	for i := range 7 {
		require.NoError(t, f.AddUser(authtest.User{
			Username: fmt.Sprintf("user%d", i), Password: password, Disabled: i == 3, TemporaryPassword: i == 4,
			Attributes: map[string]string{
				"email": fmt.Sprintf(
					"user%d@example.com",
					i,
				),
				"given_name":   fmt.Sprintf(`A "%d"`, i),
				"phone_number": phone,
			},
		}))
	}
	all := []string{"user0", "user1", "user2", "user3", "user4", "user5", "user6"}
	assert.Equal(t, all, f.listed("", 0, 1))
	assert.Equal(t, all, f.listed("", 3, 3))
	assert.Equal(t, all, f.listed("", 7, 1))
	for filter, want := range map[string][]string{
		`email = "user2@example.com"`:                   {"user2"},
		`email="user2@example.com"`:                     {"user2"},
		`"email" = "user2@example.com"`:                 {"user2"},
		`email = "user2"`:                               {},
		`username ^= "user"`:                            all,
		`username ^= "user5"`:                           {"user5"},
		`given_name = "A \"6\""`:                        {"user6"},
		`phone_number ^= "+1555"`:                       all,
		`status = "Disabled"`:                           {"user3"},
		`cognito:user_status = "FORCE_CHANGE_PASSWORD"`: {"user4"},
		`cognito:user_status ^= "FORCE"`:                {"user4"},
		`sub = "` + f.attributes("user1")["sub"] + `"`:  {"user1"},
		`preferred_username = "nobody"`:                 {},
		`name ^= "a=b"`:                                 {},
		`family_name = ""`:                              {},
		`family_name ^= ""`:                             {},
	} {
		assert.Equal(t, want, f.listed(filter, 0, 1), filter)
	}
	f.unviolated()
	for _, filter := range []string{ // aws-sdk-php#1088, aws-sdk-js#3147
		`email`, `email = user2`, `email = "a`, `email = a"`, `email = "a" b"`, `email = "a\"`, `email == "a"`, `email=`,
	} {
		f.admin("ListUsers", object{"Filter": filter}).fails("InvalidParameterException", "Error while parsing filter.")
	}
	for _, filter := range []string{`custom:tier = "1"`, `locale = "x"`, `= "x"`} {
		f.admin("ListUsers", object{"Filter": filter}).failsWith("InvalidParameterException")
	}
	f.admin("ListUsers", object{"PaginationToken": "%"}).failsWith("InvalidParameterException")
}

// A page token belongs to its list, with the same filter (aws-sdk-js#3705).
func TestPageTokenOfAnotherListIsRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
	other := f.createPool(nil, nil)
	f.join("admins", nil)
	f.join("users", nil)
	token := f.admin("ListUsers", object{"Limit": 1}).ok()["PaginationToken"]
	f.admin("ListUsers", object{"Limit": 1, "PaginationToken": token}).ok()
	groups := f.admin("ListGroups", object{"Limit": 1}).ok()["NextToken"]
	const refused = "Paging Marker is Invalid for Request"
	f.admin("ListUsers", object{"PaginationToken": groups}).fails("InvalidParameterException", refused)
	f.admin("ListUsers", object{"PaginationToken": token, "Filter": `username ^= "b"`}).
		fails("InvalidParameterException", refused)
	f.admin("ListGroups", object{"NextToken": token}).fails("InvalidParameterException", refused)
	f.admin("ListUserPoolClients", object{"NextToken": token}).fails("InvalidParameterException", refused)
	other.admin("ListUsers", object{"PaginationToken": token}).fails("InvalidParameterException", refused)
	f.unviolated()
}

func TestListUsersReturnsRequestedAttributes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	list := func(body object) object {
		return f.admin("ListUsers", body).ok()["Users"].([]any)[0].(object)
	}
	assert.Len(t, list(object{})["Attributes"], 2)
	u := list(object{"AttributesToGet": []string{"email"}})
	assert.Equal(t, []any{object{"Name": "email", "Value": email}}, u["Attributes"])
	assert.Equal(t, "CONFIRMED", u["UserStatus"])
	assert.Equal(t, true, u["Enabled"])
	assert.Contains(t, u, "UserCreateDate")
	f.unviolated()
}

func TestGetUser(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	result := f.signIn("alice", password).tokens()
	access := result["AccessToken"].(string)
	_, claims := f.verify(access)
	assert.Equal(t, object{"Username": "alice", "UserAttributes": []any{
		object{"Name": "sub", "Value": claims["sub"]}, object{"Name": "email", "Value": email},
	}}, f.getUser(access).ok(), "empty MFA members are absent")
	f.unviolated()
}

func TestAccessTokenRefused(t *testing.T) {
	t.Parallel()
	f, other := start(t, authtest.Config{}, alice()), start(t, authtest.Config{}, alice())
	result := f.signIn("alice", password).tokens()
	access := result["AccessToken"].(string)
	parts := strings.Split(access, ".")
	signature := "Could not verify signature for Access Token"
	for token, message := range map[string]string{
		"invalidtoken":                          signature,
		result["RefreshToken"].(string):         signature,
		other.accessToken("alice"):              signature,
		parts[0] + "." + parts[1] + ".AAAA":     signature,
		parts[0] + "." + parts[1] + ".":         signature,
		"eyJhbGciOiJub25lIn0." + parts[1] + ".": signature,
		result["IdToken"].(string):              "Invalid Access Token",
	} {
		f.getUser(token).fails("NotAuthorizedException", message)
	}
	f.unviolated()

	f.Advance(time.Hour - time.Minute)
	f.getUser(access).ok()
	f.Advance(2 * time.Minute)
	f.getUser(access).fails("NotAuthorizedException", "Access Token has expired")
}

func TestAuthFactorsWithoutAPassword(t *testing.T) {
	t.Parallel()
	bob := authtest.User{Username: "bob", Attributes: map[string]string{"email": email, "email_verified": "true"}}
	f := start(t, authtest.Config{
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"}, ExplicitAuthFlows: []string{"ALLOW_USER_AUTH"},
	}, bob)
	_, session := f.call("InitiateAuth", object{
		"AuthFlow": "USER_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": "bob", "PREFERRED_CHALLENGE": "EMAIL_OTP"},
	}).challenge("EMAIL_OTP")
	token := f.respond("EMAIL_OTP", session, object{"USERNAME": "bob", "EMAIL_OTP_CODE": f.LastCode("bob")}).
		tokens()["AccessToken"]
	factors := func() any {
		return f.call("GetUserAuthFactors", object{"AccessToken": token}).ok()["ConfiguredUserAuthFactors"]
	}
	assert.Equal(t, []any{"EMAIL_OTP"}, factors())
	// A user without a password sets one without a previous password.
	f.call("ChangePassword", object{"AccessToken": token, "ProposedPassword": newPassword}).ok()
	assert.Equal(t, []any{"PASSWORD", "EMAIL_OTP"}, factors())
	f.call("ChangePassword", object{"AccessToken": token, "ProposedPassword": password}).
		fails("NotAuthorizedException", wrongPassword)
	f.unviolated()
}
