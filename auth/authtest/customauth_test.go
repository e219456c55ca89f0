package authtest_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// customChallenge is a challenge with one right answer and three attempts. It records the events of
// its triggers.
type customChallenge struct {
	mu      sync.Mutex
	defined []authtest.DefineAuthChallengeEvent
	created []authtest.CreateAuthChallengeEvent
	judged  []authtest.VerifyAuthChallengeEvent
}

func (r *customChallenge) define(e *authtest.DefineAuthChallengeEvent) error {
	last, tries := authtest.ChallengeResult{}, 0
	for _, last = range e.Request.Session {
		if last.ChallengeName == "CUSTOM_CHALLENGE" {
			tries++
		}
	}
	switch {
	case last.ChallengeName == "SRP_A":
		e.Response.ChallengeName = "PASSWORD_VERIFIER"
	case last.ChallengeName == "CUSTOM_CHALLENGE" && last.ChallengeResult:
		e.Response.IssueTokens = true
	case tries == 3:
		e.Response.FailAuthentication = true
	default:
		e.Response.ChallengeName = "CUSTOM_CHALLENGE"
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.defined = append(r.defined, *e)
	return nil
}

func (r *customChallenge) create(e *authtest.CreateAuthChallengeEvent) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.created = append(r.created, *e)
	e.Response.PublicChallengeParameters = map[string]string{"customChallenge": "what?"}
	e.Response.PrivateChallengeParameters = map[string]string{"answer": "that"}
	e.Response.ChallengeMetadata = "RIDDLE"
	return nil
}

func (r *customChallenge) judge(e *authtest.VerifyAuthChallengeEvent) error {
	e.Response.AnswerCorrect = e.Request.ChallengeAnswer == e.Request.PrivateChallengeParameters["answer"]
	r.mu.Lock()
	defer r.mu.Unlock()
	r.judged = append(r.judged, *e)
	return nil
}

// asking returns the Config of a pool whose client allows CUSTOM_AUTH.
func (r *customChallenge) asking() authtest.Config {
	return authtest.Config{
		ExplicitAuthFlows: []string{"ALLOW_CUSTOM_AUTH", "ALLOW_USER_PASSWORD_AUTH"},
		Triggers: authtest.Triggers{
			DefineAuthChallenge: r.define, CreateAuthChallenge: r.create, VerifyAuthChallenge: r.judge,
		},
	}
}

// custom begins CUSTOM_AUTH. The parameters alternate between names and values.
func (f *fixture) custom(username string, parameters ...string) reply {
	f.t.Helper()
	all := object{"USERNAME": username}
	for i := 0; i < len(parameters); i += 2 {
		all[parameters[i]] = parameters[i+1]
	}
	return f.call("InitiateAuth", object{
		"AuthFlow":       "CUSTOM_AUTH",
		"ClientId":       f.ClientID,
		"AuthParameters": all,
		"ClientMetadata": object{"from": "initiate"},
	})
}

// customSRP begins CUSTOM_AUTH with an SRP proof of the password.
func (f *fixture) customSRP(c srpClient, username string) reply {
	f.t.Helper()
	return f.custom(username, "CHALLENGE_NAME", "SRP_A", "SRP_A", c.public.Text(16))
}

// answer answers CUSTOM_CHALLENGE.
func (f *fixture) answer(session, username, answer string) reply {
	f.t.Helper()
	return f.call("RespondToAuthChallenge", object{
		"ChallengeName": "CUSTOM_CHALLENGE",
		"ClientId":      f.ClientID,
		"Session":       session,
		"ChallengeResponses": object{
			"USERNAME": username,
			"ANSWER":   answer,
		},
		"ClientMetadata": object{"from": "respond"},
	})
}

