package bff_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// otherLimiter stands for one that machines share.
type otherLimiter struct{}

func (otherLimiter) Allow(context.Context, string, int, time.Duration) (time.Duration, error) {
	return 0, nil
}

func TestNewRefusesWhatWouldLoseSessions(t *testing.T) {
	t.Parallel()
	client, err := auth.NewClient(auth.Config{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789"})
	require.NoError(t, err)
	for field, change := range map[string]func(*bff.Config){
		"Client":               func(c *bff.Config) { c.Client = nil },
		"PublicURL":            func(c *bff.Config) { c.PublicURL = "" },
		"PublicURL is neither": func(c *bff.Config) { c.PublicURL = "http://app.example" },
		"PublicURL is not":     func(c *bff.Config) { c.PublicURL = "https://app.example/path" },
		"PublicURL is not a":   func(c *bff.Config) { c.PublicURL = "https://:443" },
		"Prefix":               func(c *bff.Config) { c.Prefix = "auth" },
		"Home":                 func(c *bff.Config) { c.Home = "//evil.example" },
		"CookieName":           func(c *bff.Config) { c.CookieName = "a b" },
		"Idle":                 func(c *bff.Config) { c.Idle = time.Second },
		"Absolute":             func(c *bff.Config) { c.Absolute = time.Minute },
		"Recent":               func(c *bff.Config) { c.Recent = -1 },
		"Limits":               func(c *bff.Config) { c.Limits.Name = bff.Limit{Tries: 1} },
		"Replicas is more than one, but Config.Limiter":     func(c *bff.Config) { c.Replicas = 2 },
		"Replicas is more than one, but the Client's Store": func(c *bff.Config) { c.Replicas, c.Limiter = 2, otherLimiter{} },
		"Replicas is negative":                              func(c *bff.Config) { c.Replicas = -1 },
		"Templates has none": func(c *bff.Config) {
			c.Templates = fstest.MapFS{"templates/page.html": {Data: []byte("the root is one folder below")}}
		},
		"Templates:": func(c *bff.Config) {
			c.Templates = fstest.MapFS{"page.html": {Data: []byte("{{")}}
		},
	} {
		cfg := bff.Config{Client: client, PublicURL: "https://app.example"}
		change(&cfg)
		_, err := bff.New(cfg)
		assert.ErrorContains(t, err, "bff: Config."+field)
	}
	for _, address := range []string{"http://localhost:8080", "http://127.0.0.1:1", "http://[::1]:80", "https://app.example:8443"} {
		_, err := bff.New(bff.Config{Client: client, PublicURL: address})
		assert.NoError(t, err, address)
	}
}

// Browsers send the origin in one form, however the configuration writes it.
func TestPublicURLIsComparedAsBrowsersSendIt(t *testing.T) {
	t.Parallel()
	pool := authtest.New(t, authtest.Config{})
	require.NoError(t, pool.AddUser(alice()))
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	require.NoError(t, err)
	for written, sent := range map[string]string{
		"HTTPS://app.example":        "https://app.example",
		"https://APP.Example":        "https://app.example",
		"https://app.example:443":    "https://app.example",
		"https://app.example:":       "https://app.example",
		"https://[2001:DB8::1]:443":  "https://[2001:db8::1]",
		"https://app.example:8443":   "https://app.example:8443",
		"HTTP://LocalHost:80":        "http://localhost",
		"http://localhost:443":       "http://localhost:443",
		"http://Tenant.localhost:80": "http://tenant.localhost",
	} {
		s := &still{t: t}
		s.bff, err = bff.New(bff.Config{Client: client, PublicURL: written})
		require.NoError(t, err, written)
		s.bff.SetPace(0)
		s.handler = s.bff
		b := s.visitor()
		b.header["Origin"] = []string{sent}
		b.post("/auth/sign-in", map[string][]string{"username": {"alice"}, "password": {goodPassword}})
		assert.Equal(t, http.StatusSeeOther, b.status, written)
		name := "session"
		if strings.HasPrefix(sent, "https:") {
			name = sessionCookie
		}
		assert.Contains(t, b.cookies, name, written)
	}
}

func TestNewRefusesAStoreInTheBrowser(t *testing.T) {
	t.Parallel()
	store, err := cookiestore.New(cookiestore.Config{
		Pool: jwt.TrustedPool{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientIDs: []string{"1example23456789"}},
		Key:  make([]byte, cookiestore.KeySize),
	})
	require.NoError(t, err)
	client, err := auth.NewClient(auth.Config{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789", Store: store})
	require.NoError(t, err)
	_, err = bff.New(bff.Config{Client: client, PublicURL: "https://app.example"})
	assert.ErrorContains(t, err, "cookies")
}

func TestATemplateIsReplaced(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{}, func(c *bff.Config) {
		c.Templates = fstest.MapFS{"sign-in.html": {Data: []byte(`<h1>Mine: {{.Title}}</h1>{{range .Forms}}{{template "form" .}}{{end}}`)}}
	})
	w.add(alice())
	b := w.browser().get("/")
	assert.Equal(t, "Mine: Sign in to Acme", b.heading())
	b.submit("username", "alice", "password", goodPassword)
	b.isApp("/", "alice")
	b.get("/auth/account")
	assert.Equal(t, "Your account", b.heading())
}

func TestPagesAreInThePersonsLanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t, authtest.Config{})
	b := w.browser()
	b.header.Set("Accept-Language", "de-AT, en;q=0.5")
	b.get("/")
	assert.Contains(t, b.page, `<html lang="de">`)
	assert.True(t, strings.Contains(b.page, "Anmelden") || strings.Contains(b.page, "anmelden"))
}

func TestOnLoopbackWithoutTLSCookiesHaveNoPrefix(t *testing.T) {
	t.Parallel()
	s := &still{t: t}
	pool := authtest.New(t, authtest.Config{})
	require.NoError(t, pool.AddUser(alice()))
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	require.NoError(t, err)
	s.bff, err = bff.New(bff.Config{Client: client, PublicURL: "http://localhost:8080"})
	require.NoError(t, err)
	s.handler = s.bff
	b := s.visitor()
	b.header["Origin"] = []string{"http://localhost:8080"}
	b.post("/auth/sign-in", map[string][]string{"username": {"alice"}, "password": {goodPassword}})
	assert.Contains(t, b.cookies, "session")
	for _, line := range b.got.Values("Set-Cookie") {
		assert.NotContains(t, line, "Secure")
		assert.NotContains(t, line, "__Host-")
	}
}
