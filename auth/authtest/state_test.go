package authtest_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// state returns what the pool writes.
func (f *fixture) state() []byte {
	f.t.Helper()
	var text bytes.Buffer
	require.NoError(f.t, f.WriteState(&text))
	return text.Bytes()
}

// restarted returns a pool that continues with the state of f, which it closes.
func (f *fixture) restarted(cfg authtest.Config) *fixture {
	f.t.Helper()
	text := f.state()
	f.Close()
	state, err := authtest.ReadState(bytes.NewReader(text))
	require.NoError(f.t, err)
	cfg.State = state
	next := start(f.t, cfg)
	assert.JSONEq(f.t, string(text), string(next.state()), "the new pool writes the same state")
	return next
}

func TestRestoredPoolIsTheSame(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{ClientSecret: true}
	f := start(t, cfg)
	f.Advance(90 * time.Minute)
	next := f.restarted(cfg)
	assert.Equal(t, []string{f.UserPoolID, f.ClientID, f.ClientSecret},
		[]string{next.UserPoolID, next.ClientID, next.ClientSecret})
	assert.WithinDuration(t, time.Now().Add(90*time.Minute), next.Now(), time.Minute)
}

func TestRestoredUsersSignIn(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{MFA: authtest.MFAOptional, TOTP: true, SMS: true}
	second := authtest.User{
		Username: "bob", Password: password, TOTPSecret: secret, MFA: []string{"SOFTWARE_TOKEN_MFA"},
		PreferredMFA: "SOFTWARE_TOKEN_MFA", Groups: []string{"admins"},
	}
	f := start(t, cfg, alice(), second)
	code := f.totp(secret)
	f.answerTOTP(f.signIn("bob", password).ok()["Session"].(string), "bob", code).tokens()
	users := f.Users()

	f = f.restarted(cfg)
	assert.Equal(t, users, f.Users())
	f.signIn("alice", wrong).fails("NotAuthorizedException", wrongPassword)
	f.signIn("alice", password).tokens()
	f.signInSRP("alice", password).tokens()
	session := f.signIn("bob", password).ok()["Session"].(string)
	f.answerTOTP(session, "bob", code).fails("ExpiredCodeException", "Your software token has already been used once.")
	f.Advance(time.Minute)
	tokens := f.answerTOTP(f.signIn("bob", password).ok()["Session"].(string), "bob", f.totp(secret)).tokens()
	assert.Equal(t, []any{"admins"}, f.claims(tokens).access["cognito:groups"])
}

func TestRestoredCodesWork(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.signUp("alice", password, "email", email).ok()
	code := f.LastCode("alice")
	f = f.restarted(authtest.Config{})
	require.Len(t, f.Messages("alice"), 1)
	assert.Equal(t, code, f.LastCode("alice"))
	f.confirm("alice", code).ok()
	f.signIn("alice", password).tokens()
}

func TestRestoredTokens(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{FreshKeys: true, RefreshTokenRotation: true}
	f := start(t, cfg, alice())
	kept, ended, rotated := f.signIn("alice", password).tokens(), f.signIn("alice", password).tokens(),
		f.signIn("alice", password).tokens()
	f.refresh(rotated, "").ok()
	f.call("RevokeToken", object{"Token": ended["RefreshToken"], "ClientId": f.ClientID}).ok()
	keys := f.keys()

	f = f.restarted(cfg)
	assert.Equal(t, keys, f.keys())
	f.getUser(kept["AccessToken"].(string)).ok()
	f.refresh(kept, "").ok()
	f.refresh(ended, "").fails("NotAuthorizedException", "Refresh Token has been revoked")
	f.refresh(rotated, "").fails("RefreshTokenReuseException", "Refresh Token has been rotated.")
	f.admin("AdminUserGlobalSignOut", object{"Username": "alice"}).ok()
	f.getUser(kept["AccessToken"].(string)).fails("NotAuthorizedException", "Access Token has been revoked")
}

