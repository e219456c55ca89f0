package authtest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// signUp calls SignUp. The attributes alternate between names and values.
func (f *fixture) signUp(username, password string, attributes ...string) reply {
	f.t.Helper()
	list := []object{}
	for i := 0; i < len(attributes); i += 2 {
		list = append(list, object{"Name": attributes[i], "Value": attributes[i+1]})
	}
	return f.call("SignUp", object{
		"ClientId": f.ClientID, "Username": username, "Password": password, "UserAttributes": list,
	})
}

func (f *fixture) confirm(username, code string) reply {
	f.t.Helper()
	return f.call("ConfirmSignUp", object{"ClientId": f.ClientID, "Username": username, "ConfirmationCode": code})
}

func (f *fixture) resend(username string) reply {
	f.t.Helper()
	return f.call("ResendConfirmationCode", object{"ClientId": f.ClientID, "Username": username})
}

func TestSignUp(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	out := f.signUp("alice", password, "email", email).ok()
	assert.Regexp(t, `^[0-9a-f]{8}-[0-9a-f]{4}-70[0-9a-f]{2}-[0-9a-f]{4}-[0-9a-f]{12}$`, out["UserSub"])
	assert.Equal(t, false, out["UserConfirmed"])
	assert.Equal(
		t,
		object{"Destination": "a***@e***", "DeliveryMedium": "EMAIL", "AttributeName": "email"},
		out["CodeDeliveryDetails"],
	)
	assert.Equal(t, "UNCONFIRMED", f.admin("AdminGetUser", object{"Username": "alice"}).ok()["UserStatus"])

	messages := f.Messages("alice")
	require.Len(t, messages, 1)
	assert.Equal(t, "SIGN_UP", messages[0].Kind)
	assert.Equal(t, email, messages[0].Destination)
	f.signIn("alice", password).failsWith("UserNotConfirmedException")

	code := f.LastCode("alice")
	f.confirm("alice", "x").fails("CodeMismatchException", "Invalid verification code provided, please try again.")
	assert.Empty(t, f.confirm("alice", code).ok())
	f.confirm("alice", code).fails("NotAuthorizedException", "User cannot be confirmed. Current status is CONFIRMED")
	assert.Equal(t, "true", f.attributes("alice")["email_verified"])
	f.signInSRP("alice", password).tokens()
	f.unviolated()
}

func TestSignUpLimits(t *testing.T) {
	t.Parallel()
	limit := func(r reply) {
		r.fails("LimitExceededException", "Attempt limit exceeded, please try after some time.")
	}
	f := start(t, authtest.Config{})
	f.signUp("alice", password, "email", email).ok()
	for range 5 {
		f.resend("alice").ok()
	}
	limit(f.resend("alice"))
	for range 15 {
		f.confirm("alice", "x").failsWith("CodeMismatchException")
	}
	limit(f.confirm("alice", f.LastCode("alice")))
	f.Advance(time.Hour)
	f.resend("alice").ok()
	f.confirm("alice", f.LastCode("alice")).ok()
}

func TestSignUpRefused(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{CustomAttributes: []string{"custom:tier"}}
	policy := "Password did not conform with policy: "
	unauthorized := "A client attempted to write unauthorized attribute"
	for name, test := range map[string]struct {
		username, password string
		attributes         []string
		code, message      string
	}{
		"taken": {"ALICE", password, nil, "UsernameExistsException", "User already exists"},
		"short": {"bob", "Aa1!", nil, "InvalidPasswordException", policy + "Password not long enough"},
		"no upper case": {
			"bob", "correct-horse-1!", nil, "InvalidPasswordException",
			policy + "Password must have uppercase characters",
		},
		"no lower case": {
			"bob", "CORRECT-HORSE-1!", nil, "InvalidPasswordException",
			policy + "Password must have lowercase characters",
		},
		"no digit": {
			"bob", "Correct-horse-!", nil, "InvalidPasswordException", policy + "Password must have numeric characters",
		},
		"no symbol": {
			"bob", "Correcthorse1", nil, "InvalidPasswordException", policy + "Password must have symbol characters",
		},
		"symbol outside the policy's set": {
			"bob", "Correcthorse1§", nil, "InvalidPasswordException", policy + "Password must have symbol characters",
		},
		"verified": {
			"bob", password, []string{"email_verified", "true"}, "NotAuthorizedException", unauthorized,
		},
		"sub": {"bob", password, []string{"sub", "x"}, "NotAuthorizedException", unauthorized},
		"unknown attributes": { // amplify-flutter#509, amplify-js#2167
			"bob", password,
			[]string{"custom:x", "1", "custom:y", "42"},
			"InvalidParameterException",
			"Attributes did not conform to the schema: custom:x: Attribute does not exist in the schema.\n" +
				"custom:y: Attribute does not exist in the schema.\n",
		},
		"unknown attribute, and the client lists what it writes": { // amplify-js#1084
			"bob", password, []string{"shoe_size", "42"}, "NotAuthorizedException", unauthorized,
		},
		"phone": {
			"bob", password,
			[]string{"phone_number", "555"},
			"InvalidParameterException",
			"Invalid phone number format.",
		},
		"email": {
			"bob", password,
			[]string{"email", "nonsense"},
			"InvalidParameterException",
			"Invalid email address format.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, cfg, alice())
			f.signUp(test.username, test.password, test.attributes...).fails(test.code, test.message)
			f.unviolated()
			f.signUp("bob", password, "custom:tier", "gold").ok()
		})
	}
}

