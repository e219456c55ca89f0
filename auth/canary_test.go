package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/device"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

// A canary collects everything that a program could print of its values, and searches it for
// secrets.
type canary struct {
	mu      sync.Mutex
	said    strings.Builder
	secrets map[string]string // what it is → the secret
}

// Write collects log output.
func (c *canary) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.said.Write(p)
}

func (c *canary) guard(what, secret string) string {
	c.secrets[what] = secret
	return secret
}

// hear prints v in every way that a careless program might.
func (c *canary) hear(v any) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d"} {
		_, _ = fmt.Fprintf(c, verb+"\n", v)
	}
	for _, logger := range []*slog.Logger{
		slog.New(slog.NewTextHandler(c, nil)), slog.New(slog.NewJSONHandler(c, nil)),
	} {
		logger.Info("heard", "value", v)
	}
	var err error
	if e, ok := v.(error); ok {
		for err = e; err != nil; err = errors.Unwrap(err) {
			_, _ = fmt.Fprintf(c, "%v %+v %#v\n", err, err, err)
		}
	}
}

func (c *canary) check(t *testing.T) {
	t.Helper()
	c.mu.Lock()
	defer c.mu.Unlock()
	said := c.said.String()
	require.NotEmpty(t, said)
	for what, secret := range c.secrets {
		require.GreaterOrEqual(t, len(secret), 6, "%s is too short: it could be found by chance", what)
		assert.False(t, tells(said, secret), what)
		assert.False(t, tells(said, fmt.Sprintf("%x", secret)), what+" in hex")
	}
}

// tells reports whether a text has a secret in it. A code of six digits is looked for as a number of
// its own: a longer one, such as a time or an address in memory, has it in it now and then.
func tells(text, secret string) bool {
	if sixDigits.MatchString(secret) {
		return regexp.MustCompile(`\b` + secret + `\b`).MatchString(text)
	}
	return strings.Contains(text, secret)
}

var sixDigits = regexp.MustCompile(`^[0-9]{6}$`)

func TestACodeIsANumberOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"123456", "{Code:123456}", `"code":"123456"`, "%!d(string=123456)", "is 123456."} {
		assert.True(t, tells(text, "123456"), text)
	}
	for _, text := range []string{"1123456", "12:00:00.123456789Z", "0xc000123456", "1.123456ms"} {
		assert.False(t, tells(text, "123456"), text)
	}
}

// TestNoSecretIsEverPrinted runs the flows with logging enabled and every failure on the way, and
// looks for the secrets in all that was logged, returned or could be printed.
func TestNoSecretIsEverPrinted(t *testing.T) {
	t.Parallel()
	c := &canary{secrets: map[string]string{}}
	pool := newPool(t, authtest.Config{
		MFA: authtest.MFARequired, TOTP: true, ClientSecret: true, Devices: authtest.DevicesAlways,
	})
	store := &auth.MemoryStore{}
	cfg := configFor(pool)
	cfg.Store = store
	cfg.Logger = slog.New(slog.NewTextHandler(c, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client := newClient(t, cfg)
	session := client.Session("test")
	ctx := context.Background()
	c.guard("client secret", pool.ClientSecret)
	for _, v := range []any{cfg, &cfg, client, *client, session, *session, store} {
		c.hear(v)
	}
	signUpCanary(ctx, c, session, pool)
	signInCanary(ctx, t, c, session, pool)
	accountCanary(ctx, c, session, pool)
	mfaCanary(ctx, t, c, session, pool)
	doorCanary(ctx, t, c, session)
	record, err := store.Load(ctx, "test")
	require.NoError(t, err)
	c.hear(record)
	deviceCanary(ctx, t, c, session, store, "device/"+pool.ClientID+"/test")
	moved, err := session.MoveTo(ctx, auth.MoveToInput{Key: "moved"})
	require.NoError(t, err)
	c.hear(moved)
	for _, key := range []string{"test", "moved"} {
		record, err := store.Load(ctx, key)
		require.NoError(t, err)
		c.hear(record)
	}
	guardWire(c, pool)
	c.check(t)
	assert.Contains(t, c.said.String(), "operation=InitiateAuth", "logging was enabled")
}

// doorCanary hands the session to another client, which fails.
func doorCanary(ctx context.Context, t *testing.T, c *canary, session *auth.Session) {
	t.Helper()
	transport := auth.Transport{
		Session: session, Origins: []string{"https://api.example.com"},
		Base: roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("no route") }),
	}
	c.hear(transport)
	c.hear(&transport)
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://api.example.com/", nil)
	require.NoError(t, err)
	_, err = (&http.Client{Transport: &transport}).Do(request) //nolint:bodyclose // there is no response
	require.Error(t, err)
	c.hear(err)
	c.hear(request)
	c.hear(session.TokenSource(ctx))
}