func TestCustomAuth(t *testing.T) {
	t.Parallel()
	r := &customChallenge{}
	f := start(t, r.asking(), alice())
	parameters, first := f.custom("alice").challenge("CUSTOM_CHALLENGE")
	assert.Equal(t, object{"customChallenge": "what?", "USERNAME": "alice"}, parameters)
	_, second := f.answer(first, "alice", "this").challenge("CUSTOM_CHALLENGE")
	f.answer(first, "alice", "that").fails("NotAuthorizedException", usedSession)
	f.answer(second, "alice", "that").tokens()
	f.answer(second, "alice", "that").fails("NotAuthorizedException", usedSession)

	require.Len(t, r.defined, 3)
	begun, ended := r.defined[0], r.defined[2]
	assert.Equal(t, "DefineAuthChallenge_Authentication", begun.TriggerSource)
	assert.Equal(t, "alice", begun.UserName)
	assert.Equal(t, f.UserPoolID, begun.UserPoolID)
	assert.Equal(t, "us-east-1", begun.Region)
	assert.Equal(t, f.ClientID, begun.CallerContext.ClientID)
	assert.Equal(t, email, begun.Request.UserAttributes["email"])
	assert.Empty(t, begun.Request.Session)
	assert.Empty(t, begun.Request.ClientMetadata, "InitiateAuth's metadata does not reach this trigger")
	assert.Equal(t, []authtest.ChallengeResult{
		{ChallengeName: "CUSTOM_CHALLENGE", ChallengeMetadata: "RIDDLE"},
		{ChallengeName: "CUSTOM_CHALLENGE", ChallengeResult: true, ChallengeMetadata: "RIDDLE"},
	}, ended.Request.Session)
	assert.Equal(t, map[string]string{"from": "respond"}, ended.Request.ClientMetadata)
	require.Len(t, r.created, 2)
	assert.Equal(t, "CUSTOM_CHALLENGE", r.created[1].Request.ChallengeName)
	assert.Len(t, r.created[1].Request.Session, 1)
	assert.Equal(t, map[string]string{"from": "respond"}, r.created[1].Request.ClientMetadata)
	require.Len(t, r.judged, 2)
	assert.Equal(t, map[string]string{"from": "respond"}, r.judged[0].Request.ClientMetadata)
	f.unviolated()
}

func TestCustomAuthEndsAfterThreeWrongAnswers(t *testing.T) {
	t.Parallel()
	f := start(t, (&customChallenge{}).asking(), alice())
	_, session := f.custom("alice").challenge("CUSTOM_CHALLENGE")
	for range 2 {
		_, session = f.answer(session, "alice", "this").challenge("CUSTOM_CHALLENGE")
	}
	f.answer(session, "alice", "this").fails("NotAuthorizedException", wrongPassword)
	f.answer(session, "alice", "that").fails("NotAuthorizedException", usedSession)

	_, session = f.custom("alice").challenge("CUSTOM_CHALLENGE")
	f.Advance(3 * time.Minute)
	f.answer(session, "alice", "that").failsWith("NotAuthorizedException")
	f.unviolated()
}

func TestCustomAuthWithSRP(t *testing.T) {
	t.Parallel()
	r := &customChallenge{}
	cfg := r.asking()
	cfg.MFA, cfg.TOTP, cfg.Devices = authtest.MFAOptional, true, authtest.DevicesAlways
	u := alice()
	u.TOTPSecret, u.MFA = secret, []string{totp}
	f := start(t, cfg, u)
	c := newSRPClient()
	f.prove(c, wrong, f.customSRP(c, "alice")).fails("NotAuthorizedException", wrongPassword)
	_, session := f.prove(c, password, f.customSRP(c, "alice")).challenge(totp)
	_, session = f.answerTOTP(session, "alice", f.totp(secret)).challenge("CUSTOM_CHALLENGE")
	assert.Contains(t, f.answer(session, "alice", "that").tokens(), "NewDeviceMetadata")
	assert.Equal(t, []authtest.ChallengeResult{
		{ChallengeName: "SRP_A", ChallengeResult: true},
		{ChallengeName: "PASSWORD_VERIFIER", ChallengeResult: true},
		{ChallengeName: totp, ChallengeResult: true},
		{ChallengeName: "CUSTOM_CHALLENGE", ChallengeResult: true, ChallengeMetadata: "RIDDLE"},
	}, r.defined[len(r.defined)-1].Request.Session)
	f.unviolated()
}

// In CUSTOM_AUTH the proof of the password is only the first step. It must not complete a sign-in
// by itself.
func TestCustomAuthHandshakeNeedsItsSession(t *testing.T) {
	t.Parallel()
	f := start(t, (&customChallenge{}).asking(), alice())
	c := newSRPClient()
	parameters, session := f.customSRP(c, "alice").challenge("PASSWORD_VERIFIER")
	claim := c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters)
	f.respond("PASSWORD_VERIFIER", "", claim).fails("NotAuthorizedException", invalidSession)
	f.respond("PASSWORD_VERIFIER", session, claim).challenge("CUSTOM_CHALLENGE")
}

func TestCustomAuthOnRememberedDevice(t *testing.T) {
	t.Parallel()
	cfg := (&customChallenge{}).asking()
	cfg.Devices = authtest.DevicesAlways
	f := start(t, cfg, alice())
	d := f.confirmDevice(f.signIn("alice", password).tokens(), "phone")
	_, session := f.custom("alice", "DEVICE_KEY", d.key).challenge("CUSTOM_CHALLENGE")
	_, session = f.answer(session, "alice", "that").challenge("DEVICE_SRP_AUTH")
	assert.NotContains(t, f.proveDevice(d, session).tokens(), "NewDeviceMetadata")
	f.custom("alice", "DEVICE_KEY", "us-east-1_00000000-0000-4000-8000-000000000000").
		fails("ResourceNotFoundException", "Device does not exist.")
}

