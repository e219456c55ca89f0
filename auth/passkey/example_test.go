package passkey_test

import (
	"context"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
)

// The two halves of adding a passkey, with the browser between them.
func Example() {
	session, stop := exampleSession()
	defer stop()
	ctx := context.Background()

	options, err := passkey.StartAssociateWebAuthnCredential(ctx, session)
	if err != nil {
		panic(err)
	}
	browser := &authtest.Authenticator{Origin: "http://localhost:3000"} // in place of a real one
	credential, err := browser.Create(options)                          // navigator.credentials.create
	if err != nil {
		panic(err)
	}
	if err := passkey.CompleteAssociateWebAuthnCredential(ctx, session, credential); err != nil {
		panic(err)
	}
	for c, err := range passkey.WebAuthnCredentials(ctx, session) {
		if err != nil {
			panic(err)
		}
		fmt.Println(c.FriendlyCredentialName, "for", c.RelyingPartyID)
	}
	// Output: Roaming passkey for localhost
}

// exampleSession signs alice in at a pool that takes passkeys.
func exampleSession() (session *auth.Session, stop func()) {
	pool, err := authtest.NewPool(authtest.Config{AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"}})
	if err != nil {
		panic(err)
	}
	if err := pool.AddUser(authtest.User{Username: "alice", Password: password}); err != nil {
		panic(err)
	}
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	if err != nil {
		panic(err)
	}
	session = client.Session("alice's browser")
	_, err = session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	if err != nil {
		panic(err)
	}
	return session, pool.Close
}
