// Command quickstart signs a user up, sets up an authenticator app as second factor and signs in
// with it.
//
//	go run ./examples/quickstart
//
// It needs no AWS account: by default it runs on an in-process Cognito user pool that requires MFA.
// On a terminal it waits for codes from an authenticator app (press Enter to compute them); without
// a terminal it runs to the end by itself. With -user-pool-id and -client-id it does the same on a
// real pool, with an app client that has no secret; if that pool does not require MFA, no
// authenticator app is needed.
package main

import (
	"context"
	"flag"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

func main() {
	userPoolID := flag.String("user-pool-id", "", "use this real user pool, such as eu-west-1_Ab1Cd2Ef3")
	clientID := flag.String("client-id", "", "the app client's id in that pool")
	flag.Parse()
	demo.Main(func(ctx context.Context) error { return run(ctx, *userPoolID, *clientID) })
}

func run(ctx context.Context, userPoolID, clientID string) error {
	if userPoolID != "" || clientID != "" {
		return onRealPool(ctx, auth.Config{UserPoolID: userPoolID, ClientID: clientID})
	}
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFARequired, TOTP: true})
	if err != nil {
		return err
	}
	defer pool.Close()
	fmt.Println("An in-process Cognito user pool listens on", pool.URL)
	p := newPerson(demo.Username, "alice@example.com", demo.Password)
	p.inbox = pool.LastCode
	return story(ctx, auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL}, p)
}

func onRealPool(ctx context.Context, cfg auth.Config) error {
	p := newPerson("", "", "")
	if err := p.introduce(); err != nil {
		return err
	}
	return story(ctx, cfg, p)
}

// story signs up, signs in and sets up a second factor, signs out, and signs in with that factor.
func story(ctx context.Context, cfg auth.Config, p *person) error {
	client, err := auth.NewClient(cfg)
	if err != nil {
		return err
	}
	session := client.Session("quickstart")
	if err := signUp(ctx, session, p); err != nil {
		return err
	}
	fmt.Println("\nFirst sign-in")
	if err := signIn(ctx, session, p); err != nil {
		return err
	}
	if _, err := session.SignOut(ctx, auth.SignOutInput{}); err != nil {
		return err
	}
	fmt.Println("\nSigned out. Second sign-in")
	if err := signIn(ctx, session, p); err != nil {
		return err
	}
	if p.totpSecret != "" {
		if err := mfa.UpdateMFAPreference(ctx, session, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Preferred}); err != nil {
			return err
		}
	}
	return whoAmI(ctx, session)
}

func whoAmI(ctx context.Context, session *auth.Session) error {
	user, err := session.CurrentUser(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("\nSigned in as %s (%s)\n", user.Username, user.UserID)
	preference, err := mfa.FetchMFAPreference(ctx, session)
	if err != nil {
		return err
	}
	fmt.Printf("MFA preference: enabled %v, preferred %s\n", preference.Enabled, preference.Preferred)
	return nil
}
