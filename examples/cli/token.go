package main

import (
	"context"
	"encoding/json"
	"os"
	"time"

	"golang.org/x/term"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// token prints a token and nothing else. Of many processes that find it expired, one renews it.
func token(ctx context.Context, t *tool, args []string) error {
	set := t.flags("token")
	useID := set.Bool("id", false, "print the ID token")
	minTTL := set.Duration("min-ttl", 5*time.Minute, "renew a token that ends sooner")
	if err := t.parse(set, args, 0); err != nil {
		return err
	}
	if given := t.getenv("ACME_ACCESS_TOKEN"); given != "" && !*useID {
		t.warn("%s: the token is that of ACME_ACCESS_TOKEN.\n", appName)
		return t.print(given, map[string]any{"token": given})
	}
	tokens, err := t.fetch(ctx, *minTTL)
	if err != nil {
		return err
	}
	chosen := tokens.AccessToken
	if *useID {
		chosen = tokens.IDToken
	}
	if out, ok := t.stdout.(*os.File); ok && term.IsTerminal(int(out.Fd())) {
		t.warn("%s: this is a secret; do not leave it on the screen.\n", appName)
	}
	return t.print(chosen.Raw, map[string]any{"token": chosen.Raw, "expiresAt": chosen.ExpiresAt.UTC()})
}

// fetch returns tokens that are good for a while. It asks nobody: a script waits for it.
func (t *tool) fetch(ctx context.Context, minTTL time.Duration) (auth.AuthSession, error) {
	session, _, err := t.session(ctx)
	if err != nil {
		return auth.AuthSession{}, err
	}
	return session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{MinValidity: minTTL})
}

// header prints a header for curl, which reads it from its standard input: a command line is no
// place for a token.
func header(ctx context.Context, t *tool, args []string) error {
	if err := t.parse(t.flags("header"), args, 0); err != nil {
		return err
	}
	tokens, err := t.fetch(ctx, time.Minute)
	if err != nil {
		return err
	}
	value := "Bearer " + tokens.AccessToken.Raw
	return t.print("Authorization: "+value, map[string]any{"Authorization": value})
}

// execCredential prints what kubectl wants of a credential plugin: the ID token, which a cluster
// verifies by OpenID Connect.
func execCredential(ctx context.Context, t *tool, args []string) error {
	if err := t.parse(t.flags("exec-credential"), args, 0); err != nil {
		return err
	}
	tokens, err := t.fetch(ctx, time.Minute)
	if err != nil {
		return err
	}
	return json.NewEncoder(t.stdout).Encode(map[string]any{
		"apiVersion": "client.authentication.k8s.io/v1",
		"kind":       "ExecCredential",
		"status": map[string]any{
			"token": tokens.IDToken.Raw, "expirationTimestamp": tokens.IDToken.ExpiresAt.UTC().Format(time.RFC3339),
		},
	})
}