func TestSignUpRequiredAttributes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{RequiredAttributes: []string{"email", "name"}})
	f.signUp("alice", password).fails("InvalidParameterException",
		"Attributes did not conform to the schema: email: The attribute is required\nname: The attribute is required\n")
	f.signUp("alice", password, "email", email, "name", "Alice").ok()
}

func TestUsernameAttributes(t *testing.T) {
	t.Parallel()
	byEmail := start(t, authtest.Config{UsernameAttributes: []string{"email"}})
	byPhone := start(t, authtest.Config{UsernameAttributes: []string{"phone_number"}})
	byBoth := start(t, authtest.Config{
		UsernameAttributes: []string{"email", "phone_number"}, AutoVerifiedAttributes: []string{"phone_number"},
	})
	byEmail.signUp("alice", password).fails("InvalidParameterException", "Username should be an email.")
	byEmail.signUp(phone, password).fails("InvalidParameterException", "Username should be an email.")
	byPhone.signUp(email, password).fails("InvalidParameterException", "Username should be a phone number.")
	byBoth.signUp("alice", password).
		fails("InvalidParameterException", "Username should be either an email or a phone number.")

	sub := byEmail.signUp(email, password).ok()["UserSub"]
	byEmail.signUp("Alice@Example.com", password).
		fails("UsernameExistsException", "An account with the given email already exists.")
	user := byEmail.admin("AdminGetUser", object{"Username": email}).ok()
	assert.Equal(t, sub, user["Username"])
	assert.Equal(t, email, byEmail.attributes(email)["email"])
	byEmail.confirm(email, byEmail.LastCode(email)).ok()
	claims := byEmail.claims(byEmail.signInSRP(email, password).tokens())
	assert.Equal(t, sub, claims.id["cognito:username"])
	assert.Equal(t, sub, claims.access["username"])

	byBoth.signUp(phone, password, "email", email).ok()
	byBoth.signUp(email, password).fails("UsernameExistsException", "An account with the given email already exists.")
	byBoth.signUp("b@example.com", password, "phone_number", phone).
		fails("UsernameExistsException", "An account with the given phone_number already exists.")
	byBoth.confirm(phone, byBoth.LastCode(phone)).ok()
}

func TestAliasAttributes(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AliasAttributes: []string{"email", "phone_number"}})
	f.signUp(email, password).fails("InvalidParameterException",
		"Username cannot be of email format, since user pool is configured for email alias.")
	f.signUp(phone, password).failsWith("InvalidParameterException")

	for _, name := range []string{"alice", "bob"} {
		f.signUp(name, password, "email", email).ok()
	}
	f.signIn(email, password).fails("UserNotFoundException", "User does not exist.") // not verified yet
	f.confirm("alice", f.LastCode("alice")).ok()
	f.signIn(email, password).tokens()

	f.confirm("bob", f.LastCode("bob")).fails("AliasExistsException", "An account with the email already exists.")
	f.call("ConfirmSignUp", object{
		"ClientId": f.ClientID, "Username": "bob", "ConfirmationCode": f.LastCode("bob"), "ForceAliasCreation": true,
	}).ok()
	parameters, _ := f.beginSRP(email, "2").challenge("PASSWORD_VERIFIER")
	assert.Equal(t, "bob", parameters["USERNAME"], "the alias belongs to the user who verified it last")
	f.signIn("alice", password).tokens()
	f.unviolated()
}

// An alias belongs to one user, so that a sign-in name is never ambiguous.
func TestPreferredUsernameIsUnique(t *testing.T) {
	t.Parallel()
	user := alice()
	user.Attributes["preferred_username"] = "al"
	f := start(t, authtest.Config{AliasAttributes: []string{"preferred_username"}}, user)
	f.call("SignUp", object{
		"ClientId": f.ClientID, "Username": "mallory", "Password": password,
		"UserAttributes": []object{{"Name": "preferred_username", "Value": "AL"}},
	}).fails("AliasExistsException", "An account with the preferred_username already exists.")
}
