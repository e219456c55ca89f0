package authtest_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

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

// Whatever an authenticator attests is verified or refused.
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
