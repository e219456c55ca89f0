package speed_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"strings"
	"testing"

	"github.com/coreos/go-oidc/v3/oidc"
	gojwt "github.com/golang-jwt/jwt/v5"
	"github.com/lestrrat-go/jwx/v3/jwa"
	jwx "github.com/lestrrat-go/jwx/v3/jwt"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

type verify = func(ctx context.Context, token string) error

// verifiers check the signature, issuer, audience and times of an ID token that they see for the
// first time, each with the key in memory. The bare RSA verification is the lower bound.
func verifiers(b *testing.B) (all []contender) {
	b.Helper()
	pool := newPool(b)
	session := newClient(b, pool, nil, 0).Session("alice")
	signIn(b, session)
	token := fetch(b, session).IDToken.Raw
	key := signingKey(b, pool, token)
	dot := strings.LastIndexByte(token, '.')
	forged := token[:dot+1] + base64.RawURLEncoding.EncodeToString(make([]byte, key.Size()))
	for _, v := range []struct {
		name   string
		verify verify
	}{
		{"bare RSA", bareRSA(b, key, token)},
		{"this SDK", ours(b, pool)},
		{"golang-jwt", golangJWT(pool, key)},
		{"go-oidc", goOIDC(pool, key)},
		{"jwx", jwxVerifier(pool, key)},
	} {
		require.NoError(b, v.verify(b.Context(), token), v.name)
		require.Error(b, v.verify(b.Context(), forged), v.name)
		all = append(all, timed(v.name, func(b *testing.B) {
			if err := v.verify(b.Context(), token); err != nil {
				b.Fatal(err)
			}
		}))
	}
	return all
}

// signingKey returns the pool's key that signed the token.
func signingKey(b *testing.B, pool *authtest.Pool, token string) *rsa.PublicKey {
	b.Helper()
	parsed, _, err := gojwt.NewParser().ParseUnverified(token, gojwt.MapClaims{})
	require.NoError(b, err)
	response, err := http.Get(keysURL(pool))
	require.NoError(b, err)
	defer func() { require.NoError(b, response.Body.Close()) }()
	var published struct{ Keys []struct{ Kid, N, E string } }
	require.NoError(b, json.NewDecoder(response.Body).Decode(&published))
	for _, key := range published.Keys {
		if key.Kid == parsed.Header["kid"] {
			return &rsa.PublicKey{N: number(b, key.N), E: int(number(b, key.E).Int64())}
		}
	}
	require.FailNow(b, "the pool does not publish the key of its token")
	return nil
}

func keysURL(pool *authtest.Pool) string {
	return pool.URL + pool.UserPoolID + "/.well-known/jwks.json"
}

func number(b *testing.B, encoded string) *big.Int {
	b.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(encoded)
	require.NoError(b, err)
	return new(big.Int).SetBytes(raw)
}

// bareRSA verifies the signature of the one token, hashed and decoded beforehand, and rejects every
// other token.
func bareRSA(b *testing.B, key *rsa.PublicKey, token string) verify {
	b.Helper()
	dot := strings.LastIndexByte(token, '.')
	digest := sha256.Sum256([]byte(token[:dot]))
	signature, err := base64.RawURLEncoding.DecodeString(token[dot+1:])
	require.NoError(b, err)
	return func(_ context.Context, other string) error {
		if other != token {
			return rsa.ErrVerification
		}
		return rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature)
	}
}

func ours(b *testing.B, pool *authtest.Pool) verify {
	b.Helper()
	verifier, err := jwt.NewVerifier(jwt.Config{CacheSize: -1, Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID}, JWKSURL: keysURL(pool),
	}}})
	require.NoError(b, err)
	return func(ctx context.Context, token string) error {
		_, err := verifier.VerifyIDToken(ctx, token)
		return err
	}
}

func goOIDC(pool *authtest.Pool, key *rsa.PublicKey) verify {
	keys := &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{key}}
	verifier := oidc.NewVerifier(issuer(pool), keys, &oidc.Config{ClientID: pool.ClientID})
	return func(ctx context.Context, token string) error {
		_, err := verifier.Verify(ctx, token)
		return err
	}
}

func golangJWT(pool *authtest.Pool, key *rsa.PublicKey) verify {
	parser := gojwt.NewParser(gojwt.WithValidMethods([]string{"RS256"}), gojwt.WithIssuer(issuer(pool)),
		gojwt.WithAudience(pool.ClientID), gojwt.WithExpirationRequired(), gojwt.WithIssuedAt())
	keys := func(*gojwt.Token) (any, error) { return key, nil } //nolint:unparam // the type is golang-jwt's
	return func(_ context.Context, token string) error {
		_, err := parser.ParseWithClaims(token, &gojwt.RegisteredClaims{}, keys)
		return err
	}
}

func jwxVerifier(pool *authtest.Pool, key *rsa.PublicKey) verify {
	return func(_ context.Context, token string) error {
		_, err := jwx.ParseString(token, jwx.WithKey(jwa.RS256(), key), jwx.WithIssuer(issuer(pool)),
			jwx.WithAudience(pool.ClientID), jwx.WithRequiredClaim(jwx.ExpirationKey))
		return err
	}
}

// issuer is the iss claim of a pool's tokens.
func issuer(pool *authtest.Pool) string {
	return "https://cognito-idp.us-east-1.amazonaws.com/" + pool.UserPoolID
}
