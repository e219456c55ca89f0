package auth_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// choicePool returns a pool where people choose how to sign in.
func choicePool(t *testing.T, users ...authtest.User) *authtest.Pool {
	t.Helper()
	return newPool(t, authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP", "SMS_OTP"},
		ClientSecret:            true,
		MFA:                     authtest.MFAOptional,
		TOTP:                    true,
		SMS:                     true,
		Devices:                 authtest.DevicesAlways,
	}, users...)
}

// processes returns a function that returns a Session of a new Client at each call. All share one
// Store.
func processes(t *testing.T, pool *authtest.Pool) (func() *auth.Session, *auth.MemoryStore) {
	t.Helper()
	store := &auth.MemoryStore{}
	cfg := configFor(pool)
	cfg.Store = store
	return func() *auth.Session { return newClient(t, cfg).Session("test") }, store
}

func signUpBob(t *testing.T, session *auth.Session, options *auth.AutoSignInOptions) auth.SignUpOutput {
	t.Helper()
	out, err := session.SignUp(context.Background(), auth.SignUpInput{
		Username:       "bob",
		Password:       password,
		UserAttributes: map[string]string{"email": "bob@example.com"},
		AutoSignIn:     options,
	})
	require.NoError(t, err)
	return out
}

func confirmBob(t *testing.T, session *auth.Session, pool *authtest.Pool) auth.ConfirmSignUpOutput {
	t.Helper()
	out, err := session.ConfirmSignUp(context.Background(),
		auth.ConfirmSignUpInput{Username: "bob", ConfirmationCode: pool.LastCode("bob")})
	require.NoError(t, err)
	return out
}

func adminConfirm(t *testing.T, pool *authtest.Pool, username string) {
	t.Helper()
	_, err := administrator(pool).AdminConfirmSignUp(t.Context(), &cognitoidentityprovider.AdminConfirmSignUpInput{
		UserPoolId: &pool.UserPoolID, Username: &username,
	})
	require.NoError(t, err)
}

func TestAutoSignInByTheSignUpAlone(t *testing.T) {
	t.Parallel()
	pool := choicePool(t)
	session, _ := processes(t, pool)
	ctx := context.Background()
	browser := auth.WithUserContext(ctx, auth.UserContext{IPAddress: "192.0.2.7"})

	out := signUpBob(t, session(), &auth.AutoSignInOptions{
		AuthFlowType:       auth.AuthFlowUserAuth,
		PreferredChallenge: auth.AuthFactorEmailOTP,
		ClientMetadata:     map[string]string{"from": "sign-up"},
	})
	assert.Equal(t, auth.SignUpStepConfirmSignUp, out.NextStep.Name())
	_, err := session().ConfirmSignUp(ctx, auth.ConfirmSignUpInput{
		Username: "bob", ConfirmationCode: wrongCode(pool.LastCode("bob")),
	})
	require.ErrorIs(t, err, auth.ErrCodeMismatch)
	assert.Equal(t, auth.CompleteAutoSignInSignUpStep{}, confirmBob(t, session(), pool).NextStep)
	status, err := session().Status(ctx)
	require.NoError(t, err)
	assert.Equal(t, auth.StateSignedOut, status.State, "ConfirmSignIn has no step to answer")
	_, err = session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "123456"})
	require.ErrorIs(t, err, auth.ErrSignIn)

	signedIn, err := session().AutoSignIn(browser, auth.AutoSignInInput{DeviceName: "bob's laptop"})
	require.NoError(t, err)
	assert.True(t, signedIn.IsSignedIn)
	require.NoError(t, signedIn.NewDevice.Err)
	assert.NotEmpty(t, signedIn.NewDevice.Key)
	assert.Len(t, pool.Messages("bob"), 1, "only the code of the sign-up was sent")
	_, err = session().AutoSignIn(ctx, auth.AutoSignInInput{})
	require.ErrorIs(t, err, auth.ErrAutoSignIn, "AutoSignIn works once")

	requests := pool.Requests()
	require.Equal(t, []string{"SignUp", "ConfirmSignUp", "ConfirmSignUp", "InitiateAuth", "ConfirmDevice"},
		operations(pool))
	assert.NotEmpty(t, requests[2].Body["Session"], "SignUp's challenge session is sent with ConfirmSignUp")
	assert.NotEmpty(t, requests[3].Body["Session"])
	assert.NotEqual(t, requests[2].Body["Session"], requests[3].Body["Session"],
		"ConfirmSignUp's challenge session is sent with InitiateAuth")
	assert.Equal(t, map[string]any{"from": "sign-up"}, requests[3].Body["ClientMetadata"])
	assert.Equal(t, map[string]any{"IpAddress": "192.0.2.7"}, requests[3].Body["UserContextData"])
	assert.Equal(t, "EMAIL_OTP", requests[3].Body["AuthParameters"].(map[string]any)["PREFERRED_CHALLENGE"])
	assert.Equal(t, "bob's laptop", requests[4].Body["DeviceName"])
	user, err := session().CurrentUser(ctx)
	require.NoError(t, err)
	assert.Equal(t, auth.SignInDetails{LoginID: "bob", AuthFlowType: auth.AuthFlowUserAuth}, user.SignInDetails)
}

