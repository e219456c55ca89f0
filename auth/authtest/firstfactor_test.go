package authtest_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"
	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider/types"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

const (
	wrongCode = "Invalid code or auth state for the user."
)

// choosing returns the Config of a pool whose client lets users choose their first factor.
func choosing() authtest.Config {
	return authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP", "SMS_OTP"},
	}
}

// reachableAlice returns alice with a verified e-mail address and phone number.
func reachableAlice() authtest.User {
	u := alice()
	u.Attributes = map[string]string{
		"email": email, "email_verified": "true", "phone_number": phone, "phone_number_verified": "true",
	}
	return u
}

// userAuth begins USER_AUTH. The parameters alternate between names and values.
func (f *fixture) userAuth(username string, parameters ...string) reply {
	f.t.Helper()
	all := object{"USERNAME": username}
	for i := 0; i < len(parameters); i += 2 {
		all[parameters[i]] = parameters[i+1]
	}
	return f.call("InitiateAuth", object{"AuthFlow": "USER_AUTH", "ClientId": f.ClientID, "AuthParameters": all})
}

// preferring begins USER_AUTH for alice with a preferred challenge.
func (f *fixture) preferring(challenge string, parameters ...string) reply {
	f.t.Helper()
	return f.userAuth("alice", append(parameters, "PREFERRED_CHALLENGE", challenge)...)
}

// choose answers SELECT_CHALLENGE for alice.
func (f *fixture) choose(session, answer string, more ...string) reply {
	f.t.Helper()
	responses := object{"USERNAME": "alice", "ANSWER": answer}
	for i := 0; i < len(more); i += 2 {
		responses[more[i]] = more[i+1]
	}
	return f.respond("SELECT_CHALLENGE", session, responses)
}

// prove answers PASSWORD_VERIFIER with a session.
func (f *fixture) prove(c srpClient, password string, challenge reply) reply {
	f.t.Helper()
	parameters, session := challenge.challenge("PASSWORD_VERIFIER")
	require.NotEmpty(f.t, session)
	return f.respond("PASSWORD_VERIFIER", session, c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters))
}

func TestAvailableChallenges(t *testing.T) {
	t.Parallel()
	all := []any{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"}
	passwords := []any{"PASSWORD", "PASSWORD_SRP"}
	withMFA := func(mode authtest.MFA) authtest.Config {
		cfg := choosing()
		cfg.MFA, cfg.SMS = mode, true
		return cfg
	}
	passwordsOnly := choosing()
	passwordsOnly.AllowedFirstAuthFactors = nil
	change := func(change func(*authtest.User)) authtest.User {
		u := reachableAlice()
		change(&u)
		return u
	}
	for name, test := range map[string]struct {
		cfg  authtest.Config
		user authtest.User
		want []any
	}{
		"everything":         {choosing(), reachableAlice(), all},
		"passwords only":     {passwordsOnly, reachableAlice(), passwords},
		"unverified address": {choosing(), alice(), passwords},
		"no password": {
			choosing(), change(func(u *authtest.User) { u.Password = "" }), []any{"EMAIL_OTP", "SMS_OTP"},
		},
		"password to change": {
			choosing(), change(func(u *authtest.User) { u.TemporaryPassword = true }), passwords,
		},
		"MFA required": {withMFA(authtest.MFARequired), reachableAlice(), passwords},
		"MFA not used": {withMFA(authtest.MFAOptional), reachableAlice(), all},
		"MFA used": {
			withMFA(authtest.MFAOptional), change(func(u *authtest.User) { u.MFA = []string{sms} }), passwords,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, test.cfg, test.user)
			for _, r := range []reply{f.userAuth("alice"), f.preferring("WEB_AUTHN")} {
				parameters, session := r.challenge("SELECT_CHALLENGE")
				assert.Empty(t, parameters)
				assert.NotEmpty(t, session)
				assert.Equal(t, test.want, r.body["AvailableChallenges"])
			}
			if len(test.want) == len(passwords) && test.user.Password != "" {
				f.preferring("EMAIL_OTP").challenge("SELECT_CHALLENGE")
			}
			assert.Empty(t, f.Messages("alice"))
			f.unviolated()
		})
	}
}

