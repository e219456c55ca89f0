package transport_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/transport"
)

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestHandlersOfRegisterProtocol: http.Transport tells nobody which it has, so that its copy has
// none. A transport of another type is not copied.
func TestHandlersOfRegisterProtocol(t *testing.T) {
	t.Parallel()
	asked := 0
	given := &http.Transport{}
	given.RegisterProtocol("https", roundTripper(func(r *http.Request) (*http.Response, error) {
		asked++
		return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: r}, nil
	}))
	get := func(client *http.Client) error {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://127.0.0.1:1/", http.NoBody)
		require.NoError(t, err)
		response, err := transport.Strict(client, 0).Do(request)
		if err == nil {
			err = response.Body.Close()
		}
		return err
	}
	require.Error(t, get(&http.Client{Transport: given}))
	assert.Zero(t, asked)
	require.NoError(t, get(&http.Client{Transport: roundTripper(given.RoundTrip)}))
	assert.Equal(t, 1, asked)
}
