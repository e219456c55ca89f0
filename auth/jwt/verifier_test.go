package jwt_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// signIn signs alice in to authtest's pool with the SDK.
func signIn(tb testing.TB, pool *authtest.Pool) auth.AuthSession {
	tb.Helper()
	require.NoError(tb, pool.AddUser(authtest.User{
		Username: "alice", Password: password,
		Attributes: map[string]string{"email": "alice@example.com", "email_verified": "true", "phone_number": "+15551234567"},
	}))
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	require.NoError(tb, err)
	session := client.Session("alice")
	_, err = session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	require.NoError(tb, err)
	tokens, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
	require.NoError(tb, err)
	return tokens
}

func newAuthtestPool(tb testing.TB) *authtest.Pool {
	tb.Helper()
	return authtest.New(tb, authtest.Config{})
}

func poolOf(pool *authtest.Pool) jwt.TrustedPool {
	return jwt.TrustedPool{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.JWKSURL(),
	}
}

func TestTokensOfATrustedPoolAreAccepted(t *testing.T) {
	t.Parallel()
	pool := newAuthtestPool(t)
	tokens := signIn(t, pool)
	v, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{poolOf(pool)}})
	require.NoError(t, err)

	access, err := v.VerifyAccessToken(t.Context(), tokens.AccessToken.Raw)
	require.NoError(t, err)
	id, err := v.VerifyIDToken(t.Context(), tokens.IDToken.Raw)
	require.NoError(t, err)

	for _, token := range []jwt.Token{access.Token, id.Token} {
		assert.Equal(t, "https://cognito-idp.us-east-1.amazonaws.com/"+pool.UserPoolID, token.Issuer)
		assert.Equal(t, pool.UserPoolID, token.UserPoolID)
		assert.Equal(t, pool.ClientID, token.ClientID)
		assert.Equal(t, tokens.UserSub, token.Subject)
		assert.Equal(t, "alice", token.Username)
		assert.NotEmpty(t, token.JTI)
		assert.NotEmpty(t, token.OriginJTI)
		assert.NotEmpty(t, token.EventID)
		assert.Equal(t, time.Hour, token.ExpiresAt.Sub(token.IssuedAt))
		assert.WithinDuration(t, time.Now(), token.AuthTime, time.Minute)
	}
	assert.Equal(t, []string{"aws.cognito.signin.user.admin"}, access.Scopes)
	assert.Equal(t, "alice@example.com", id.Email)
	assert.True(t, id.EmailVerified)
	assert.Equal(t, "+15551234567", id.PhoneNumber)
	assert.False(t, id.PhoneNumberVerified)

	_, err = v.VerifyIDToken(t.Context(), tokens.AccessToken.Raw)
	require.ErrorIs(t, err, jwt.ErrWrongUse)
	_, err = v.VerifyAccessToken(t.Context(), tokens.IDToken.Raw)
	require.ErrorIs(t, err, jwt.ErrWrongUse)
}

func TestTokensOfAnotherPoolAreRefused(t *testing.T) {
	t.Parallel()
	ours, theirs := newAuthtestPool(t), newAuthtestPool(t)
	tokens := signIn(t, theirs)
	one, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{poolOf(ours)}})
	require.NoError(t, err)
	_, err = one.VerifyAccessToken(t.Context(), tokens.AccessToken.Raw)
	require.ErrorIs(t, err, jwt.ErrWrongIssuer)

	two, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{poolOf(ours), poolOf(theirs)}})
	require.NoError(t, err)
	claims, err := two.VerifyAccessToken(t.Context(), tokens.AccessToken.Raw)
	require.NoError(t, err)
	assert.Equal(t, theirs.UserPoolID, claims.UserPoolID)
}

// A pool's key, under whatever id, and a pool's app client are valid for that pool only.
func TestPoolsDoNotMix(t *testing.T) {
	t.Parallel()
	const otherPool, otherClient = "eu-west-1_Other", "2example23456789"
	pool := newStubPool(t)
	pool.serve(func(r *http.Request) reply {
		key := pool.key
		if strings.Contains(r.URL.Path, otherPool) {
			key = pool.other
		}
		return respond(http.StatusOK, keySet(webKey(keyID, &key.PublicKey)))(r)
	})
	v := pool.verifier(t, func(c *jwt.Config) {
		c.Pools = append(c.Pools, jwt.TrustedPool{UserPoolID: otherPool, ClientIDs: []string{otherClient}})
	})
	theirs := claims{"iss": strings.Replace(issuer, poolID, otherPool, 1)}
	forged := pool.accessToken(t, merge(theirs, claims{"client_id": otherClient}))
	_, err := v.VerifyAccessToken(t.Context(), forged)
	require.ErrorIs(t, err, jwt.ErrBadSignature)

	sign := func(c claims) string {
		return signAs(t, jose.RS256, pool.other, claims{"kid": keyID}, payloadOf(t, pool.accessToken(t, merge(theirs, c))))
	}
	_, err = v.VerifyAccessToken(t.Context(), sign(claims{"client_id": otherClient}))
	require.NoError(t, err)
	_, err = v.VerifyAccessToken(t.Context(), sign(nil))
	require.ErrorIs(t, err, jwt.ErrWrongClient)
	_, err = v.VerifyAccessToken(t.Context(), pool.accessToken(t, claims{"client_id": otherClient}))
	require.ErrorIs(t, err, jwt.ErrWrongClient)
}

