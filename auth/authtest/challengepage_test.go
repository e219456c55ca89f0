package authtest_test

import (
	"html"
	"regexp"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestCodesOnThePage(t *testing.T) {
	t.Parallel()
	for factor, row := range map[string]struct{ field, lead string }{
		sms:  {"SMS_MFA_CODE", "The code was sent to +*******4567."},
		mail: {"EMAIL_OTP_CODE", "The code was sent to a***@e***."},
	} {
		f := startPages(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true, Email: true}, authtest.User{
			Username: "alice", Password: password, MFA: []string{factor},
			Attributes: map[string]string{"email": email, "phone_number": phone},
		})
		s := f.surf().begin().signIn("alice", password).shows("Enter the code")
		assert.Contains(t, html.UnescapeString(s.text), row.lead)
		s.submit("code", row.field, "000").complains("Enter the code", "Invalid code or auth state for the user.")
		s.submit("code", row.field, f.LastCode("alice")).code()
		f.unviolated()
	}
}

func TestAuthenticatorAppOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, ClientSecret: true}, authtest.User{
		Username: "alice", Password: password, TOTPSecret: secret, MFA: []string{totp},
	})
	s := f.surf().begin().signIn("alice", password).shows("Enter the code")
	s.submit("code", "SOFTWARE_TOKEN_MFA_CODE", "000000").
		complains("Enter the code", "Invalid code received for user")
	code := f.totp(secret)
	s.submit("code", "SOFTWARE_TOKEN_MFA_CODE", code).code()
	s.begin("prompt", "login").signIn("alice", password).submit("code", "SOFTWARE_TOKEN_MFA_CODE", code).
		complains("Enter the code", "Your software token has already been used once.")
}

func TestChoiceOfFactorsOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true, TOTP: true}, authtest.User{
		Username: "alice", Password: password, MFA: []string{sms, totp}, TOTPSecret: secret,
		Attributes: map[string]string{"phone_number": phone},
	})
	s := f.surf().begin().signIn("alice", password).shows("Choose how to get a code")
	s.submit("choose", "ANSWER", mail).complains("Choose how to get a code", `ANSWER is not one of ["SMS_MFA","SOFTWARE_TOKEN_MFA"]`)
	s.submit("choose", "ANSWER", sms).shows("Enter the code").submit("code", "SMS_MFA_CODE", f.LastCode("alice")).code()
}

func TestSetUpOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{MFA: authtest.MFARequired, TOTP: true}, alice())
	s := f.surf().begin().signIn("alice", password).shows("Set up your authenticator app")
	assert.Contains(t, s.text, `<img id="qr-code" src="data:image/png;base64,`)
	key := regexp.MustCompile(`<code id="secret">([A-Z2-7]+)</code>`).FindStringSubmatch(s.text)
	require.Len(t, key, 2)
	s.submit("app", "code", "000000").complains("Set up your authenticator app", "Code mismatch")
	assert.Contains(t, s.text, key[1], "the key stays the same")
	s.submit("app", "code", f.totp(key[1])).code()
	s.begin("prompt", "login").signIn("alice", password).shows("Enter the code").
		submit("code", "SOFTWARE_TOKEN_MFA_CODE", f.nextTOTP(key[1])).code()
	f.unviolated()
}

func TestSetUpOfEmailOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{MFA: authtest.MFARequired, Email: true, TOTP: true},
		authtest.User{Username: "alice", Password: password})
	s := f.surf().begin().signIn("alice", password)
	s.submit("email", "EMAIL", "nonsense").complains("Set up your authenticator app", "Invalid email address format.")
	s.submit("email", "EMAIL", email).shows("Enter the code")
	s.submit("code", "EMAIL_OTP_CODE", f.LastCode("alice")).code()
	assert.Equal(t, email, f.attributes("alice")["email"])
}

func TestNewPasswordOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{RequiredAttributes: []string{"name"}}, authtest.User{
		Username: "alice", Password: password, TemporaryPassword: true,
	})
	s := f.surf().begin().signIn("alice", password).shows("Choose a new password")
	s.submit("new-password", "NEW_PASSWORD", "short", "userAttributes.name", "Alice").
		complains("Choose a new password", "Password does not conform to policy: Password not long enough")
	const changed = "Other-horse-1!"
	s.submit("new-password", "NEW_PASSWORD", changed, "userAttributes.name", "Alice").code()
	assert.Equal(t, "Alice", f.attributes("alice")["name"])
	f.signIn("alice", changed).tokens()
	f.unviolated()
}

