package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// tokenVerb is a verb that sends the access token, and the operation that it sends it with.
type tokenVerb struct {
	operation string
	call      func(context.Context, *auth.Session) error
}

// tokenVerbs are those of packages auth, mfa, device and passkey, and Call.
func tokenVerbs() map[string]tokenVerb {
	name := map[string]string{"name": "Alice"}
	credential := json.RawMessage(`{"id":"eA","rawId":"eA","type":"public-key",` +
		`"response":{"clientDataJSON":"eA","attestationObject":"eA"}}`)
	return map[string]tokenVerb{
		"FetchUserAttributes": {"GetUser", func(ctx context.Context, s *auth.Session) error {
			return errOf(s.FetchUserAttributes(ctx))
		}},
		"UpdateUserAttribute": {"UpdateUserAttributes", func(ctx context.Context, s *auth.Session) error {
			in := auth.UpdateUserAttributeInput{AttributeKey: "name", Value: "Alice"}
			return errOf(s.UpdateUserAttribute(ctx, in))
		}},
		"UpdateUserAttributes": {"UpdateUserAttributes", func(ctx context.Context, s *auth.Session) error {
			return errOf(s.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{UserAttributes: name}))
		}},
		"DeleteUserAttributes": {"DeleteUserAttributes", func(ctx context.Context, s *auth.Session) error {
			return s.DeleteUserAttributes(ctx, auth.DeleteUserAttributesInput{UserAttributeKeys: []string{"name"}})
		}},
		"SendUserAttributeVerificationCode": {
			"GetUserAttributeVerificationCode", func(ctx context.Context, s *auth.Session) error {
				in := auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: "email"}
				return errOf(s.SendUserAttributeVerificationCode(ctx, in))
			},
		},
		"ConfirmUserAttribute": {"VerifyUserAttribute", func(ctx context.Context, s *auth.Session) error {
			in := auth.ConfirmUserAttributeInput{UserAttributeKey: "email", ConfirmationCode: "123456"}
			return s.ConfirmUserAttribute(ctx, in)
		}},
		"UpdatePassword": {"ChangePassword", func(ctx context.Context, s *auth.Session) error {
			return s.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: password, NewPassword: "Another-Horse-8"})
		}},
		"DeleteUser": {"DeleteUser", func(ctx context.Context, s *auth.Session) error { return s.DeleteUser(ctx) }},
		"SetUpTOTP": {"AssociateSoftwareToken", func(ctx context.Context, s *auth.Session) error {
			return errOf(mfa.SetUpTOTP(ctx, s))
		}},
		"VerifyTOTPSetup": {"VerifySoftwareToken", func(ctx context.Context, s *auth.Session) error {
			return mfa.VerifyTOTPSetup(ctx, s, mfa.VerifyTOTPSetupInput{Code: "123456"})
		}},
		"FetchMFAPreference": {"GetUser", func(ctx context.Context, s *auth.Session) error {
			return errOf(mfa.FetchMFAPreference(ctx, s))
		}},
		"UpdateMFAPreference": {"SetUserMFAPreference", func(ctx context.Context, s *auth.Session) error {
			return mfa.UpdateMFAPreference(ctx, s, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Disabled})
		}},
		"FetchDevices": {"ListDevices", func(ctx context.Context, s *auth.Session) error {
			return errOf(device.FetchDevices(ctx, s))
		}},
		"RememberDevice": {"UpdateDeviceStatus", device.RememberDevice},
		"ForgetDevice": {"ForgetDevice", func(ctx context.Context, s *auth.Session) error {
			return device.ForgetDevice(ctx, s, device.ForgetDeviceInput{})
		}},
		"StartAssociateWebAuthnCredential": {
			"StartWebAuthnRegistration", func(ctx context.Context, s *auth.Session) error {
				return errOf(passkey.StartAssociateWebAuthnCredential(ctx, s))
			},
		},
		"CompleteAssociateWebAuthnCredential": {
			"CompleteWebAuthnRegistration", func(ctx context.Context, s *auth.Session) error {
				return passkey.CompleteAssociateWebAuthnCredential(ctx, s, credential)
			},
		},
		"ListWebAuthnCredentials": {"ListWebAuthnCredentials", func(ctx context.Context, s *auth.Session) error {
			return errOf(passkey.ListWebAuthnCredentials(ctx, s, passkey.ListWebAuthnCredentialsInput{}))
		}},
		"ListWebAuthnCredentials, all pages": {"ListWebAuthnCredentials", func(ctx context.Context, s *auth.Session) error {
			for _, err := range passkey.WebAuthnCredentials(ctx, s) {
				return err
			}
			return nil
		}},
		"DeleteWebAuthnCredential": {"DeleteWebAuthnCredential", func(ctx context.Context, s *auth.Session) error {
			return passkey.DeleteWebAuthnCredential(ctx, s, passkey.DeleteWebAuthnCredentialInput{CredentialID: "x"})
		}},
		"Call": {"GetUserAuthFactors", func(ctx context.Context, s *auth.Session) error {
			return s.Call(ctx, "Call", func(
				ctx context.Context, api *cognitoidentityprovider.Client, accessToken string,
			) error {
				in := &cognitoidentityprovider.GetUserAuthFactorsInput{AccessToken: &accessToken}
				_, err := api.GetUserAuthFactors(ctx, in)
				return err
			})
		}},
	}
}

