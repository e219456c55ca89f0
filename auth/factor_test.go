package auth_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// factorsOf returns the names of the factors proved in the session, and checks their times.
func factorsOf(t *testing.T, session *auth.Session) []auth.Factor {
	t.Helper()
	got, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	var names []auth.Factor
	for _, proof := range got.Factors {
		names = append(names, proof.Factor)
		assert.WithinDuration(t, time.Now(), proof.At, time.Minute)
		assert.True(t, got.Proved(proof.Factor, time.Minute))
	}
	return names
}

func TestFactorsProvedInEveryFlow(t *testing.T) {
	t.Parallel()
	choice := authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP", "SMS_OTP"},
	}
	every := authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true, Email: true}
	required := authtest.Config{MFA: authtest.MFARequired, TOTP: true, Email: true}
	plain := alice(func(u *authtest.User) { u.TOTPSecret = "" })
	by := func(flow auth.AuthFlowType, preferred auth.AuthFactorType) auth.SignInInput {
		return auth.SignInInput{AuthFlowType: flow, PreferredChallenge: preferred, Password: password}
	}
	noPassword := func(preferred auth.AuthFactorType) auth.SignInInput {
		return auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: preferred}
	}
	for name, tt := range map[string]struct {
		pool    authtest.Config
		user    authtest.User
		in      auth.SignInInput
		answers []func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput
		want    []auth.Factor
	}{
		"SRP":      {every, plain, by(auth.AuthFlowUserSRP, ""), nil, []auth.Factor{auth.FactorPassword}},
		"password": {every, plain, by(auth.AuthFlowUserPassword, ""), nil, []auth.Factor{auth.FactorPassword}},
		"password, TOTP": {
			every, aliceWithTOTP(), by(auth.AuthFlowUserPassword, ""),
			[]func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput{respondWithTOTP},
			[]auth.Factor{auth.FactorPassword, auth.FactorTOTP},
		},
		"SRP, the choice, SMS": {
			every, alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA", "SMS_MFA"} }),
			by(auth.AuthFlowUserSRP, ""),
			[]func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput{respond("SMS"), respondWithInbox},
			[]auth.Factor{auth.FactorPassword, auth.FactorSMS},
		},
		"SRP, e-mail": {
			every, alice(func(u *authtest.User) { u.MFA = []string{"EMAIL_OTP"} }), by(auth.AuthFlowUserSRP, ""),
			[]func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput{respondWithInbox},
			[]auth.Factor{auth.FactorPassword, auth.FactorEmail},
		},
		"a new password is no second proof": {
			every, alice(func(u *authtest.User) { u.TOTPSecret, u.TemporaryPassword = "", true }),
			by(auth.AuthFlowUserSRP, ""),
			[]func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput{respond("Another-Password-8")},
			[]auth.Factor{auth.FactorPassword},
		},
		"the set-up of TOTP": {
			required,
			authtest.User{Username: "alice", Password: password},
			by(auth.AuthFlowUserSRP, ""),
			[]func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput{respond("TOTP"), respondWithNewTOTP},
			[]auth.Factor{auth.FactorPassword, auth.FactorTOTP},
		},
		"USER_AUTH by SRP": {
			choice, plain, by(auth.AuthFlowUserAuth, auth.AuthFactorPasswordSRP), nil, []auth.Factor{auth.FactorPassword},
		},
		"USER_AUTH by password": {
			choice, plain, by(auth.AuthFlowUserAuth, auth.AuthFactorPassword), nil, []auth.Factor{auth.FactorPassword},
		},
		"USER_AUTH, the password chosen": {
			choice, plain, noPassword(""),
			[]func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput{respond("PASSWORD"), respond(password)},
			[]auth.Factor{auth.FactorPassword},
		},
		"USER_AUTH, SRP chosen": {
			choice, plain, noPassword(""),
			[]func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput{
				respond("PASSWORD_SRP"), respond(password),
			},
			[]auth.Factor{auth.FactorPassword},
		},
		"USER_AUTH by e-mail": {
			choice, plain, noPassword(auth.AuthFactorEmailOTP),
			[]func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput{respondWithInbox},
			[]auth.Factor{auth.FactorEmail},
		},
		"USER_AUTH by text message": {
			choice, plain, noPassword(auth.AuthFactorSMSOTP),
			[]func(*testing.T, *authtest.Pool, auth.SignInStep) auth.ConfirmSignInInput{respondWithInbox},
			[]auth.Factor{auth.FactorSMS},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, tt.pool, tt.user)
			session, _ := processes(t, pool)
			tt.in.Username = "alice"
			out, err := session().SignIn(t.Context(), tt.in)
			require.NoError(t, err)
			for _, answer := range tt.answers {
				out, err = session().ConfirmSignIn(t.Context(), answer(t, pool, out.NextStep))
				require.NoError(t, err)
			}
			require.True(t, out.IsSignedIn)
			assert.Equal(t, tt.want, factorsOf(t, session()))
			_, err = session().FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})
			require.NoError(t, err)
			assert.Equal(t, tt.want, factorsOf(t, session()), "a refresh keeps them")
		})
	}
}

