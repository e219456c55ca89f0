package authtest_test

import (
	"crypto/sha256"
	"encoding/base64"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

func TestTokenErrors(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	other := f.createClient(object{
		"CallbackURLs": []string{callbackURL}, "AllowedOAuthFlowsUserPoolClient": true,
		"AllowedOAuthFlows": []string{"code"}, "AllowedOAuthScopes": []string{"openid", "email"},
	})
	for name, row := range map[string]struct {
		code    string
		changes []string
	}{
		"no grant type":        {"invalid_request", []string{"grant_type", ""}},
		"no client":            {"invalid_request", []string{"client_id", ""}},
		"no code":              {"invalid_request", []string{"code", ""}},
		"no redirect URI":      {"invalid_request", []string{"redirect_uri", ""}},
		"unknown client":       {"invalid_client", []string{"client_id", "nobody"}},
		"secret not expected":  {"invalid_client", []string{"client_secret", "something"}},
		"unknown grant type":   {"unsupported_grant_type", []string{"grant_type", "password"}},
		"unknown code":         {"invalid_grant", []string{"code", "nothing"}},
		"code of another":      {"invalid_grant", []string{"client_id", other.ClientID}},
		"wrong verifier":       {"invalid_grant", []string{"code_verifier", strings.Repeat("x", 43)}},
		"no verifier":          {"invalid_grant", []string{"code_verifier", ""}},
		"client's flow":        {"unauthorized_client", []string{"grant_type", "client_credentials"}},
		"no refresh token":     {"invalid_request", []string{"grant_type", "refresh_token"}},
		"unknown refreshtoken": {"invalid_grant", []string{"grant_type", "refresh_token", "refresh_token", "x"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := *f
			f.t = t
			f.exchange(f.authorized(), row.changes...).fails(400, row.code)
		})
	}
	f.exchange(f.authorized(), "redirect_uri", "http://localhost:3001/callback").
		fails(400, "unauthorized_client", "invalid_redirect")
	status, _, text := f.do("POST", "oauth2/token", `{"grant_type":"refresh_token"}`, "Content-Type", "application/json")
	answer{t: t, status: status, text: text}.fails(400, "invalid_request")
	f.exchange(f.authorized("code_challenge", "", "code_challenge_method", "")).
		fails(400, "invalid_grant") // the verifier has no challenge
}

// A public client sends neither a header nor an empty secret.
func TestAuthenticationOfAPublicClient(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	form := url.Values{
		"grant_type": {"authorization_code"}, "code": {f.authorized()}, "redirect_uri": {callbackURL},
		"client_id": {f.ClientID}, "code_verifier": {proofKey},
	}
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(f.ClientID+":"))
	f.program("oauth2/token", form, "Authorization", basic).fails(400, "invalid_client")
	assert.Contains(t, f.violated(), "empty client secret")
	f.program("oauth2/token", form, "Authorization", "Bearer x").fails(400, "invalid_client")
	form.Set("client_secret", "")
	f.program("oauth2/token", form).fails(400, "invalid_client")
	form.Del("client_secret")
	f.program("oauth2/token", form).ok()
}

func TestAuthenticationOfAConfidentialClient(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{ClientSecret: true}, alice())
	second := f.admin("AddUserPoolClientSecret", object{"ClientId": f.ClientID}).
		ok()["ClientSecretDescriptor"].(object)["ClientSecretValue"].(string)
	basic := func(id, secret string) string {
		return "Basic " + base64.StdEncoding.EncodeToString([]byte(id+":"+secret))
	}
	form := func(changes ...string) url.Values {
		values := url.Values{
			"grant_type": {"authorization_code"}, "code": {f.authorized()}, "redirect_uri": {callbackURL},
			"client_id": {f.ClientID}, "code_verifier": {proofKey},
		}
		change(values, changes)
		return values
	}
	f.program("oauth2/token", form()).fails(400, "invalid_client")
	f.program("oauth2/token", form("client_secret", "wrong")).fails(400, "invalid_client")
	f.program("oauth2/token", form(), "Authorization", basic(f.ClientID, "wrong")).fails(400, "invalid_client")
	f.program("oauth2/token", form("client_id", "other"), "Authorization", basic(f.ClientID, f.ClientSecret)).
		fails(400, "invalid_client")
	f.program("oauth2/token", form("client_secret", f.ClientSecret), "Authorization", basic(f.ClientID, f.ClientSecret)).
		fails(400, "invalid_client")
	for _, secret := range []string{f.ClientSecret, second} {
		f.program("oauth2/token", form("client_secret", secret)).ok()
		f.program("oauth2/token", form("client_id", ""), "Authorization", basic(f.ClientID, secret)).ok()
		f.program("oauth2/token", form(), "Authorization", basic(f.ClientID, secret)).ok()
	}
	f.unviolated()
}

