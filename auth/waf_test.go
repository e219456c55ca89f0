package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A page is the answer of a server between here and Cognito.
type page struct {
	status            int
	header            map[string]string
	body              string
	code, alsoOneShot auth.ErrorCode // of a repeatable and, if it is another, of a one-shot call
	requests          int32          // of a repeatable call
}

const awsJSON = "application/x-amz-json-1.1"

var pages = map[string]page{
	"a CAPTCHA page": {
		status: 405, header: map[string]string{"X-Amzn-Waf-Action": "captcha", "Content-Type": "text/html"},
		body: "<!DOCTYPE html><title>Human Verification</title>", code: auth.ErrCaptchaRequired, requests: 1,
	},
	"a CAPTCHA for a script": {
		status: 405, header: map[string]string{"X-Amzn-Waf-Action": "captcha", "Content-Type": awsJSON},
		body: `{"__type":"ForbiddenException","message":"Request not allowed."}`, code: auth.ErrCaptchaRequired, requests: 1,
	},
	"a CAPTCHA by its words": {
		status: 400, header: map[string]string{"Content-Type": awsJSON},
		body: `{"__type":"ForbiddenException","message":"Request not allowed due to WAF captcha."}`,
		code: auth.ErrCaptchaRequired, requests: 1,
	},
	"a silent challenge": {
		status: 202, header: map[string]string{"X-Amzn-Waf-Action": "challenge"}, code: auth.ErrCaptchaRequired, requests: 1,
	},
	"a block": {
		status: 403, header: map[string]string{"Content-Type": awsJSON},
		body: `{"__type":"ForbiddenException","message":"Request not allowed due to WAF block."}`,
		code: auth.ErrForbidden, requests: 1,
	},
	"a block page":        {status: 403, body: "<html>No.</html>", code: auth.ErrForbidden, requests: 1},
	"an accepted nothing": {status: 202, code: auth.ErrUnexpectedResponse, requests: 1},
	"a portal":            {status: 200, body: "<html>Pay first.</html>", code: auth.ErrUnexpectedResponse, requests: 1},
	"a redirect": {
		status: 302, header: map[string]string{"Location": "http://127.0.0.1:1/login"},
		code: auth.ErrUnexpectedResponse, requests: 1,
	},
	"a redirect that keeps the method": {
		status: 307, header: map[string]string{"Location": "/login"}, code: auth.ErrUnexpectedResponse, requests: 1,
	},
	"a proxy's question":   {status: 407, code: auth.ErrProxyAuthentication, requests: 1},
	"a throttle page":      {status: 429, body: "<html>Slow down.</html>", code: auth.ErrTooManyRequests, requests: 1},
	"a broken gateway":     {status: 502, code: auth.ErrNetwork, alsoOneShot: auth.ErrOutcomeUnknown, requests: 3},
	"a page about repairs": {status: 503, body: "<html>", code: auth.ErrNetwork, alsoOneShot: auth.ErrOutcomeUnknown, requests: 3},
}

// TestPagesBetweenHereAndCognito: every verb returns the status and a code for the page, and the
// session stays.
func TestPagesBetweenHereAndCognito(t *testing.T) {
	t.Parallel()
	for name, p := range pages {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{RefreshTokenRotation: true}, alice())
			var blocked atomic.Bool
			var requests atomic.Int32
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				requests.Add(1)
				if !blocked.Load() {
					pool.ServeHTTP(w, r)
					return
				}
				for key, value := range p.header {
					w.Header().Set(key, value)
				}
				w.WriteHeader(p.status)
				_, _ = w.Write([]byte(p.body))
			}))
			t.Cleanup(server.Close)
			cfg := configFor(pool)
			cfg.Endpoint = server.URL
			session := newClient(t, cfg).Session("test")
			require.NoError(t, passwordSignIn(t.Context(), session))
			blocked.Store(true)

			oneShot := p.code
			if p.alsoOneShot != "" {
				oneShot = p.alsoOneShot
			}
			calls := map[string]struct {
				call     func(context.Context) error
				code     auth.ErrorCode
				requests int32
			}{
				"repeatable": {func(ctx context.Context) error { return errOf(session.FetchUserAttributes(ctx)) }, p.code, p.requests},
				"one-shot": {func(ctx context.Context) error {
					return errOf(session.SignUp(ctx, auth.SignUpInput{Username: "bob", Password: password}))
				}, oneShot, 1},
				"one-shot without a result": {func(ctx context.Context) error {
					return session.UpdatePassword(ctx, auth.UpdatePasswordInput{OldPassword: password, NewPassword: newPassword})
				}, oneShot, 1},
				"refresh": {func(ctx context.Context) error {
					return errOf(session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true}))
				}, oneShot, 1},
			}
			for kind, c := range calls {
				requests.Store(0)
				err := c.call(t.Context())
				var e *auth.Error
				require.ErrorAs(t, err, &e, kind)
				assert.Equal(t, c.code, e.Code, kind)
				assert.Equal(t, p.status, e.StatusCode, kind)
				if p.status == http.StatusTooManyRequests && kind == "repeatable" {
					assert.LessOrEqual(t, requests.Load(), int32(3), "newer versions of the AWS SDK repeat it")
				} else {
					assert.Equal(t, c.requests, requests.Load(), kind)
				}
				assert.NotEmpty(t, e.Recovery, kind)
				if p.code == auth.ErrCaptchaRequired {
					require.ErrorIs(t, err, auth.ErrForbidden, "for programs that know no CAPTCHA")
				}
			}
			blocked.Store(false)
			require.NoError(t, errOf(session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{ForceRefresh: true})))
		})
	}
}