func TestAutoSignInByPassword(t *testing.T) {
	t.Parallel()
	for _, flow := range []auth.AuthFlowType{"", auth.AuthFlowUserSRP, auth.AuthFlowUserPassword} {
		t.Run(string(flow), func(t *testing.T) {
			t.Parallel()
			pool := choicePool(t)
			session, store := processes(t, pool)
			ctx := context.Background()
			signUpBob(t, session(), &auth.AutoSignInOptions{AuthFlowType: flow})
			assert.Equal(t, auth.CompleteAutoSignInSignUpStep{}, confirmBob(t, session(), pool).NextStep)
			record, err := store.Load(ctx, "test")
			require.NoError(t, err)
			assert.NotContains(t, string(record.Data), password)

			_, err = session().AutoSignIn(ctx, auth.AutoSignInInput{})
			require.ErrorIs(t, err, auth.ErrEmptySignInPassword)
			_, err = session().AutoSignIn(ctx, auth.AutoSignInInput{Password: "wrong " + password})
			require.ErrorIs(t, err, auth.ErrNotAuthorized)
			out, err := session().AutoSignIn(ctx, auth.AutoSignInInput{Password: password})
			require.NoError(t, err)
			assert.True(t, out.IsSignedIn)
			_, err = session().AutoSignIn(ctx, auth.AutoSignInInput{Password: password})
			assert.ErrorIs(t, err, auth.ErrAutoSignIn)
		})
	}
}

func TestAutoSignInMayBeRepeatedUntilTheUserIsConfirmed(t *testing.T) {
	t.Parallel()
	for _, in := range []struct {
		options auth.AutoSignInOptions
		input   auth.AutoSignInInput
		want    auth.SignInStepName
	}{
		{auth.AutoSignInOptions{}, auth.AutoSignInInput{Password: password}, auth.StepDone},
		{
			auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth},
			auth.AutoSignInInput{},
			auth.StepContinueSignInWithFirstFactorSelection,
		},
	} {
		t.Run(string(in.options.AuthFlowType), func(t *testing.T) {
			t.Parallel()
			pool := choicePool(t)
			session, _ := processes(t, pool)
			ctx := context.Background()
			signUpBob(t, session(), &in.options)
			for range 2 {
				out, err := session().AutoSignIn(ctx, in.input)
				require.NoError(t, err)
				require.Equal(t, auth.ConfirmSignUpBeforeSignIn{}, out.NextStep)
			}
			adminConfirm(t, pool, "bob") // which stands for the link
			out, err := session().AutoSignIn(ctx, in.input)
			require.NoError(t, err)
			assert.Equal(t, in.want, out.NextStep.Name())
		})
	}
}