func TestCodesAreGoodOnceAndForFiveMinutes(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	code := f.authorized()
	assert.Regexp(t, `^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`, code)
	f.Advance(5*time.Minute - time.Second)
	f.exchange(code).ok()
	f.exchange(code).fails(400, "invalid_grant")
	assert.Contains(t, f.violated(), "code was sent twice")

	code = f.authorized()
	f.Advance(5 * time.Minute)
	f.exchange(code).fails(400, "invalid_grant")

	code = f.authorized()
	f.exchange(code, "code_verifier", "wrong").fails(400, "invalid_grant")
	f.exchange(code).fails(400, "invalid_grant")
	assert.Contains(t, f.violated(), "code was sent twice", "a failed exchange uses the code up")
}

func TestCodeOfAUserWhoIsGone(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	code := f.authorized()
	f.admin("AdminDisableUser", object{"Username": "alice"}).ok()
	f.exchange(code).fails(400, "invalid_grant")
}

func TestTokensOfOAuth(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, authtest.User{
		Username: "alice", Password: password,
		Attributes: map[string]string{"email": email, "email_verified": "true", "phone_number": phone, "name": "Alice"},
	})
	body := f.exchange(f.authorized("resource", "https://orders.example")).ok()
	claims := f.claims(tokensOf(body))
	assert.EqualValues(t, 2, claims.access["version"])
	assert.Equal(t, "openid email", claims.access["scope"])
	assert.Equal(t, "https://orders.example", claims.access["aud"])
	assert.Equal(t, f.ClientID, claims.access["client_id"])
	assert.Equal(t, "alice", claims.access["username"])
	assert.Equal(t, claims.id["origin_jti"], claims.access["origin_jti"])
	assert.NotContains(t, claims.access, "device_key")
	digest := sha256.Sum256([]byte(body["access_token"].(string)))
	assert.Equal(t, base64.RawURLEncoding.EncodeToString(digest[:16]), claims.id["at_hash"])
	assert.Equal(t, true, claims.id["email_verified"], "a boolean in the ID token")

	for scopes, revealed := range map[string][]string{
		"openid": {"email", "phone_number", "name"}, "openid email": {"email"}, "openid phone": {"phone_number"},
		"openid profile": {"name"}, "openid email phone profile": {"email", "phone_number", "name"},
		"openid aws.cognito.signin.user.admin": {"email", "phone_number", "name"},
	} {
		_, id := f.verify(f.exchange(f.authorized("scope", scopes)).ok()["id_token"].(string))
		for _, name := range []string{"email", "phone_number", "name"} {
			_, found := id[name]
			assert.Equal(t, contains(revealed, name), found, "%s in %s", name, scopes)
		}
	}
	body = f.exchange(f.authorized("scope", "aws.cognito.signin.user.admin")).ok()
	assert.NotContains(t, body, "id_token")
	body = f.exchange(f.authorized("scope", "")).ok()
	assert.Equal(t, "openid email phone profile aws.cognito.signin.user.admin", f.claims(tokensOf(body)).access["scope"])
	f.unviolated()
}

func contains(list []string, value string) bool {
	return strings.Contains(" "+strings.Join(list, " ")+" ", " "+value+" ")
}

