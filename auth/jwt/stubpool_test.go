package jwt_test

import (
	"bytes"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"math/big"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

const (
	poolID   = "eu-west-1_Ab1Cd2Ef3"
	clientID = "1example23456789abcdefghij"
	issuer   = "https://cognito-idp.eu-west-1.amazonaws.com/" + poolID
	keyID    = "Kq0n9pT0bq2pGkzQm2mF3Yx1uGQWmC7cFqYw5o8oZ9A="
)

type claims map[string]any

// testKeys are generated once per process: it takes a good part of a second.
var testKeys = sync.OnceValue(func() [2]*rsa.PrivateKey {
	var keys [2]*rsa.PrivateKey
	for i := range keys {
		key, err := rsa.GenerateKey(rand.Reader, 2048)
		if err != nil {
			panic(err)
		}
		keys[i] = key
	}
	return keys
})

// stubPool signs any claims, which neither authtest's pool nor Cognito does. It serves its keys as
// an http.RoundTripper, without a network, so that it works in a synctest bubble.
type stubPool struct {
	key, other *rsa.PrivateKey // other is not published at first
	fetches    atomic.Int64

	mu     sync.Mutex
	answer func(*http.Request) reply
}

// reply is a response of the endpoint.
type reply struct {
	status   int
	location string
	body     io.Reader
	err      error
}

func newStubPool(tb testing.TB) *stubPool {
	tb.Helper()
	keys := testKeys()
	pool := &stubPool{key: keys[0], other: keys[1]}
	pool.publish(webKey(keyID, &pool.key.PublicKey))
	return pool
}

func (p *stubPool) RoundTrip(r *http.Request) (*http.Response, error) {
	p.fetches.Add(1)
	p.mu.Lock()
	answer := p.answer
	p.mu.Unlock()
	given := answer(r)
	if given.err != nil {
		return nil, given.err
	}
	header := http.Header{"Location": {given.location}}
	return &http.Response{StatusCode: given.status, Header: header, Body: io.NopCloser(given.body)}, nil
}

func (p *stubPool) serve(answer func(*http.Request) reply) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = answer
}

// publish makes the pool's endpoint serve the keys.
func (p *stubPool) publish(keys ...claims) {
	p.serve(respond(http.StatusOK, keySet(keys...)))
}

func keySet(keys ...claims) []byte {
	document, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err)
	}
	return document
}

func webKey(id string, key *rsa.PublicKey) claims {
	number := func(n *big.Int) string { return base64.RawURLEncoding.EncodeToString(n.Bytes()) }
	return claims{"kty": "RSA", "kid": id, "use": "sig", "alg": "RS256", "n": number(key.N), "e": number(big.NewInt(int64(key.E)))}
}

func respond(status int, body []byte) func(*http.Request) reply {
	return func(*http.Request) reply { return reply{status: status, body: bytes.NewReader(body)} }
}

func (p *stubPool) config(change ...func(*jwt.Config)) jwt.Config {
	cfg := jwt.Config{
		Pools:      []jwt.TrustedPool{{UserPoolID: poolID, ClientIDs: []string{clientID}}},
		HTTPClient: &http.Client{Transport: p},
	}
	for _, c := range change {
		c(&cfg)
	}
	return cfg
}

func (p *stubPool) verifier(tb testing.TB, change ...func(*jwt.Config)) *jwt.Verifier {
	tb.Helper()
	v, err := jwt.NewVerifier(p.config(change...))
	require.NoError(tb, err)
	return v
}

// accessToken returns a token with the claims of Cognito's access tokens, some of them changed; a
// nil value removes one.
func (p *stubPool) accessToken(tb testing.TB, change claims) string {
	tb.Helper()
	return p.sign(tb, merge(claims{
		"sub": "1f0c2d3e-aaaa-bbbb-cccc-0123456789ab", "iss": issuer, "client_id": clientID, "token_use": "access",
		"origin_jti": "2f0c2d3e-aaaa-bbbb-cccc-0123456789ab", "event_id": "3f0c2d3e-aaaa-bbbb-cccc-0123456789ab",
		"scope": "aws.cognito.signin.user.admin", "jti": "4f0c2d3e-aaaa-bbbb-cccc-0123456789ab", "username": "alice",
		"auth_time": time.Now().Unix(), "iat": time.Now().Unix(), "exp": time.Now().Add(time.Hour).Unix(),
	}, change))
}

func (p *stubPool) idToken(tb testing.TB, change claims) string {
	tb.Helper()
	return p.accessToken(tb, merge(claims{
		"token_use": "id", "client_id": nil, "scope": nil, "username": nil, "aud": clientID, "cognito:username": "alice",
		"email": "alice@example.com", "email_verified": true,
	}, change))
}

func merge(base, change claims) claims {
	all := maps.Clone(base)
	maps.Copy(all, change)
	maps.DeleteFunc(all, func(_ string, value any) bool { return value == nil })
	return all
}

func (p *stubPool) sign(tb testing.TB, c claims) string {
	tb.Helper()
	payload, err := json.Marshal(c)
	require.NoError(tb, err)
	return signAs(tb, jose.RS256, p.key, claims{"kid": keyID}, payload)
}

// signAs returns a token with any algorithm, key and header.
func signAs(tb testing.TB, alg jose.SignatureAlgorithm, key any, header claims, payload []byte) string {
	tb.Helper()
	return signed(tb, newSigner(tb, alg, key, header), payload)
}

func newSigner(tb testing.TB, alg jose.SignatureAlgorithm, key any, header claims) jose.Signer {
	tb.Helper()
	options := &jose.SignerOptions{}
	for name, value := range header {
		options.WithHeader(jose.HeaderKey(name), value)
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, options)
	require.NoError(tb, err)
	return signer
}

func signed(tb testing.TB, signer jose.Signer, payload []byte) string {
	tb.Helper()
	token, err := signer.Sign(payload)
	require.NoError(tb, err)
	text, err := token.CompactSerialize()
	require.NoError(tb, err)
	return text
}
