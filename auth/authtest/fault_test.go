package authtest_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Tests that share a pool aim their faults at their own users.
func TestFaultsAimedAtAUser(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{AliasAttributes: []string{"email"}}, authtest.User{
		Username: "alice", Password: password, Attributes: map[string]string{"email": email, "email_verified": "true"},
	}, authtest.User{Username: "bob", Password: password})
	tokens, session := f.signIn("alice", password).tokens(), f.temporarySession("carol")
	sub := f.getUser(tokens["AccessToken"].(string)).ok()["UserAttributes"].([]any)[0].(object)["Value"].(string)
	claim := func(session string) reply {
		return f.respond("NEW_PASSWORD_REQUIRED", session, object{"USERNAME": "carol", "NEW_PASSWORD": "Weak"})
	}
	requests := map[string]struct {
		user string
		call func() reply
	}{
		"sign-in":              {"alice", func() reply { return f.signIn("alice", password) }},
		"sign-in by alias":     {"alice", func() reply { return f.signIn(email, password) }},
		"in other letter case": {"alice", func() reply { return f.signIn("ALICE", password) }},
		"by sub":               {sub, func() reply { return f.signIn("alice", password) }},
		"access token":         {"alice", func() reply { return f.getUser(tokens["AccessToken"].(string)) }},
		"refresh token":        {"alice", func() reply { return f.refresh(tokens, "") }},
		"revocation": {"alice", func() reply {
			return f.call("RevokeToken", object{"ClientId": f.ClientID, "Token": tokens["RefreshToken"]})
		}},
		"administrator":     {"alice", func() reply { return f.admin("AdminGetUser", object{"Username": "alice"}) }},
		"challenge":         {"carol", func() reply { return claim(session) }},
		"session":           {"carol", func() reply { return f.call("AssociateSoftwareToken", object{"Session": session}) }},
		"one not there yet": {"dave", func() reply { return f.signUp("dave", password) }},
	}
	for name, request := range requests {
		undo := f.Fail(authtest.Fault{Username: request.user, Code: "Aimed", Times: -1})
		request.call().failsWith("Aimed")
		undo()
		undo()

		undo = f.Fail(authtest.Fault{Username: "bob", Code: "Aimed", Times: -1})
		assert.NotEqual(t, "Aimed", request.call().body["__type"], name)
		f.signIn("bob", password).failsWith("Aimed")
		undo()
	}
}

// temporarySession adds a user with a temporary password and returns the session of a sign-in.
func (f *fixture) temporarySession(username string) string {
	f.t.Helper()
	require.NoError(f.t, f.AddUser(authtest.User{Username: username, Password: password, TemporaryPassword: true}))
	_, session := f.signIn(username, password).challenge("NEW_PASSWORD_REQUIRED")
	return session
}

func TestFaultsAimedAtAClient(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	other := f.createClient(object{"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH"}})
	token, others := f.accessToken("alice"), other.accessToken("alice")
	f.Fail(authtest.Fault{ClientID: other.ClientID, Code: "Aimed", Times: -1})
	f.signIn("alice", password).tokens()
	f.getUser(token).ok()
	other.signIn("alice", password).failsWith("Aimed")
	other.getUser(others).failsWith("Aimed")

	f.ClearFaults()
	other.getUser(others).ok()
}

// Both aims must match, and the operation.
func TestFaultsAimedTwice(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
	f.Fail(authtest.Fault{
		Operation: "InitiateAuth", Username: "alice", ClientID: f.ClientID, Code: "Aimed",
	})
	f.signIn("bob", password).tokens()
	f.signUp("alice", password).failsWith("UsernameExistsException")
	f.signIn("alice", password).failsWith("Aimed")
	f.signIn("alice", password).tokens()
	f.Fail(authtest.Fault{Username: "alice", ClientID: "another", Code: "Aimed"})
	f.signIn("alice", password).tokens()
}

func TestUndoneFaultLeavesTheOthers(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	undo := f.Fail(authtest.Fault{Code: "Same", Times: 2})
	f.Fail(authtest.Fault{Code: "Same", Times: 2})
	f.signIn("alice", password).failsWith("Same")
	undo()
	f.signIn("alice", password).failsWith("Same")
	f.signIn("alice", password).failsWith("Same")
	f.signIn("alice", password).tokens()
}

func TestFaultsEndpointAims(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
	status, _, _ := f.do("POST", "_pool/faults", `{"username":"alice","clientId":"`+f.ClientID+`","code":"Aimed","times":-1}`)
	assert.Equal(t, 204, status)
	f.signIn("alice", password).failsWith("Aimed")
	f.signIn("bob", password).tokens()
	status, _, _ = f.do("DELETE", "_pool/faults", "")
	assert.Equal(t, 204, status)
	f.signIn("alice", password).tokens()
}

func TestHoldsAimedAtAUserOrAClient(t *testing.T) {
	t.Parallel()
	for name, aimed := range map[string]func(f, other *fixture) (release func(), held, free func() reply){
		"user": func(f, _ *fixture) (func(), func() reply, func() reply) {
			return f.HoldUser("InitiateAuth", "alice"),
				func() reply { return f.signIn("alice", password) }, func() reply { return f.signIn("bob", password) }
		},
		"any operation of a user": func(f, _ *fixture) (func(), func() reply, func() reply) {
			return f.HoldUser("", "alice"),
				func() reply { return f.signIn("alice", password) }, func() reply { return f.signIn("bob", password) }
		},
		"client": func(f, other *fixture) (func(), func() reply, func() reply) {
			return f.HoldClient("InitiateAuth", other.ClientID),
				func() reply { return other.signIn("alice", password) }, func() reply { return f.signIn("alice", password) }
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
			other := f.createClient(object{"ExplicitAuthFlows": []string{"ALLOW_USER_PASSWORD_AUTH"}})
			f.ResetRequests()
			release, held, free := aimed(f, other)
			answered := make(chan reply, 1)
			go func() { answered <- held() }()
			require.Eventually(t, func() bool { return len(f.Requests()) == 1 }, waitAtMost, poll)
			free().tokens()
			assert.Empty(t, answered)
			release()
			(<-answered).tokens()
		})
	}
}
