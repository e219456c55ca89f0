package authtest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestUnknownUserIsHidden(t *testing.T) {
	t.Parallel()
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{PreventUserExistenceErrors: true}, alice())
		signIn(f, "nobody", password).fails("NotAuthorizedException", wrongPassword)
		signIn(f, "alice", wrong).fails("NotAuthorizedException", wrongPassword)
	})
}

func TestSimulatedChallenge(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{PreventUserExistenceErrors: true}, alice())
	other := start(t, authtest.Config{PreventUserExistenceErrors: true})
	challenge := func(f *fixture, username string) object {
		parameters, session := f.beginSRP(username, "2").challenge("PASSWORD_VERIFIER")
		assert.Empty(t, session)
		return parameters
	}
	existing, first, again := challenge(f, "alice"), challenge(f, "nobody"), challenge(f, "Nobody")
	assert.Regexp(t, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, first["USER_ID_FOR_SRP"])
	assert.Equal(t, first["USER_ID_FOR_SRP"], first["USERNAME"])
	assert.Equal(t, first["SALT"], again["SALT"], "the same each time")
	assert.Equal(t, first["USER_ID_FOR_SRP"], again["USER_ID_FOR_SRP"])
	assert.NotEqual(t, first["SRP_B"], again["SRP_B"], "new each time")
	assert.NotEqual(t, first["SALT"], challenge(f, "somebody")["SALT"])
	assert.NotEqual(t, first["SALT"], challenge(other, "nobody")["SALT"], "each pool has its own salt")
	for name := range existing {
		assert.InDelta(t, len(existing[name].(string)), len(first[name].(string)), 120, name)
	}
	f.unviolated()
}

// An unknown user name is locked as well; otherwise the lock would reveal which names exist.
func TestUnknownUserIsLocked(t *testing.T) {
	t.Parallel()
	bothFlowsInABubble(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{PreventUserExistenceErrors: true, NoListener: true})
		for range 5 {
			signIn(f, "nobody", wrong).fails("NotAuthorizedException", wrongPassword)
		}
		signIn(f, "nobody", wrong).fails("NotAuthorizedException", "Password attempts exceeded")
		f.Advance(time.Second)
		signIn(f, "nobody", wrong).fails("NotAuthorizedException", wrongPassword)
	})
}

func TestSignUpOperationsHideUnknownUsers(t *testing.T) {
	t.Parallel()
	legacy := start(t, authtest.Config{}, alice())
	hidden := start(t, authtest.Config{PreventUserExistenceErrors: true}, alice())
	confirm := func(f *fixture, username string) reply {
		return f.call(
			"ConfirmSignUp",
			object{"ClientId": f.ClientID, "Username": username, "ConfirmationCode": "123456"},
		)
	}
	resend := func(f *fixture, username string) reply {
		return f.call("ResendConfirmationCode", object{"ClientId": f.ClientID, "Username": username})
	}
	confirm(legacy, "nobody").fails("UserNotFoundException", "Username/client id combination not found.")
	resend(legacy, "nobody").fails("UserNotFoundException", "Username/client id combination not found.")
	resend(legacy, "alice").fails("InvalidParameterException", "User is already confirmed.")

	confirm(hidden, "nobody").fails("CodeMismatchException", "Invalid verification code provided, please try again.")
	for username, want := range map[string]object{
		"carol@corp.test": {"Destination": "c***@c***", "DeliveryMedium": "EMAIL", "AttributeName": "email"},
		"+4915112345678":  {"Destination": "+*********5678", "DeliveryMedium": "SMS", "AttributeName": "phone_number"},
	} {
		assert.Equal(t, object{"CodeDeliveryDetails": want}, resend(hidden, username).ok())
	}
	for _, username := range []string{"nobody", "alice"} {
		first := resend(hidden, username).ok()
		assert.Regexp(t, `^[a-z]\*\*\*@[a-z]\*\*\*$`, first["CodeDeliveryDetails"].(object)["Destination"])
		assert.Equal(t, first, resend(hidden, username).ok(), "the same each time")
		assert.Empty(t, hidden.Messages(username))
	}
	// SignUp reports that a name is taken in either mode.
	hidden.call("SignUp", object{"ClientId": hidden.ClientID, "Username": "alice", "Password": password}).
		fails("UsernameExistsException", "User already exists")
}

// The hourly limits count unknown names too; otherwise they would reveal which names exist.
func TestHourlyLimitsHideUnknownUsers(t *testing.T) {
	t.Parallel()
	const tooMany = "Attempt limit exceeded, please try after some time."
	f := start(
		t,
		authtest.Config{PreventUserExistenceErrors: true},
		alice(),
		authtest.User{
			Username:    "bob",
			Password:    password,
			Unconfirmed: true,
			Attributes:  map[string]string{"email": "bob@example.com"},
		},
	)
	calls := map[string]struct {
		limit int
		with  object
	}{
		"ConfirmSignUp":          {15, object{"ConfirmationCode": "none"}},
		"ResendConfirmationCode": {5, object{}},
	}
	for operation, c := range calls {
		for _, username := range []string{"alice", "bob", "nobody"} {
			call := func() reply {
				return f.call(operation, with(with(c.with, "Username", username), "ClientId", f.ClientID))
			}
			for range c.limit {
				assert.NotEqual(t, "LimitExceededException", call().body["__type"], "%s of %s", operation, username)
			}
			call().fails("LimitExceededException", tooMany)
			f.Advance(time.Hour)
			assert.NotEqual(t, "LimitExceededException", call().body["__type"], "%s of %s", operation, username)
		}
	}
	f.unviolated()
}

func TestLockout(t *testing.T) {
	t.Parallel()
	locked := func(r reply) { r.fails("NotAuthorizedException", "Password attempts exceeded") }
	incorrect := func(r reply) { r.fails("NotAuthorizedException", wrongPassword) }

	bothFlowsInABubble(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{NoListener: true}, alice(), authtest.User{Username: "bob", Password: password})
		for range 5 {
			incorrect(signIn(f, "alice", wrong))
		}
		for _, lock := range []time.Duration{
			time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second,
			64 * time.Second, 128 * time.Second, 256 * time.Second, 512 * time.Second,
		} {
			f.Advance(lock - time.Nanosecond)
			locked(signIn(f, "alice", password)) // does not count
			f.Advance(time.Nanosecond)
			incorrect(signIn(f, "alice", wrong))
		}
		signIn(f, "bob", password).tokens()
		f.Advance(15*time.Minute - time.Nanosecond)
		locked(signIn(f, "alice", password))
		f.Advance(time.Nanosecond)
		signIn(f, "alice", password).tokens()
	})

	t.Run("a successful sign-in resets the count", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{}, alice())
		for range 3 {
			for range 4 {
				incorrect(f.signIn("alice", wrong))
			}
			f.signInSRP("alice", password).tokens()
		}
	})

	t.Run("15 minutes without an attempt reset the count", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{}, alice())
		for range 3 {
			for range 4 {
				incorrect(f.signIn("alice", wrong))
			}
			f.Advance(15 * time.Minute)
		}
	})

	t.Run("both flows share the count", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			f := startBubbled(t)
			for range 3 {
				incorrect(f.signIn("alice", wrong))
			}
			for range 2 {
				incorrect(f.signInSRP("ALICE", wrong))
			}
			locked(f.signIn("alice", password))
		})
	})
}
