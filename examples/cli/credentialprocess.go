package main

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
	"github.com/amplifyauth/amplify-auth-go/auth/terminal"
)

// credentialProcess prints AWS credentials of whoever is signed in, for the AWS CLI and the AWS
// SDKs. In ~/.aws/config:
//
//	[profile acme]
//	credential_process = acme credential-process --identity-pool-id …
//
// It asks nobody: if nobody is signed in it fails, and the message says so.
func credentialProcess(ctx context.Context, t *tool, args []string) error {
	set := t.flags("credential-process")
	identityPoolID := set.String("identity-pool-id", "", "the identity pool's `id`")
	if err := t.parse(set, args, 0); err != nil {
		return err
	}
	session, cfg, err := t.session(ctx)
	if err != nil {
		return err
	}
	identities, err := identitypool.New(identitypool.Config{IdentityPoolID: *identityPoolID, Endpoint: cfg.Endpoint})
	if err != nil {
		return &exitError{exitConfig, "configuration", "The identity pool or endpoint is wrong: " + err.Error(), err}
	}
	if _, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{}); err != nil {
		return err // it means the same as in every command
	}
	credentials, err := identities.ForSession(session).Retrieve(ctx)
	if err != nil {
		return explainRetrieve(err)
	}
	return json.NewEncoder(t.stdout).Encode(map[string]any{
		"Version": 1, "AccessKeyId": credentials.AccessKeyID, "SecretAccessKey": credentials.SecretAccessKey,
		"SessionToken": credentials.SessionToken, "Expiration": credentials.Expires.UTC().Format(time.RFC3339),
	})
}

// explainRetrieve says what to do about an error of the identity pool.
func explainRetrieve(err error) error {
	var e *auth.Error
	if !errors.As(err, &e) || e.Op != "Retrieve" || e.Recovery == "" {
		return err
	}
	code := terminal.ExitCode(err)
	switch {
	case errors.Is(err, identitypool.ErrLoginExpired):
		code = exitSignIn
	case errors.Is(err, auth.ErrNotAuthorized), errors.Is(err, identitypool.ErrNoIDToken),
		errors.Is(err, identitypool.ErrInvalidIdentityPoolConfiguration):
		code = exitConfig // not a wrong password
	}
	return &exitError{code, string(e.Code), e.Recovery, err}
}
