package authtest_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// startBubbled starts a pool without a listener.
func startBubbled(t *testing.T) *fixture {
	t.Helper()
	return start(t, authtest.Config{NoListener: true}, alice())
}

// The pool is made, used and closed in the bubble, where an hour takes no time.
func TestPoolInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := startBubbled(t)
		token := f.accessToken("alice")
		assert.Equal(t, time.Now(), f.Now())
		time.Sleep(time.Hour - time.Second)
		f.getUser(token).ok()
		time.Sleep(time.Second)
		f.getUser(token).fails("NotAuthorizedException", "Access Token has expired")

		token = f.accessToken("alice")
		f.Advance(time.Hour)
		f.getUser(token).fails("NotAuthorizedException", "Access Token has expired")
		f.unviolated()
	})
}

// A held request neither keeps the time of the bubble from moving nor is lost.
func TestHoldInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := startBubbled(t)
		release := f.Hold("InitiateAuth")
		answered := make(chan reply)
		go func() { answered <- f.signIn("alice", password) }()
		synctest.Wait()
		require.Len(t, f.Requests(), 1)
		assert.Zero(t, f.Requests()[0].Status)
		time.Sleep(time.Minute)
		release()
		(<-answered).tokens()
	})
}

func TestClientOfABubbleGivesUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := startBubbled(t)
		release := f.Hold("SignUp")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		r := f.request("SignUp", object{"ClientId": f.ClientID, "Username": "bob", "Password": password})
		requireNoAnswer(t, f.client, r.WithContext(ctx), context.DeadlineExceeded)
		release()
		synctest.Wait()
		assert.Equal(t, 200, f.Requests()[0].Status, "the pool carries the request out")
	})
}

func TestCloseInABubbleFailsHeldRequests(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := startBubbled(t)
		f.Hold("GetUser")
		done := make(chan struct{})
		go func() {
			defer close(done)
			requireNoAnswer(t, f.client, f.request("GetUser", object{}), nil)
		}()
		synctest.Wait()
		f.Close()
		<-done
		requireNoAnswer(t, f.client, f.request("GetUser", object{}), nil)
		assert.Len(t, f.Requests(), 1, "the closed pool receives nothing")
	})
}

func TestLoseReplyWithoutAConnection(t *testing.T) {
	t.Parallel()
	f := startBubbled(t)
	f.Fail(authtest.Fault{Operation: "InitiateAuth", LoseReply: true})
	requireNoAnswer(t, f.client, f.request("InitiateAuth", object{}), nil)
	assert.Equal(t, 400, f.Requests()[0].Status)
}

// One pool, which listens, serves tests in bubbles as well. It is closed outside of them.
func TestPoolFromOutsideTheBubble(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{}, alice())
	for range 2 {
		synctest.Test(t, func(t *testing.T) {
			inside := *f
			inside.t, inside.client = t, f.HTTPClient()
			inside.getUser(inside.accessToken("alice")).ok()
		})
	}
	f.Close()
}

func TestHTTPClientReachesThePoolOnly(t *testing.T) {
	t.Parallel()
	for name, cfg := range map[string]authtest.Config{"listener": {}, "no listener": {NoListener: true}} {
		f := start(t, cfg)
		resp, err := f.HTTPClient().Get(f.JWKSURL())
		require.NoError(t, err, name)
		assert.Equal(t, 200, resp.StatusCode)
		assert.NotEmpty(t, resp.Header.Get("Date"))
		require.NoError(t, resp.Body.Close())

		resp, err = f.HTTPClient().Get("https://cognito-idp.us-east-1.amazonaws.com/")
		if err == nil {
			_ = resp.Body.Close()
		}
		require.ErrorContains(t, err, "https://cognito-idp.us-east-1.amazonaws.com/, which is not the pool's address")
	}
}

func TestNobodyListens(t *testing.T) {
	t.Parallel()
	f := start(t, authtest.Config{NoListener: true})
	requireNoAnswer(t, http.DefaultClient, f.request("GetUser", object{}), nil)
	_, err := authtest.NewPool(authtest.Config{NoListener: true, Listen: "127.0.0.1:0"})
	require.ErrorContains(t, err, "Config.NoListener")
}

// requireNoAnswer requires an error in place of an answer: that one, unless it is nil.
func requireNoAnswer(t *testing.T, client *http.Client, r *http.Request, want error) {
	t.Helper()
	resp, err := client.Do(r)
	if err == nil {
		_ = resp.Body.Close()
	}
	require.Error(t, err)
	if want != nil {
		require.ErrorIs(t, err, want)
	}
	assert.False(t, strings.Contains(err.Error(), password), "no secret in the error")
}
