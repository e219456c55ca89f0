package main

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

func Example() {
	if err := run(context.Background()); err != nil {
		panic(err)
	}
	// Output:
	// laptop /sign-in: 200 {"isSignedIn":false,"nextStep":{"signInStep":"CONFIRM_SIGN_IN_WITH_TOTP_CODE"},"stepId":"…"}
	// laptop /sign-in/answer: 400 {"name":"CodeMismatchException","message":"Invalid code received for user"}
	// laptop /sign-in/answer: 200 {"isSignedIn":true,"nextStep":{"signInStep":"DONE"}}
	// laptop /device: 200 {}
	// laptop /sign-out: 200 {}
	// laptop /me: 401 {"name":"UserUnAuthenticatedException","message":"nobody is signed in"}
	// laptop /sign-in: 200 {"isSignedIn":true,"nextStep":{"signInStep":"DONE"}}
	// library /sign-in: 200 {"isSignedIn":false,"nextStep":{"signInStep":"CONFIRM_SIGN_IN_WITH_TOTP_CODE"},"stepId":"…"}
}

func newBackend(t *testing.T) (backend, *auth.Client) {
	t.Helper()
	pool, err := demo.StartPool(authtest.Config{})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	require.NoError(t, err)
	return backend{client: client, secure: true}, client
}

func post(b backend, path, body string, header map[string]string) *httptest.ResponseRecorder {
	request := httptest.NewRequest(http.MethodPost, "https://app.example"+path, strings.NewReader(body))
	for name, value := range header {
		request.Header.Set(name, value)
	}
	recorder := httptest.NewRecorder()
	b.handler().ServeHTTP(recorder, request)
	return recorder
}

const credentials = `{"username":"` + demo.Username + `","password":"` + demo.Password + `"}`

func TestSignInReplacesAKeyThatSomebodyElseMayKnow(t *testing.T) {
	t.Parallel()
	b, client := newBackend(t)
	response := post(b, "/sign-in", credentials, map[string]string{"Cookie": "session=planted"})
	require.Equal(t, http.StatusOK, response.Code)
	_, err := client.Session("planted").CurrentUser(t.Context())
	require.ErrorIs(t, err, auth.ErrUserUnAuthenticated)
	cookies := (&http.Response{Header: response.Header()}).Cookies()
	require.Len(t, cookies, 2)
	for _, c := range cookies {
		assert.True(t, c.HttpOnly && c.Secure && c.SameSite == http.SameSiteLaxMode, c.Name)
		assert.Len(t, c.Value, 26)
	}
}

func TestCrossSiteRequestsAreRefused(t *testing.T) {
	t.Parallel()
	b, _ := newBackend(t)
	response := post(b, "/sign-in", credentials, map[string]string{"Sec-Fetch-Site": "cross-site"})
	assert.Equal(t, http.StatusForbidden, response.Code)
	assert.Empty(t, response.Header().Get("Set-Cookie"))
}

func TestMalformedRequestsAreRefused(t *testing.T) {
	t.Parallel()
	b, _ := newBackend(t)
	assert.Equal(t, http.StatusBadRequest, post(b, "/sign-in", "alice", nil).Code)
	assert.Equal(t, http.StatusBadRequest, post(b, "/sign-in/answer", `"`+strings.Repeat("x", maxBody)+`"`, nil).Code)
	assert.Equal(t, http.StatusBadRequest, post(b, "/sign-in", `{"username":"alice"}`, nil).Code, "no password")
}