// Operations on the own account need the scope aws.cognito.signin.user.admin.
func TestScopeOfTheAPI(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	body := f.exchange(f.authorized()).ok()
	f.getUser(body["access_token"].(string)).fails("NotAuthorizedException", "Access Token does not have required scopes")
	f.call("RevokeToken", object{"ClientId": f.ClientID, "Token": body["refresh_token"]}).ok()
	f.renew(body["refresh_token"].(string)).fails(400, "invalid_grant")
	token := f.exchange(f.authorized()).ok()["access_token"]
	for operation, members := range map[string]object{
		"AssociateSoftwareToken": {}, "DeleteUser": {}, "GetUserAuthFactors": {}, "GlobalSignOut": {}, "ListDevices": {},
		"ListWebAuthnCredentials": {}, "SetUserMFAPreference": {}, "StartWebAuthnRegistration": {},
		"ChangePassword":                   {"PreviousPassword": password, "ProposedPassword": "Other-horse-1!"},
		"ConfirmDevice":                    {"DeviceKey": "us-east-1_12345678-1234-1234-1234-123456789012"},
		"DeleteUserAttributes":             {"UserAttributeNames": []string{"name"}},
		"ForgetDevice":                     {"DeviceKey": "us-east-1_12345678-1234-1234-1234-123456789012"},
		"GetUserAttributeVerificationCode": {"AttributeName": "email"},
		"UpdateUserAttributes":             {"UserAttributes": []object{{"Name": "name", "Value": "Alice"}}},
		"VerifyUserAttribute":              {"AttributeName": "email", "Code": "123456"},
	} {
		t.Log(operation)
		members["AccessToken"] = token
		f.call(operation, members).fails("NotAuthorizedException", "Access Token does not have required scopes")
	}
	body = f.exchange(f.authorized("scope", "openid aws.cognito.signin.user.admin")).ok()
	f.getUser(body["access_token"].(string)).ok()
}

// The client must be allowed to read every attribute of a granted scope.
func TestScopeWithUnreadableAttributes(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice()).createClient(object{
		"CallbackURLs": []string{callbackURL}, "AllowedOAuthFlowsUserPoolClient": true,
		"AllowedOAuthFlows": []string{"code"}, "AllowedOAuthScopes": []string{"openid", "email", "phone"},
		"ReadAttributes": []string{"email", "phone_number", "phone_number_verified"},
	})
	f.exchange(f.authorized()).fails(400, "invalid_grant")
	f.exchange(f.authorized("scope", "openid phone")).ok()
}

func TestRefreshTokensOfOAuth(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
	first := f.exchange(f.authorized("resource", "https://orders.example")).ok()
	second := f.renew(first["refresh_token"].(string)).ok()
	assert.NotContains(t, second, "refresh_token", "without rotation the client keeps the one that it has")
	before, after := f.claims(tokensOf(first)), f.claims(tokensOf(second))
	assert.NotContains(t, after.id, "nonce", "the nonce is that of the first ID token")
	for _, name := range []string{"scope", "aud", "version", "auth_time", "origin_jti"} {
		assert.Equal(t, before.access[name], after.access[name], name)
	}
	for _, r := range []reply{
		f.call("GetTokensFromRefreshToken", object{"ClientId": f.ClientID, "RefreshToken": first["refresh_token"]}),
		f.refreshBy("InitiateAuth", "REFRESH_TOKEN_AUTH", object{"REFRESH_TOKEN": first["refresh_token"]}),
	} {
		claims := f.claims(r.ok()["AuthenticationResult"].(object))
		assert.Equal(t, "openid email", claims.access["scope"])
	}
	api := f.signIn("alice", password).tokens()
	f.renew(api["RefreshToken"].(string)).fails(400, "invalid_grant") // it belongs to a device
	f.unviolated()
}

func TestRefreshTokensOfTheAPIAtTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	body := f.renew(f.signIn("alice", password).tokens()["RefreshToken"].(string)).ok()
	assert.Equal(t, "aws.cognito.signin.user.admin", f.claims(tokensOf(body)).access["scope"])
}

