package auth_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A program sends the browser to managed login, and completes the sign-in when the browser comes
// back. Here Authorize stands for the person and the browser.
func ExampleSession_SignInWithRedirect() {
	const callback, goodbye = "https://app.example.com/callback", "https://app.example.com/"
	pool, err := authtest.NewPool(authtest.Config{ManagedLogin: authtest.ManagedLogin{
		CallbackURLs: []string{callback}, LogoutURLs: []string{goodbye},
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := pool.AddUser(alice()); err != nil {
		fmt.Println(err)
		return
	}
	ctx := context.Background()
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL,
		Domain:         pool.URL, // of a real pool: "example.auth.eu-west-1.amazoncognito.com"
		RedirectSignIn: []string{callback}, RedirectSignOut: []string{goodbye},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	session := client.Session("a random id of the browser's session")

	begun, err := session.SignInWithRedirect(ctx, auth.SignInWithRedirectInput{ReturnTo: "/cart"})
	if err != nil {
		fmt.Println(err)
		return
	}
	callbackURL, err := pool.Authorize(begun.URL, "alice") // http.Redirect(w, r, begun.URL, http.StatusSeeOther)
	if err != nil {
		fmt.Println(err)
		return
	}
	done, err := session.CompleteSignInWithRedirect(ctx, callbackURL) // r.URL.String()
	fmt.Println(done.IsSignedIn, done.ReturnTo, err)

	out, err := session.SignOut(ctx, auth.SignOutInput{})
	page, _ := url.Parse(out.URL) // http.Redirect(w, r, out.URL, http.StatusSeeOther)
	fmt.Println(page.Path, page.Query().Get("logout_uri"), err)
	// Output:
	// true /cart <nil>
	// /logout https://app.example.com/ <nil>
}

// A callback that this session did not begin, be it forged or loaded twice, changes nothing.
func ExampleSession_CompleteSignInWithRedirect() {
	const callback = "https://app.example.com/callback"
	pool, err := authtest.NewPool(authtest.Config{ManagedLogin: authtest.ManagedLogin{CallbackURLs: []string{callback}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	cfg := configFor(pool)
	cfg.Domain, cfg.RedirectSignIn = pool.URL, []string{callback}
	client, err := auth.NewClient(cfg)
	if err != nil || pool.AddUser(alice()) != nil {
		fmt.Println(err)
		return
	}
	session, ctx := client.Session("a random id of the browser's session"), context.Background()
	begun, err := session.SignInWithRedirect(ctx, auth.SignInWithRedirectInput{})
	if err != nil {
		fmt.Println(err)
		return
	}
	callbackURL, err := pool.Authorize(begun.URL, "alice") // the person and the browser
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, brought := range []string{callback + "?code=stolen&state=guessed", callbackURL, callbackURL} {
		done, err := session.CompleteSignInWithRedirect(ctx, brought)
		fmt.Println(done.IsSignedIn, errors.Is(err, auth.ErrOAuthAttempt))
	}
	// Output:
	// false true
	// true false
	// false true
}
