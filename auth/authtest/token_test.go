package authtest_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// get fetches JSON from the pool.
func (f *fixture) get(path string, into any) {
	f.t.Helper()
	r, err := http.NewRequestWithContext(f.t.Context(), http.MethodGet, f.URL+path, nil)
	require.NoError(f.t, err)
	resp, err := f.client.Do(r)
	require.NoError(f.t, err)
	defer func() { _ = resp.Body.Close() }()
	require.Equal(f.t, http.StatusOK, resp.StatusCode)
	require.NoError(f.t, json.NewDecoder(resp.Body).Decode(into))
}

// verify checks a token with the published keys and returns its header and claims.
func (f *fixture) verify(token string) (header map[string]any, claims object) {
	f.t.Helper()
	var keys jose.JSONWebKeySet
	f.get(f.UserPoolID+"/.well-known/jwks.json", &keys)
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	require.NoError(f.t, err)
	matching := keys.Key(signed.Signatures[0].Header.KeyID)
	require.Len(f.t, matching, 1)
	payload, err := signed.Verify(matching[0])
	require.NoError(f.t, err)
	require.NoError(f.t, json.Unmarshal(payload, &claims))
	head, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	require.NoError(f.t, err)
	header = map[string]any{"kid": head.Signatures[0].Header.KeyID, "alg": head.Signatures[0].Header.Algorithm}
	for name, value := range head.Signatures[0].Header.ExtraHeaders {
		header[string(name)] = value
	}
	return header, claims
}

type claimsOfBoth struct{ access, id object }

func (f *fixture) claims(result object) claimsOfBoth {
	f.t.Helper()
	_, access := f.verify(result["AccessToken"].(string))
	_, id := f.verify(result["IdToken"].(string))
	return claimsOfBoth{access, id}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{AccessTokenValidity: 10 * time.Minute, IDTokenValidity: 20 * time.Minute},
		authtest.User{
			Username: "alice", Password: password, Attributes: map[string]string{
				"email":                 email,
				"email_verified":        "true",
				"phone_number":          phone,
				"phone_number_verified": "false",
				"address":               "Main St",
			},
		},
	)
	f.Advance(365 * 24 * time.Hour)
	result := f.signInSRP("alice", password).tokens()
	now := float64(f.Now().Unix())
	assert.InDelta(t, 600, result["ExpiresIn"], 0)

	accessHeader, access := f.verify(result["AccessToken"].(string))
	idHeader, id := f.verify(result["IdToken"].(string))
	assert.Len(t, accessHeader, 2, "kid and alg, no typ")
	assert.Len(t, idHeader, 2)
	assert.NotEqual(t, accessHeader["kid"], idHeader["kid"], "ID and access tokens have a key each")

	unique := map[string]bool{}
	for _, claims := range []object{access, id} {
		assert.InDelta(t, now, claims["iat"], 60)
		assert.InDelta(t, claims["iat"], claims["auth_time"], 0)
		unique[claims["jti"].(string)] = true
	}
	assert.Len(t, unique, 2)
	for _, shared := range []string{"sub", "origin_jti", "event_id", "auth_time"} {
		assert.Equal(t, access[shared], id[shared], shared)
		assert.NotEmpty(t, access[shared], shared)
	}
	assert.InDelta(t, 600, access["exp"].(float64)-access["iat"].(float64), 0)
	assert.InDelta(t, 1200, id["exp"].(float64)-id["iat"].(float64), 0)
	for _, volatile := range []string{"sub", "jti", "origin_jti", "event_id", "auth_time", "iat", "exp"} {
		delete(access, volatile)
		delete(id, volatile)
	}
	issuer := "https://cognito-idp.us-east-1.amazonaws.com/" + f.UserPoolID
	assert.Equal(t, object{
		"iss": issuer, "token_use": "access", "scope": "aws.cognito.signin.user.admin",
		"client_id": f.ClientID, "username": "alice",
	}, access)
	assert.Equal(t, object{
		"iss": issuer, "token_use": "id", "aud": f.ClientID, "cognito:username": "alice",
		"email": email, "email_verified": true, "phone_number": phone, "phone_number_verified": false,
		"address": object{"formatted": "Main St"},
	}, id)

	refresh := result["RefreshToken"].(string)
	assert.Len(t, strings.Split(refresh, "."), 5)
	assert.True(t, strings.HasPrefix(refresh, "eyJjdHkiOiJKV1QiLCJlbmMiOiJBMjU2R0NNIiwiYWxnIjoiUlNBLU9BRVAifQ."))
	assert.Regexp(t, `^[A-Za-z0-9-_=.]+$`, refresh)
}

