package authtest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A panic in the pool is reported as such and not as an answer of Cognito, so that the test fails.
func TestPanicIsReported(t *testing.T) {
	t.Parallel()
	for name, request := range map[string]struct {
		path, target, contentType string
		spoil                     func(*Pool)
	}{
		"user pool": {target: targetPrefix + "GetUser", contentType: jsonContentType, spoil: func(p *Pool) {
			p.service.operations["GetUser"] = locked((*Pool).ownAccount, func(*ownAccount, getUserInput) (any, error) {
				panic("out of order")
			})
		}},
		"identity pool": {target: identityTargetPrefix + "GetId", contentType: jsonContentType, spoil: func(p *Pool) {
			p.service.identities.operations["GetId"] = federated(func(*identityService, getUserInput) (any, error) {
				panic("out of order")
			})
		}},
		"STS":  {contentType: formContentType, spoil: func(p *Pool) { p.service.identities = nil }},
		"page": {path: "login?client_id=shop", spoil: func(p *Pool) { p.hosted = nil }},
	} {
		for transport, clientOf := range map[string]func(*Pool) *http.Client{
			"connection": func(*Pool) *http.Client { return http.DefaultClient }, "no connection": (*Pool).HTTPClient,
		} {
			t.Run(name+", "+transport, func(t *testing.T) {
				t.Parallel()
				reported := make(chan error, 1)
				p, err := NewPool(Config{ClientID: "shop", OnViolation: func(err error) { reported <- err }})
				require.NoError(t, err)
				t.Cleanup(p.Close)
				request.spoil(p)
				r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, p.URL+request.path,
					strings.NewReader(`{"AccessToken":"x"}`))
				require.NoError(t, err)
				r.Header.Set("X-Amz-Target", request.target)
				r.Header.Set("Content-Type", request.contentType)
				resp, err := clientOf(p).Do(r)
				require.NoError(t, err)
				require.NoError(t, resp.Body.Close())
				assert.Equal(t, http.StatusInternalServerError, resp.StatusCode)
				assert.Equal(t, "InternalErrorException:", resp.Header.Get("x-amzn-ErrorType"))
				assert.NotContains(t, resp.Header.Get("x-amzn-ErrorMessage"), "panic")
				assert.ErrorContains(t, <-reported, "panic: ")
			})
		}
	}
}
