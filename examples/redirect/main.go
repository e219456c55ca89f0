// Command redirect shows a sign-in at managed login: the pages of the user pool's domain, where the
// pool's own users sign in and those of other identity providers.
//
//	go run ./examples/redirect
//
// It runs offline, on an in-process Cognito user pool with managed login and a stand-in for Google.
// The browsers of the two people are in the program as well.
package main

import (
	"context"
	"fmt"
	"net/url"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

// Where managed login sends the browser: registered with the app client, letter for letter.
const (
	callbackURL  = "http://localhost:3000/callback"
	signedOutURL = "http://localhost:3000/signed-out"
)

func main() { demo.Main(run) }

func run(ctx context.Context) error {
	pool, err := demo.StartPool(authtest.Config{
		MFA: authtest.MFAOptional, TOTP: true, ManagedLogin: authtest.ManagedLogin{
			CallbackURLs: []string{callbackURL}, LogoutURLs: []string{signedOutURL}, Providers: []string{"Google"},
		},
	})
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := pool.SetSocialUser(authtest.SocialUser{
		Provider: "Google", Subject: "1234", Claims: map[string]any{"email": "bob@example.com"},
	}); err != nil {
		return err
	}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL,
		Domain: pool.URL, RedirectSignIn: []string{callbackURL}, RedirectSignOut: []string{signedOutURL},
	})
	if err != nil {
		return err
	}
	fmt.Println("Alice signs in on the pool's pages, with an authenticator app.")
	alice := client.Session("alice")
	if err := signIn(ctx, alice, auth.SignInWithRedirectInput{ReturnTo: "/orders"}, asAlice(pool)); err != nil {
		return err
	}
	fmt.Println("\nBob signs in with Google.")
	if err := signIn(ctx, client.Session("bob"), auth.SignInWithRedirectInput{
		Provider: auth.ProviderGoogle, ReturnTo: "/",
	}, asBob); err != nil {
		return err
	}
	return signOut(ctx, alice)
}

// signIn does what a program does: it sends the browser away, and completes the sign-in with the
// address at which the browser comes back.
func signIn(ctx context.Context, session *auth.Session, in auth.SignInWithRedirectInput, who person) error {
	begun, err := session.SignInWithRedirect(ctx, in)
	if err != nil {
		return err
	}
	callback, err := who.visit(ctx, begun.URL)
	if err != nil {
		return err
	}
	done, err := session.CompleteSignInWithRedirect(ctx, callback)
	if err != nil {
		return err
	}
	user, err := session.CurrentUser(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("  signed in as %s, on to %s\n", user.Username, done.ReturnTo)
	return nil
}

// signOut ends the session of the program. That of the browser ends at a page.
func signOut(ctx context.Context, session *auth.Session) error {
	out, err := session.SignOut(ctx, auth.SignOutInput{})
	if err != nil {
		return err
	}
	page, err := url.Parse(out.URL)
	if err != nil {
		return err
	}
	fmt.Println("\nAlice is signed out. Her browser is too, once it has visited", page.Path)
	return nil
}
