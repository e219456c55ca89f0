package bff_test

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

const wrongPassword = "Wrong-Horse-7-Battery"

func TestGuessesOfAPersonAreCountedWhateverTheID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true}, defaultLimits)
		b := s.visitor()
		b.signIn("alice")
		for i := range 6 {
			id := b.cookies[sessionCookie]
			b.post("/auth/account/factors", url.Values{"factor": {"SMS"}, "preference": {"ENABLED"}})
			require.NotEqual(t, id, b.cookies[sessionCookie])
			b.post("/auth/verify/confirm", url.Values{"userAttributeKey": {"email"}, "confirmationCode": {"000000"}})
			assert.Equal(t, i == 5, b.status == http.StatusTooManyRequests, "guess %d", i)
		}
	})
}

// Wherever a password is typed, it is a guess for the name and from the address.
func TestPasswordsAreCountedWhereverTheyAreTyped(t *testing.T) {
	t.Parallel()
	three := bff.Limit{Tries: 3, Per: time.Minute}
	passwordOrMail := authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"},
	}
	for limit, set := range map[string]func(*bff.Config){
		"name":    func(cfg *bff.Config) { cfg.Limits.Name = three },
		"address": func(cfg *bff.Config) { cfg.Limits.Address = three },
	} {
		for path, field := range map[string]string{"step-up": "password", "account/password": "oldPassword"} {
			synctest.Test(t, func(t *testing.T) {
				s := newStill(t, authtest.Config{}, set)
				b := s.visitor()
				b.signIn("alice") // the first of three
				for range 2 {
					b.post("/auth/"+path, url.Values{field: {wrongPassword}})
					assert.Equal(t, http.StatusUnprocessableEntity, b.status, "%s: %s", limit, path)
				}
				s.pool.ResetRequests()
				b.post("/auth/"+path, url.Values{field: {wrongPassword}})
				assert.Equal(t, http.StatusTooManyRequests, b.status, "%s: %s", limit, path)
				for _, request := range s.pool.Requests() {
					assert.NotContains(t, []string{"InitiateAuth", "ChangePassword"}, request.Operation)
				}
			})
		}
		synctest.Test(t, func(t *testing.T) {
			s := newStill(t, passwordOrMail, set, func(cfg *bff.Config) { cfg.SignIn.AuthFlowType = auth.AuthFlowUserAuth })
			var b *visitor
			for range 2 { // each is one more for the name that is typed
				b = s.visitor()
				b.post("/auth/sign-in", url.Values{"username": {"alice"}})
				b.post("/auth/step", url.Values{"stepId": {b.stepID()}, "challengeResponse": {"PASSWORD"}})
				require.Equal(t, "/auth/step", b.location)
				b.post("/auth/step", url.Values{"stepId": {b.stepID()}, "challengeResponse": {wrongPassword}})
			}
			assert.Equal(t, http.StatusTooManyRequests, b.status, "%s: step", limit)
		})
	}
}

// Nobody is flooded with codes that a sign-in sends before anything is proved.
func TestCodesThatASignInSendsAreCountedAsMessages(t *testing.T) {
	t.Parallel()
	for name, send := range map[string]func(*visitor){
		"sign-in": func(b *visitor) {
			b.post("/auth/sign-in", url.Values{"username": {"alice"}, "preferredChallenge": {"EMAIL_OTP"}})
		},
		"step": func(b *visitor) {
			b.post("/auth/sign-in", url.Values{"username": {"alice"}})
			b.post("/auth/step", url.Values{"stepId": {b.stepID()}, "challengeResponse": {"EMAIL_OTP"}})
		},
		"step-up": func(b *visitor) {
			if b.cookies[sessionCookie] == "" {
				b.post("/auth/sign-in", url.Values{"username": {"alice"}})
				b.post("/auth/step", url.Values{"stepId": {b.stepID()}, "challengeResponse": {"PASSWORD"}})
				b.post("/auth/step", url.Values{"stepId": {b.stepID()}, "challengeResponse": {goodPassword}})
			}
			b.post("/auth/step-up", nil)
			b.post("/auth/step-up", url.Values{"stepId": {b.stepID()}, "challengeResponse": {"EMAIL_OTP"}})
		},
	} {
		synctest.Test(t, func(t *testing.T) {
			s := newStill(t, authtest.Config{
				ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"},
				AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"},
			}, func(cfg *bff.Config) {
				cfg.SignIn.AuthFlowType = auth.AuthFlowUserAuth
				cfg.Limits.SendName = bff.Limit{Tries: 3, Per: 10 * time.Minute}
			})
			b := s.visitor()
			for i := range 4 {
				if name != "step-up" {
					b = s.visitor()
				}
				send(b)
				want := http.StatusSeeOther
				if i == 3 {
					want = http.StatusTooManyRequests
				}
				assert.Equal(t, want, b.status, "%s %d", name, i)
			}
			forgot := s.visitor()
			forgot.post("/auth/forgot", url.Values{"username": {"alice"}})
			assert.Equal(t, http.StatusTooManyRequests, forgot.status, "all messages to a name are one count")
		})
	}
}

func TestDetailsThatSendNoCodeAreNotCountedAsMessages(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{}, func(cfg *bff.Config) {
			cfg.AccountAttributes = []string{"email", "nickname"}
			cfg.Limits.SendName = bff.Limit{Tries: 1, Per: time.Hour}
		})
		b := s.visitor()
		b.signIn("alice")
		change := func(name, value string) int {
			b.post("/auth/account/details", url.Values{"userAttributeKey": {name}, "value": {value}})
			return b.status
		}
		for range 3 {
			assert.Equal(t, http.StatusSeeOther, change("nickname", "Al"))
		}
		assert.Equal(t, http.StatusSeeOther, change("email", "a@example.com"))
		assert.Equal(t, http.StatusTooManyRequests, change("email", "b@example.com"))
	})
}

func TestAStepUpIsThatOfThePersonWhateverTheConfig(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newStill(t, authtest.Config{}, func(cfg *bff.Config) { cfg.SignIn.Username = "bob" })
		b := s.visitor()
		b.signIn("alice")
		b.post("/auth/step-up", url.Values{"password": {goodPassword}})
		assert.Equal(t, http.StatusSeeOther, b.status, b.page)
	})
}
