package main

import (
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRedirectsAreNotFollowed: a request may hold tokens, and another host must not get them.
func TestRedirectsAreNotFollowed(t *testing.T) {
	t.Parallel()
	var leaked atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { leaked.Add(1) }))
	t.Cleanup(other.Close)
	service := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	t.Cleanup(service.Close)

	got, err := atEndpoint(service.URL, offlineRegion).api.call(t.Context(), "GetUser", body{"AccessToken": "secret"})
	require.NoError(t, err)
	assert.Equal(t, http.StatusTemporaryRedirect, got.status)
	assert.Zero(t, leaked.Load())
}