func signUpCanary(ctx context.Context, c *canary, session *auth.Session, pool *authtest.Pool) {
	in := auth.SignUpInput{
		Username: "alice", Password: c.guard("password", "Canary-Password-1"),
		UserAttributes: map[string]string{"email": c.guard("e-mail address", "canary-address@example.com")},
	}
	c.hear(in)
	pool.Fail(authtest.Fault{
		Operation: "SignUp",
		Code:      "InvalidParameterException",
		Message: "1 validation error detected: Value '" + in.Password +
			"' at 'password' failed to satisfy constraint: x",
	})
	for range 3 { // refused by the fault, then accepted, then a duplicate
		out, err := session.SignUp(ctx, in)
		c.hear(out)
		c.hear(err)
	}
	code := c.guard("confirmation code", pool.LastCode("alice"))
	for _, code := range []string{wrongCode(code), code, code} {
		confirm := auth.ConfirmSignUpInput{Username: "alice", ConfirmationCode: code}
		out, err := session.ConfirmSignUp(ctx, confirm)
		c.hear(confirm)
		c.hear(out)
		c.hear(err)
	}
}

func signInCanary(ctx context.Context, t *testing.T, c *canary, session *auth.Session, pool *authtest.Pool) {
	var out auth.SignInOutput
	var err error
	for _, password := range []string{c.guard("wrong password", "Canary-Wrong-2"), "Canary-Password-1"} {
		in := auth.SignInInput{Username: "alice", Password: password}
		out, err = session.SignIn(ctx, in)
		c.hear(in)
		c.hear(out)
		c.hear(err)
	}
	setup := out.NextStep.(auth.ContinueSignInWithTOTPSetup)
	c.hear(setup)
	c.hear(&setup)
	status, err := session.Status(ctx)
	require.NoError(t, err)
	c.hear(status)
	secret := c.guard("TOTP secret", setup.TOTPSetupDetails.SharedSecret)
	code := c.guard("TOTP code", nextTOTP(t, pool, secret))
	for _, code := range []string{wrongCode(code), code} {
		in := auth.ConfirmSignInInput{ChallengeResponse: code}
		out, err = session.ConfirmSignIn(ctx, in)
		c.hear(in)
		c.hear(out)
		c.hear(err)
	}
	require.True(t, out.IsSignedIn)
	tokens, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	c.guard("access token", tokens.AccessToken.Raw)
	c.guard("ID token", tokens.IDToken.Raw)
	c.hear(tokens)
	c.hear(tokens.AccessToken)
	leaky, err := json.Marshal(tokens)
	require.NoError(t, err)
	assert.NotContains(t, string(leaky), tokens.AccessToken.Raw)
}

func mfaCanary(ctx context.Context, t *testing.T, c *canary, session *auth.Session, pool *authtest.Pool) {
	details, err := mfa.SetUpTOTP(ctx, session)
	require.NoError(t, err)
	c.hear(details)
	secret := c.guard("second TOTP secret", details.SharedSecret)
	code := c.guard("second TOTP code", nextTOTP(t, pool, secret))
	for _, code := range []string{wrongCode(code), code} {
		in := mfa.VerifyTOTPSetupInput{Code: code}
		c.hear(in)
		c.hear(mfa.VerifyTOTPSetup(ctx, session, in))
	}
	_, err = mfa.QRCodePNG(details.SetupURI("app", "alice")+strings.Repeat("x", 10_000), 256)
	require.Error(t, err)
	c.hear(err)
	pool.Fail(authtest.Fault{
		Operation: "GetUser", Code: "NotAuthorizedException", Message: "Access Token does not have required scopes",
	})
	_, err = mfa.FetchMFAPreference(ctx, session)
	require.Error(t, err)
	c.hear(err)
}

func deviceCanary(
	ctx context.Context, t *testing.T, c *canary, session *auth.Session, store *auth.MemoryStore, key string,
) {
	record, err := store.Load(ctx, key)
	require.NoError(t, err)
	c.hear(record)
	var content struct {
		Devices map[string]struct {
			Password string `json:"password"`
		} `json:"devices"`
	}
	require.NoError(t, json.Unmarshal(record.Data, &content))
	require.Len(t, content.Devices, 1)
	for _, d := range content.Devices {
		c.guard("device password", d.Password)
	}
	current, err := session.CurrentDevice(ctx)
	require.NoError(t, err)
	c.hear(current)
	c.hear(
		device.ForgetDevice(ctx, session,
			device.ForgetDeviceInput{DeviceID: "us-east-1_00000000-0000-0000-0000-000000000000"}),
	)
}

// guardWire adds the secrets that only the wire saw: challenge sessions, SRP values, hashes.
func guardWire(c *canary, pool *authtest.Pool) {
	for i, request := range pool.Requests() {
		for _, member := range []string{"Session", "SecretHash", "AccessToken"} {
			if secret, ok := request.Body[member].(string); ok {
				c.guard(fmt.Sprintf("%s of request %d", member, i), secret)
			}
		}
		for _, group := range []string{"AuthParameters", "ChallengeResponses"} {
			members, _ := request.Body[group].(map[string]any)
			for _, name := range []string{
				"SRP_A", "SECRET_HASH", "PASSWORD_CLAIM_SIGNATURE", "PASSWORD_CLAIM_SECRET_BLOCK",
			} {
				if secret, ok := members[name].(string); ok {
					c.guard(fmt.Sprintf("%s of request %d", name, i), secret)
				}
			}
		}
	}
}

