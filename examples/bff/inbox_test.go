package main

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

func TestTheInboxShowsTheCodeOfANewcomer(t *testing.T) {
	t.Parallel()
	var cfg auth.Config
	web := bff.Config{PublicURL: "http://localhost:8080"}
	pool, err := startPool(&cfg, &web)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	handler, err := program(cfg, web, pool)
	require.NoError(t, err)
	client, err := auth.NewClient(cfg)
	require.NoError(t, err)
	_, err = client.Session("newcomer").SignUp(t.Context(), auth.SignUpInput{
		Username: "anna", Password: "Correct-Horse-7-Battery", UserAttributes: map[string]string{"email": "anna@example.com"},
	})
	require.NoError(t, err)

	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/inbox", nil))
	assert.Contains(t, answer.Body.String(), "<strong>"+pool.LastCode("anna")+"</strong>")
	assert.Contains(t, answer.Body.String(), "anna@example.com")

	real, err := program(cfg, web, nil)
	require.NoError(t, err)
	answer = httptest.NewRecorder()
	real.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, "/inbox", nil))
	assert.Equal(t, http.StatusNotFound, answer.Code, "a real pool has no inbox here")
}