func TestKeys(t *testing.T) {
	t.Parallel()
	f, other := start(t, authtest.Config{}), start(t, authtest.Config{})
	var keys, others struct{ Keys []map[string]string }
	f.get(f.UserPoolID+"/.well-known/jwks.json", &keys)
	other.get(other.UserPoolID+"/.well-known/jwks.json", &others)
	require.Len(t, keys.Keys, 2)
	kids := map[string]bool{}
	for _, key := range append(keys.Keys, others.Keys...) {
		assert.Equal(t, "RS256", key["alg"])
		assert.Equal(t, "RSA", key["kty"])
		assert.Equal(t, "sig", key["use"])
		assert.Equal(t, "AQAB", key["e"])
		assert.Len(t, key, 6)
		kids[key["kid"]] = true
	}
	assert.Len(t, kids, 4, "each pool has its own keys")
}

func TestOpenIDConfiguration(t *testing.T) {
	t.Parallel()
	for issuer, want := range map[string]string{
		"": "https://cognito-idp.eu-west-1.amazonaws.com/{pool}", "https://issuer.example": "https://issuer.example",
	} {
		f := start(t, authtest.Config{Region: "eu-west-1", Issuer: issuer}, alice())
		want = strings.ReplaceAll(want, "{pool}", f.UserPoolID)
		var configuration object
		f.get(f.UserPoolID+"/.well-known/openid-configuration", &configuration)
		assert.Equal(t, want, configuration["issuer"])
		assert.Equal(t, f.URL+f.UserPoolID+"/.well-known/jwks.json", configuration["jwks_uri"])
		_, claims := f.verify(f.accessToken("alice"))
		assert.Equal(t, want, claims["iss"])
		assert.Equal(t, email, f.getUser(f.accessToken("alice")).ok()["UserAttributes"].([]any)[1].(object)["Value"])
	}
}

func (f *fixture) getUser(token string) reply {
	f.t.Helper()
	return f.call("GetUser", object{"AccessToken": token})
}

func TestShortTokens(t *testing.T) {
	t.Parallel()
	f := start(
		t,
		authtest.Config{ShortTokens: true, AccessTokenValidity: 2 * time.Second, IDTokenValidity: time.Second},
		alice(),
	)
	result := f.signIn("alice", password).tokens()
	assert.EqualValues(t, 2, result["ExpiresIn"])
	f.Advance(2 * time.Second)
	f.getUser(result["AccessToken"].(string)).fails("NotAuthorizedException", "Access Token has expired")
}

func TestPreTokenGeneration(t *testing.T) {
	t.Parallel()
	groups := &authtest.GroupConfiguration{
		GroupsToOverride: []string{
			"admins",
		},
		IAMRolesToOverride: []string{"arn:aws:iam::1:role/a"},
		PreferredRole:      "arn:aws:iam::1:role/a",
	}
	first := func(r *authtest.PreTokenGenerationResponse) {
		r.ClaimsOverrideDetails = &authtest.ClaimsOverrideDetails{
			ClaimsToAddOrOverride: map[string]string{
				"tenant": "acme",
				"email":  "other@example.com",
				"sub":    "nobody",
				"aud":    "x",
			},
			ClaimsToSuppress:     []string{"nickname", "exp", "cognito:username"},
			GroupOverrideDetails: groups,
		}
	}
	second := func(r *authtest.PreTokenGenerationResponse) {
		r.ClaimsAndScopeOverrideDetails = &authtest.ClaimsAndScopeOverrideDetails{
			IDTokenGeneration: authtest.TokenGeneration{
				ClaimsToAddOrOverride: map[string]any{"tenant": "acme", "email": "other@example.com"},
				ClaimsToSuppress:      []string{"nickname"},
			},
			AccessTokenGeneration: authtest.TokenGeneration{
				ClaimsToAddOrOverride: map[string]any{"tenant": map[string]any{"id": "acme"}, "client_id": "x"},
				ScopesToAdd:           []string{"orders.read"},
			},
			GroupOverrideDetails: groups,
		}
	}
	for name, respond := range map[string]func(*authtest.PreTokenGenerationResponse){
		"version 1": first, "version 2": second,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			u := alice()
			u.Attributes["nickname"] = "Al"
			f := start(t, authtest.Config{Triggers: authtest.Triggers{
				PreTokenGeneration: func(e *authtest.PreTokenGenerationEvent) error {
					respond(&e.Response)
					return nil
				},
			}}, u)
			result := f.signIn("alice", password).tokens()
			refreshed := f.call("GetTokensFromRefreshToken", object{
				"ClientId": f.ClientID, "RefreshToken": result["RefreshToken"],
			}).ok()["AuthenticationResult"].(object)
			for _, tokens := range []object{result, refreshed} {
				claims := f.claims(tokens)
				assert.Equal(t, "acme", claims.id["tenant"])
				assert.Equal(t, "other@example.com", claims.id["email"])
				assert.NotContains(t, claims.id, "nickname")
				assert.Equal(t, "alice", claims.id["cognito:username"])
				assert.Equal(t, f.ClientID, claims.id["aud"])
				assert.NotEqual(t, "nobody", claims.id["sub"])
				assert.Contains(t, claims.id, "exp")
				assert.Equal(t, []any{"admins"}, claims.id["cognito:groups"])
				assert.Equal(t, []any{"admins"}, claims.access["cognito:groups"])
				assert.Equal(t, []any{"arn:aws:iam::1:role/a"}, claims.id["cognito:roles"])
				assert.Equal(t, "arn:aws:iam::1:role/a", claims.id["cognito:preferred_role"])
				assert.Equal(t, f.ClientID, claims.access["client_id"])
				if name == "version 1" {
					assert.NotContains(t, claims.access, "tenant")
					continue
				}
				assert.Equal(t, object{"id": "acme"}, claims.access["tenant"])
				assert.Equal(t, "aws.cognito.signin.user.admin orders.read", claims.access["scope"])
			}
		})
	}
}