func TestAutoSignInOfAUserWhoIsConfirmedAtOnce(t *testing.T) {
	t.Parallel()
	d := newDialogue(t)
	cfg := auth.Config{
		UserPoolID: "us-east-1_Script", ClientID: "client", ClientSecret: dialogueSecret, Endpoint: d.url,
	}
	session := newClient(t, cfg).Session("test")
	ctx := context.Background()
	d.expect([]*exchange{
		{
			operation: "SignUp",
			members:   map[string]string{"Username": "bob", "ClientId": "client", "SecretHash": secretHash("bob")},
			answer:    map[string]any{"UserConfirmed": true, "UserSub": "sub", "Session": "sign-up-session-of-bob"},
		},
	})
	signedUp, err := session.SignUp(ctx, auth.SignUpInput{Username: "bob", AutoSignIn: &auth.AutoSignInOptions{
		AuthFlowType:       auth.AuthFlowUserAuth,
		PreferredChallenge: auth.AuthFactorPassword,
		ClientMetadata:     map[string]string{"from": "the dialogue"},
	}})
	require.NoError(t, err)
	assert.Equal(t,
		auth.SignUpOutput{IsSignUpComplete: true, UserID: "sub", NextStep: auth.CompleteAutoSignInSignUpStep{}},
		signedUp)
	d.expect([]*exchange{
		{
			operation: "InitiateAuth",
			name:      "USER_AUTH",
			session:   "sign-up-session-of-bob",
			members:   map[string]string{"USERNAME": "bob"},
			answer: map[string]any{
				"ChallengeName": "SMS_MFA", "Session": "another-session-of-bob",
				"ChallengeParameters": map[string]string{"USERNAME": "bob-id"},
			},
		},
		{
			operation: "RespondToAuthChallenge", name: "SMS_MFA", session: "another-session-of-bob",
			members: map[string]string{"USERNAME": "bob-id", "SMS_MFA_CODE": "123456"},
			answer:  map[string]any{"AuthenticationResult": map[string]any{"AccessToken": unsignedToken()}},
		},
	})
	out, err := session.AutoSignIn(
		auth.WithUserContext(ctx, auth.UserContext{IPAddress: "192.0.2.1"}), auth.AutoSignInInput{})
	require.NoError(t, err)
	require.Equal(t, auth.StepConfirmSignInWithSMSCode, out.NextStep.Name())
	out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: "123456"})
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}

func TestAutoSignInNeedsASignUpThatAskedForIt(t *testing.T) {
	t.Parallel()
	type verb func(context.Context, *auth.Session) error
	signIn := func(password string) verb {
		return func(ctx context.Context, s *auth.Session) error {
			_, err := s.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
			return err
		}
	}
	signUp := func(username string, options *auth.AutoSignInOptions) verb {
		return func(ctx context.Context, s *auth.Session) error {
			_, err := s.SignUp(ctx, auth.SignUpInput{Username: username, Password: password, AutoSignIn: options})
			return err
		}
	}
	tests := []struct {
		name  string
		after verb
		fails error // of that verb
		want  error
	}{
		{"nothing else", func(context.Context, *auth.Session) error { return nil }, nil, nil},
		{"a sign-in that works", signIn(password), nil, auth.ErrAutoSignIn},
		{"a sign-in that fails", signIn("wrong"), auth.ErrNotAuthorized, auth.ErrAutoSignIn},
		{
			"a sign-out",
			func(ctx context.Context, s *auth.Session) error { return errOf(s.SignOut(ctx, auth.SignOutInput{})) }, nil,
			auth.ErrAutoSignIn,
		},
		{"a sign-up without it", signUp("carol", nil), nil, auth.ErrAutoSignIn},
		{"a sign-up that is refused", signUp("alice", &auth.AutoSignInOptions{}), auth.ErrUsernameExists, nil},
		{
			"a sign-up that asks for another flow",
			signUp("carol", &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowCustomWithoutSRP}), nil,
			auth.ErrCustomAuthSignInPassword,
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := choicePool(t, alice(func(u *authtest.User) { u.TOTPSecret = "" }))
			session, _ := processes(t, pool)
			signUpBob(t, session(), &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserSRP})
			adminConfirm(t, pool, "bob")
			require.ErrorIs(t, tt.after(context.Background(), session()), tt.fails)
			_, err := session().AutoSignIn(context.Background(), auth.AutoSignInInput{Password: password})
			require.ErrorIs(t, err, tt.want)
		})
	}
}