// A page that is sent twice, or too late, leads back to the first page.
func TestUsedAndExpiredPages(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true}, authtest.User{
		Username: "alice", Password: password, TOTPSecret: secret, MFA: []string{totp},
	})
	s := f.surf().begin().signIn("alice", password)
	action, values := s.form("code")
	values.Set("SOFTWARE_TOKEN_MFA_CODE", f.totp(secret))
	s.post(action, values).code()
	s.post(action, values).complains("Sign in", "Invalid session for the user, session can only be used once.")
	s.begin("prompt", "login").signIn("alice", password)
	f.Advance(3 * time.Minute)
	s.submit("code", "SOFTWARE_TOKEN_MFA_CODE", f.totp(secret)).
		complains("Sign in", "Invalid session for the user, session is expired.")
	s.begin("prompt", "login").signIn("alice", password).submit("code", "dialogue", "unknown").
		complains("Sign in", "Invalid session for the user, session is expired.")
}

// Both ways to sign in are one: what happens to a user on one side is seen on the other.
func TestPagesAndAPIAgree(t *testing.T) {
	t.Parallel()
	var calls []string
	cfg := authtest.Config{NoListener: true, Triggers: authtest.Triggers{
		PreAuthentication: func(e *authtest.PreAuthenticationEvent) error {
			calls = append(calls, e.TriggerSource)
			return nil
		},
		PostAuthentication: func(e *authtest.PostAuthenticationEvent) error {
			calls = append(calls, e.TriggerSource)
			return nil
		},
	}}
	synctest.Test(t, func(t *testing.T) { // the lock is short
		f := startPages(t, cfg, alice())
		f.admin("UpdateUserPool", object{"UserPoolAddOns": object{"AdvancedSecurityMode": "AUDIT"}}).ok()
		for range 2 {
			f.signIn("alice", wrong)
			f.surf().begin().signIn("alice", wrong).complains("Sign in", wrongPassword)
		}
		f.signIn("alice", wrong)
		f.surf().begin().signIn("alice", password).complains("Sign in", "Password attempts exceeded")
		f.signIn("alice", password).fails("NotAuthorizedException", "Password attempts exceeded")
		f.Advance(time.Minute)

		calls = nil
		page := f.surf().begin().signIn("alice", password)
		onPage := calls
		calls = nil
		token := f.exchange(page.code()).ok()["refresh_token"]
		assert.Empty(t, calls)
		access := f.accessToken("alice")
		assert.Equal(t, calls, onPage)

		f.changePassword(access, password, "Other-horse-1!").ok()
		f.surf().begin().signIn("alice", password).complains("Sign in", wrongPassword)
		f.surf().begin().signIn("alice", "Other-horse-1!").code()
		f.call("GlobalSignOut", object{"AccessToken": access}).ok()
		f.renew(token.(string)).fails(400, "invalid_grant")
		events := f.admin("AdminListUserAuthEvents", object{"Username": "alice"}).ok()["AuthEvents"].([]any)
		passed := 0
		for _, event := range events {
			if event.(object)["EventResponse"] == "Pass" {
				passed++
			}
		}
		assert.Equal(t, 3, passed, "sign-ins on the page are in the history")
	})
}

// Unknown users look like known ones where the client hides them.
func TestUnknownUsersOnThePage(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{})
	f.surf().begin().signIn("nobody", password).complains("Sign in", "User does not exist.")
	f = startPages(t, authtest.Config{PreventUserExistenceErrors: true})
	f.surf().begin().signIn("nobody", password).complains("Sign in", wrongPassword)
}

// The first page names what people sign in with.
func TestNameOnThePage(t *testing.T) {
	t.Parallel()
	for label, attributes := range map[string][]string{
		"User name": nil, "Email": {"email"}, "Phone number": {"phone_number"},
		"Email or phone number": {"email", "phone_number"},
	} {
		f := startPages(t, authtest.Config{UsernameAttributes: attributes})
		assert.Contains(t, f.surf().begin().text, `<label for="username">`+label+"</label>")
	}
}
