package main

import (
	"context"
	"encoding/json"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
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
	credentials, err := identities.ForSession(session).Retrieve(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(t.stdout).Encode(map[string]any{
		"Version": 1, "AccessKeyId": credentials.AccessKeyID, "SecretAccessKey": credentials.SecretAccessKey,
		"SessionToken": credentials.SessionToken, "Expiration": credentials.Expires.UTC().Format(time.RFC3339),
	})
}
