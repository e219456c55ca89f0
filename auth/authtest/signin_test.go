package authtest_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// bothFlows runs a test with either way to prove a password.
func bothFlows(t *testing.T, test func(t *testing.T, signIn func(*fixture, string, string) reply)) {
	t.Helper()
	for name, signIn := range map[string]func(*fixture, string, string) reply{
		"USER_PASSWORD_AUTH": (*fixture).signIn,
		"USER_SRP_AUTH":      (*fixture).signInSRP,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, signIn)
		})
	}
}

func TestSignIn(t *testing.T) {
	t.Parallel()
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{}, alice())
		result := signIn(f, "alice", password).tokens()
		assert.Equal(t, "Bearer", result["TokenType"])
		assert.InDelta(t, 3600, result["ExpiresIn"], 0)
		signIn(f, "alice", wrong).fails("NotAuthorizedException", wrongPassword)
		f.unviolated()
	})
}

func TestSignInByAnyName(t *testing.T) {
	t.Parallel()
	verified := map[string]string{
		"email": email, "email_verified": "true", "phone_number": phone, "preferred_username": "Al",
	}
	for name, test := range map[string]struct {
		cfg      authtest.Config
		username string
		attrs    map[string]string
		works    []string
		unknown  []string
	}{
		"plain": {
			authtest.Config{},
			"alice", verified,
			[]string{"alice", "ALICE"},
			[]string{email, phone, "Al"},
		},
		"case-sensitive": {
			authtest.Config{CaseSensitive: true},
			"alice", verified,
			[]string{"alice"},
			[]string{"ALICE"},
		},
		"aliases": {
			authtest.Config{AliasAttributes: []string{"email", "phone_number", "preferred_username"}},
			"alice", verified,
			[]string{"alice", email, "Alice@Example.com", "al"},
			[]string{phone},
		},
		"address as user name": {
			authtest.Config{UsernameAttributes: []string{"email"}},
			email, nil,
			[]string{email, "ALICE@example.com"},
			[]string{"alice"},
		},
		"number as user name": {
			authtest.Config{UsernameAttributes: []string{"email", "phone_number"}},
			phone,
			map[string]string{"email": email},
			[]string{phone, email},
			[]string{"15551234567"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, test.cfg, authtest.User{Username: test.username, Password: password, Attributes: test.attrs})
			for _, name := range test.works {
				f.signIn(name, password).tokens()
				f.signInSRP(name, password).tokens()
			}
			for _, name := range test.unknown {
				f.signIn(name, password).fails("UserNotFoundException", "User does not exist.")
				f.beginSRP(name, "2").fails("UserNotFoundException", "User does not exist.")
			}
		})
	}
}

// In a pool of user names the sub is not one of them; where addresses are user names it is the
// internal one.
func TestSignInBySub(t *testing.T) {
	t.Parallel()
	sub := func(f *fixture, username string) string {
		attributes := f.admin("AdminGetUser", object{"Username": username}).ok()["UserAttributes"].([]any)
		return attributes[0].(object)["Value"].(string)
	}
	plain := start(t, authtest.Config{}, alice())
	plain.signIn(sub(plain, "alice"), password).fails("UserNotFoundException", "User does not exist.")

	byEmail := start(t, authtest.Config{UsernameAttributes: []string{"email"}},
		authtest.User{Username: email, Password: password})
	id := sub(byEmail, email)
	byEmail.signInSRP(id, password).tokens()
	parameters, _ := byEmail.beginSRP(email, "2").challenge("PASSWORD_VERIFIER")
	assert.Equal(t, id, parameters["USER_ID_FOR_SRP"])
	assert.Equal(t, id, byEmail.admin("AdminGetUser", object{"Username": email}).ok()["Username"])
}

func TestGatesComeBeforeThePassword(t *testing.T) {
	t.Parallel()
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{},
			authtest.User{Username: "unconfirmed", Password: password, Unconfirmed: true},
			authtest.User{Username: "reset", Password: password, ResetRequired: true},
		)
		for _, p := range []string{password, wrong} {
			signIn(f, "unconfirmed", p).fails("UserNotConfirmedException", "User is not confirmed.")
			signIn(f, "reset", p).fails("PasswordResetRequiredException", "Password reset required for the user")
		}
		f.unviolated()
	})
}

// Over SRP the challenge is issued to an unconfirmed user; the refusal comes with the answer.
func TestUnconfirmedUserGetsSRPChallenge(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, authtest.User{Username: "unconfirmed", Password: password, Unconfirmed: true})
	f.beginSRP("unconfirmed", "2").challenge("PASSWORD_VERIFIER")
}

