package authtest_test

import (
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// seen collects the events of a trigger.
type seen[E any] struct {
	mu     sync.Mutex
	events []E
}

func (s *seen[E]) add(e *E) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.events = append(s.events, *e)
	return nil
}

// take returns the events so far and clears them.
func (s *seen[E]) take() []E {
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := s.events
	s.events = nil
	return taken
}

// tagged makes a call with ClientMetadata.
func (f *fixture) tagged(operation, tag string, body object) reply {
	f.t.Helper()
	body["ClientMetadata"] = object{"tag": tag}
	return f.call(operation, body)
}

func tag(name string) map[string]string { return map[string]string{"tag": name} }

func TestEventEncodesAsLambdaInput(t *testing.T) {
	t.Parallel()
	raw, err := json.Marshal(authtest.PreSignUpEvent{
		Version:  "1",
		UserName: "alice",
		Request:  authtest.PreSignUpRequest{UserAttributes: map[string]string{"email": email}},
	})
	require.NoError(t, err)
	assert.JSONEq(t, `{
		"version": "1", "triggerSource": "", "region": "", "userPoolId": "", "userName": "alice",
		"callerContext": {"awsSdkVersion": "", "clientId": ""},
		"request": {"userAttributes": {"email": "alice@example.com"}},
		"response": {"autoConfirmUser": false, "autoVerifyEmail": false, "autoVerifyPhone": false}
	}`, string(raw))
}

// Each operation passes its ClientMetadata to some of its triggers and not to others.
func TestMetadataReachesTheDocumentedTriggers(t *testing.T) {
	t.Parallel()
	var pre seen[authtest.PreAuthenticationEvent]
	var post seen[authtest.PostAuthenticationEvent]
	var tokens seen[authtest.PreTokenGenerationEvent]
	var messages seen[authtest.CustomMessageEvent]
	u := alice()
	u.MFA = []string{mail}
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, Email: true, Triggers: authtest.Triggers{
		PreAuthentication:  pre.add,
		PostAuthentication: post.add,
		PreTokenGeneration: tokens.add,
		CustomMessage:      messages.add,
	}}, u)
	_, session := f.tagged("InitiateAuth", "initiate", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": "alice", "PASSWORD": password},
	}).challenge(mail)
	began := pre.take()
	require.Len(t, began, 1)
	assert.Equal(t, tag("initiate"), began[0].Request.ValidationData)
	assert.Equal(t, "CONFIRMED", began[0].Request.UserAttributes["cognito:user_status"])
	assert.False(t, began[0].Request.UserNotFound)
	sent := messages.take()
	require.Len(t, sent, 1)
	assert.Equal(t, "CustomMessage_Authentication", sent[0].TriggerSource)
	assert.Empty(t, sent[0].Request.ClientMetadata)
	assert.Empty(t, post.take())

	result := f.tagged("RespondToAuthChallenge", "respond", object{
		"ChallengeName": mail, "ClientId": f.ClientID, "Session": session,
		"ChallengeResponses": object{"USERNAME": "alice", "EMAIL_OTP_CODE": f.LastCode("alice")},
	}).tokens()
	ended, made := post.take(), tokens.take()
	require.Len(t, ended, 1)
	assert.Equal(t, "PostAuthentication_Authentication", ended[0].TriggerSource)
	assert.Equal(t, tag("respond"), ended[0].Request.ClientMetadata)
	assert.False(t, ended[0].Request.NewDeviceUsed)
	require.Len(t, made, 1)
	assert.Equal(t, "TokenGeneration_Authentication", made[0].TriggerSource)
	assert.Equal(t, tag("respond"), made[0].Request.ClientMetadata)
	assert.Empty(t, pre.take())

	f.tagged("GetTokensFromRefreshToken", "refresh", object{
		"ClientId": f.ClientID, "RefreshToken": result["RefreshToken"],
	}).ok()
	made = tokens.take()
	require.Len(t, made, 1)
	assert.Equal(t, "TokenGeneration_RefreshTokens", made[0].TriggerSource)
	assert.Equal(t, tag("refresh"), made[0].Request.ClientMetadata)
	assert.Empty(t, post.take())
	f.unviolated()
}

// A sign-in in a single call passes its metadata to no trigger that runs after the password.
func TestMetadataOfASingleCallSignIn(t *testing.T) {
	t.Parallel()
	var post seen[authtest.PostAuthenticationEvent]
	f := start(t, authtest.Config{
		Devices: authtest.DevicesAlways, Triggers: authtest.Triggers{PostAuthentication: post.add},
	}, alice())
	f.tagged("InitiateAuth", "initiate", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": f.ClientID,
		"AuthParameters": object{"USERNAME": "alice", "PASSWORD": password},
	}).tokens()
	ended := post.take()
	require.Len(t, ended, 1)
	assert.Empty(t, ended[0].Request.ClientMetadata)
	assert.True(t, ended[0].Request.NewDeviceUsed)
}

