package conformance_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestJWTVerify checks that AWS's own verifier accepts the pool's tokens and refuses altered ones.
func TestJWTVerify(t *testing.T) {
	t.Parallel()
	needNode(t)
	pool := newPool(t, authtest.Config{}, authtest.User{Username: "alice", Password: password})
	session := newClient(t, pool).Session("alice")
	_, err := session.SignIn(t.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(t, err)
	tokens, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	id, access, sub := tokens.IDToken.Raw, tokens.AccessToken.Raw, tokens.UserSub

	cases := []struct {
		name, token, use, sub, refusal string
	}{
		{name: "id token", token: id, use: "id", sub: sub},
		{name: "access token", token: access, use: "access", sub: sub},
		{name: "id token as access token", token: id, use: "access", refusal: "CognitoJwtInvalidTokenUseError"},
		{name: "altered signature", token: altered(t, id), use: "id", refusal: "JwtInvalidSignatureError"},
		{
			name:  "signature of the other token",
			token: crossed(t, access, id), use: "access", refusal: "JwtInvalidSignatureError",
		},
	}
	tokensToVerify := make([]map[string]string, len(cases))
	for i, c := range cases {
		tokensToVerify[i] = map[string]string{"token": c.token, "use": c.use}
	}
	var verdicts []struct{ Sub, Error string }
	script(t, "jwt-verify.mjs", map[string]any{
		"userPoolId": pool.UserPoolID,
		"clientId":   pool.ClientID,
		"jwks":       jwks(t, pool),
		"tokens":     tokensToVerify,
	}, &verdicts)
	require.Len(t, verdicts, len(cases))
	for i, c := range cases {
		assert.Equal(t, c.sub, verdicts[i].Sub, c.name)
		assert.Equal(t, c.refusal, verdicts[i].Error, c.name)
	}
}

// newClient returns a client of this SDK for the pool.
func newClient(t *testing.T, pool *authtest.Pool) *auth.Client {
	t.Helper()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL,
	})
	require.NoError(t, err)
	return client
}

func jwks(t *testing.T, pool *authtest.Pool) json.RawMessage {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		pool.URL+pool.UserPoolID+"/.well-known/jwks.json", http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	var keys json.RawMessage
	require.NoError(t, json.NewDecoder(response.Body).Decode(&keys))
	return keys
}

// altered returns the token with another first character of its signature.
func altered(t *testing.T, token string) string {
	t.Helper()
	head, signature := cutSignature(t, token)
	first := "A"
	if strings.HasPrefix(signature, first) {
		first = "B"
	}
	return head + "." + first + signature[1:]
}

// crossed returns a token with the signature of another.
func crossed(t *testing.T, token, other string) string {
	t.Helper()
	head, _ := cutSignature(t, token)
	_, signature := cutSignature(t, other)
	return head + "." + signature
}

func cutSignature(t *testing.T, token string) (head, signature string) {
	t.Helper()
	dot := strings.LastIndexByte(token, '.')
	require.Positive(t, dot)
	return token[:dot], token[dot+1:]
}