func TestClaims(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t)
	got, err := v.VerifyAccessToken(t.Context(), pool.accessToken(t, claims{
		"cognito:groups": []string{"admins", "staff"}, "scope": "orders/read  orders/write", "device_key": "eu-west-1_d",
		"version": 2, "custom": claims{"a": []int{1, 2}}, "email": claims{"odd": true}, "email_verified": "yes", "aud": []string{"x"},
	}))
	require.NoError(t, err)
	assert.Equal(t, []string{"admins", "staff"}, got.Groups)
	assert.Equal(t, []string{"orders/read", "orders/write"}, got.Scopes)
	assert.Equal(t, "eu-west-1_d", got.DeviceKey)

	var more struct {
		Version int `json:"version"`
		Custom  struct{ A []int }
		Inner   struct {
			A []int `json:"a"`
		} `json:"custom"`
	}
	require.NoError(t, got.Claims(&more))
	assert.Equal(t, 2, more.Version)
	assert.Equal(t, []int{1, 2}, more.Inner.A)
	assert.Empty(t, more.Custom.A, "names match exactly")
	require.Error(t, got.Claims(&[]string{}))
	require.ErrorIs(t, jwt.AccessClaims{}.Claims(&more), jwt.ErrMalformed)

	federated, err := v.VerifyIDToken(t.Context(), pool.idToken(t, claims{"email_verified": "true"}))
	require.NoError(t, err)
	assert.True(t, federated.EmailVerified)

	machine, err := v.VerifyAccessToken(t.Context(), pool.accessToken(t, claims{"username": nil, "auth_time": nil, "sub": clientID}))
	require.NoError(t, err)
	assert.Empty(t, machine.Username)
	assert.True(t, machine.AuthTime.IsZero())
	assert.NotContains(t, fmt.Sprintf("%+v", machine), "[123 34", "the source stays out of logs")
}

func TestLeeway(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	for _, tc := range []struct{ config, actual time.Duration }{
		{0, 10 * time.Second}, {time.Minute, time.Minute}, {time.Second, time.Second}, {-1, 0},
	} {
		t.Run(fmt.Sprint(tc.config), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := pool.verifier(t, func(c *jwt.Config) { c.Leeway = tc.config })
				verify := func(change claims) error {
					_, err := v.VerifyAccessToken(t.Context(), pool.accessToken(t, change))
					return err
				}
				now, leeway := time.Now().Unix(), int64(tc.actual.Seconds()) // the bubble's clock shows full seconds
				require.NoError(t, verify(claims{"exp": now - leeway + 1}))
				require.ErrorIs(t, verify(claims{"exp": now - leeway}), jwt.ErrExpired)
				for _, name := range []string{"iat", "nbf"} {
					require.NoError(t, verify(claims{name: now + leeway}))
					require.ErrorIs(t, verify(claims{name: now + leeway + 1}), jwt.ErrNotYetValid)
				}
			})
		})
	}
}

func TestNewVerifierRefusesBadConfig(t *testing.T) {
	t.Parallel()
	for want, change := range map[string]func(*jwt.Config){
		"field Pools is missing":                                 func(c *jwt.Config) { c.Pools = nil },
		"field Leeway is longer":                                 func(c *jwt.Config) { c.Leeway = time.Minute + 1 },
		"field Pools[0].UserPoolID is missing":                   func(c *jwt.Config) { c.Pools[0].UserPoolID = "" },
		"field Pools[0].UserPoolID does not look like":           func(c *jwt.Config) { c.Pools[0].UserPoolID = "evil.example/eu-west-1_x" },
		"field Pools[0].ClientIDs is missing":                    func(c *jwt.Config) { c.Pools[0].ClientIDs = []string{} },
		"field Pools[0].ClientIDs holds what does not look like": func(c *jwt.Config) { c.Pools[0].ClientIDs = []string{clientID, ""} },
		"field Pools[1] has an issuer":                           func(c *jwt.Config) { c.Pools = append(c.Pools, c.Pools[0]) },
		"field Pools[0].JWKSURL is neither https":                func(c *jwt.Config) { c.Pools[0].JWKSURL = "http://keys.example/jwks.json" },
		"field Pools[0].Issuers[1] is neither":                   func(c *jwt.Config) { c.Pools[0].Issuers = []string{issuer, "http://pool.example"} },
		"field Pools[0].Issuers[0] is not a plain URL":           func(c *jwt.Config) { c.Pools[0].Issuers = []string{""} },
		"field Pools[0].JWKSURL is not a plain URL":              func(c *jwt.Config) { c.Pools[0].JWKSURL = "https://me:secret@keys.example/" },
		"field Pools[0].JWKSURL is not a":                        func(c *jwt.Config) { c.Pools[0].JWKSURL = "/jwks.json" },
	} {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			_, err := jwt.NewVerifier(newStubPool(t).config(change))
			require.ErrorIs(t, err, jwt.ErrInvalidConfig)
			assert.ErrorContains(t, err, want)
			assert.NotContains(t, err.Error(), "secret")
		})
	}
}

