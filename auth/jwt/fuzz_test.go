package jwt_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// Whatever is brought, the answer is an *Error with a reason that is about the token; no string but
// a signed one is good.
func FuzzVerifyAccessToken(f *testing.F) {
	pool := newStubPool(f)
	v := pool.verifier(f)
	good := pool.accessToken(f, nil)
	f.Add(good)
	for _, bad := range badAccessTokens(f, pool) {
		if len(bad.token) < 4<<10 {
			f.Add(bad.token)
		}
	}
	f.Fuzz(func(t *testing.T, raw string) {
		got, err := v.VerifyAccessToken(context.Background(), raw)
		if err == nil {
			var all map[string]any
			if got.Subject == "" || got.ClientID != clientID || got.Claims(&all) != nil {
				t.Errorf("accepted with claims %+v", got)
			}
			return
		}
		var failure *jwt.Error
		if !errors.As(err, &failure) || errors.Is(err, jwt.ErrKeysUnavailable) || got.Subject != "" {
			t.Errorf("%v, with claims %+v", err, got)
		}
	})
}

// Whatever claims are signed, they are accepted or refused with a reason, and those accepted can be
// read.
func FuzzSignedClaims(f *testing.F) {
	pool := newStubPool(f)
	v := pool.verifier(f)
	f.Add(payloadOf(f, pool.accessToken(f, claims{"cognito:groups": []string{"a"}})))
	f.Add([]byte(`{"exp":1e3,"aud":[["x"]],"email_verified":"true","iss":"` + issuer + `"}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		token := signAs(t, "RS256", pool.key, claims{"kid": keyID}, payload)
		got, err := v.VerifyAccessToken(context.Background(), token)
		var failure *jwt.Error
		if err != nil && !errors.As(err, &failure) {
			t.Error(err)
		}
		var all map[string]any
		if err == nil && (json.Unmarshal(payload, &all) != nil || all["client_id"] != clientID || got.ExpiresAt.IsZero()) {
			t.Errorf("accepted %s", payload)
		}
	})
}

// Whatever the endpoint gives, a token is accepted only if the keys are those that signed it.
func FuzzKeySet(f *testing.F) {
	pool := newStubPool(f)
	good := webKey(keyID, &pool.key.PublicKey)
	token := pool.accessToken(f, nil)
	f.Add(keySet(good))
	f.Add(keySet(webKey(keyID, &pool.other.PublicKey), good))
	f.Add(keySet(merge(good, claims{"e": "AQ"}), claims{"kty": "oct", "k": "AA"}))
	f.Add([]byte(`{"keys":[null,7,{"kty":"RSA","n":"","e":""}]}`))
	f.Fuzz(func(t *testing.T, document []byte) {
		p := newStubPool(t)
		p.serve(respond(http.StatusOK, document))
		err := verifyAccess(p.verifier(t), token)
		switch {
		case err == nil && !json.Valid(document):
			t.Errorf("accepted with %s", document)
		case err != nil && !errors.Is(err, jwt.ErrKeysUnavailable) && !errors.Is(err, jwt.ErrUnknownKey) &&
			!errors.Is(err, jwt.ErrBadSignature):
			t.Errorf("%v with %s", err, document)
		}
	})
}
