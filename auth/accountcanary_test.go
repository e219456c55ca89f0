package auth_test

import (
	"context"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// accountCanary goes through what a person who is signed in, or has forgotten the password, does to
// the account.
func accountCanary(ctx context.Context, c *canary, session *auth.Session, pool *authtest.Pool) {
	resetCanary(ctx, c, session, pool)
	attributesCanary(ctx, c, session, pool)
	for _, password := range []string{c.guard("wrong old password", "Canary-Wrong-5"), "Canary-Password-4"} {
		in := auth.UpdatePasswordInput{OldPassword: password, NewPassword: c.guard("changed password", "Canary-Password-6")}
		c.hear(in)
		c.hear(session.UpdatePassword(ctx, in))
	}
	pool.Fail(authtest.Fault{Operation: "DeleteUser", Code: "NotAuthorizedException", Message: "no"})
	c.hear(session.DeleteUser(ctx))
}

func resetCanary(ctx context.Context, c *canary, session *auth.Session, pool *authtest.Pool) {
	for _, username := range []string{"nobody", "alice"} {
		out, err := session.ResetPassword(ctx, auth.ResetPasswordInput{Username: username})
		c.hear(out)
		c.hear(err)
	}
	code := c.guard("reset code", pool.LastCode("alice"))
	password := c.guard("new password", "Canary-Password-4")
	pool.Fail(authtest.Fault{
		Operation: "ConfirmForgotPassword", Code: "InvalidParameterException",
		Message: "1 validation error detected: Value '" + password + "' at 'password' failed to satisfy constraint: x",
	})
	for _, code := range []string{code, wrongCode(code), code, code} {
		in := auth.ConfirmResetPasswordInput{Username: "alice", NewPassword: password, ConfirmationCode: code}
		c.hear(in)
		c.hear(session.ConfirmResetPassword(ctx, in))
	}
}

func attributesCanary(ctx context.Context, c *canary, session *auth.Session, pool *authtest.Pool) {
	address := c.guard("new e-mail address", "canary-other@example.com")
	one := auth.UpdateUserAttributeInput{AttributeKey: "email", Value: address}
	many := auth.UpdateUserAttributesInput{UserAttributes: map[string]string{"email": address}}
	pool.Fail(authtest.Fault{
		Operation: "UpdateUserAttributes", Code: "InvalidParameterException",
		Message: "1 validation error detected: Value '" + address + "' at 'userAttributes.1.member.value' failed to satisfy constraint: x",
	})
	updated, err := session.UpdateUserAttribute(ctx, one)
	c.hear(one)
	c.hear(updated)
	c.hear(err)
	all, err := session.UpdateUserAttributes(ctx, many)
	c.hear(many)
	c.hear(all)
	c.hear(err)
	code := c.guard("attribute code", pool.LastCode("alice"))
	for _, code := range []string{wrongCode(code), code, code} {
		in := auth.ConfirmUserAttributeInput{UserAttributeKey: "email", ConfirmationCode: code}
		c.hear(in)
		c.hear(session.ConfirmUserAttribute(ctx, in))
	}
	_, err = session.FetchUserAttributes(ctx)
	c.hear(err)
	sent, err := session.SendUserAttributeVerificationCode(ctx, auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: "email"})
	c.hear(sent)
	c.hear(err)
	c.guard("resent attribute code", pool.LastCode("alice"))
}