func TestUserAuthPassword(t *testing.T) {
	t.Parallel()
	f := start(t, choosing(), reachableAlice())
	f.preferring("PASSWORD", "PASSWORD", password).tokens()
	f.preferring("PASSWORD", "PASSWORD", wrong).fails("NotAuthorizedException", wrongPassword)

	parameters, session := f.preferring("PASSWORD").challenge("PASSWORD")
	assert.Empty(t, parameters)
	answer := func(p string) reply {
		return f.respond("PASSWORD", session, object{"USERNAME": "alice", "PASSWORD": p})
	}
	answer(wrong).fails("NotAuthorizedException", wrongPassword)
	answer(password).tokens()
	answer(password).fails("NotAuthorizedException", usedSession)

	_, session = f.userAuth("alice").challenge("SELECT_CHALLENGE")
	f.choose(session, "PASSWORD", "PASSWORD", wrong).fails("NotAuthorizedException", wrongPassword)
	f.choose(session, "PASSWORD", "PASSWORD", password).tokens()
	f.choose(session, "PASSWORD", "PASSWORD", password).fails("NotAuthorizedException", usedSession)

	_, session = f.userAuth("alice").challenge("SELECT_CHALLENGE")
	f.choose(session, "WEB_AUTHN").failsWith("InvalidParameterException")
	_, session = f.choose(session, "PASSWORD").challenge("PASSWORD")
	// The user can still choose another factor.
	_, session = f.choose(session, "PASSWORD_SRP").challenge("PASSWORD_SRP")
	f.choose(session, "PASSWORD", "PASSWORD", password).tokens()
	f.unviolated()
}

func TestUserAuthSRP(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(f *fixture, srpA string) reply{
		"preferred": func(f *fixture, srpA string) reply { return f.preferring("PASSWORD_SRP", "SRP_A", srpA) },
		"chosen": func(f *fixture, srpA string) reply {
			_, session := f.userAuth("alice").challenge("SELECT_CHALLENGE")
			return f.choose(session, "PASSWORD_SRP", "SRP_A", srpA)
		},
		"in two steps": func(f *fixture, srpA string) reply {
			_, session := f.preferring("PASSWORD_SRP").challenge("PASSWORD_SRP")
			return f.respond("PASSWORD_SRP", session, object{"USERNAME": "alice", "SRP_A": srpA})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := start(t, choosing(), reachableAlice())
			c := newSRPClient()
			f.prove(c, wrong, begin(f, c.public.Text(16))).fails("NotAuthorizedException", wrongPassword)
			f.prove(c, password, begin(f, c.public.Text(16))).tokens()
			f.unviolated()
			begin(f, "0").failsWith("InvalidParameterException")
			f.violated()
		})
	}
}

// A proof of the password is valid only in the flow that it was made for.
func TestPasswordProofIsBoundToItsFlow(t *testing.T) {
	t.Parallel()
	f := start(t, choosing(), reachableAlice())
	c := newSRPClient()
	bound, session := f.preferring("PASSWORD_SRP", "SRP_A", c.public.Text(16)).challenge("PASSWORD_VERIFIER")
	free, _ := f.beginSRP("alice", c.public.Text(16)).challenge("PASSWORD_VERIFIER")
	claim := func(parameters object) object {
		return c.claim(f.UserPoolID, password, timestamp(time.Now()), parameters)
	}

	f.respond("PASSWORD_VERIFIER", "", claim(bound)).fails("NotAuthorizedException", invalidSession)
	f.respond("PASSWORD_VERIFIER", session, claim(free)).fails("NotAuthorizedException", invalidSession)
	f.respond("PASSWORD_VERIFIER", session, claim(bound)).tokens()
	f.respond("PASSWORD_VERIFIER", "", claim(free)).tokens()
}