func TestCustomAuthHidesUnknownUsers(t *testing.T) {
	t.Parallel()
	r := &customChallenge{}
	cfg := r.asking()
	f := start(t, cfg)
	f.custom("nobody").fails("UserNotFoundException", "User does not exist.")

	cfg.PreventUserExistenceErrors = true
	f = start(t, cfg)
	parameters, session := f.custom("nobody").challenge("CUSTOM_CHALLENGE")
	assert.Regexp(t, `^[0-9a-f-]{36}$`, parameters["USERNAME"])
	f.answer(session, "nobody", "that").fails("NotAuthorizedException", wrongPassword)
	last := r.defined[len(r.defined)-1].Request
	assert.True(t, last.UserNotFound)
	assert.Empty(t, last.UserAttributes)
	assert.True(t, r.created[len(r.created)-1].Request.UserNotFound)
	assert.True(t, r.judged[len(r.judged)-1].Request.UserNotFound)
	c := newSRPClient()
	f.prove(c, password, f.customSRP(c, "nobody")).fails("NotAuthorizedException", wrongPassword)
}

func TestCustomAuthRefused(t *testing.T) {
	t.Parallel()
	define := func(say authtest.DefineAuthChallengeResponse) authtest.Triggers {
		return authtest.Triggers{DefineAuthChallenge: func(e *authtest.DefineAuthChallengeEvent) error {
			e.Response = say
			return nil
		}}
	}
	for name, test := range map[string]struct {
		triggers authtest.Triggers
		code     string
		message  string
	}{
		"no trigger": {
			authtest.Triggers{},
			"InvalidParameterException",
			"Custom auth lambda trigger is not configured for the user pool.",
		},
		"no second trigger": {
			define(authtest.DefineAuthChallengeResponse{ChallengeName: "CUSTOM_CHALLENGE"}),
			"InvalidParameterException", "Custom auth lambda trigger is not configured for the user pool.",
		},
		"empty response": {define(authtest.DefineAuthChallengeResponse{}), "InvalidLambdaResponseException", ""},
		"unknown challenge": {
			define(authtest.DefineAuthChallengeResponse{ChallengeName: "SMS_MFA"}), "InvalidLambdaResponseException",
			"",
		},
		"PASSWORD_VERIFIER without SRP": {
			define(authtest.DefineAuthChallengeResponse{ChallengeName: "PASSWORD_VERIFIER"}),
			"InvalidLambdaResponseException", "",
		},
		"error": {
			authtest.Triggers{
				DefineAuthChallenge: func(*authtest.DefineAuthChallengeEvent) error { return errors.New("no way") },
			},
			"UserLambdaValidationException", "DefineAuthChallenge failed with error no way.",
		},
		"panic": {
			authtest.Triggers{DefineAuthChallenge: func(*authtest.DefineAuthChallengeEvent) error { panic("no way") }},
			"UnexpectedLambdaException", "",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(
				t,
				authtest.Config{ExplicitAuthFlows: []string{"ALLOW_CUSTOM_AUTH"}, Triggers: test.triggers},
				alice(),
			)
			for range 2 { // the pool goes on
				r := f.custom("alice")
				if test.message == "" {
					r.failsWith(test.code)
					continue
				}
				r.fails(test.code, test.message)
			}
			f.unviolated()
		})
	}
	f := start(
		t,
		(&customChallenge{}).asking(),
		alice(),
		authtest.User{Username: "unconfirmed", Password: password, Unconfirmed: true},
	)
	f.custom("unconfirmed").fails("UserNotConfirmedException", "User is not confirmed.")
	f.custom("alice", "CHALLENGE_NAME", "PASSWORD").failsWith("InvalidParameterException")
	f.violated()
	f.custom("alice", "CHALLENGE_NAME", "SRP_A").fails("InvalidParameterException", "Missing required parameter SRP_A")
	f.violated()
}

// A session survives a failed trigger, but not the end of the sign-in.
func TestCustomAuthTriggerFailure(t *testing.T) {
	t.Parallel()
	cfg := (&customChallenge{}).asking()
	judge, failing := cfg.Triggers.VerifyAuthChallenge, true
	cfg.Triggers.VerifyAuthChallenge = func(e *authtest.VerifyAuthChallengeEvent) error {
		if failing {
			return errors.New("out of order")
		}
		return judge(e)
	}
	f := start(t, cfg, alice())
	_, session := f.custom("alice").challenge("CUSTOM_CHALLENGE")
	f.answer(session, "alice", "that").
		fails("UserLambdaValidationException", "VerifyAuthChallengeResponse failed with error out of order.")
	failing = false
	f.answer(session, "alice", "that").tokens()

	cfg.Triggers.VerifyAuthChallenge = nil
	f = start(t, cfg, alice())
	_, session = f.custom("alice").challenge("CUSTOM_CHALLENGE")
	f.answer(session, "alice", "that").failsWith("InvalidParameterException")
}
