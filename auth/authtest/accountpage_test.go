package authtest_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// Who signs up on the pages is signed in once the account is confirmed.
func TestSignUpOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{RequiredAttributes: []string{"name"}, ClientSecret: true})
	s := f.surf().begin()
	s.open("signup?" + s.url.RawQuery).shows("Create an account")
	s.submit("sign-up", "username", "bob", "password", "short", "name", "Bob", "email", "bob@example.com").
		complains("Create an account", "Password did not conform with policy: Password not long enough")
	s.submit("sign-up", "username", "bob", "password", password, "name", "Bob", "email", "bob@example.com").
		shows("Confirm your account")
	f.surf().begin().signIn("bob", password).complains("Confirm your account", "User is not confirmed.")
	first := f.LastCode("bob")
	s.submit("resend").shows("Confirm your account")
	s.submit("confirm", "code", first).
		complains("Confirm your account", "Invalid verification code provided, please try again.")
	s.submit("confirm", "code", f.LastCode("bob")).code()
	assert.Equal(t, "true", f.attributes("bob")["email_verified"])
	f.unviolated()
}

// Who comes back to confirm the account signs in afterwards.
func TestConfirmationOnThePageLater(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, authtest.User{
		Username: "bob", Password: password, Unconfirmed: true, Attributes: map[string]string{"email": email},
	})
	s := f.surf().begin().signIn("bob", wrong).submit("confirm", "code", f.LastCode("bob")).shows("Sign in")
	assert.Contains(t, s.text, "The account is confirmed.")
	s.signIn("bob", wrong).complains("Sign in", wrongPassword)
	s.signIn("bob", password).code()
	s.submitTo("/confirmUser", "dialogue", "unknown").
		complains("Sign in", "Invalid session for the user, session is expired.")
}

// submitTo sends a form of this browser with nothing but the fields.
func (s *surfer) submitTo(path string, fields ...string) *surfer {
	s.f.t.Helper()
	s.begin("prompt", "login")
	_, values := s.form("login")
	change(values, fields)
	return s.post(path+"?"+s.url.RawQuery, values)
}

// A handle of one page does nothing on another.
func TestPagesInTheWrongOrder(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, authtest.User{
		Username: "bob", Password: password, Unconfirmed: true, Attributes: map[string]string{"email": email},
	})
	s := f.surf().begin().signIn("bob", password)
	_, values := s.form("confirm")
	s.submitTo("/login/challenge", "dialogue", values.Get("dialogue"), "code", f.LastCode("bob")).
		complains("Sign in", "Invalid session for the user.")
}

func TestAutoConfirmedSignUpOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true, Triggers: authtest.Triggers{
		PreSignUp: func(e *authtest.PreSignUpEvent) error {
			e.Response.AutoConfirmUser = true
			return nil
		},
	}})
	s := f.surf().begin()
	s.open("signup?"+s.url.RawQuery).submit("sign-up", "username", "bob", "password", password, "email", email).
		shows("Set up your authenticator app")
}

func TestSignUpOnThePageIsRefused(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{Triggers: authtest.Triggers{
		PreSignUp: func(*authtest.PreSignUpEvent) error { return errors.New("no more people") },
	}})
	s := f.surf().begin()
	s.open("signup?"+s.url.RawQuery).submit("sign-up", "username", "bob", "password", password, "email", email).
		complains("Create an account", "PreSignUp failed with error no more people.")

	assert.Contains(t, f.surf().begin().text, `id="sign-up"`)
	f.admin("UpdateUserPool", object{"AdminCreateUserConfig": object{"AllowAdminCreateUserOnly": true}}).ok()
	assert.NotContains(t, f.surf().begin().text, `id="sign-up"`)
	s.open("signup?"+s.url.RawQuery).submit("sign-up", "username", "bob", "password", password, "email", email).
		complains("Create an account", "SignUp is not permitted for this user pool")
}

func TestForgottenPasswordOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, authtest.User{
		Username: "alice", Password: password, Attributes: map[string]string{"email": email, "email_verified": "true"},
	})
	s := f.surf().begin()
	s.open("forgotPassword?" + s.url.RawQuery).shows("Reset your password")
	s.submit("forgot-password", "username", "nobody").
		complains("Reset your password", "Username/client id combination not found.")
	s.submit("forgot-password", "username", "alice").shows("Choose a new password")
	assert.Contains(t, s.text, "The code was sent to a***@e***.")
	const changed = "Other-horse-1!"
	s.submit("reset", "code", "000000", "password", changed).
		complains("Choose a new password", "Invalid verification code provided, please try again.")
	s.submit("reset", "code", f.LastCode("alice"), "password", "short").
		complains("Choose a new password", "Password does not conform to policy: Password not long enough")
	s.submit("reset", "code", f.LastCode("alice"), "password", changed).shows("Sign in")
	assert.Contains(t, s.text, "The password is changed.")
	s.signIn("alice", password).complains("Sign in", wrongPassword)
	f.signIn("alice", changed).tokens()
	s.signIn("alice", changed).code()
}

func TestPasswordThatMustBeResetOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, authtest.User{
		Username: "alice", Password: password, ResetRequired: true,
		Attributes: map[string]string{"email": email, "email_verified": "true"},
	})
	s := f.surf().begin().signIn("alice", password).
		complains("Reset your password", "Password reset required for the user")
	s.submit("forgot-password", "username", "alice").submit("reset", "code", f.LastCode("alice"), "password", "Other-horse-1!").shows("Sign in")
}
