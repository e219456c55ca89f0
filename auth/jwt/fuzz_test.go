package jwt_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// Any string is either a token with a valid signature or refused with an *Error whose reason is
// about the token.
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
		if !errors.As(err, &failure) || errors.Is(err, jwt.ErrKeysUnavailable) && failure.Err != nil || got.Subject != "" {
			t.Errorf("%v, with claims %+v", err, got)
		}
	})
}

// Any signed claims are either accepted, and can then be decoded, or refused with an *Error. The
// signer is made once: each execution costs one signature.
func FuzzSignedClaims(f *testing.F) {
	pool := newStubPool(f)
	v := pool.verifier(f)
	signer := newSigner(f, jose.RS256, pool.key, claims{"kid": keyID})
	f.Add(payloadOf(f, pool.accessToken(f, claims{"cognito:groups": []string{"a"}})))
	f.Add([]byte(`{"exp":1e3,"aud":[["x"]],"email_verified":"true","iss":"` + issuer + `"}`))
	f.Fuzz(func(t *testing.T, payload []byte) {
		token := signed(t, signer, payload)
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

// With any key set a token is accepted only if its key is in the set.
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

// BearerToken returns the rest of a header that has the scheme, whatever the header is.
func FuzzBearerToken(f *testing.F) {
	for _, header := range []string{"Bearer a.b.c", "bearer  a", "Bearer", "Basic YQ==", "", " Bearer a", "Bearer\ta"} {
		f.Add(header)
	}
	f.Fuzz(func(t *testing.T, header string) {
		token, err := jwt.BearerToken(header)
		switch {
		case err != nil && (token != "" || !errors.Is(err, jwt.ErrNoToken)):
			t.Errorf("%q: %q, %v", header, token, err)
		case err == nil && (!strings.EqualFold(header[:6], "Bearer") || !strings.HasSuffix(header, token) || strings.HasPrefix(token, " ")):
			t.Errorf("%q: %q", header, token)
		}
	})
}

// The realm and the scopes stay inside their quotes, whatever is in them.
func FuzzChallenge(f *testing.F) {
	pool := newStubPool(f)
	v := pool.verifier(f)
	quotedString := regexp.MustCompile(`^Bearer realm="([^"\\\x00-\x1f\x7f]|\\["\\])*", scope="([^"\\\x00-\x1f\x7f]|\\["\\])*"$`)
	f.Add("api", "orders/read")
	f.Add(`a", error="x`, "\r\nSet-Cookie: a=b")
	f.Add(`\`, `"`)
	f.Fuzz(func(t *testing.T, realm, scope string) {
		if realm == "" || scope == "" {
			return
		}
		guard := jwt.Guard{Realm: realm, Requirement: jwt.Requirement{AllScopes: []string{scope}}}
		answer := call(v.Protect(http.HandlerFunc(greeter), guard))
		challenge := strings.ToValidUTF8(answer.Header().Get("WWW-Authenticate"), "?")
		if answer.Code != http.StatusUnauthorized || !quotedString.MatchString(challenge) {
			t.Errorf("%d %q", answer.Code, challenge)
		}
	})
}
