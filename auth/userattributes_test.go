package auth_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const newEmail = "new@example.com"

// awaiting is the output for an e-mail address whose code is awaited.
func awaiting(destination string) auth.UpdateUserAttributeOutput {
	return auth.UpdateUserAttributeOutput{
		NextStep: auth.ConfirmAttributeWithCode{CodeDeliveryDetails: auth.CodeDeliveryDetails{
			DeliveryMedium: "EMAIL", Destination: destination, AttributeName: "email",
		}},
	}
}

func TestUserAttributes(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{CustomAttributes: []string{"custom:tier"}}, alice())
	session, _ := signedInWithStore(t, pool)
	ctx := context.Background()
	fetch := func() map[string]string {
		attributes, err := session.FetchUserAttributes(ctx)
		require.NoError(t, err)
		return attributes
	}
	before := fetch()
	assert.Equal(t, "alice@example.com", before["email"])
	assert.Equal(t, "true", before["email_verified"])
	assert.NotEmpty(t, before["sub"])

	out, err := session.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{
		UserAttributes: map[string]string{"email": newEmail, "name": "Alice", "custom:tier": "gold"},
		ClientMetadata: map[string]string{"page": "7"},
	})
	require.NoError(t, err)
	done := auth.UpdateUserAttributeOutput{IsUpdated: true, NextStep: auth.DoneAttributeUpdateStep{}}
	assert.Equal(t,
		map[string]auth.UpdateUserAttributeOutput{"email": awaiting("n***@e***"), "name": done, "custom:tier": done},
		out)
	assert.Equal(t, newEmail, fetch()["email"])
	assert.Equal(t, "false", fetch()["email_verified"])

	confirm := auth.ConfirmUserAttributeInput{
		UserAttributeKey: "email", ConfirmationCode: wrongCode(pool.LastCode("alice")),
	}
	require.ErrorIs(t, session.ConfirmUserAttribute(ctx, confirm), auth.ErrCodeMismatch)
	sent, err := session.SendUserAttributeVerificationCode(ctx,
		auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: "email"})
	require.NoError(t, err)
	assert.Equal(t, auth.CodeDeliveryDetails{DeliveryMedium: "EMAIL", Destination: "n***@e***", AttributeName: "email"},
		sent)
	confirm.ConfirmationCode = pool.LastCode("alice")
	require.NoError(t, session.ConfirmUserAttribute(ctx, confirm))
	assert.Equal(t, "true", fetch()["email_verified"])

	one, err := session.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{AttributeKey: "name", Value: "Al"})
	require.NoError(t, err)
	assert.Equal(t, done, one)
	none, err := session.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{})
	require.NoError(t, err)
	assert.Empty(t, none)
	require.NoError(
		t,
		session.DeleteUserAttributes(ctx,
			auth.DeleteUserAttributesInput{UserAttributeKeys: []string{"name", "nickname"}}),
	)
	assert.NotContains(t, fetch(), "name")
}

func TestUpdateThatWaitsForTheCode(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{AttributesRequireVerificationBeforeUpdate: []string{"email"}}, alice())
	session, _ := signedInWithStore(t, pool)
	ctx := context.Background()
	update := func() {
		out, err := session.UpdateUserAttribute(ctx,
			auth.UpdateUserAttributeInput{AttributeKey: "email", Value: newEmail})
		require.NoError(t, err)
		assert.Equal(t, awaiting("n***@e***"), out)
	}
	update()
	attributes, err := session.FetchUserAttributes(ctx)
	require.NoError(t, err)
	assert.Equal(t, "alice@example.com", attributes["email"])
	sent, err := session.SendUserAttributeVerificationCode(ctx,
		auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: "email"})
	require.NoError(t, err)
	assert.Equal(t, "a***@e***", sent.Destination, "the code is sent to the old address")
	update()
	require.NoError(t, session.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{
		UserAttributeKey: "email", ConfirmationCode: pool.LastCode("alice"),
	}))
	attributes, err = session.FetchUserAttributes(ctx)
	require.NoError(t, err)
	assert.Equal(t, newEmail, attributes["email"])
}

func TestUserAttributeRefusals(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{UsernameAttributes: []string{"email"}},
		alice(func(u *authtest.User) { u.Username = "alice@example.com" }),
		authtest.User{Username: "bob@example.com", Password: password})
	session := newSession(t, pool)
	ctx := context.Background()
	_, err := session.FetchUserAttributes(ctx)
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	_, err = session.SignIn(ctx, auth.SignInInput{Username: "alice@example.com", Password: password})
	require.NoError(t, err)

	for name, want := range map[string]struct {
		value string
		code  auth.ErrorCode
	}{
		"email":          {"bob@example.com", auth.ErrAliasExists},
		"email_verified": {"true", auth.ErrNotAuthorized},
		"phone_number":   {"555", auth.ErrInvalidParameter},
	} {
		_, err := session.UpdateUserAttribute(ctx, auth.UpdateUserAttributeInput{AttributeKey: name, Value: want.value})
		require.ErrorIs(t, err, want.code, name)
	}
	remove := func(names ...string) error {
		return session.DeleteUserAttributes(ctx, auth.DeleteUserAttributesInput{UserAttributeKeys: names})
	}
	require.ErrorIs(t, remove("email"), auth.ErrInvalidParameter)
	require.ErrorIs(t, remove(), auth.ErrInvalidParameter)
	require.ErrorIs(t, session.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{UserAttributeKey: "email"}),
		auth.ErrEmptyConfirmUserAttributeCode)
	require.ErrorIs(t, session.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{
		UserAttributeKey: "email", ConfirmationCode: "123456",
	}), auth.ErrExpiredCode)
	_, err = session.SendUserAttributeVerificationCode(ctx,
		auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: "name"})
	require.ErrorIs(t, err, auth.ErrInvalidParameter)
}

func TestAttributeAnswersWithoutNamesAreDropped(t *testing.T) {
	t.Parallel()
	server := newScript(t,
		fmt.Sprintf(`{"AuthenticationResult":{"AccessToken":%q}}`, unsignedToken()),
		`{"UserAttributes":[{"Value":"x"},{"Name":"name","Value":"Alice"},{"Name":"email"}],"Username":"alice"}`,
		`{"CodeDeliveryDetailsList":[{"DeliveryMedium":"SMS"}]}`)
	session := newClient(t, server.config()).Session("test")
	_, err := session.SignIn(context.Background(), auth.SignInInput{
		Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
	})
	require.NoError(t, err)
	attributes, err := session.FetchUserAttributes(context.Background())
	require.NoError(t, err)
	assert.Equal(t, map[string]string{"name": "Alice", "email": ""}, attributes)
	out, err := session.UpdateUserAttributes(context.Background(), auth.UpdateUserAttributesInput{})
	require.NoError(t, err)
	assert.Empty(t, out)
	assert.Equal(t, []any{}, server.requests[2]["UserAttributes"])
}

func TestUpdateOutputsMarshalToAmplifysJSON(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(map[string]auth.UpdateUserAttributeOutput{
		"email": awaiting("a***@e***"), "name": {IsUpdated: true, NextStep: auth.DoneAttributeUpdateStep{}},
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"email": {"isUpdated":false,"nextStep":{"updateAttributeStep":"CONFIRM_ATTRIBUTE_WITH_CODE",
		  "codeDeliveryDetails":{"deliveryMedium":"EMAIL","destination":"a***@e***","attributeName":"email"}}},
		"name": {"isUpdated":true,"nextStep":{"updateAttributeStep":"DONE"}}
	}`, string(got))
}
