package auth_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cognitoidentityprovider"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// exampleSignedIn returns a pool with an account for alice, who has no second factor, and her
// session.
func exampleSignedIn(cfg authtest.Config) (*authtest.Pool, *auth.Session) {
	pool, err := authtest.NewPool(cfg)
	if err != nil {
		panic(err)
	}
	if err := pool.AddUser(alice(func(u *authtest.User) { u.TOTPSecret = "" })); err != nil {
		panic(err)
	}
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		panic(err)
	}
	session := client.Session("alice's browser")
	if _, err := session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password}); err != nil {
		panic(err)
	}
	return pool, session
}

// The access token is for services, and is renewed when it is about to expire.
func ExampleSession_FetchAuthSession() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()

	current, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
	if errors.Is(err, auth.ErrUserUnAuthenticated) {
		fmt.Println("sign in first") // also after the session has expired
		return
	}
	// A service gets it as request.Header.Set("Authorization", "Bearer "+current.AccessToken.Raw).
	fmt.Println(current.AccessToken.Username, current.AccessToken.Scopes, err)
	fmt.Println("password proved just now:", current.Proved(auth.FactorPassword, time.Minute))
	// Output:
	// alice [aws.cognito.signin.user.admin] <nil>
	// password proved just now: true
}

// CurrentUser sends no request.
func ExampleSession_CurrentUser() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()

	user, err := session.CurrentUser(context.Background())
	fmt.Println(user.Username, user.SignInDetails.AuthFlowType, len(user.UserID), err)
	// Output: alice USER_SRP_AUTH 36 <nil>
}

// A page that is loaded again asks what the session waits for.
func ExampleSession_Status() {
	pool := examplePool()
	defer pool.Close()
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		fmt.Println(err)
		return
	}
	session, ctx := client.Session("alice's browser"), context.Background()
	status, err := session.Status(ctx)
	fmt.Println(status.State, err)
	if _, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password}); err != nil {
		fmt.Println(err)
		return
	}
	status, err = session.Status(ctx)
	fmt.Println(status.State, status.Username, status.NextStep.Name(), err)
	// Output:
	// SIGNED_OUT <nil>
	// SIGNING_IN alice CONFIRM_SIGN_IN_WITH_TOTP_CODE <nil>
}

// Global ends the user's sessions everywhere. The other session learns of it when it asks Cognito.
func ExampleSession_SignOut() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()
	ctx := context.Background()
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		fmt.Println(err)
		return
	}
	phone := client.Session("alice's phone")
	if _, err := phone.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password}); err != nil {
		fmt.Println(err)
		return
	}
	out, err := session.SignOut(ctx, auth.SignOutInput{Global: true})
	fmt.Println(out.WasSignedIn, out.Revoked, err)

	_, err = phone.FetchAuthSession(ctx, auth.FetchAuthSessionInput{ForceRefresh: true})
	fmt.Println("the phone's session is over:", errors.Is(err, auth.ErrSessionExpired))
	// Output:
	// true true <nil>
	// the phone's session is over: true
}

// A web back end gives the session a new id after the sign-in. The old one leads to nothing.
func ExampleSession_MoveTo() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()
	ctx := context.Background()

	moved, err := session.MoveTo(ctx, auth.MoveToInput{Key: "a new random id", AtOnce: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	user, err := moved.CurrentUser(ctx)
	fmt.Println(moved.Key(), "belongs to", user.Username, err)
	_, err = session.CurrentUser(ctx)
	fmt.Println("the old id is that of nobody:", errors.Is(err, auth.ErrUserUnAuthenticated))
	// Output:
	// a new random id belongs to alice <nil>
	// the old id is that of nobody: true
}

// A slot keeps a program's own data for as long as the person is signed in.
func ExampleSession_Slot() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()
	ctx := context.Background()

	err := session.UpdateSlot(ctx, "cart", func([]byte) ([]byte, error) { return []byte("3 books"), nil })
	if err != nil {
		fmt.Println(err)
		return
	}
	cart, err := session.Slot(ctx, "cart")
	fmt.Printf("%s %v\n", cart, err)
	// Output: 3 books <nil>
}

// Change gets what is stored, so that two requests at once do not lose an update.
func ExampleSession_UpdateSlot() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()
	ctx := context.Background()

	visit := func(old []byte) ([]byte, error) { return append(old[:len(old):len(old)], '*'), nil }
	for range 3 {
		if err := session.UpdateSlot(ctx, "visits", visit); err != nil {
			fmt.Println(err)
			return
		}
	}
	visits, err := session.Slot(ctx, "visits")
	fmt.Printf("%s %v\n", visits, err)
	if _, err := session.SignOut(ctx, auth.SignOutInput{}); err != nil {
		fmt.Println(err)
		return
	}
	visits, err = session.Slot(ctx, "visits")
	fmt.Printf("%q %v\n", visits, err)
	// Output:
	// *** <nil>
	// "" <nil>
}

// Each sign-in of a browser has a session key of its own. The scope is what they have in common, so
// that the remembered browser replaces the second factor.
func ExampleSession_OnDevice() {
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesAlways})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	client, err := auth.NewClient(configFor(pool))
	if err != nil || pool.AddUser(aliceWithTOTP()) != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	browser := "a long-lived random id in a cookie"
	for _, key := range []string{"first session", "second session"} {
		session := client.Session(key).OnDevice(browser)
		out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
		if err != nil {
			fmt.Println(err)
			return
		}
		fmt.Println(key, out.NextStep.Name())
		if !out.IsSignedIn {
			_, _ = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: exampleCode(pool)})
		}
	}
	// Output:
	// first session CONFIRM_SIGN_IN_WITH_TOTP_CODE
	// second session DONE
}

// The pool tracks devices, and trusts this one only if the person agrees.
func ExampleSession_CurrentDevice() {
	pool, session := exampleSignedIn(authtest.Config{Devices: authtest.DevicesOptIn})
	defer pool.Close()

	current, err := session.CurrentDevice(context.Background())
	fmt.Println(current.Key == pool.Devices("alice")[0].Key, current.Remembered, err)
	// Output: true false <nil>
}

// A TokenSource is for clients that know golang.org/x/oauth2, such as those of gRPC.
func ExampleSession_TokenSource() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()

	source := session.TokenSource(context.Background())
	token, err := source.Token()
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(token.Type(), token.Valid(), "refresh token:", token.RefreshToken != "")
	// Output: Bearer true refresh token: false
}

// An operation without a verb: GetUser, which also tells the second factors.
func ExampleSession_Call() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()

	err := session.Call(context.Background(), "GetUser",
		func(ctx context.Context, api *cognitoidentityprovider.Client, accessToken string) error {
			user, err := api.GetUser(ctx, &cognitoidentityprovider.GetUserInput{AccessToken: &accessToken})
			if err != nil {
				return err
			}
			fmt.Println(*user.Username, len(user.UserMFASettingList))
			return nil
		})
	fmt.Println(err)
	// Output:
	// alice 0
	// <nil>
}

// A service asks whether the session of a token that it has verified is still active.
func ExampleClient_SessionActive() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()
	ctx := context.Background()
	service, err := auth.NewClient(configFor(pool))
	if err != nil {
		fmt.Println(err)
		return
	}
	current, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(service.SessionActive(ctx, current.AccessToken.Raw))
	if _, err := session.SignOut(ctx, auth.SignOutInput{Global: true}); err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(service.SessionActive(ctx, current.AccessToken.Raw))
	// Output:
	// true <nil>
	// false <nil>
}