// A rotated refresh token ends when the first one would have.
func TestRotationAtTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{RefreshTokenRotation: true, RefreshTokenValidity: 2 * time.Hour}, alice())
	first := f.exchange(f.authorized()).ok()["refresh_token"].(string)
	f.Advance(time.Hour)
	second := f.renew(first).ok()["refresh_token"].(string)
	assert.NotEqual(t, first, second)
	f.renew(first).fails(400, "invalid_grant")
	f.Advance(time.Hour - time.Second)
	second = f.renew(second).ok()["refresh_token"].(string)
	f.Advance(time.Second)
	f.renew(second).fails(400, "invalid_grant")
}

func TestClientCredentials(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{ClientSecret: true, ManagedLogin: authtest.ManagedLogin{
		Flows: []string{"client_credentials"}, Scopes: []string{"https://orders.example/read", "https://orders.example/write"},
	}})
	grant := func(changes ...string) answer {
		form := url.Values{
			"grant_type": {"client_credentials"}, "client_id": {f.ClientID}, "client_secret": {f.ClientSecret},
		}
		change(form, changes)
		return f.program("oauth2/token", form)
	}
	body := grant("scope", "https://orders.example/read", "aws_client_metadata", `{"a":"b"}`).ok()
	assert.NotContains(t, body, "id_token")
	assert.NotContains(t, body, "refresh_token")
	_, claims := f.verify(body["access_token"].(string))
	assert.Equal(t, f.ClientID, claims["sub"])
	assert.NotContains(t, claims, "username")
	assert.Equal(t, "https://orders.example/read", claims["scope"])
	_, claims = f.verify(grant().ok()["access_token"].(string))
	assert.Equal(t, "https://orders.example/read https://orders.example/write", claims["scope"])
	grant("scope", "https://orders.example/delete").fails(400, "invalid_scope")
	grant("scope", "openid").fails(400, "invalid_scope")
	grant("aws_client_metadata", "no JSON").fails(400, "invalid_request")
	grant("client_secret", "wrong").fails(400, "invalid_client")
	f.unviolated()
}

// Scopes that are gone from their resource server are skipped.
func TestScopesOfResourceServers(t *testing.T) {
	t.Parallel()
	scopes := []string{"openid", "orders/read", "orders/write"}
	f := startPages(t, authtest.Config{ManagedLogin: authtest.ManagedLogin{Scopes: scopes}}, alice())
	scope := func() any {
		body := f.exchange(f.authorized("scope", "openid orders/read orders/write")).ok()
		return f.claims(tokensOf(body)).access["scope"]
	}
	assert.Equal(t, "openid orders/read orders/write", scope())
	f.admin("UpdateResourceServer", object{
		"Identifier": "orders", "Name": "orders", "Scopes": []object{{"ScopeName": "read", "ScopeDescription": "read"}},
	}).ok()
	assert.Equal(t, "openid orders/read", scope())
	f.empty("DeleteResourceServer", object{"Identifier": "orders", "UserPoolId": f.UserPoolID})
	assert.Equal(t, "openid", scope())
}

