package authtest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// FuzzRequest checks that every request succeeds or fails with a 4xx status, whatever it holds.
func FuzzRequest(f *testing.F) {
	const prefix = "AWSCognitoIdentityProviderService."
	for _, operation := range append(authtest.Operations(), "") {
		f.Add(
			prefix+operation,
			[]byte(`{"ClientId":"CLIENT","UserPoolId":"POOL","Username":"alice","AccessToken":"a.b.c"}`),
		)
		f.Add(prefix+operation, []byte(everything))
	}
	for _, seed := range []struct{ operation, body string }{
		{"InitiateAuth", `{"ClientId":"CLIENT","AuthFlow":"USER_SRP_AUTH",` +
			`"AuthParameters":{"USERNAME":"alice","SRP_A":"ff"}}`},
		{"InitiateAuth", `{"ClientId":"CLIENT","AuthFlow":"USER_PASSWORD_AUTH",` +
			`"AuthParameters":{"USERNAME":"b","PASSWORD":"x"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"CLIENT","ChallengeName":"PASSWORD_VERIFIER",` +
			`"ChallengeResponses":{"USERNAME":"alice","PASSWORD_CLAIM_SECRET_BLOCK":"AgV4",` +
			`"PASSWORD_CLAIM_SIGNATURE":"AA==","TIMESTAMP":"Sat Sep 5 09:03:07 UTC 2026"}}`},
		{"RespondToAuthChallenge", `{"ClientId":"CLIENT","ChallengeName":"SMS_MFA",` +
			`"Session":"ssssssssssssssssssss","ChallengeResponses":{"USERNAME":"alice","SMS_MFA_CODE":"1"}}`},
		{"AdminCreateUser", `{"UserPoolId":"POOL","Username":"é","UserAttributes":[{"Name":"email","Value":"@"}]}`},
		{"CreateUserPool", `{"PoolName":"p","MfaConfiguration":"ON","SmsConfiguration":{},"Schema":[{"Name":"tier"}],` +
			`"AccountRecoverySetting":{"RecoveryMechanisms":[{"Name":"verified_email","Priority":1}]}}`},
		{"UpdateUserPool", `{"UserPoolId":"POOL",` +
			`"Policies":{"SignInPolicy":{"AllowedFirstAuthFactors":["PASSWORD"]}}}`},
		{"CreateUserPoolClient", `{"UserPoolId":"POOL","ClientName":"c",` +
			`"ExplicitAuthFlows":["USER_PASSWORD_AUTH"],"RefreshTokenValidity":9,` +
			`"TokenValidityUnits":{"RefreshToken":"days"},"RefreshTokenRotation":{"Feature":"ENABLED"}}`},
		{"UpdateUserPoolClient", `{"UserPoolId":"POOL","ClientId":"CLIENT","WriteAttributes":["email"]}`},
		{"ListUsers", `{"UserPoolId":"POOL","Filter":"username ^= \"a\\\"\"","Limit":1,"PaginationToken":"YQ=="}`},
		{"CreateGroup", `{"UserPoolId":"POOL","GroupName":"g","Precedence":0}`},
	} {
		f.Add(prefix+seed.operation, []byte(seed.body))
	}
	f.Add("nonsense", []byte(`[`))

	changing := regexp.MustCompile(`Delete|Disable|Forget|Set|Update|Password|SignOut|Revoke`)
	var target fuzzed
	f.Cleanup(func() {
		if target.Pool != nil {
			target.Close()
		}
	})
	f.Fuzz(func(t *testing.T, operation string, body []byte) {
		target.renew(t)
		w := httptest.NewRecorder()
		target.ServeHTTP(w, target.request(operation, body))
		if w.Code != http.StatusOK && (w.Code < 400 || w.Code > 499) {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		target.stale = changing.MatchString(operation)
	})
}

// everything has most members of all requests, so that each operation gets past its validation.
const everything = `{"ClientId":"CLIENT","UserPoolId":"POOL","Username":"alice",` +
	`"AccessToken":"TOKEN","Session":"SESSION",` +
	`"AuthFlow":"CUSTOM_AUTH","ChallengeName":"CUSTOM_CHALLENGE","ChallengeResponses":{"USERNAME":"alice",` +
	`"ANSWER":"x"},"AuthParameters":{"USERNAME":"alice","PASSWORD":"x","SRP_A":"ff","REFRESH_TOKEN":"a.b"},` +
	`"Password":"Correct-horse-1!","PreviousPassword":"Correct-horse-1!","ProposedPassword":"Other-horse-1!",` +
	`"ConfirmationCode":"1","Code":"1","UserCode":"123456","UserAttributes":[{"Name":"email",` +
	`"Value":"b@example.com"}],"UserAttributeNames":["name"],"AttributeName":"email",` +
	`"SoftwareTokenMfaSettings":{"Enabled":true,"PreferredMfa":true},"DeviceKey":"us-east-1_0",` +
	`"DeviceRememberedStatus":"remembered","DeviceSecretVerifierConfig":{"PasswordVerifier":"AQ==",` +
	`"Salt":"AQ=="},"RefreshToken":"a.b","Token":"a.b","GroupName":"g","Credential":{"id":"x",` +
	`"type":"public-key"},"CredentialId":"eA","MaxResults":1,"Limit":1,"PoolName":"p","ClientName":"c",` +
	`"MfaConfiguration":"OPTIONAL","SoftwareTokenMfaConfiguration":{"Enabled":true},` +
	`"CustomAttributes":[{"Name":"tier"}]}`

// fuzzed is a pool whose user holds an access token and the session of a second sign-in.
type fuzzed struct {
	*authtest.Pool
	token, session string
	// stale reports that a request may have changed what later ones need: the user, token or
	// session.
	stale bool
}

// renew replaces a stale pool by a new one.
func (f *fuzzed) renew(t *testing.T) {
	t.Helper()
	if f.Pool != nil && !f.stale {
		f.ResetRequests()
		return
	}
	if f.Pool != nil {
		f.Close()
	}
	again := func(*authtest.DefineAuthChallengeEvent) error { return nil }
	created, err := authtest.NewPool(authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesAlways, AliasAttributes: []string{"email"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP", "WEB_AUTHN"},
		ExplicitAuthFlows: []string{
			"ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_USER_AUTH", "ALLOW_CUSTOM_AUTH",
			"ALLOW_ADMIN_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH",
		},
		Triggers: authtest.Triggers{DefineAuthChallenge: again},
	})
	require.NoError(t, err)
	f.Pool = created
	require.NoError(t, f.AddUser(authtest.User{Username: "alice", Password: password}))
	var out struct {
		Session              string
		AuthenticationResult struct{ AccessToken string }
	}
	for _, flow := range []string{"USER_PASSWORD_AUTH", "USER_AUTH"} {
		w := httptest.NewRecorder()
		f.ServeHTTP(w, f.request("AWSCognitoIdentityProviderService.InitiateAuth", []byte(
			`{"ClientId":"CLIENT","AuthFlow":"`+flow+`",`+
				`"AuthParameters":{"USERNAME":"alice","PASSWORD":"`+password+`"}}`,
		)))
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &out))
	}
	f.token, f.session = out.AuthenticationResult.AccessToken, out.Session
	require.NotEmpty(t, f.token)
	require.NotEmpty(t, f.session)
}