func TestCanaryFindsASecret(t *testing.T) {
	t.Parallel()
	c := &canary{secrets: map[string]string{}}
	var buffer bytes.Buffer
	c.guard("a secret", "Canary-Test-3")
	c.hear(struct{ Password string }{"Canary-Test-3"})
	buffer.WriteString(c.said.String())
	assert.Contains(t, buffer.String(), "Canary-Test-3", "the canary finds a printed secret")
}

// accountCanary runs the verbs for the user's own account and for a forgotten password.
func accountCanary(ctx context.Context, c *canary, session *auth.Session, pool *authtest.Pool) {
	resetCanary(ctx, c, session, pool)
	attributesCanary(ctx, c, session, pool)
	for _, password := range []string{c.guard("wrong old password", "Canary-Wrong-5"), "Canary-Password-4"} {
		in := auth.UpdatePasswordInput{
			OldPassword: password, NewPassword: c.guard("changed password", "Canary-Password-6"),
		}
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
		Operation: "UpdateUserAttributes",
		Code:      "InvalidParameterException",
		Message: "1 validation error detected: Value '" + address +
			"' at 'userAttributes.1.member.value' failed to satisfy constraint: x",
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
	sent, err := session.SendUserAttributeVerificationCode(ctx,
		auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: "email"})
	c.hear(sent)
	c.hear(err)
	c.guard("resent attribute code", pool.LastCode("alice"))
}

// TestNoSecretOfOtherFlowsIsEverPrinted is TestNoSecretIsEverPrinted for AutoSignIn and for the
// choice of a first factor.
func TestNoSecretOfOtherFlowsIsEverPrinted(t *testing.T) {
	t.Parallel()
	c := &canary{secrets: map[string]string{}}
	pool := choicePool(t, alice(func(u *authtest.User) { u.TOTPSecret, u.Password = "", "Canary-Password-4" }))
	store := &auth.MemoryStore{}
	cfg := configFor(pool)
	cfg.Store = store
	cfg.Logger = slog.New(slog.NewTextHandler(c, &slog.HandlerOptions{Level: slog.LevelDebug}))
	client := newClient(t, cfg)
	autoSignInCanary(t, c, client.Session("bob"), store, pool)
	firstFactorCanary(t, c, client, pool)
	guardWire(c, pool)
	c.check(t)
}

func autoSignInCanary(t *testing.T, c *canary, session *auth.Session, store *auth.MemoryStore, pool *authtest.Pool) {
	t.Helper()
	ctx := context.Background()
	signUp := auth.SignUpInput{
		Username: "bob", Password: c.guard("password of the sign-up", "Canary-Password-5"),
		UserAttributes: map[string]string{"email": "bob@example.com"},
		AutoSignIn:     &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth},
	}
	out, err := session.SignUp(ctx, signUp)
	require.NoError(t, err)
	c.hear(signUp)
	c.hear(out)
	_, err = session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{
		Username: "bob", ConfirmationCode: c.guard("code of the sign-up", pool.LastCode("bob")),
	})
	require.NoError(t, err)
	record, err := store.Load(ctx, "bob")
	require.NoError(t, err)
	require.NotContains(t, string(record.Data), signUp.Password)
	c.hear(record)
	pool.Fail(authtest.Fault{Operation: "InitiateAuth", Code: "NotAuthorizedException", Message: "no"})
	in := auth.AutoSignInInput{Password: signUp.Password}
	c.hear(in)
	for range 3 { // refused, then without the help of the sign-up, then over
		out, err := session.AutoSignIn(ctx, in)
		c.hear(out)
		c.hear(err)
	}
}

func firstFactorCanary(t *testing.T, c *canary, client *auth.Client, pool *authtest.Pool) {
	t.Helper()
	ctx := context.Background()
	right, wrong := c.guard("right password", "Canary-Password-4"), c.guard("typed wrongly", "Canary-Wrong-6")
	for _, factor := range []auth.AuthFactorType{
		auth.AuthFactorPassword, auth.AuthFactorPasswordSRP, auth.AuthFactorEmailOTP,
	} {
		session := client.Session("alice by " + string(factor))
		in := auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserAuth}
		out, err := session.SignIn(ctx, in)
		require.NoError(t, err)
		c.hear(in)
		c.hear(out)
		_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: string(factor)})
		require.NoError(t, err)
		answers := []string{wrong, right}
		if factor == auth.AuthFactorEmailOTP {
			code := c.guard("code instead of a password", pool.LastCode("alice"))
			answers = []string{c.guard("wrong code instead of a password", wrongCode(code)), code}
		}
		for _, answer := range answers {
			in := auth.ConfirmSignInInput{ChallengeResponse: answer}
			out, err := session.ConfirmSignIn(auth.WithUserContext(ctx, auth.UserContext{IPAddress: "192.0.2.9"}), in)
			c.hear(in)
			c.hear(out)
			c.hear(err)
		}
	}
}