func TestCustomFactorCountsOnceTheTriggersIssueTokens(t *testing.T) {
	t.Parallel()
	pool := quiz(t, 2, authtest.Config{}, alice(func(u *authtest.User) { u.TOTPSecret = "" }))
	session := newSession(t, pool)
	_, err := session.SignIn(t.Context(), auth.SignInInput{
		Username: "alice", Password: password, AuthFlowType: auth.AuthFlowCustomWithSRP,
		ClientMetadata: map[string]string{"from": "sign-in"},
	})
	require.NoError(t, err)
	for _, answer := range []string{"this", "that", "that"} {
		_, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: answer})
		require.NoError(t, err)
	}
	assert.Equal(t, []auth.Factor{auth.FactorPassword, auth.FactorCustom}, factorsOf(t, session))
}

func TestPasskeyIsAFactor(t *testing.T) {
	t.Parallel()
	session, _, browser := withPasskey(t, passkeyPool)
	out, err := session.SignIn(t.Context(), byPasskey)
	require.NoError(t, err)
	_, err = session.ConfirmSignIn(t.Context(), auth.ConfirmSignInInput{ChallengeResponse: browser.get(t, out.NextStep)})
	require.NoError(t, err)
	assert.Equal(t, []auth.Factor{auth.FactorPasskey}, factorsOf(t, session))
}

func TestDeviceInPlaceOfACodeIsNoCode(t *testing.T) {
	t.Parallel()
	pool := trackingPool(t, authtest.DevicesAlways)
	session := newSession(t, pool)
	_, asked := signInOn(t, pool, session, login{"alice", auth.AuthFlowUserSRP})
	require.True(t, asked)
	require.Equal(t, []auth.Factor{auth.FactorPassword, auth.FactorTOTP}, factorsOf(t, session))
	require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
	_, asked = signInOn(t, pool, session, login{"alice", auth.AuthFlowUserSRP})
	require.False(t, asked)
	assert.Equal(t, []auth.Factor{auth.FactorPassword, auth.FactorDevice}, factorsOf(t, session))
}

func TestSignUpAloneIsNoFactor(t *testing.T) {
	t.Parallel()
	pool := choicePool(t)
	session := newSession(t, pool)
	signUpBob(t, session, &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth})
	confirmBob(t, session, pool)
	out, err := session.AutoSignIn(t.Context(), auth.AutoSignInInput{})
	require.NoError(t, err)
	require.True(t, out.IsSignedIn)
	assert.Empty(t, factorsOf(t, session))
}

func TestFactorsAreNotInAmplifysJSON(t *testing.T) {
	t.Parallel()
	session := newSession(t, newPool(t, authtest.Config{}, alice()))
	_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	got, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	require.NotEmpty(t, got.Factors)
	text, err := json.Marshal(got)
	require.NoError(t, err)
	assert.NotContains(t, string(text), "PASSWORD")
}

func TestProvedGoesByTheTime(t *testing.T) {
	t.Parallel()
	at := func(ago time.Duration) auth.AuthSession {
		return auth.AuthSession{Factors: []auth.FactorProof{{Factor: auth.FactorTOTP, At: time.Now().Add(-ago)}}}
	}
	assert.True(t, at(time.Minute).Proved(auth.FactorTOTP, 5*time.Minute))
	assert.False(t, at(time.Minute).Proved(auth.FactorSMS, 5*time.Minute))
	assert.False(t, at(6*time.Minute).Proved(auth.FactorTOTP, 5*time.Minute))
	assert.False(t, at(-time.Hour).Proved(auth.FactorTOTP, 5*time.Minute), "the clock was set back")
	assert.False(t, auth.AuthSession{}.Proved(auth.FactorTOTP, time.Hour))
}

// TestProofsCountForTheirOwnTokensOnly parts tokens from their proofs, as a Store does that keeps
// the tokens in a browser.
func TestProofsCountForTheirOwnTokensOnly(t *testing.T) {
	t.Parallel()
	bob := authtest.User{Username: "bob", Password: password}
	pool := newPool(t, authtest.Config{}, alice(), bob)
	export := func(username string) (auth.Tokens, []byte) {
		session, store := signedOutWithStore(t, pool)
		_, err := session.SignIn(t.Context(), auth.SignInInput{Username: username, Password: password})
		require.NoError(t, err)
		record, err := store.Load(t.Context(), "test")
		require.NoError(t, err)
		tokens, rest, err := auth.ExportTokens(record.Data)
		require.NoError(t, err)
		return tokens, rest
	}
	factors := func(tokens auth.Tokens, rest []byte) []auth.Factor {
		data, err := auth.ImportTokens(pool.ClientID, tokens, rest)
		require.NoError(t, err)
		session, store := signedOutWithStore(t, pool)
		_, err = store.Save(t.Context(), "test", auth.Record{Data: data})
		require.NoError(t, err)
		return factorsOf(t, session)
	}
	first, ofFirst := export("alice")
	second, ofSecond := export("alice")
	ofBob, restOfBob := export("bob")
	password := []auth.Factor{auth.FactorPassword}
	assert.Equal(t, password, factors(first, ofFirst))
	assert.Equal(t, password, factors(second, ofSecond))
	assert.Equal(t, password, factors(ofBob, restOfBob))
	assert.Empty(t, factors(second, ofFirst), "another sign-in of the same person")
	assert.Empty(t, factors(first, restOfBob), "another person")
	assert.Empty(t, factors(first, nil))
}

func signedOutWithStore(t *testing.T, pool *authtest.Pool) (*auth.Session, *auth.MemoryStore) {
	t.Helper()
	cfg := configFor(pool)
	store := &auth.MemoryStore{}
	cfg.Store = store
	return newClient(t, cfg).Session("test"), store
}