// TestWAFTokenOpensTheWay: with the token of the answered CAPTCHA the same calls pass, and only
// they carry it.
func TestWAFTokenOpensTheWay(t *testing.T) {
	t.Parallel()
	const token = "6b1e0a1c:AQoAf2k/u=="
	pool := newPool(t, authtest.Config{MFA: authtest.MFAOptional, SMS: true},
		alice(func(u *authtest.User) { u.MFA = []string{"SMS_MFA"} }))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Aws-Waf-Token") != token {
			w.Header().Set("X-Amzn-Waf-Action", "captcha")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		pool.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	cfg := configFor(pool)
	cfg.Endpoint = server.URL
	session := newClient(t, cfg).Session("test")
	solved := auth.WithWAFToken(t.Context(), token)
	require.ErrorIs(t, passwordSignIn(t.Context(), session), auth.ErrCaptchaRequired)
	require.NoError(t, passwordSignIn(solved, session))
	answer := auth.ConfirmSignInInput{ChallengeResponse: pool.LastCode("alice")}
	require.ErrorIs(t, errOf(session.ConfirmSignIn(t.Context(), answer)), auth.ErrCaptchaRequired)
	require.NoError(t, errOf(session.ConfirmSignIn(solved, answer)), "the step has waited")
	require.NoError(t, errOf(session.FetchAuthSession(solved, auth.FetchAuthSessionInput{ForceRefresh: true})))
	require.ErrorIs(t, errOf(session.FetchUserAttributes(auth.WithWAFToken(solved, ""))), auth.ErrCaptchaRequired)
}

// TestWAFTokenMustFitAHeader: what does not is refused before anything is sent, and not quoted.
func TestWAFTokenMustFitAHeader(t *testing.T) {
	t.Parallel()
	for name, token := range map[string]string{
		"a line break": "secret\r\nX-Other: 1", "a space": "secret token", "not ASCII": "secretü", "too long": strings.Repeat("secret", 2000),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{}, alice())
			session := newSession(t, pool)
			ctx := auth.WithWAFToken(t.Context(), token)
			for _, err := range []error{
				passwordSignIn(ctx, session),
				errOf(session.SignUp(ctx, auth.SignUpInput{Username: "bob", Password: password})),
			} {
				require.ErrorIs(t, err, auth.ErrInvalidParameter)
				assert.NotContains(t, err.Error(), "secret")
			}
			assert.Empty(t, pool.Requests())
		})
	}
}

// A firewall stands in front of the pool. The page of the web back end answers its CAPTCHA, and the
// sign-in is called again with the token.
func ExampleWithWAFToken() {
	pool := examplePool()
	defer pool.Close()
	firewall := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Aws-Waf-Token") == "" {
			w.Header().Set("X-Amzn-Waf-Action", "captcha")
			w.WriteHeader(http.StatusMethodNotAllowed)
			return
		}
		pool.ServeHTTP(w, r)
	}))
	defer firewall.Close()
	cfg := configFor(pool)
	cfg.Endpoint = firewall.URL
	client, err := auth.NewClient(cfg)
	if err != nil {
		fmt.Println(err)
		return
	}
	session, ctx := client.Session("alice's browser"), context.Background()
	in := auth.SignInInput{Username: "alice", Password: password}
	_, err = session.SignIn(ctx, in)
	token := "7c1d:BQoA" // from AwsWafCaptcha.renderCaptcha in the page
	fmt.Println("show the CAPTCHA:", errors.Is(err, auth.ErrCaptchaRequired))
	out, err := session.SignIn(auth.WithWAFToken(ctx, token), in)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(out.NextStep.Name())
	// Output:
	// show the CAPTCHA: true
	// CONFIRM_SIGN_IN_WITH_TOTP_CODE
}
