package authtest

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A panic in the pool is reported as such and not as an answer of Cognito, so that the test fails.
func TestPanicIsReported(t *testing.T) {
	t.Parallel()
	reported := make(chan error, 1)
	p, err := NewPool(Config{OnViolation: func(err error) { reported <- err }})
	require.NoError(t, err)
	t.Cleanup(p.Close)
	p.service.operations["GetUser"] = locked((*Pool).ownAccount, func(*ownAccount, getUserInput) (any, error) {
		panic("out of order")
	})
	r, err := http.NewRequestWithContext(context.Background(), http.MethodPost, p.URL,
		strings.NewReader(`{"AccessToken":"x"}`))
	require.NoError(t, err)
	r.Header.Set("X-Amz-Target", targetPrefix+"GetUser")
	r.Header.Set("Content-Type", jsonContentType)
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	require.NoError(t, resp.Body.Close())
	assert.Equal(t, http.StatusInternalServerError, resp.StatusCode)
	assert.Equal(t, "InternalErrorException:", resp.Header.Get("x-amzn-ErrorType"))
	assert.NotContains(t, resp.Header.Get("x-amzn-ErrorMessage"), "out of order")
	assert.ErrorContains(t, <-reported, "out of order")
	assert.Equal(t, "InternalErrorException", p.Requests()[0].ErrorCode)
}