func TestTokenGenerationSources(t *testing.T) {
	t.Parallel()
	var tokens seen[authtest.PreTokenGenerationEvent]
	source := func() string { return tokens.take()[0].TriggerSource }
	u := alice()
	u.TemporaryPassword = true
	f := start(t, authtest.Config{
		Devices: authtest.DevicesAlways, Triggers: authtest.Triggers{PreTokenGeneration: tokens.add},
	}, u)
	_, session := f.signIn("alice", password).challenge("NEW_PASSWORD_REQUIRED")
	result := f.respond("NEW_PASSWORD_REQUIRED", session, object{"USERNAME": "alice", "NEW_PASSWORD": password}).
		tokens()
	assert.Equal(t, "TokenGeneration_NewPasswordChallenge", source())
	d := f.confirmDevice(result, "phone")
	_, session = f.signInOn(d).challenge("DEVICE_SRP_AUTH")
	f.proveDevice(d, session).tokens()
	assert.Equal(t, "TokenGeneration_AuthenticateDevice", source())
}

func TestTriggerErrorFailsTheCall(t *testing.T) {
	t.Parallel()
	no := errors.New("not today")
	refused := func(trigger string) string { return trigger + " failed with error not today." }
	signUp := func(f *fixture) reply { return f.signUp("bob", password, "email", "bob@example.com") }
	signIn := func(f *fixture) reply { return f.signIn("alice", password) }
	for trigger, test := range map[string]struct {
		triggers authtest.Triggers
		call     func(*fixture) reply
	}{
		"PreSignUp": {
			authtest.Triggers{PreSignUp: func(*authtest.PreSignUpEvent) error { return no }}, signUp,
		},
		"CustomMessage": {
			authtest.Triggers{CustomMessage: func(*authtest.CustomMessageEvent) error { return no }}, signUp,
		},
		"PreAuthentication": {
			authtest.Triggers{PreAuthentication: func(*authtest.PreAuthenticationEvent) error { return no }}, signIn,
		},
		"PostAuthentication": {
			authtest.Triggers{PostAuthentication: func(*authtest.PostAuthenticationEvent) error { return no }}, signIn,
		},
		"PreTokenGeneration": {
			authtest.Triggers{PreTokenGeneration: func(*authtest.PreTokenGenerationEvent) error { return no }}, signIn,
		},
		"UserMigration": {
			authtest.Triggers{UserMigration: func(*authtest.UserMigrationEvent) error { return no }},
			func(f *fixture) reply { return f.signIn("nobody", password) },
		},
		"PostConfirmation": {
			authtest.Triggers{PostConfirmation: func(*authtest.PostConfirmationEvent) error { return no }},
			func(f *fixture) reply {
				signUp(f).ok()
				return f.confirm("bob", f.LastCode("bob"))
			},
		},
	} {
		t.Run(trigger, func(t *testing.T) {
			t.Parallel()
			f := start(t, authtest.Config{Triggers: test.triggers}, alice())
			test.call(f).fails("UserLambdaValidationException", refused(trigger))
			f.unviolated()
		})
	}
}

// A trigger that fails after the proof does not use the session up.
func TestTriggerFailureKeepsTheSession(t *testing.T) {
	t.Parallel()
	failing := true
	u := alice()
	u.TOTPSecret, u.MFA = secret, []string{totp}
	f := start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Triggers: authtest.Triggers{
		PostAuthentication: func(*authtest.PostAuthenticationEvent) error {
			if failing {
				return errors.New("not yet")
			}
			return nil
		},
	}}, u)
	_, session := f.signIn("alice", password).challenge(totp)
	f.answerTOTP(session, "alice", f.totp(secret)).failsWith("UserLambdaValidationException")
	failing = false
	f.answerTOTP(session, "alice", f.nextTOTP(secret)).tokens()
}

// Triggers run without the pool's lock and may call the pool. Meanwhile the session accepts no
// second answer.
func TestTriggerMayCallThePool(t *testing.T) {
	t.Parallel()
	var f *fixture
	var again reply
	var session string
	u := alice()
	u.TOTPSecret, u.MFA = secret, []string{totp}
	f = start(t, authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Triggers: authtest.Triggers{
		PostAuthentication: func(e *authtest.PostAuthenticationEvent) error {
			f.Advance(time.Second)
			f.admin("AdminUpdateUserAttributes", object{
				"Username": e.UserName, "UserAttributes": []object{{"Name": "nickname", "Value": "Al"}},
			}).ok()
			again = f.answerTOTP(session, "alice", "000000")
			return nil
		},
	}}, u)
	_, session = f.signIn("alice", password).challenge(totp)
	result := f.answerTOTP(session, "alice", f.totp(secret)).tokens()
	assert.Equal(t, "Al", f.claims(result).id["nickname"])
	again.fails("NotAuthorizedException", usedSession)
}

func TestPreAuthenticationOfUnknownUsers(t *testing.T) {
	t.Parallel()
	var pre seen[authtest.PreAuthenticationEvent]
	cfg := authtest.Config{Triggers: authtest.Triggers{PreAuthentication: pre.add}}
	start(t, cfg).signIn("nobody", password).failsWith("UserNotFoundException")
	assert.Empty(t, pre.take())
	cfg.PreventUserExistenceErrors = true
	start(t, cfg).signIn("nobody", password).failsWith("NotAuthorizedException")
	began := pre.take()
	require.Len(t, began, 1)
	assert.True(t, began[0].Request.UserNotFound)
	assert.Empty(t, began[0].Request.UserAttributes)
}
