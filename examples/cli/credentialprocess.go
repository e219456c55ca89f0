package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"flag"
	"io"
	"os"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/filestore"
	"github.com/amplifyauth/amplify-auth-go/auth/identitypool"
	"github.com/amplifyauth/amplify-auth-go/auth/keyringstore"
)

// credentialProcess prints AWS credentials of whoever is signed in, for the AWS CLI and the AWS
// SDKs. In ~/.aws/config:
//
//	[profile acme]
//	credential_process = tool credential-process -user-pool … -client … -identity-pool … -dir …
//
// It never asks for anything: if nobody is signed in it fails, and the message says so.
func credentialProcess(ctx context.Context, args []string, stdout io.Writer) error {
	flags := flag.NewFlagSet("credential-process", flag.ContinueOnError)
	userPool := flags.String("user-pool", "", "id of the user pool")
	client := flags.String("client", "", "id of the app client")
	identityPool := flags.String("identity-pool", "", "id of the identity pool")
	endpoint := flags.String("endpoint", "", "URL of both services (default Amazon's)")
	dir := flags.String("dir", "", "directory of the sessions")
	keyFile := flags.String("key-file", "", "file with the sessions' key, in base64 (default the system's keyring)")
	if err := flags.Parse(args); err != nil {
		return err
	}
	store, err := openSessions(ctx, *dir, *keyFile)
	if err != nil {
		return err
	}
	users, err := auth.NewClient(auth.Config{
		UserPoolID: *userPool, ClientID: *client, Endpoint: *endpoint, Store: store,
	})
	if err != nil {
		return err
	}
	identities, err := identitypool.New(identitypool.Config{IdentityPoolID: *identityPool, Endpoint: *endpoint})
	if err != nil {
		return err
	}
	credentials, err := identities.ForSession(users.Session("default")).Retrieve(ctx)
	if err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(map[string]any{
		"Version": 1, "AccessKeyId": credentials.AccessKeyID, "SecretAccessKey": credentials.SecretAccessKey,
		"SessionToken": credentials.SessionToken, "Expiration": credentials.Expires.UTC().Format(time.RFC3339),
	})
}

func openSessions(ctx context.Context, dir, keyFile string) (*filestore.Store, error) {
	if keyFile == "" {
		return keyringstore.Open(ctx, keyringstore.Config{Dir: dir, Service: "amplify-auth-go-example"})
	}
	text, err := os.ReadFile(keyFile) //nolint:gosec // the caller's own file
	if err != nil {
		return nil, err
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		return nil, err
	}
	return filestore.New(dir, key)
}