// request returns a request with this body, in which CLIENT, POOL, TOKEN and SESSION are replaced
// by the pool's values.
func (f *fuzzed) request(target string, body []byte) *http.Request {
	for name, value := range map[string]string{
		`"CLIENT"`: f.ClientID, `"POOL"`: f.UserPoolID, `"TOKEN"`: f.token, `"SESSION"`: f.session,
	} {
		body = bytes.ReplaceAll(body, []byte(name), []byte(`"`+value+`"`))
	}
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", target)
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=x")
	return r
}

// post calls an operation of the pool without a connection.
func post(t testing.TB, pool *authtest.Pool, operation string, body object) (int, object) {
	t.Helper()
	raw, err := json.Marshal(body)
	require.NoError(t, err)
	r := httptest.NewRequest(http.MethodPost, "/", bytes.NewReader(raw))
	r.Header.Set("Content-Type", "application/x-amz-json-1.1")
	r.Header.Set("X-Amz-Target", "AWSCognitoIdentityProviderService."+operation)
	w := httptest.NewRecorder()
	pool.ServeHTTP(w, r)
	var out object
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &out))
	return w.Code, out
}

// FuzzAttestation checks that every attestation is accepted or refused, whatever it holds.
func FuzzAttestation(f *testing.F) {
	pool, err := authtest.NewPool(choiceWithPasskeys)
	require.NoError(f, err)
	f.Cleanup(pool.Close)
	require.NoError(f, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	_, out := post(f, pool, "InitiateAuth", object{
		"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": pool.ClientID,
		"AuthParameters": object{"USERNAME": "alice", "PASSWORD": password},
	})
	token := out["AuthenticationResult"].(object)["AccessToken"].(string)

	b := newBrowser(f)
	challenge := base64.RawURLEncoding.EncodeToString(make([]byte, 32))
	made := b.create(object{"challenge": challenge, "rp": object{"id": "localhost"}, "user": object{"id": "AQ"}})
	attested, err := base64.RawURLEncoding.DecodeString(made["response"].(object)["attestationObject"].(string))
	require.NoError(f, err)
	f.Add(attested, b.credential.ID)
	f.Add([]byte("\xa3cfmtdnonegattStmt\xa0hauthDataX\x25"), []byte{1})
	f.Fuzz(func(t *testing.T, attestation, id []byte) {
		_, started := post(t, pool, "StartWebAuthnRegistration", object{"AccessToken": token})
		client := object{
			"type": "webauthn.create", "origin": "http://localhost",
			"challenge": started["CredentialCreationOptions"].(object)["challenge"],
		}
		encode := base64.RawURLEncoding.EncodeToString
		code, out := post(t, pool, "CompleteWebAuthnRegistration", object{"AccessToken": token, "Credential": object{
			"id": encode(id), "rawId": encode(id), "type": "public-key", "response": object{
				"clientDataJSON": encode([]byte(jsonText(t, client))), "attestationObject": encode(attestation),
			},
		}})
		assert.Contains(t, []int{http.StatusOK, http.StatusBadRequest}, code, "%v", out)
		pool.ResetRequests()
	})
}

// FuzzAuthorize checks that the pool redirects to nothing but registered URIs and its own pages,
// whatever the request is.
func FuzzAuthorize(f *testing.F) {
	pool, err := authtest.NewPool(authtest.Config{NoListener: true, ManagedLogin: authtest.ManagedLogin{
		CallbackURLs: []string{callbackURL, "myapp://cb"}, Flows: []string{"code", "implicit"},
		Scopes: []string{"openid", "orders/read"}, Providers: []string{"Google"},
	}})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(pool.Close)
	for _, path := range []string{"/oauth2/authorize", "/login", "/logout", "/oauth2/idpresponse", "/oauth2/userInfo"} {
		for _, query := range []string{
			"response_type=code&redirect_uri=http://localhost:3000/callback&scope=openid&state=s&nonce=n",
			"response_type=token&redirect_uri=myapp://cb&prompt=none&resource=https://a.example&lang=de",
			"redirect_uri=http://localhost:3000/callback/&logout_uri=https://evil.example&code_challenge=x",
			"response_type=code&redirect_uri=myapp://cb&identity_provider=Google&idp_identifier=x&state=%00",
		} {
			f.Add(path, query)
		}
	}
	f.Fuzz(func(t *testing.T, path, query string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody)
		r.URL.Path, r.URL.RawQuery = path, query+"&client_id="+pool.ClientID
		w := httptest.NewRecorder()
		pool.ServeHTTP(w, r)
		location := w.Header().Get("Location")
		own := strings.HasPrefix(location, "/") && !strings.HasPrefix(location, "//") ||
			strings.HasPrefix(location, pool.URL)
		if location != "" && !own && !strings.HasPrefix(location, callbackURL) && !strings.HasPrefix(location, "myapp://cb") {
			t.Errorf("%s?%s leads to %s", path, query, location)
		}
		if w.Code >= http.StatusInternalServerError {
			t.Errorf("%s?%s is answered with %d", path, query, w.Code)
		}
	})
}