// refusal is an answer of Cognito. Final ones end a session.
type refusal struct {
	operation     string // empty: that of the verb
	code, message string
	final         bool
}

const notAuthorized = "NotAuthorizedException"

// refusals are all that end a session, and others with the same codes.
func refusals() map[string]refusal {
	return map[string]refusal{
		"signed out everywhere":       {code: notAuthorized, message: "Access Token has been revoked", final: true},
		"disabled":                    {code: notAuthorized, message: "User is disabled.", final: true},
		"deleted":                     {code: "UserNotFoundException", message: "User does not exist.", final: true},
		"must set a new password":     {code: "PasswordResetRequiredException", message: "Password reset required", final: true},
		"no longer confirmed":         {code: "UserNotConfirmedException", message: "User is not confirmed.", final: true},
		"a wrong password":            {code: notAuthorized, message: "Incorrect username or password."},
		"a scope is missing":          {code: notAuthorized, message: "Access Token does not have required scopes"},
		"a token that is none":        {code: notAuthorized, message: "Invalid Access Token"},
		"somebody else was not found": {code: "UserNotFoundException", message: "Username/client id combination not found."},
		"a bad request":               {code: "InvalidParameterException", message: "x"},

		"refresh revoked":         {refreshOperation, notAuthorized, "Refresh Token has been revoked", true},
		"refresh expired":         {refreshOperation, notAuthorized, "Refresh Token has expired", true},
		"refresh unknown":         {refreshOperation, notAuthorized, "Invalid Refresh Token", true},
		"refresh disabled":        {refreshOperation, notAuthorized, "User is disabled.", true},
		"refresh deleted":         {refreshOperation, "UserNotFoundException", "User does not exist.", true},
		"refresh new password":    {refreshOperation, "PasswordResetRequiredException", "Password reset required", true},
		"refresh not confirmed":   {refreshOperation, "UserNotConfirmedException", "User is not confirmed.", true},
		"refresh used twice":      {refreshOperation, "RefreshTokenReuseException", "Refresh token reuse detected", true},
		"refresh, wrong secret":   {refreshOperation, notAuthorized, "Client secret mismatch", false},
		"refresh, client gone":    {refreshOperation, "ResourceNotFoundException", "User pool client x does not exist.", false},
		"refresh, trigger failed": {refreshOperation, "UserLambdaValidationException", "x", false},
	}
}

