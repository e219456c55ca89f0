package auth_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// elsewhen is a server whose clock is not this machine's. It keeps the time stamps of the proofs
// that it gets.
type elsewhen struct {
	http.Handler
	ahead  time.Duration
	stamps []string
}

func (e *elsewhen) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	var request struct{ ChallengeResponses map[string]string }
	if json.Unmarshal(body, &request) == nil && request.ChallengeResponses["TIMESTAMP"] != "" {
		e.stamps = append(e.stamps, request.ChallengeResponses["TIMESTAMP"])
	}
	w.Header().Set("Date", time.Now().Add(e.ahead).UTC().Format(http.TimeFormat))
	e.Handler.ServeHTTP(w, r)
}

// TestWrongClock signs in twice, the second time on a remembered device, on a machine whose clock
// is wrong. Both proofs, of the password and of the device, have the server's time.
func TestWrongClock(t *testing.T) {
	t.Parallel()
	for _, ahead := range []time.Duration{-26 * time.Hour, 3 * time.Hour} {
		t.Run(ahead.String(), func(t *testing.T) {
			t.Parallel()
			pool := newPool(t, authtest.Config{Devices: authtest.DevicesAlways}, alice())
			pool.Advance(ahead)
			service := &elsewhen{Handler: pool, ahead: ahead}
			server := httptest.NewServer(service)
			t.Cleanup(server.Close)
			cfg := configFor(pool)
			cfg.Endpoint = server.URL
			session, ctx := newClient(t, cfg).Session("test"), context.Background()
			for range 2 {
				out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
				require.NoError(t, err)
				require.True(t, out.IsSignedIn)
				require.NoError(t, session.SignOut(ctx, auth.SignOutInput{}))
			}
			require.Len(t, service.stamps, 3)
			for _, stamp := range service.stamps {
				at, err := time.Parse("Mon Jan 2 15:04:05 UTC 2006", stamp)
				require.NoError(t, err)
				assert.WithinDuration(t, time.Now().Add(ahead), at, time.Minute)
			}
		})
	}
}
