// Command passkey signs a user up, adds a passkey to the account and signs in with it.
//
//	go run ./examples/passkey
//
// It runs offline, on an in-process Cognito user pool. A virtual authenticator plays the part of the
// page and its security key: a real program sends the JSON options to the browser and receives its
// JSON answers.
package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/passkey"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

func main() { demo.Main(run) }

func run(ctx context.Context) error {
	pool, err := authtest.NewPool(authtest.Config{
		ExplicitAuthFlows:       []string{"ALLOW_USER_AUTH", "ALLOW_USER_SRP_AUTH"},
		AllowedFirstAuthFactors: []string{"PASSWORD", "WEB_AUTHN"},
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	if err != nil {
		return err
	}
	session, browser := client.Session("laptop"), &authtest.Authenticator{Origin: "http://localhost:8080"}
	if err := signUp(ctx, pool, session); err != nil {
		return err
	}
	if err := addPasskey(ctx, session, browser); err != nil {
		return err
	}
	if err := signInByPasskey(ctx, session, browser); err != nil {
		return err
	}
	return removePasskeys(ctx, session)
}

func signUp(ctx context.Context, pool *authtest.Pool, session *auth.Session) error {
	_, err := session.SignUp(ctx, auth.SignUpInput{
		Username: demo.Username, Password: demo.Password,
		UserAttributes: map[string]string{"email": "alice@example.com"},
	})
	if err != nil {
		return err
	}
	_, err = session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{
		Username: demo.Username, ConfirmationCode: pool.LastCode(demo.Username),
	})
	if err != nil {
		return err
	}
	fmt.Println("alice has signed up.")
	out, err := session.SignIn(ctx, auth.SignInInput{Username: demo.Username, Password: demo.Password})
	if err != nil {
		return err
	}
	fmt.Println("Sign-in with the password:", out.NextStep.Name())
	return nil
}

func addPasskey(ctx context.Context, session *auth.Session, browser *authtest.Authenticator) error {
	options, err := passkey.StartAssociateWebAuthnCredential(ctx, session)
	if err != nil {
		return err
	}
	credential, err := browser.Create(options)
	if err != nil {
		return err
	}
	if err := passkey.CompleteAssociateWebAuthnCredential(ctx, session, credential); err != nil {
		return err
	}
	fmt.Println("A passkey was added.")
	if _, err := session.SignOut(ctx, auth.SignOutInput{}); err != nil {
		return err
	}
	fmt.Println("alice has signed out.")
	return nil
}

func signInByPasskey(ctx context.Context, session *auth.Session, browser *authtest.Authenticator) error {
	out, err := session.SignIn(ctx, auth.SignInInput{
		Username: demo.Username, AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorWebAuthn,
	})
	if err != nil {
		return err
	}
	fmt.Println("Sign-in with the passkey:", out.NextStep.Name())
	step, ok := out.NextStep.(auth.ConfirmSignInWithWebAuthn)
	if !ok {
		return errors.New("the pool did not ask for the passkey")
	}
	credential, err := browser.Get(step.CredentialRequestOptions)
	if err != nil {
		return err
	}
	out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: string(credential)})
	if err != nil {
		return err
	}
	fmt.Println("Sign-in with the passkey:", out.NextStep.Name())
	return nil
}

func removePasskeys(ctx context.Context, session *auth.Session) error {
	for credential, err := range passkey.WebAuthnCredentials(ctx, session) {
		if err != nil {
			return err
		}
		fmt.Printf("%s, for %s\n", credential.FriendlyCredentialName, credential.RelyingPartyID)
		in := passkey.DeleteWebAuthnCredentialInput{CredentialID: credential.CredentialID}
		if err := passkey.DeleteWebAuthnCredential(ctx, session, in); err != nil {
			return err
		}
		fmt.Println("The passkey was deleted.")
	}
	return nil
}