// The API refuses an access token without its scope.
func TestPreTokenGenerationSuppressesTheScope(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{Triggers: authtest.Triggers{
		PreTokenGeneration: func(e *authtest.PreTokenGenerationEvent) error {
			assert.Equal(t, []string{"aws.cognito.signin.user.admin"}, e.Request.Scopes)
			e.Response.ClaimsAndScopeOverrideDetails = &authtest.ClaimsAndScopeOverrideDetails{
				AccessTokenGeneration: authtest.TokenGeneration{ScopesToSuppress: e.Request.Scopes},
			}
			return nil
		},
	}}, alice())
	f.call("GetUser", object{"AccessToken": f.accessToken("alice")}).
		fails("NotAuthorizedException", "Access Token does not have required scopes")
}

// The claims that a trigger can add and suppress are those of the developer guide's table of claims and
// scopes. A claim that is both added and suppressed is suppressed.
func TestClaimsThatATriggerCanChange(t *testing.T) {
	t.Parallel()
	var clientID string
	f := start(t, authtest.Config{Triggers: authtest.Triggers{
		PreTokenGeneration: func(e *authtest.PreTokenGenerationEvent) error {
			change := authtest.TokenGeneration{
				ClaimsToAddOrOverride: map[string]any{
					"email": "other@example.com", "locale": "fr", "aud": clientID, "scope": "x", "username": "x",
					"identities": "x", "dev:custom:x": "x", "cognito:x": "x", "cognito:groups": []string{"x"},
				},
				ClaimsToSuppress: []string{"locale", "cognito:groups", "cognito:username", "client_id"},
			}
			e.Response.ClaimsAndScopeOverrideDetails = &authtest.ClaimsAndScopeOverrideDetails{
				IDTokenGeneration: change, AccessTokenGeneration: change,
			}
			return nil
		},
	}}, alice())
	clientID = f.ClientID
	f.join("admins", object{"RoleArn": "arn:aws:iam::123456789012:role/admins"})
	both := f.claims(f.signIn("alice", password).tokens())
	for name, token := range map[string]object{"id": both.id, "access": both.access} {
		assert.Equal(t, "other@example.com", token["email"], name)
		assert.Equal(t, f.ClientID, token["aud"], name)
		for _, absent := range []string{
			"locale", "identities", "dev:custom:x", "cognito:x", "cognito:groups", "cognito:roles",
			"cognito:preferred_role",
		} {
			assert.NotContains(t, token, absent, name)
		}
	}
	assert.Equal(t, "alice", both.id["cognito:username"])
	assert.NotContains(t, both.id, "scope")
	assert.Equal(t, "alice", both.access["username"])
	assert.Equal(t, f.ClientID, both.access["client_id"])
	assert.Equal(t, "aws.cognito.signin.user.admin", both.access["scope"])

	clientID = "another"
	both = f.claims(f.signIn("alice", password).tokens())
	assert.NotContains(t, both.access, "aud", "an access token has the aud of its client or none")
	assert.Equal(t, f.ClientID, both.id["aud"])
}