func TestDisabledUser(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, authtest.User{Username: "alice", Password: password, Disabled: true})
	f.signIn("alice", password).fails("NotAuthorizedException", "User is disabled.")
	f.beginSRP("alice", "2").fails("NotAuthorizedException", "User is disabled.")
	f.respond("PASSWORD_VERIFIER", "", object{
		"USERNAME": "alice", "PASSWORD_CLAIM_SECRET_BLOCK": "AgV4", "PASSWORD_CLAIM_SIGNATURE": "AAAA",
		"TIMESTAMP": timestamp(f.Now()),
	}).fails("NotAuthorizedException", "User is disabled.")
}

func TestLockout(t *testing.T) {
	t.Parallel()
	locked := func(r reply) { r.fails("NotAuthorizedException", "Password attempts exceeded") }
	incorrect := func(r reply) { r.fails("NotAuthorizedException", wrongPassword) }

	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		f := start(t, authtest.Config{}, alice(), authtest.User{Username: "bob", Password: password})
		for range 5 {
			incorrect(signIn(f, "alice", wrong))
		}
		for _, lock := range []time.Duration{
			time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second,
			64 * time.Second, 128 * time.Second, 256 * time.Second, 512 * time.Second,
		} {
			if lock > time.Second {
				f.Advance(lock - time.Second) // the clock runs on by itself, too
			}
			locked(signIn(f, "alice", password)) // does not count
			f.Advance(time.Second)
			incorrect(signIn(f, "alice", wrong))
		}
		signIn(f, "bob", password).tokens()
		f.Advance(15*time.Minute - time.Second)
		locked(signIn(f, "alice", password))
		f.Advance(time.Second)
		signIn(f, "alice", password).tokens()
	})

	t.Run("a success starts over", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{}, alice())
		for range 3 {
			for range 4 {
				incorrect(f.signIn("alice", wrong))
			}
			f.signInSRP("alice", password).tokens()
		}
	})

	t.Run("15 quiet minutes start over", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{}, alice())
		for range 3 {
			for range 4 {
				incorrect(f.signIn("alice", wrong))
			}
			f.Advance(15 * time.Minute)
		}
	})

	t.Run("both flows count together", func(t *testing.T) {
		t.Parallel()
		f := start(t, authtest.Config{}, alice())
		for range 3 {
			incorrect(f.signIn("alice", wrong))
		}
		for range 2 {
			incorrect(f.signInSRP("ALICE", wrong))
		}
		locked(f.signIn("alice", password))
	})
}

func TestAuthFlows(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ExplicitAuthFlows: []string{"ALLOW_USER_SRP_AUTH"}}, alice())
	initiate := func(flow string) reply {
		return f.call("InitiateAuth", object{"AuthFlow": flow, "ClientId": f.ClientID, "AuthParameters": object{"USERNAME": "alice"}})
	}
	for _, flow := range []string{"USER_PASSWORD_AUTH", "REFRESH_TOKEN_AUTH", "REFRESH_TOKEN", "CUSTOM_AUTH", "USER_AUTH"} {
		initiate(flow).fails("InvalidParameterException", flow+" flow not enabled for this client")
	}
	// The flow is checked before the user.
	f.signIn("nobody", password).fails("InvalidParameterException", "USER_PASSWORD_AUTH flow not enabled for this client")
	f.unviolated()

	initiate("ADMIN_USER_PASSWORD_AUTH").fails("InvalidParameterException", "Initiate Auth method not supported.")
	f.violated()
	initiate("NONSENSE").failsWith("InvalidParameterException")
	assert.Contains(t, f.violated(), "Value 'NONSENSE' at 'authFlow' failed to satisfy constraint: Member must satisfy enum value set")
	f.signInSRP("alice", password).tokens()
}

func TestUnknownClient(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	for operation, body := range map[string]object{
		"InitiateAuth":           {"AuthFlow": "USER_SRP_AUTH"},
		"RespondToAuthChallenge": {"ChallengeName": "SMS_MFA", "Session": strings.Repeat("s", 20)},
		"SignUp":                 {"Username": "bob", "Password": password},
		"ConfirmSignUp":          {"Username": "bob", "ConfirmationCode": "123456"},
		"ResendConfirmationCode": {"Username": "bob"},
	} {
		body["ClientId"] = "1example23456789"
		f.call(operation, body).fails("ResourceNotFoundException", "User pool client 1example23456789 does not exist.")
	}
}