func TestUserInfo(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, authtest.User{Username: "alice", Password: password, Attributes: map[string]string{
		"email": email, "email_verified": "true", "name": "Alice",
	}})
	info := f.userInfo
	body := f.exchange(f.authorized()).ok()
	token := body["access_token"].(string)
	_, claims := f.verify(token)
	assert.Equal(t, object{
		"sub": claims["sub"], "username": "alice", "email": email, "email_verified": "true",
	}, info(token).ok(), "booleans are strings")
	all := f.exchange(f.authorized("scope", "openid")).ok()["access_token"].(string)
	assert.Equal(t, "Alice", info(all).ok()["name"])

	refused := func(a answer, status int, header string) {
		t.Helper()
		assert.Equal(t, status, a.status)
		assert.Equal(t, header, a.header.Get("WWW-Authenticate"))
		assert.Empty(t, a.text)
	}
	status, h, text := f.do("GET", "oauth2/userInfo", "")
	refused(answer{t, status, h, text}, 400, `error="invalid_request", error_description="Access token is missing"`)
	refused(info(f.accessToken("alice")), 401,
		`error="invalid_token", error_description="Access Token does not have required scopes"`)
	refused(info(body["id_token"].(string)), 401, `error="invalid_token", error_description="Invalid Access Token"`)
	refused(info("nonsense"), 401,
		`error="invalid_token", error_description="Could not verify signature for Access Token"`)
	f.program("oauth2/revoke", url.Values{"token": {body["refresh_token"].(string)}, "client_id": {f.ClientID}})
	refused(info(token), 401, `error="invalid_token", error_description="Access Token has been revoked"`)
	f.Advance(time.Hour)
	refused(info(all), 401, `error="invalid_token", error_description="Access Token has expired"`)
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	revoke := func(f *fixture, token any, changes ...string) answer {
		form := url.Values{"token": {token.(string)}, "client_id": {f.ClientID}}
		change(form, changes)
		return f.program("oauth2/revoke", form)
	}
	body := f.exchange(f.authorized()).ok()
	for _, token := range []any{"unknown", body["refresh_token"], body["refresh_token"]} {
		a := revoke(f, token)
		assert.Equal(t, 200, a.status)
		assert.Empty(t, a.text)
	}
	f.renew(body["refresh_token"].(string)).fails(400, "invalid_grant")
	f.verify(body["access_token"].(string))
	for _, kind := range []string{"access_token", "id_token"} {
		revoke(f, body[kind]).fails(400, "unsupported_token_type")
	}
	revoke(f, "").fails(400, "invalid_request")
	revoke(f, "x", "client_id", "nobody").fails(401, "invalid_client")
	revoke(f, "x", "client_secret", "unexpected").fails(401, "invalid_client")
	irrevocable := startPages(t, authtest.Config{TokenRevocationOff: true}, alice())
	revoke(irrevocable, "x").fails(400, "invalid_request")
}

// The sign-in at the browser outlives revocation, and the other way round.
func TestLogout(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	s := f.surf().begin().signIn("alice", password)
	revoked := f.exchange(s.code()).ok()["refresh_token"].(string)
	f.program("oauth2/revoke", url.Values{"token": {revoked}, "client_id": {f.ClientID}})
	refresh := f.exchange(s.begin().code()).ok()["refresh_token"].(string)
	s.open("logout?client_id=" + f.ClientID + "&logout_uri=" + url.QueryEscape(logoutURL))
	assert.Equal(t, logoutURL, s.callback.String(), "nothing is appended")
	f.renew(refresh).ok()
	s.begin().shows("Sign in").signIn("alice", password).code()

	query := f.authorizeQuery().Encode()
	s.open("logout?" + query).shows("Sign in")
	assert.Equal(t, query, s.url.RawQuery)
	s.signIn("alice", password).code()
	s.open("logout?" + query + "&logout_uri=" + url.QueryEscape(logoutURL))
	assert.Equal(t, logoutURL, s.callback.String(), "logout_uri wins")
	f.unviolated()

	s.begin().signIn("alice", password).code()
	s.open("logout?client_id=" + f.ClientID)
	assert.Equal(t, 400, s.status)
	assert.Equal(t, "Required String parameter 'redirect_uri' is not present\n", s.text)
	for _, target := range []string{callbackURL, logoutURL + "/", "https://evil.example"} {
		s.open("logout?client_id="+f.ClientID+"&logout_uri="+url.QueryEscape(target)).
			complains("Error", "An error was encountered with the requested page.")
		assert.Contains(t, f.violated(), "LogoutURLs")
	}
	s.open("logout?client_id=nobody&logout_uri="+url.QueryEscape(logoutURL)).
		complains("Error", "An error was encountered with the requested page.")
	s.begin("prompt", "none").code()
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{LocalIssuer: true}, alice())
	var document object
	f.get(f.UserPoolID+"/.well-known/openid-configuration", &document)
	issuer := f.URL + f.UserPoolID
	assert.Equal(t, object{
		"issuer": issuer, "jwks_uri": issuer + "/.well-known/jwks.json",
		"authorization_endpoint": f.URL + "oauth2/authorize", "token_endpoint": f.URL + "oauth2/token",
		"userinfo_endpoint": f.URL + "oauth2/userInfo", "revocation_endpoint": f.URL + "oauth2/revoke",
		"end_session_endpoint":                  f.URL + "logout",
		"id_token_signing_alg_values_supported": []any{"RS256"}, "response_types_supported": []any{"code", "token"},
		"scopes_supported":                      []any{"openid", "email", "phone", "profile"},
		"subject_types_supported":               []any{"public"},
		"token_endpoint_auth_methods_supported": []any{"client_secret_basic", "client_secret_post"},
	}, document)
	assert.Equal(t, issuer, f.Issuer())
	assert.Equal(t, issuer, f.claims(tokensOf(f.exchange(f.authorized()).ok())).id["iss"])
	f.getUser(f.accessToken("alice")).ok()
}

