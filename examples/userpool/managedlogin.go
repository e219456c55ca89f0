package main

import (
	"encoding/pem"
	"errors"
	"flag"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// managedLoginFlags adds the flags of the OAuth endpoints and the pages.
func (opts *options) managedLoginFlags(flags *flag.FlagSet) {
	ml := &opts.pool.ManagedLogin
	for _, list := range []struct {
		name, usage string
		values      *[]string
	}{
		{"callback-urls", "redirect URIs, separated by commas; they turn managed login on", &ml.CallbackURLs},
		{"logout-urls", "where /logout may redirect to, separated by commas", &ml.LogoutURLs},
		{"oauth-flows", "code, implicit or client_credentials, separated by commas", &ml.Flows},
		{"oauth-scopes", "scopes of the app client, separated by commas", &ml.Scopes},
		{"providers", "identity providers such as Google, separated by commas", &ml.Providers},
	} {
		flags.Func(list.name, list.usage, func(value string) error {
			*list.values = strings.Split(value, ",")
			return nil
		})
	}
	flags.Func("social-user", "`PROVIDER:SUBJECT:EMAIL` of somebody at an identity provider; may be repeated",
		func(value string) error {
			parts := strings.SplitN(value, ":", 3)
			if len(parts) < 3 {
				return errors.New("want PROVIDER:SUBJECT:EMAIL")
			}
			opts.socialUsers = append(opts.socialUsers, authtest.SocialUser{
				Provider: parts[0], Subject: parts[1], Claims: map[string]any{"email": parts[2]},
			})
			return nil
		})
	flags.BoolVar(&ml.Classic, "classic-pages", false, "serve the older generation of the pages")
	flags.BoolVar(&opts.pool.LocalIssuer, "local-issuer", false,
		"make the pool's own address the issuer, for clients that discover the endpoints there")
	flags.BoolVar(&opts.pool.TLS, "tls", false, "serve HTTPS; the line of JSON has the certificate")
}

// certificate returns that of the pool in PEM, or "".
func certificate(pool *authtest.Pool) string {
	c := pool.Certificate()
	if c == nil {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}
