package passkey_test

import (
	"context"
	"encoding/json"
	"errors"
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

// exampleCreate adds a passkey to alice's account.
func exampleCreate(ctx context.Context, session *auth.Session) {
	options, err := passkey.StartAssociateWebAuthnCredential(ctx, session)
	if err != nil {
		panic(err)
	}
	credential, err := (&authtest.Authenticator{Origin: "http://localhost:3000"}).Create(options)
	if err != nil {
		panic(err)
	}
	if err := passkey.CompleteAssociateWebAuthnCredential(ctx, session, credential); err != nil {
		panic(err)
	}
}

// The options go to the page, unchanged.
func ExampleStartAssociateWebAuthnCredential() {
	session, stop := exampleSession()
	defer stop()

	options, err := passkey.StartAssociateWebAuthnCredential(context.Background(), session)
	if err != nil {
		fmt.Println(err)
		return
	}
	var page struct{ RP struct{ ID string } }
	fmt.Println(json.Unmarshal(options, &page), page.RP.ID)
	// Output: <nil> localhost
}

// What the page sends back is checked before it goes to Cognito.
func ExampleCompleteAssociateWebAuthnCredential() {
	session, stop := exampleSession()
	defer stop()
	ctx := context.Background()
	options, err := passkey.StartAssociateWebAuthnCredential(ctx, session)
	if err != nil {
		fmt.Println(err)
		return
	}
	err = passkey.CompleteAssociateWebAuthnCredential(ctx, session, json.RawMessage(`{"id": 7}`))
	fmt.Println("not what a browser sends:", errors.Is(err, auth.ErrPasskeyRegistrationFailed))
	credential, err := (&authtest.Authenticator{Origin: "http://localhost:3000"}).Create(options) // the browser
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(passkey.CompleteAssociateWebAuthnCredential(ctx, session, credential))
	// Output:
	// not what a browser sends: true
	// <nil>
}

// The account page lists the passkeys.
func ExampleWebAuthnCredentials() {
	session, stop := exampleSession()
	defer stop()
	ctx := context.Background()
	exampleCreate(ctx, session)

	for c, err := range passkey.WebAuthnCredentials(ctx, session) {
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(c.FriendlyCredentialName, c.RelyingPartyID)
	}
	// Output: Roaming passkey localhost
}

// A program that shows one page at a time keeps the NextToken.
func ExampleListWebAuthnCredentials() {
	session, stop := exampleSession()
	defer stop()
	ctx := context.Background()
	exampleCreate(ctx, session)
	exampleCreate(ctx, session)

	first, err := passkey.ListWebAuthnCredentials(ctx, session, passkey.ListWebAuthnCredentialsInput{PageSize: 1})
	fmt.Println(len(first.Credentials), first.NextToken != "", err)
	second, err := passkey.ListWebAuthnCredentials(ctx, session,
		passkey.ListWebAuthnCredentialsInput{PageSize: 1, NextToken: first.NextToken})
	fmt.Println(len(second.Credentials), second.NextToken != "", err)
	// Output:
	// 1 true <nil>
	// 1 false <nil>
}

// Nobody can sign in with a deleted passkey any more.
func ExampleDeleteWebAuthnCredential() {
	session, stop := exampleSession()
	defer stop()
	ctx := context.Background()
	exampleCreate(ctx, session)

	for c, err := range passkey.WebAuthnCredentials(ctx, session) {
		if err != nil {
			fmt.Println(err)
			return
		}
		in := passkey.DeleteWebAuthnCredentialInput{CredentialID: c.CredentialID}
		fmt.Println(passkey.DeleteWebAuthnCredential(ctx, session, in))
	}
	left, err := passkey.ListWebAuthnCredentials(ctx, session, passkey.ListWebAuthnCredentialsInput{})
	fmt.Println(len(left.Credentials), err)
	// Output:
	// <nil>
	// 0 <nil>
}