// Changing the Config afterwards does not change the Verifier.
func TestConfigIsCopied(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	cfg := pool.config()
	v, err := jwt.NewVerifier(cfg)
	require.NoError(t, err)
	cfg.Pools[0].ClientIDs[0] = "2example23456789"
	_, err = v.VerifyAccessToken(t.Context(), pool.accessToken(t, nil))
	require.NoError(t, err)
	assert.Nil(t, cfg.HTTPClient.CheckRedirect)
}

func TestCachedTokensAreStillChecked(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	synctest.Test(t, func(t *testing.T) {
		v := pool.verifier(t, func(c *jwt.Config) { c.Leeway = -1 })
		token := pool.accessToken(t, nil)
		require.NoError(t, verifyAccess(v, token))
		_, err := v.VerifyIDToken(t.Context(), token)
		require.ErrorIs(t, err, jwt.ErrWrongUse)
		require.NoError(t, verifyAccess(v, token))
		time.Sleep(time.Hour - 1)
		require.NoError(t, verifyAccess(v, token))
		time.Sleep(time.Nanosecond)
		require.ErrorIs(t, verifyAccess(v, token), jwt.ErrExpired)
		require.ErrorIs(t, verifyAccess(v, token), jwt.ErrExpired)
	})
}

// A caller that changes its claims does not change those of the next.
func TestCachedClaimsAreCopied(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v, token := pool.verifier(t), pool.accessToken(t, claims{"cognito:groups": []string{"staff"}, "scope": "read"})
	for range 3 {
		got, err := v.VerifyAccessToken(t.Context(), token)
		require.NoError(t, err)
		assert.Equal(t, []string{"staff"}, got.Groups)
		assert.Equal(t, []string{"read"}, got.Scopes)
		got.Groups[0], got.Scopes[0] = "admins", "write"
	}
}

// A cached token with one bit changed is another token.
func TestCacheKeyIsTheWholeToken(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v, token := pool.verifier(t), pool.accessToken(t, nil)
	require.NoError(t, verifyAccess(v, token))
	for i := 0; i < len(token); i += 7 {
		other := []byte(token)
		other[i] ^= 1
		require.Error(t, verifyAccess(v, string(other)), i)
	}
	require.NoError(t, verifyAccess(v, token))
}

// The size of the cache does not change the results.
func TestCacheSizeDoesNotChangeResults(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	var tokens []string
	for i := range 20 {
		tokens = append(tokens, pool.accessToken(t, claims{"username": fmt.Sprint("user-", i)}))
	}
	for _, size := range []int{-1, 0, 1, 3, 20} {
		v := pool.verifier(t, func(c *jwt.Config) { c.CacheSize = size })
		for i := range 100 {
			got, err := v.VerifyAccessToken(t.Context(), tokens[i*i%20])
			require.NoError(t, err)
			assert.Equal(t, fmt.Sprint("user-", i*i%20), got.Username)
		}
	}
}

// A trigger may add a claim of any name and type, but for Cognito's own: what only the other kind
// of token has is not looked at.
func TestClaimsOfTheOtherKindAreIgnored(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t)
	for _, odd := range []any{7, true, []string{"a"}, claims{"a": 1}, json.RawMessage("null"), ""} {
		id, err := v.VerifyIDToken(t.Context(), pool.idToken(t, claims{
			"client_id": odd, "scope": odd, "username": odd, "device_key": odd, "event_id": odd,
		}))
		require.NoError(t, err, odd)
		assert.Equal(t, "alice", id.Username)
		assert.Equal(t, clientID, id.ClientID)

		access, err := v.VerifyAccessToken(t.Context(), pool.accessToken(t, claims{
			"aud": odd, "cognito:username": odd, "email": odd, "email_verified": odd, "phone_number": odd,
			"phone_number_verified": odd, "nonce": odd, "at_hash": odd, "identities": odd,
		}))
		require.NoError(t, err, odd)
		assert.Equal(t, "alice", access.Username)
		assert.Equal(t, clientID, access.ClientID)
	}
}

func TestStringClaimsAreDecoded(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t)
	for encoded, want := range map[string]string{
		`"alice"`: "alice", `"é"`: "é", `"\u00e9"`: "é", `"a\"b\\c"`: `a"b\c`, `""`: "", `"\ud83d\ude00"`: "😀", `null`: "",
	} {
		got, err := v.VerifyAccessToken(t.Context(), pool.accessToken(t, claims{"username": json.RawMessage(encoded)}))
		require.NoError(t, err, encoded)
		assert.Equal(t, want, got.Username)
		id, err := v.VerifyIDToken(t.Context(), pool.idToken(t, claims{"cognito:username": json.RawMessage(encoded)}))
		require.NoError(t, err, encoded)
		assert.Equal(t, want, id.Username)
	}
}
