package auth_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// throttled is a service that signs people in, with tokens of an hour, and refreshes nobody.
type throttled struct {
	refreshes int
}

func (s *throttled) RoundTrip(r *http.Request) (*http.Response, error) {
	answer := httptest.NewRecorder()
	if r.Header.Get("X-Amz-Target") == "AWSCognitoIdentityProviderService."+refreshOperation {
		s.refreshes++
		answer.WriteHeader(http.StatusBadRequest)
		_, _ = answer.WriteString(`{"__type":"TooManyRequestsException","message":"Rate exceeded"}`)
	} else {
		_, _ = fmt.Fprintf(answer, `{"AuthenticationResult":{"AccessToken":%q,"RefreshToken":"r","ExpiresIn":3600}}`, hourlyToken())
	}
	response := answer.Result()
	response.Request = r
	return response, nil
}

func hourlyToken() string {
	encode := base64.RawURLEncoding.EncodeToString
	now := time.Now().Unix()
	return encode([]byte(`{"alg":"RS256","kid":"k"}`)) + "." +
		encode(fmt.Appendf(nil, `{"sub":"id","username":"alice","iat":%d,"exp":%d}`, now, now+3600)) + "." + encode([]byte("signature"))
}

// TestThrottledRefreshIsNotRepeatedAtOnce asks for tokens ten times a second while they are near
// their end.
func TestThrottledRefreshIsNotRepeatedAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		service := &throttled{}
		session := newClient(t, auth.Config{
			UserPoolID: "us-east-1_Script", ClientID: "client", HTTPClient: &http.Client{Transport: service},
		}).Session("test")
		ctx := context.Background()
		_, err := session.SignIn(ctx, auth.SignInInput{
			Username: "alice", Password: password, AuthFlowType: auth.AuthFlowUserPassword,
		})
		require.NoError(t, err)
		time.Sleep(59 * time.Minute) // on the test's own clock
		for range 500 {
			_, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
			require.NoError(t, err)
			time.Sleep(100 * time.Millisecond)
		}
		assert.Equal(t, 6, service.refreshes, "after 0, 1, 3, 7, 15 and 31 seconds of 50")

		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
		require.ErrorIs(t, err, auth.ErrTooManyRequests)
		assert.Equal(t, 7, service.refreshes, "who insists is not kept waiting")
		time.Sleep(time.Minute)
		_, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
		require.ErrorIs(t, err, auth.ErrTooManyRequests, "the old tokens are over")
		assert.Equal(t, 8, service.refreshes)
	})
}
