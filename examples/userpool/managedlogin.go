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
	for _, setting := range []struct {
		name, usage string
		values      *[]string
	}{
		{"callback-urls", "redirect `URIs`; they turn managed login on", &ml.CallbackURLs},
		{"logout-urls", "`URLs` to which /logout may redirect", &ml.LogoutURLs},
		{"oauth-flows", "`flows`: code,implicit or client_credentials", &ml.Flows},
		{"oauth-scopes", "`scopes` of the app client", &ml.Scopes},
		{"providers", "identity `providers` such as Google", &ml.Providers},
	} {
		flags.Var(list{setting.values}, setting.name, setting.usage)
	}
	flags.StringVar(&ml.Domain, "oauth-domain", "", "`prefix` of the pool's domain, which nobody has to resolve")
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
}

// certificate returns that of the pool in PEM, or "".
func certificate(pool *authtest.Pool) string {
	c := pool.Certificate()
	if c == nil {
		return ""
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
}