func TestExpiredAccessTokensAreNotInTheState(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	tokens := f.signIn("alice", password).tokens()
	assert.Contains(t, string(f.state()), `"events"`)
	f.Advance(3 * time.Hour)
	assert.NotContains(t, string(f.state()), `"events"`)
	f.restarted(authtest.Config{}).refresh(tokens, "").ok()
}

func TestRestoredKeyRotation(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	f.RotateKeys()
	keys := f.keys()
	assert.Equal(t, keys, f.restarted(authtest.Config{}).keys())
}

func TestRestoredDevicesAndPasskeys(t *testing.T) {
	t.Parallel()
	cfg := authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesAlways,
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_PASSWORD_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"},
	}
	f := start(t, cfg, alice())
	result := f.signIn("alice", password).tokens()
	phone := f.confirmDevice(result, "phone")
	key := &authtest.Authenticator{Origin: page}
	f.register(result["AccessToken"].(string), key).ok()
	devices, passkeys := f.Devices("alice"), f.Passkeys("alice")

	f = f.restarted(cfg)
	assert.Equal(t, devices, f.Devices("alice"))
	assert.Equal(t, len(passkeys), len(f.Passkeys("alice")))
	f.proveDevice(phone, f.signInOn(phone).ok()["Session"].(string)).tokens()
	f.refresh(result, phone.key).ok()
	f.signInBy("alice", key).tokens()
}

func TestRestoredAppClientsAndProviders(t *testing.T) {
	t.Parallel()
	f := startSocial(t, authtest.Config{})
	web := f.createClient(object{"ClientName": "web", "GenerateSecret": true, "ExplicitAuthFlows": []any{"ALLOW_USER_SRP_AUTH"}})
	f.admin("CreateResourceServer", object{"Identifier": "orders", "Name": "orders"}).ok()
	f.admin("CreateIdentityProvider", object{
		"ProviderName": "Corp", "ProviderType": "OIDC", "ProviderDetails": object{"client_id": "c"},
	}).ok()
	described := web.describedClient()
	next := f.restarted(authtest.Config{ManagedLogin: authtest.ManagedLogin{
		CallbackURLs: []string{callbackURL}, LogoutURLs: []string{logoutURL}, Providers: []string{"Google", "Acme"},
	}})
	web.Pool = next.Pool
	web.t = next.t
	assert.Equal(t, described, web.describedClient())
	next.admin("DescribeResourceServer", object{"Identifier": "orders"}).ok()
	next.admin("DescribeIdentityProvider", object{"ProviderName": "Corp"}).ok()
	_, err := next.Authorize(next.authorizeURL("identity_provider", "Google"), "1234")
	assert.NoError(t, err, "Anna still has an account at Google")
}

func TestStateOfAnotherPoolIsRefused(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{})
	state, err := authtest.ReadState(bytes.NewReader(f.state()))
	require.NoError(t, err)
	for _, cfg := range []authtest.Config{{UserPoolID: "us-east-1_other"}, {ClientID: "other"}} {
		cfg.State = state
		_, err := authtest.NewPool(cfg)
		assert.ErrorContains(t, err, "Config.State: is that of the pool "+f.UserPoolID)
	}
}

