package conformance_test

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	gojwt "github.com/golang-jwt/jwt/v5"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// contender is one way to verify a token.
type contender struct {
	name   string
	verify func(context.Context, string) error
}

// contenders returns this SDK's verifier and those that Go services use instead, each with the key
// in memory. All check the signature, issuer, audience and times of an ID token. The bare RSA
// verification is the lower bound.
func contenders(b *testing.B) (all []contender, token string) {
	b.Helper()
	pool, token := tokenToVerify(b)
	key := signingKey(b, pool, token)
	all = []contender{
		{"rsa", bareRSA(b, key, token)},
		{"auth-jwt-first", ours(b, pool, -1)},
		{"auth-jwt-repeated", ours(b, pool, 1)},
		{"go-oidc", goOIDC(pool, key)},
		{"golang-jwt", golangJWT(pool, key)},
	}
	dot := strings.LastIndexByte(token, '.')
	forged := token[:dot+1] + base64.RawURLEncoding.EncodeToString(make([]byte, key.Size()))
	for _, c := range all {
		require.NoError(b, c.verify(b.Context(), token), c.name)
		require.Error(b, c.verify(b.Context(), forged), c.name)
	}
	return all, token
}

// BenchmarkVerifyIDToken measures the time and the allocations of each verifier.
func BenchmarkVerifyIDToken(b *testing.B) {
	all, token := contenders(b)
	for _, c := range all {
		b.Run(c.name, func(b *testing.B) {
			ctx := b.Context()
			b.ReportAllocs()
			for b.Loop() {
				if err := c.verify(ctx, token); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkVerifyIDTokenInTurn runs the verifiers in turn within one loop, so that other load on
// the machine affects them equally. It reports the median time of each, also as a multiple of that
// of the bare RSA verification.
func BenchmarkVerifyIDTokenInTurn(b *testing.B) {
	all, token := contenders(b)
	spent := make([][]time.Duration, len(all))
	for b.Loop() {
		for i, c := range all {
			begin := time.Now()
			err := c.verify(b.Context(), token)
			spent[i] = append(spent[i], time.Since(begin))
			if err != nil {
				b.Fatal(err)
			}
		}
	}
	rsaAlone := median(spent[0])
	for i, c := range all {
		b.ReportMetric(float64(median(spent[i]).Nanoseconds()), "ns/"+c.name)
		b.ReportMetric(float64(median(spent[i]))/float64(rsaAlone), c.name+"/rsa")
	}
}

func median(times []time.Duration) time.Duration {
	slices.Sort(times)
	return times[len(times)/2]
}

func tokenToVerify(b *testing.B) (pool *authtest.Pool, token string) {
	b.Helper()
	pool, err := authtest.NewPool(authtest.Config{})
	require.NoError(b, err)
	b.Cleanup(pool.Close)
	require.NoError(b, pool.AddUser(authtest.User{Username: "alice", Password: password}))
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	require.NoError(b, err)
	session := client.Session("alice")
	_, err = session.SignIn(b.Context(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(b, err)
	tokens, err := session.FetchAuthSession(b.Context(), auth.FetchAuthSessionInput{})
	require.NoError(b, err)
	return pool, tokens.IDToken.Raw
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
func bareRSA(b *testing.B, key *rsa.PublicKey, token string) func(context.Context, string) error {
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

func ours(b *testing.B, pool *authtest.Pool, cacheSize int) func(context.Context, string) error {
	b.Helper()
	verifier, err := jwt.NewVerifier(jwt.Config{CacheSize: cacheSize, Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: keysURL(pool),
	}}})
	require.NoError(b, err)
	return func(ctx context.Context, token string) error {
		_, err := verifier.VerifyIDToken(ctx, token)
		return err
	}
}

func goOIDC(pool *authtest.Pool, key *rsa.PublicKey) func(context.Context, string) error {
	keys := &oidc.StaticKeySet{PublicKeys: []crypto.PublicKey{key}}
	verifier := oidc.NewVerifier(issuer(pool), keys, &oidc.Config{ClientID: pool.ClientID})
	return func(ctx context.Context, token string) error {
		_, err := verifier.Verify(ctx, token)
		return err
	}
}

func golangJWT(pool *authtest.Pool, key *rsa.PublicKey) func(context.Context, string) error {
	parser := gojwt.NewParser(gojwt.WithValidMethods([]string{"RS256"}), gojwt.WithIssuer(issuer(pool)),
		gojwt.WithAudience(pool.ClientID), gojwt.WithExpirationRequired(), gojwt.WithIssuedAt())
	keys := func(token *gojwt.Token) (any, error) {
		if token.Method != gojwt.SigningMethodRS256 {
			return nil, gojwt.ErrTokenUnverifiable
		}
		return key, nil
	}
	return func(_ context.Context, token string) error {
		_, err := parser.ParseWithClaims(token, &gojwt.RegisteredClaims{}, keys)
		return err
	}
}

// issuer is the iss claim of a pool's tokens.
func issuer(pool *authtest.Pool) string {
	return "https://cognito-idp.us-east-1.amazonaws.com/" + pool.UserPoolID
}