// TestEveryVerbSaysAtOnceThatTheSessionIsOver has Cognito refuse the request of every verb for
// every reason. Those that are final end the session, the others leave it.
func TestEveryVerbSaysAtOnceThatTheSessionIsOver(t *testing.T) {
	t.Parallel()
	for name, v := range tokenVerbs() {
		verb, _, _ := strings.Cut(name, ",")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for reason, refused := range refusals() {
				t.Run(reason, func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { checkVerb(t, verb, v, refused) })
				})
			}
		})
	}
}

func checkVerb(t *testing.T, verb string, v tokenVerb, refused refusal) {
	t.Helper()
	pool := newPool(t, authtest.Config{
		NoListener: true, MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesAlways,
		ExplicitAuthFlows: []string{"ALLOW_USER_PASSWORD_AUTH"},
	}, alice(func(u *authtest.User) { u.TOTPSecret = "" }))
	cfg := configFor(pool)
	var events []auth.Event
	cfg.OnEvent = func(_ context.Context, e auth.Event) { events = append(events, e) }
	session := newClient(t, cfg).Session("test")
	signIn := func() error {
		return errOf(session.SignIn(t.Context(), auth.SignInInput{
			Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
		}))
	}
	require.NoError(t, signIn())
	if refused.operation != "" { // of a refresh
		time.Sleep(2 * time.Hour)
	}
	checkRefusal(t, pool, session, verb, v, refused)
	checkEnd(t, events, verb, v, refused)
	if refused.final {
		require.NoError(t, signIn(), "a session that is over is in nobody's way")
	}
}

// alreadyDeleted reports whether the refusal is what the verb was to bring about.
func (r refusal) alreadyDeleted(v tokenVerb) bool {
	return v.operation == "DeleteUser" && r.code == "UserNotFoundException"
}

func checkRefusal(
	t *testing.T, pool *authtest.Pool, session *auth.Session, verb string, v tokenVerb, refused refusal,
) {
	t.Helper()
	operation := refused.operation
	if operation == "" {
		operation = v.operation
	}
	pool.Fail(authtest.Fault{Operation: operation, Code: refused.code, Message: refused.message})
	err := v.call(t.Context(), session)
	if refused.alreadyDeleted(v) {
		require.NoError(t, err)
		assert.Equal(t, auth.StateSignedOut, stateOf(t, session))
		return
	}
	require.ErrorIs(t, err, auth.ErrorCode(refused.code))
	var e *auth.Error
	require.ErrorAs(t, err, &e)
	assert.Equal(t, verb, e.Op)
	assert.Equal(t, refused.final, e.Is(auth.ErrSessionExpired))
	if !refused.final {
		assert.Equal(t, auth.StateSignedIn, stateOf(t, session))
		return
	}
	assert.Equal(t, auth.ErrSessionExpired, e.Code)
	assert.Contains(t, e.Recovery, "SignIn")
	assert.False(t, auth.Retryable(err))
	assert.Equal(t, auth.StateExpired, stateOf(t, session))
	_, err = session.CurrentUser(t.Context())
	require.ErrorIs(t, err, auth.ErrSessionExpired)
	pool.ResetRequests()
	require.ErrorIs(t, v.call(t.Context(), session), auth.ErrSessionExpired)
	assert.Empty(t, pool.Requests(), "nothing is sent for a session that is over")
}

func checkEnd(t *testing.T, events []auth.Event, verb string, v tokenVerb, refused refusal) {
	t.Helper()
	var over []auth.Event
	for _, e := range events {
		if e.Name == auth.EventSessionExpired {
			over = append(over, e)
		}
	}
	if refused.alreadyDeleted(v) {
		return // SignOut's event may be the only one
	}
	if !refused.final {
		assert.Empty(t, over)
		return
	}
	require.Len(t, over, 1)
	require.ErrorIs(t, over[0].Err, auth.ErrorCode(refused.code))
	require.ErrorContains(t, over[0].Err, verb)
}

