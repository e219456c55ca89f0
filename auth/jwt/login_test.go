package jwt_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

const nonce = "n-0S6_WzA2Mj"

// atHash computes at_hash from OpenID Connect Core, section 3.1.3.6.
func atHash(accessToken string) string {
	sum := sha256.Sum256([]byte(accessToken))
	return base64.RawURLEncoding.EncodeToString(sum[:16])
}

// login returns the tokens of a managed login, the claims of the ID token changed.
func (p *stubPool) login(tb testing.TB, change claims) jwt.LoginTokens {
	tb.Helper()
	access := p.accessToken(tb, nil)
	id := p.idToken(tb, merge(claims{"nonce": nonce, "at_hash": atHash(access)}, change))
	return jwt.LoginTokens{IDToken: id, AccessToken: access, Nonce: nonce}
}

func TestVerifyLogin(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	v := pool.verifier(t)
	got, err := v.VerifyLogin(t.Context(), pool.login(t, nil))
	require.NoError(t, err)
	assert.Equal(t, "alice", got.Username)
	assert.Equal(t, "alice@example.com", got.Email)
}

func TestVerifyLoginRefuses(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	full := sha256.Sum256([]byte(pool.login(t, nil).AccessToken))
	for name, tc := range map[string]struct {
		claims claims
		change func(*jwt.LoginTokens)
		reason jwt.Reason
	}{
		"no nonce":              {claims: claims{"nonce": nil}, reason: jwt.ErrWrongNonce},
		"an empty nonce":        {claims: claims{"nonce": ""}, reason: jwt.ErrWrongNonce},
		"another nonce":         {claims: claims{"nonce": nonce + "x"}, reason: jwt.ErrWrongNonce},
		"the nonce's beginning": {claims: claims{"nonce": nonce[:5]}, reason: jwt.ErrWrongNonce},
		"a nonce in a list":     {claims: claims{"nonce": []string{nonce}}, reason: jwt.ErrWrongNonce},
		"none sent": {
			change: func(l *jwt.LoginTokens) { l.Nonce = "" }, reason: jwt.ErrWrongNonce,
		},
		"none sent, none there": {
			claims: claims{"nonce": nil}, change: func(l *jwt.LoginTokens) { l.Nonce = "" }, reason: jwt.ErrWrongNonce,
		},
		"no at_hash":       {claims: claims{"at_hash": nil}, reason: jwt.ErrWrongAccessToken},
		"an empty at_hash": {claims: claims{"at_hash": ""}, reason: jwt.ErrWrongAccessToken},
		"the whole hash": {
			claims: claims{"at_hash": base64.RawURLEncoding.EncodeToString(full[:])}, reason: jwt.ErrWrongAccessToken,
		},
		"the right half": {
			claims: claims{"at_hash": base64.RawURLEncoding.EncodeToString(full[16:])}, reason: jwt.ErrWrongAccessToken,
		},
		"another token's at_hash": {
			change: func(l *jwt.LoginTokens) { l.AccessToken = pool.accessToken(t, claims{"jti": "other"}) },
			reason: jwt.ErrWrongAccessToken,
		},
		"another user":           {claims: claims{"sub": "mallory"}, reason: jwt.ErrWrongAccessToken},
		"no access token":        {change: func(l *jwt.LoginTokens) { l.AccessToken = "" }, reason: jwt.ErrMalformed},
		"no ID token":            {change: func(l *jwt.LoginTokens) { l.IDToken = "" }, reason: jwt.ErrMalformed},
		"an expired ID token":    {claims: claims{"exp": 1}, reason: jwt.ErrExpired},
		"the two confused":       {change: func(l *jwt.LoginTokens) { l.IDToken, l.AccessToken = l.AccessToken, l.IDToken }, reason: jwt.ErrWrongUse},
		"at_hash, nonce skipped": {claims: claims{"at_hash": "x"}, change: func(l *jwt.LoginTokens) { l.SkipNonce = true }, reason: jwt.ErrWrongAccessToken},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			login := pool.login(t, tc.claims)
			if tc.change != nil {
				tc.change(&login)
			}
			got, err := pool.verifier(t).VerifyLogin(t.Context(), login)
			require.ErrorIs(t, err, tc.reason)
			assert.Empty(t, got)
			assert.NotContains(t, err.Error(), nonce)
		})
	}
}

// An app client that the Config trusts as well is still another one.
func TestVerifyLoginRefusesTokensOfTwoClients(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	const otherClient = "2example23456789"
	v := pool.verifier(t, func(c *jwt.Config) { c.Pools[0].ClientIDs = []string{clientID, otherClient} })
	_, err := v.VerifyLogin(t.Context(), pool.login(t, claims{"aud": otherClient}))
	require.ErrorIs(t, err, jwt.ErrWrongAccessToken)
}

func TestVerifyLoginSkipsTheNonceOnDemand(t *testing.T) {
	t.Parallel()
	pool := newStubPool(t)
	login := pool.login(t, claims{"nonce": "of the identity provider"})
	login.SkipNonce = true
	_, err := pool.verifier(t).VerifyLogin(t.Context(), login)
	require.NoError(t, err)
}

func TestLoginTokensDoNotPrint(t *testing.T) {
	t.Parallel()
	login := jwt.LoginTokens{IDToken: "secret", AccessToken: "secret", Nonce: "secret"}
	data, err := json.Marshal(login)
	require.NoError(t, err)
	assert.NotContains(t, fmt.Sprintf("%v %+v %#v %s", login, login, login, data), "secret")
}

// The example of OpenID Connect Core 1.0, appendix A.3: the at_hash of that access token.
func TestAccessHashOfTheSpecification(t *testing.T) {
	t.Parallel()
	assert.Equal(t, "77QmUPtjPfzWtF2AnpK9RQ", atHash("jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y"))
}
