package auth_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/oauth2"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestTokenSourceServesAClientForHours calls a service that verifies, every minute, with the
// transport of x/oauth2.
func TestTokenSourceServesAClientForHours(t *testing.T) {
	t.Parallel()
	inBubble(t, authtest.Config{RefreshTokenRotation: true}, func(t *testing.T, b bubble) {
		service := b.verifier(t).Middleware(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
		client := &http.Client{Transport: &oauth2.Transport{
			Source: b.session.TokenSource(t.Context()), Base: inProcess{service},
		}}
		for range 150 {
			response, err := client.Get("https://api.example.com/")
			require.NoError(t, err)
			require.NoError(t, response.Body.Close())
			require.Equal(t, http.StatusOK, response.StatusCode)
			time.Sleep(time.Minute)
		}
		assert.Equal(t, 2, count(b.pool, refreshOperation))
		require.NoError(t, errOf(b.session.SignOut(t.Context(), auth.SignOutInput{})))
		_, err := client.Get("https://api.example.com/") //nolint:bodyclose // there is no response
		require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	})
}

func TestTokenSource(t *testing.T) {
	t.Parallel()
	session := aliceSignedIn(t)
	ctx, cancel := context.WithCancel(t.Context())
	source := session.TokenSource(ctx)
	token, err := source.Token()
	require.NoError(t, err)
	current, err := session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	assert.Equal(t, current.AccessToken.Raw, token.AccessToken)
	assert.Equal(t, current.IDToken.Raw, token.Extra("id_token"))
	assert.Equal(t, "Bearer", token.Type())
	assert.Empty(t, token.RefreshToken)
	assert.WithinDuration(t, time.Now().Add(time.Hour), token.Expiry, time.Minute)
	assert.True(t, token.Valid())

	cancel()
	_, err = source.Token()
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, errOf(session.SignOut(t.Context(), auth.SignOutInput{})))
	_, err = session.TokenSource(t.Context()).Token()
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	require.ErrorContains(t, err, "TokenSource")
}

// TestMinValidity uses tokens that live for an hour, unless the pool's config says otherwise.
func TestMinValidity(t *testing.T) {
	t.Parallel()
	five := authtest.Config{AccessTokenValidity: 5 * time.Minute, IDTokenValidity: 5 * time.Minute}
	for name, tt := range map[string]struct {
		pool     authtest.Config
		old      time.Duration
		validity time.Duration
		renewed  bool
	}{
		"the default, two minutes before":      {old: 58 * time.Minute},
		"the default, within a minute":         {old: 59*time.Minute + time.Second, renewed: true},
		"shorter than the default":             {old: 59*time.Minute + time.Second, validity: time.Second, renewed: true},
		"enough is left":                       {old: 29 * time.Minute, validity: 30 * time.Minute},
		"too little is left":                   {old: 31 * time.Minute, validity: 30 * time.Minute, renewed: true},
		"longer than they live, just received": {old: 5 * time.Minute, validity: 2 * time.Hour},
		"longer than they live":                {old: 7 * time.Minute, validity: 2 * time.Hour, renewed: true},
		"short lives, the default":             {pool: five, old: 4 * time.Minute},
		"short lives, at their end":            {pool: five, old: 4*time.Minute + 40*time.Second, renewed: true},
		"short lives, longer than they live":   {pool: five, old: 20 * time.Second, validity: time.Hour},
		"the ID token ends first": {
			pool: authtest.Config{IDTokenValidity: 10 * time.Minute}, old: 5 * time.Minute, validity: 6 * time.Minute,
			renewed: true,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			inBubble(t, tt.pool, func(t *testing.T, b bubble) {
				time.Sleep(tt.old)
				got, err := b.session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{MinValidity: tt.validity})
				require.NoError(t, err)
				assert.Equal(t, tt.renewed, count(b.pool, refreshOperation) == 1)
				assert.Greater(t, time.Until(got.AccessToken.ExpiresAt), time.Duration(0))
			})
		})
	}
}

// TestMinValidityIsNotUndercut: the old tokens are good, but not for long enough.
func TestMinValidityIsNotUndercut(t *testing.T) {
	t.Parallel()
	inBubble(t, authtest.Config{}, func(t *testing.T, b bubble) {
		time.Sleep(59 * time.Minute)
		b.pool.Fail(authtest.Fault{Operation: refreshOperation, Code: "TooManyRequestsException", Message: "x", Times: -1})
		_, err := b.session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{MinValidity: 10 * time.Minute})
		require.ErrorIs(t, err, auth.ErrTooManyRequests)
		_, err = b.session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{MinValidity: 30 * time.Second})
		require.NoError(t, err)
		_, err = b.session.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{MinValidity: -1})
		require.ErrorIs(t, err, auth.ErrInvalidParameter)
		require.ErrorContains(t, err, "MinValidity")
	})
}