func TestUserAuthOTP(t *testing.T) {
	t.Parallel()
	for factor, want := range map[string]struct{ key, medium, masked, address string }{
		"EMAIL_OTP": {"EMAIL_OTP_CODE", "EMAIL", "a***@e***", email},
		"SMS_OTP":   {"SMS_OTP_CODE", "SMS", "+*******4567", phone},
	} {
		t.Run(factor, func(t *testing.T) {
			t.Parallel()
			f := start(t, choosing(), reachableAlice())
			answer := func(session, code string) reply {
				return f.respond(factor, session, object{"USERNAME": "alice", want.key: code})
			}
			r := f.preferring(factor)
			parameters, session := r.challenge(factor)
			assert.Equal(t, []any{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP", "SMS_OTP"}, r.body["AvailableChallenges"])
			assert.Equal(t, object{
				"CODE_DELIVERY_DELIVERY_MEDIUM": want.medium, "CODE_DELIVERY_DESTINATION": want.masked,
			}, parameters)
			messages := f.Messages("alice")
			require.Len(t, messages, 1)
			assert.Equal(t, want.address, messages[0].Destination)
			assert.Regexp(t, `^[0-9]{8}$`, messages[0].Code)

			for range 6 {
				answer(session, "1234").fails("CodeMismatchException", wrongCode)
			}
			answer(session, f.LastCode("alice")).tokens()
			answer(session, f.LastCode("alice")).fails("NotAuthorizedException", usedSession)

			_, choice := f.userAuth("alice").challenge("SELECT_CHALLENGE")
			_, session = f.choose(choice, factor).challenge(factor)
			f.choose(session, "PASSWORD", "PASSWORD", password).fails("NotAuthorizedException", invalidSession)
			f.choose(choice, factor).fails("NotAuthorizedException", usedSession)
			f.Advance(3 * time.Minute)
			answer(session, f.LastCode("alice")).failsWith("NotAuthorizedException")
			f.unviolated()
		})
	}
}

func TestUserAuthIsFollowedByLaterChallenges(t *testing.T) {
	t.Parallel()
	cfg := choosing()
	cfg.MFA, cfg.TOTP, cfg.Devices = authtest.MFAOptional, true, authtest.DevicesAlways
	careful, forced := reachableAlice(), reachableAlice()
	careful.TOTPSecret, careful.MFA = secret, []string{totp}
	forced.Username, forced.TemporaryPassword = "bob", true
	forced.Attributes["email"], forced.Attributes["phone_number"] = "bob@example.com", "+15557654321"
	f := start(t, cfg, careful, forced)
	_, session := f.preferring("PASSWORD", "PASSWORD", password).challenge(totp)
	assert.Contains(t, f.answerTOTP(session, "alice", f.totp(secret)).tokens(), "NewDeviceMetadata")

	_, session = f.userAuth("bob", "PREFERRED_CHALLENGE", "PASSWORD", "PASSWORD", password).
		challenge("NEW_PASSWORD_REQUIRED")
	f.respond("NEW_PASSWORD_REQUIRED", session, object{"USERNAME": "bob", "NEW_PASSWORD": "New-horse-1!"}).tokens()
}

func TestOfficialClientSelectsAChallenge(t *testing.T) {
	t.Parallel()
	f := start(t, choosing(), reachableAlice())
	api, ctx := f.sdk(), t.Context()
	begun, err := api.InitiateAuth(ctx, &cognitoidentityprovider.InitiateAuthInput{
		AuthFlow:       types.AuthFlowTypeUserAuth,
		ClientId:       &f.ClientID,
		AuthParameters: map[string]string{"USERNAME": "alice"},
	})
	require.NoError(t, err)
	assert.Equal(t, types.ChallengeNameTypeSelectChallenge, begun.ChallengeName)
	assert.Contains(t, begun.AvailableChallenges, types.ChallengeNameTypeEmailOtp)
	chosen, err := api.RespondToAuthChallenge(ctx, &cognitoidentityprovider.RespondToAuthChallengeInput{
		ChallengeName: begun.ChallengeName, ClientId: &f.ClientID, Session: begun.Session,
		ChallengeResponses: map[string]string{"USERNAME": "alice", "ANSWER": "EMAIL_OTP"},
	})
	require.NoError(t, err)
	assert.Equal(t, types.ChallengeNameTypeEmailOtp, chosen.ChallengeName)

	pool, err := api.DescribeUserPool(ctx, &cognitoidentityprovider.DescribeUserPoolInput{UserPoolId: &f.UserPoolID})
	require.NoError(t, err)
	assert.Equal(t, []types.AuthFactorType{
		types.AuthFactorTypePassword, types.AuthFactorTypeEmailOtp, types.AuthFactorTypeSmsOtp,
	}, pool.UserPool.Policies.SignInPolicy.AllowedFirstAuthFactors)
}

func TestUserAuthRefused(t *testing.T) {
	t.Parallel()
	unreachable := authtest.User{Username: "mute"}
	f := start(t, choosing(), reachableAlice(), unreachable,
		authtest.User{Username: "unconfirmed", Password: password, Unconfirmed: true},
		authtest.User{Username: "reset", Password: password, ResetRequired: true},
		authtest.User{Username: "disabled", Password: password, Disabled: true},
	)
	f.userAuth("nobody").fails("UserNotFoundException", "User does not exist.")
	f.userAuth("unconfirmed").fails("UserNotConfirmedException", "User is not confirmed.")
	f.userAuth("reset").fails("PasswordResetRequiredException", "Password reset required for the user")
	f.userAuth("disabled").fails("NotAuthorizedException", "User is disabled.")
	f.userAuth("mute").failsWith("NotAuthorizedException")
	f.unviolated()
	f.preferring("EMAIL").failsWith("InvalidParameterException")
	f.violated()

	plain := start(t, authtest.Config{}, alice())
	plain.userAuth("alice").fails("InvalidParameterException", "USER_AUTH flow not enabled for this client")
}

// Wrong passwords count towards the lockout in every flow.
func TestUserAuthLockout(t *testing.T) {
	t.Parallel()
	cfg := choosing()
	cfg.NoListener = true
	synctest.Test(t, func(t *testing.T) { // the lock is short
		f := start(t, cfg, reachableAlice())
		for range 3 {
			f.preferring("PASSWORD", "PASSWORD", wrong).fails("NotAuthorizedException", wrongPassword)
		}
		_, session := f.userAuth("alice").challenge("SELECT_CHALLENGE")
		f.choose(session, "PASSWORD", "PASSWORD", wrong).fails("NotAuthorizedException", wrongPassword)
		c := newSRPClient()
		f.prove(c, wrong, f.choose(session, "PASSWORD_SRP", "SRP_A", c.public.Text(16))).
			fails("NotAuthorizedException", wrongPassword)
		f.preferring("PASSWORD", "PASSWORD", password).fails("NotAuthorizedException", "Password attempts exceeded")
		_, session = f.preferring("EMAIL_OTP").challenge("EMAIL_OTP")
		f.answerMessage(mail, session).tokens()
	})
}

func TestUserWithoutPassword(t *testing.T) {
	t.Parallel()
	u := reachableAlice()
	u.Password = ""
	f := start(t, choosing(), u)
	bothFlows(t, func(t *testing.T, signIn func(*fixture, string, string) reply) {
		signIn(f, "alice", password).fails("NotAuthorizedException", wrongPassword)
	})
	_, session := f.preferring("EMAIL_OTP").challenge("EMAIL_OTP")
	f.answerMessage(mail, session).tokens()
}

func TestUserAuthHidesUnknownUsers(t *testing.T) {
	t.Parallel()
	cfg := choosing()
	cfg.PreventUserExistenceErrors = true
	f := start(t, cfg, reachableAlice())
	unknown := "carol@corp.test"
	r := f.userAuth(unknown)
	_, session := r.challenge("SELECT_CHALLENGE")
	assert.Equal(t, []any{"PASSWORD", "PASSWORD_SRP", "EMAIL_OTP"}, r.body["AvailableChallenges"])
	f.respond("SELECT_CHALLENGE", session, object{"USERNAME": unknown, "ANSWER": "PASSWORD", "PASSWORD": password}).
		fails("NotAuthorizedException", wrongPassword)
	f.respond("SELECT_CHALLENGE", session, object{"USERNAME": "alice", "ANSWER": "PASSWORD", "PASSWORD": password}).
		fails("NotAuthorizedException", invalidSession)
	f.respond("SELECT_CHALLENGE", session, object{"USERNAME": "dave", "ANSWER": "EMAIL_OTP"}).
		fails("NotAuthorizedException", invalidSession)

	c := newSRPClient()
	challenge := f.userAuth(unknown, "PREFERRED_CHALLENGE", "PASSWORD_SRP", "SRP_A", c.public.Text(16))
	f.prove(c, password, challenge).fails("NotAuthorizedException", wrongPassword)

	parameters, session := f.userAuth(unknown, "PREFERRED_CHALLENGE", "EMAIL_OTP").challenge("EMAIL_OTP")
	assert.Equal(t, "c***@c***", parameters["CODE_DELIVERY_DESTINATION"])
	f.respond("EMAIL_OTP", session, object{"USERNAME": unknown, "EMAIL_OTP_CODE": "12345678"}).
		fails("CodeMismatchException", wrongCode)
	f.unviolated()
}

// Until a challenge has named the user, a client with a secret can only hash the typed name.
func TestUserAuthByAliasWithSecret(t *testing.T) {
	t.Parallel()
	cfg := choosing()
	cfg.ClientSecret, cfg.UsernameAttributes = true, []string{"email"}
	f := start(t, cfg, authtest.User{
		Username: email, Password: password, Attributes: map[string]string{"email_verified": "true"},
	})
	hash := f.hash(email)
	_, session := f.userAuth(email, "SECRET_HASH", hash).challenge("SELECT_CHALLENGE")
	_, session = f.respond("SELECT_CHALLENGE", session, object{
		"USERNAME": email, "ANSWER": "EMAIL_OTP", "SECRET_HASH": hash,
	}).challenge("EMAIL_OTP")
	responses := object{"USERNAME": email, "EMAIL_OTP_CODE": f.LastCode(email), "SECRET_HASH": f.hash("else")}
	f.respond("EMAIL_OTP", session, responses).failsWith("NotAuthorizedException")
	responses["SECRET_HASH"] = hash
	f.respond("EMAIL_OTP", session, responses).tokens()
}
