package auth_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// TestNoSecretOfARedirectIsEverPrinted is TestNoSecretIsEverPrinted for managed login.
func TestNoSecretOfARedirectIsEverPrinted(t *testing.T) {
	t.Parallel()
	c := &canary{secrets: map[string]string{}}
	f := newLogin(t, authtest.Config{ClientSecret: true}, func(cfg *auth.Config) {
		cfg.Logger = slog.New(slog.NewTextHandler(c, &slog.HandlerOptions{Level: slog.LevelDebug}))
	})
	c.guard("client secret", f.pool.ClientSecret)
	c.hear(f.cfg)
	in := auth.SignInWithRedirectInput{CustomState: "cart=7", ReturnTo: "/cart"}
	c.hear(in)
	back := f.callback(t, in)
	u, err := url.Parse(back)
	require.NoError(t, err)
	c.guard("code", u.Query().Get("code"))
	record, err := f.store.Load(t.Context(), "test")
	require.NoError(t, err)
	c.hear(record)
	var content struct {
		Redirects []struct {
			Verifier string `json:"verifier"`
		} `json:"redirects"`
	}
	require.NoError(t, json.Unmarshal(record.Data, &content))
	c.guard("PKCE verifier", content.Redirects[0].Verifier)
	for _, text := range []string{back[:len(back)-1], back, back, back + "&code=x", "http://[::1" + back} {
		out, err := f.CompleteSignInWithRedirect(t.Context(), text)
		c.hear(out)
		c.hear(err)
	}
	tokens, err := f.FetchAuthSession(t.Context(), auth.FetchAuthSessionInput{})
	require.NoError(t, err)
	c.guard("access token", tokens.AccessToken.Raw)
	c.guard("ID token", tokens.IDToken.Raw)
	out, err := f.SignOut(t.Context(), auth.SignOutInput{})
	require.NoError(t, err)
	c.hear(out)
	for _, event := range f.events {
		c.hear(event)
	}
	lieCanary(t, c)
	c.check(t)
	assert.Contains(t, c.said.String(), "operation=/oauth2/token", "logging was enabled")
}

// lieCanary has token endpoints quote what they were sent.
func lieCanary(t *testing.T, c *canary) {
	t.Helper()
	for _, status := range []int{http.StatusOK, http.StatusBadRequest, http.StatusInternalServerError} {
		l := newLiar(t, func(w http.ResponseWriter, r *http.Request, _ *liar) {
			w.WriteHeader(status)
			_, _ = fmt.Fprintf(w, `{"access_token":"secret-of-the-liar","sent":%q}`, r.FormValue("code_verifier"))
		})
		c.guard("the liar's code", "code-of-the-liar")
		c.guard("the liar's token", "secret-of-the-liar")
		_, err := l.CompleteSignInWithRedirect(t.Context(), l.callback(t, auth.SignInWithRedirectInput{}))
		require.Error(t, err)
		c.hear(err)
	}
}
