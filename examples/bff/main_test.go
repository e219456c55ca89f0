package main

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// page sends a request as a browser does that follows redirects, and returns the page.
func page(t *testing.T, client *http.Client, method, address string, form url.Values) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	request.Header.Set("Accept", "text/html")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := client.Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }() // the body was read to its end
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

func TestTheProgramSignsPeopleIn(t *testing.T) {
	t.Parallel()
	pool, err := demo.StartPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	server := httptest.NewUnstartedServer(nil)
	publicURL := "http://" + server.Listener.Addr().String()
	server.Config.Handler, err = newHandler(
		auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}, publicURL)
	require.NoError(t, err)
	server.Start()
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar}

	assert.Contains(t, page(t, client, http.MethodGet, publicURL+"/payments", nil), "Sign in to Acme")
	step := page(t, client, http.MethodPost, publicURL+"/auth/sign-in",
		url.Values{"username": {demo.Username}, "password": {demo.Password}, "return": {"/payments"}})
	id := regexp.MustCompile(`name="stepId" value="([^"]+)"`).FindStringSubmatch(step)
	require.NotNil(t, id, step)
	code, err := authtest.TOTPCode(demo.TOTPSecret, pool.Now())
	require.NoError(t, err)
	done := page(t, client, http.MethodPost, publicURL+"/auth/step",
		url.Values{"stepId": {id[1]}, "challengeResponse": {code}, "return": {"/payments"}})
	assert.Regexp(t, `^PASSWORD at .*\nTOTP at `, done)
	assert.Contains(t, page(t, client, http.MethodGet, publicURL+"/", nil), "Hello "+demo.Username)
}