// TestRefusalAfterTheSessionHasEnded: somebody has signed out, or another call has found the end,
// while the request was under way.
func TestRefusalAfterTheSessionHasEnded(t *testing.T) {
	t.Parallel()
	ends := map[string]struct {
		end  func(*testing.T, *authtest.Pool, *auth.Session)
		want auth.ErrorCode
	}{
		"signed out": {func(t *testing.T, _ *authtest.Pool, s *auth.Session) {
			t.Helper()
			require.NoError(t, errOf(s.SignOut(t.Context(), auth.SignOutInput{})))
		}, auth.ErrUserUnAuthenticated},
		"found over": {func(t *testing.T, pool *authtest.Pool, s *auth.Session) {
			t.Helper()
			_, err := administrator(pool).AdminUserGlobalSignOut(t.Context(), &cognitoidentityprovider.AdminUserGlobalSignOutInput{
				UserPoolId: &pool.UserPoolID, Username: aws.String("alice"),
			})
			require.NoError(t, err)
			require.ErrorIs(t, forceRefresh(t.Context(), t, pool, s), auth.ErrSessionExpired)
		}, auth.ErrSessionExpired},
	}
	for name, tt := range ends {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{}, alice())
			session, _ := signedInWithStore(t, pool)
			release := pool.Hold("GetUser")
			done := make(chan error, 1)
			go func() { done <- errOf(session.FetchUserAttributes(context.Background())) }()
			require.Eventually(t, func() bool { return count(pool, "GetUser") == 1 }, time.Minute, time.Millisecond)
			tt.end(t, pool, session)
			release()
			err := <-done
			require.ErrorIs(t, err, tt.want)
			require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
			assert.Equal(t, tt.want == auth.ErrSessionExpired, errors.Is(err, auth.ErrNotAuthorized),
				"what ended the session is Cognito's answer")
		})
	}
}

// TestAccessTokenRefusedAsExpiredIsRenewed: this machine's clock takes it for a good one.
func TestAccessTokenRefusedAsExpiredIsRenewed(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]string{"good": "", "failed": "TooManyRequestsException"} {
		t.Run("the renewal has "+name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{}, alice())
			session, _ := signedInWithStore(t, pool)
			pool.Fail(authtest.Fault{
				Operation: "GetUser", Code: "NotAuthorizedException", Message: "Access Token has expired",
			})
			if code != "" {
				pool.Fail(authtest.Fault{Operation: refreshOperation, Code: code, Message: "x"})
			}
			attributes, err := session.FetchUserAttributes(t.Context())
			assert.Equal(t, 1, count(pool, refreshOperation))
			if code != "" {
				require.ErrorIs(t, err, auth.ErrorCode(code), "the reason why it was not sent again")
				assert.Equal(t, 1, count(pool, "GetUser"))
				assert.Equal(t, auth.StateSignedIn, stateOf(t, session))
				return
			}
			require.NoError(t, err)
			assert.Equal(t, 2, count(pool, "GetUser"))
			assert.Equal(t, "alice@example.com", attributes["email"])
		})
	}
}

// TestEndThatCannotBeStoredIsReported with the failure of the Store.
func TestEndThatCannotBeStoredIsReported(t *testing.T) {
	t.Parallel()
	pool := newPool(t, authtest.Config{}, alice())
	store := &refusingStore{}
	session, _ := signedInWithStore(t, pool, func(cfg *auth.Config) { cfg.Store = store })
	store.refuse.Store(true)
	pool.Fail(authtest.Fault{
		Operation: "GetUser", Code: "NotAuthorizedException", Message: "Access Token has been revoked",
	})
	_, err := session.FetchUserAttributes(t.Context())
	require.ErrorIs(t, err, auth.ErrSessionExpired)
	require.ErrorIs(t, err, auth.ErrNotAuthorized, "Cognito's own answer")
	require.ErrorIs(t, err, errBroken)
}