// TestUnusableStates changes one member of a state at a time.
func TestUnusableStates(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Devices: authtest.DevicesAlways, FreshKeys: true}, alice())
	f.confirmDevice(f.signIn("alice", password).tokens(), "phone")
	f.admin("CreateGroup", object{"GroupName": "admins"}).ok()
	for name, change := range map[string]func(state, user object){
		"version":        func(s, _ object) { s["version"] = 2 },
		"no pool":        func(s, _ object) { s["userPoolId"] = "" },
		"unknown member": func(s, _ object) { s["color"] = "red" },
		"keys":           func(s, _ object) { s["keys"] = object{"pairs": []string{"AAAA", "AAAA", "AAAA", "AAAA"}} },
		"one key":        func(s, _ object) { s["keys"] = object{"pairs": s["keys"].(object)["pairs"].([]any)[:1]} },
		"rotations":      func(s, _ object) { s["keys"] = object{"rotations": -1} },
		"two groups":     func(s, _ object) { s["groups"] = append(s["groups"].([]any), s["groups"].([]any)...) },
		"two users":      func(s, _ object) { s["users"] = append(s["users"].([]any), s["users"].([]any)...) },
		"client":         func(s, _ object) { s["clients"] = []any{object{"id": ""}} },
		"token lifetime": func(s, _ object) {
			s["clients"] = []any{object{"id": "x", "settings": object{"RefreshTokenValidity": 9999}}}
		},
		"login of nobody":  func(s, _ object) { s["users"] = []any{} },
		"refresh token":    func(s, _ object) { s["logins"].([]any)[0].(object)["refreshTokens"] = []any{object{"sha256": "AAAA"}} },
		"no user name":     func(_, u object) { u["username"] = "" },
		"status":           func(_, u object) { u["status"] = "ASLEEP" },
		"factor":           func(_, u object) { u["mfa"] = []string{"CARRIER_PIGEON"} },
		"zero verifier":    func(_, u object) { u["password"] = object{"salt": "AAAA", "verifier": "AAAA"} },
		"long verifier":    func(_, u object) { u["password"].(object)["verifier"] = strings.Repeat("////", 200) },
		"unissued device":  func(_, u object) { u["devicesIssued"] = 0 },
		"half a device":    func(_, u object) { u["devices"].([]any)[0].(object)["confirmed"] = false },
		"group of nowhere": func(_, u object) { u["groups"] = []string{"nowhere"} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var changed object
			require.NoError(t, json.Unmarshal(f.state(), &changed))
			change(changed, changed["users"].([]any)[0].(object))
			text, err := json.Marshal(changed)
			require.NoError(t, err)
			state, err := authtest.ReadState(bytes.NewReader(text))
			if err == nil {
				_, err = authtest.NewPool(authtest.Config{State: state})
			}
			require.Error(t, err)
			assert.Contains(t, err.Error(), "authtest: ")
		})
	}
	for _, text := range []string{"", "null", "[]", "{", string(f.state()) + "{}", `{"version":1}`} {
		_, err := authtest.ReadState(strings.NewReader(text))
		assert.Error(t, err, text)
	}
}

// FuzzReadState checks that no text makes a pool panic, and that what one pool restores another one
// does too.
func FuzzReadState(f *testing.F) {
	pool, err := authtest.NewPool(authtest.Config{NoListener: true, Devices: authtest.DevicesAlways})
	require.NoError(f, err)
	f.Cleanup(pool.Close)
	for _, u := range []authtest.User{alice(), {Username: "bob", Password: password, TOTPSecret: secret, Groups: []string{"g"}}} {
		require.NoError(f, pool.AddUser(u))
	}
	pool.AccessToken("alice")
	var text bytes.Buffer
	require.NoError(f, pool.WriteState(&text))
	f.Add(text.Bytes())
	f.Add([]byte(`{"version":1,"userPoolId":"us-east-1_a","clientId":"c","keys":{},"users":[{"username":"a","sub":"s",` +
		`"status":"CONFIRMED","devices":[{"key":"k"}],"devicesIssued":1}],"clients":[{"id":"d"}],"groups":[{"name":"g"}]}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		state, err := authtest.ReadState(bytes.NewReader(text))
		if err != nil {
			return
		}
		restored, err := authtest.NewPool(authtest.Config{NoListener: true, State: state})
		if err != nil {
			return
		}
		defer restored.Close()
		var again bytes.Buffer
		require.NoError(t, restored.WriteState(&again))
		state, err = authtest.ReadState(&again)
		require.NoError(t, err)
		another, err := authtest.NewPool(authtest.Config{NoListener: true, State: state})
		require.NoError(t, err)
		another.Close()
	})
}
