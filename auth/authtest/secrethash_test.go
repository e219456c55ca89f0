package authtest_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// hash is the SECRET_HASH for a user name.
func (f *fixture) hash(username string) string {
	h := hmac.New(sha256.New, []byte(f.ClientSecret))
	h.Write([]byte(username + f.ClientID))
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

func TestSecretHash(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ClientSecret: true, MFA: authtest.MFAOptional, TOTP: true, UsernameAttributes: []string{"email"}},
		authtest.User{Username: email, Password: password, TOTPSecret: secret, MFA: []string{totp}})
	assert.Regexp(t, `^[0-9a-z]{52}$`, f.ClientSecret)
	missing := "Client " + f.ClientID + " is configured with secret but SECRET_HASH was not received"
	unverified := "Unable to verify secret hash for client " + f.ClientID

	c := newSRPClient()
	calls := map[string]func(hash string) reply{
		"InitiateAuth": func(hash string) reply {
			return f.call("InitiateAuth", object{"AuthFlow": "USER_SRP_AUTH", "ClientId": f.ClientID, "AuthParameters": with(
				object{"USERNAME": email, "SRP_A": c.public.Text(16)}, "SECRET_HASH", hash)})
		},
		"SignUp": func(hash string) reply {
			return f.call("SignUp", with(object{
				"ClientId": f.ClientID, "Username": "new@example.com", "Password": password,
			}, "SecretHash", hash))
		},
		"ResendConfirmationCode": func(hash string) reply {
			return f.call("ResendConfirmationCode", with(object{"ClientId": f.ClientID, "Username": "new@example.com"}, "SecretHash", hash))
		},
		"ConfirmSignUp": func(hash string) reply {
			return f.call("ConfirmSignUp", with(object{
				"ClientId": f.ClientID, "Username": "new@example.com", "ConfirmationCode": f.LastCode("new@example.com"),
			}, "SecretHash", hash))
		},
	}
	for _, operation := range []string{"InitiateAuth", "SignUp", "ResendConfirmationCode", "ConfirmSignUp"} {
		typed := "new@example.com"
		if operation == "InitiateAuth" {
			typed = email
		}
		calls[operation]("").fails("NotAuthorizedException", missing)
		calls[operation](f.hash("somebody")).fails("NotAuthorizedException", unverified)
		calls[operation](f.hash(typed)).ok()
	}

	// An answer to a challenge is hashed with the internal user name, which is not what the user
	// typed.
	parameters, _ := calls["InitiateAuth"](f.hash(email)).challenge("PASSWORD_VERIFIER")
	claim := c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters)
	internal := parameters["USER_ID_FOR_SRP"].(string)
	f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", missing)
	f.respond("PASSWORD_VERIFIER", "", with(claim, "SECRET_HASH", f.hash(email))).fails("NotAuthorizedException", unverified)
	_, session := f.respond("PASSWORD_VERIFIER", "", with(claim, "SECRET_HASH", f.hash(internal))).challenge(totp)

	answer := object{"USERNAME": internal, "SOFTWARE_TOKEN_MFA_CODE": "000000"}
	f.respond(totp, session, answer).fails("NotAuthorizedException", missing)
	f.respond(totp, session, with(answer, "SECRET_HASH", f.hash(email))).fails("NotAuthorizedException", unverified)
	f.respond(totp, session, with(answer, "SECRET_HASH", f.hash(internal))).failsWith("CodeMismatchException")

	// So it is when the answer gives the typed name.
	answer = object{"USERNAME": email, "SOFTWARE_TOKEN_MFA_CODE": f.totp(secret)}
	f.respond(totp, session, with(answer, "SECRET_HASH", f.hash(email))).fails("NotAuthorizedException", unverified)
	f.respond(totp, session, with(answer, "SECRET_HASH", f.hash(internal))).tokens()
	f.unviolated()
}

// with adds a member unless it is empty.
func with(body object, name, value string) object {
	if value != "" {
		body[name] = value
	}
	return body
}

func TestSecretHashWithoutSecret(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	assert.Empty(t, f.ClientSecret)
	f.call("InitiateAuth", object{"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID, "AuthParameters": object{
		"USERNAME": "alice", "PASSWORD": password, "SECRET_HASH": f.hash("alice"),
	}}).failsWith("NotAuthorizedException")
}