func TestViolationsOfOAuth(t *testing.T) {
	t.Parallel()
	f := startPages(t, authtest.Config{}, alice())
	for complaint, changes := range map[string][]string{
		"a public client without PKCE":   {"code_challenge", "", "code_challenge_method", ""},
		"code_challenge_method is plain": {"code_challenge_method", "plain"},
		"no state":                       {"state", ""},
		"no nonce":                       {"nonce", ""},
		"client_secret in the URL":       {"client_secret", "x"},
		"password in the URL":            {"password", "x"},
		"letter for letter":              {"redirect_uri", callbackURL + "/"},
		"in one request":                 {"identity_provider", "COGNITO", "idp_identifier", "example.com"},
	} {
		f.surf().begin(changes...)
		reported := f.violations.take()
		require.NotEmpty(t, reported, complaint)
		assert.Contains(t, reported[0].Error(), complaint)
	}
	f.exchange(f.authorized("nonce", "", "scope", "aws.cognito.signin.user.admin")).ok()
	f.unviolated()
}

func TestManagedLoginConfigIsChecked(t *testing.T) {
	t.Parallel()
	secretive := func(ml authtest.ManagedLogin) authtest.Config {
		return authtest.Config{ClientSecret: true, ManagedLogin: ml}
	}
	for name, cfg := range map[string]authtest.Config{
		"http://app.example": {ManagedLogin: authtest.ManagedLogin{CallbackURLs: []string{"http://app.example"}}},
		"#fragment":          {ManagedLogin: authtest.ManagedLogin{CallbackURLs: []string{callbackURL + "#fragment"}}},
		"javascript:":        {ManagedLogin: authtest.ManagedLogin{CallbackURLs: []string{"javascript:alert(1)"}}},
		"/relative":          {ManagedLogin: authtest.ManagedLogin{CallbackURLs: []string{"/relative"}}},
		"ManagedLogin.Domain": {ManagedLogin: authtest.ManagedLogin{
			CallbackURLs: []string{callbackURL}, Domain: "my-cognito",
		}},
		"ManagedLogin.Flows": {ManagedLogin: authtest.ManagedLogin{Flows: []string{"client_credentials"}}},
		"LocalIssuer":        {LocalIssuer: true, Issuer: "https://issuer.example"},
	} {
		_, err := authtest.NewPool(cfg)
		require.ErrorContains(t, err, name)
	}
	for _, alone := range []authtest.ManagedLogin{
		{LogoutURLs: []string{logoutURL}},
		{Flows: []string{"code"}},
		{Scopes: []string{"openid"}},
		{Providers: []string{"Google"}},
		{Domain: "shop"},
		{Classic: true},
	} {
		_, err := authtest.NewPool(authtest.Config{ManagedLogin: alone})
		require.ErrorContains(t, err, "ManagedLogin.CallbackURLs: is empty", "%+v", alone)
	}
	for _, flows := range [][]string{{"code", "client_credentials"}, {"device"}} {
		_, err := authtest.NewPool(secretive(authtest.ManagedLogin{CallbackURLs: []string{callbackURL}, Flows: flows}))
		require.ErrorContains(t, err, "ManagedLogin.Flows")
	}
	for _, registered := range []string{
		"https://app.example/cb", "http://127.0.0.1:8080/cb", "http://[::1]/cb", "http://localhost/cb", "myapp://cb",
	} {
		_, err := authtest.NewPool(authtest.Config{
			NoListener: true, ManagedLogin: authtest.ManagedLogin{CallbackURLs: []string{registered}},
		})
		require.NoError(t, err, registered)
	}
}