func TestAutoSignInWithoutASignUp(t *testing.T) {
	t.Parallel()
	_, err := newSession(t, choicePool(t)).AutoSignIn(context.Background(), auth.AutoSignInInput{})
	assert.ErrorIs(t, err, auth.ErrAutoSignIn)
}

func TestConfirmSignUpOfAnotherUserKeepsAutoSignIn(t *testing.T) {
	t.Parallel()
	pool := choicePool(t, alice(func(u *authtest.User) { u.Unconfirmed = true }))
	session, _ := processes(t, pool)
	ctx := context.Background()
	signUpBob(t, session(), &auth.AutoSignInOptions{})
	_, err := session().ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: "alice"})
	require.NoError(t, err)
	out, err := session().ConfirmSignUp(ctx, auth.ConfirmSignUpInput{
		Username: "alice", ConfirmationCode: pool.LastCode("alice"),
	})
	require.NoError(t, err)
	assert.Equal(t, auth.DoneSignUpStep{}, out.NextStep)
	assert.Equal(t, auth.CompleteAutoSignInSignUpStep{}, confirmBob(t, session(), pool).NextStep)
}

func TestAutoSignInTooLate(t *testing.T) {
	t.Parallel()
	pool := choicePool(t)
	session, _ := processes(t, pool)
	ctx := context.Background()
	options := &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorEmailOTP}
	signUpBob(t, session(), options)
	pool.Advance(4 * time.Minute)
	confirmBob(t, session(), pool) // SignUp's challenge session is over, which must not matter
	assert.Equal(t, []string{"SignUp", "ConfirmSignUp", "ConfirmSignUp"}, operations(pool))
	pool.Advance(4 * time.Minute)

	_, err := session().AutoSignIn(ctx, auth.AutoSignInInput{})
	require.ErrorIs(t, err, auth.ErrSignInExpired)
	out, err := session().AutoSignIn(ctx, auth.AutoSignInInput{})
	require.NoError(t, err, "AutoSignIn works without the sign-up's challenge session")
	require.Equal(t, auth.StepConfirmSignInWithEmailCode, out.NextStep.Name())
	out, err = session().ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: pool.LastCode("bob")})
	require.NoError(t, err)
	assert.True(t, out.IsSignedIn)
}

func TestOldChallengeSessionOfASignUpIsNotUsed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pool := newPool(t, authtest.Config{
			NoListener:              true,
			ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH"},
			AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"},
		})
		session, _ := processes(t, pool)
		signUpBob(t, session(),
			&auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorEmailOTP})
		time.Sleep(3*time.Minute + time.Second)
		confirmBob(t, session(), pool)
		time.Sleep(3*time.Minute + time.Second)
		out, err := session().AutoSignIn(context.Background(), auth.AutoSignInInput{})
		require.NoError(t, err)
		assert.Equal(t, auth.StepConfirmSignInWithEmailCode, out.NextStep.Name())
		for _, request := range pool.Requests() {
			assert.NotContains(t, request.Body, "Session", request.Operation)
		}
	})
}

func TestUnknownFlowForAutoSignIn(t *testing.T) {
	t.Parallel()
	pool := choicePool(t)
	_, err := newSession(t, pool).SignUp(context.Background(), auth.SignUpInput{
		Username: "bob", Password: password, AutoSignIn: &auth.AutoSignInOptions{AuthFlowType: "SMOKE_SIGNALS"},
	})
	require.ErrorIs(t, err, auth.ErrInvalidParameter)
	assert.Empty(t, pool.Requests())
}

func TestCompleteAutoSignInMarshalsToAmplifysJSON(t *testing.T) {
	t.Parallel()
	got, err := json.Marshal(
		auth.SignUpOutput{IsSignUpComplete: true, UserID: "id", NextStep: auth.CompleteAutoSignInSignUpStep{}})
	require.NoError(t, err)
	assert.JSONEq(t, `{"isSignUpComplete":true,"userId":"id","nextStep":{"signUpStep":"COMPLETE_AUTO_SIGN_IN"}}`,
		string(got))
}
