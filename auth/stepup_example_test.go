package auth_test

import (
	"context"
	"fmt"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// stepUp has the person prove a second factor, unless that was done in the last five minutes, and
// reports whether it is proved now. Ask answers a step: it is the program's page.
func stepUp(ctx context.Context, session *auth.Session, in auth.SignInInput, ask func(auth.SignInStep) string) (bool, error) {
	current, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	if err != nil || provedLately(current) {
		return err == nil, err
	}
	out, err := session.Reauthenticate(ctx, in)
	for err == nil && !out.IsSignedIn {
		out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: ask(out.NextStep), StepID: out.StepID})
	}
	if err == nil {
		current, err = session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	}
	return err == nil && provedLately(current), err
}

func provedLately(s auth.AuthSession) bool {
	return s.Proved(auth.FactorTOTP, 5*time.Minute) || s.Proved(auth.FactorPasskey, 5*time.Minute)
}

// Somebody with an authenticator app signs in on a device that the pool remembers, which replaces
// the code. For the step-up it does not count.
func ExampleSession_Reauthenticate() {
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true, Devices: authtest.DevicesAlways})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	ctx := context.Background()
	client, err := auth.NewClient(configFor(pool))
	if err != nil || pool.AddUser(aliceWithTOTP()) != nil {
		fmt.Println(err)
		return
	}
	session := client.Session("alice")
	in := auth.SignInInput{Username: "alice", Password: password}
	code := func(step auth.SignInStep) string {
		fmt.Println("asked by", step.Name())
		return exampleCode(pool)
	}
	for range 2 { // the first sign-in makes the device known
		_, _ = session.SignOut(ctx, auth.SignOutInput{})
		out, err := session.SignIn(ctx, in)
		if err == nil && !out.IsSignedIn {
			_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code(out.NextStep)})
		}
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	current, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	fmt.Println(current.Factors[0].Factor, current.Factors[1].Factor, err)
	fmt.Println(stepUp(ctx, session, auth.SignInInput{Password: password}, code))
	// Output:
	// asked by CONFIRM_SIGN_IN_WITH_TOTP_CODE
	// PASSWORD DEVICE <nil>
	// asked by CONFIRM_SIGN_IN_WITH_TOTP_CODE
	// true <nil>
}

// Somebody with a passkey signs in with the password, and is asked for the passkey. The browser is a
// virtual one.
func ExampleSession_Reauthenticate_passkey() {
	pool, err := authtest.NewPool(passkeyPool)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	ctx := context.Background()
	client, err := auth.NewClient(configFor(pool))
	if err != nil || pool.AddUser(authtest.User{Username: "alice", Password: password}) != nil {
		fmt.Println(err)
		return
	}
	session := client.Session("alice")
	if _, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password}); err != nil {
		fmt.Println(err)
		return
	}
	browser, err := registerPasskey(ctx, session)
	if err != nil {
		fmt.Println(err)
		return
	}
	in := auth.SignInInput{AuthFlowType: auth.AuthFlowUserAuth, PreferredChallenge: auth.AuthFactorWebAuthn}
	fmt.Println(stepUp(ctx, session, in, func(step auth.SignInStep) string {
		fmt.Println("asked by", step.Name())
		response, err := browser.assertion(string(step.(auth.ConfirmSignInWithWebAuthn).CredentialRequestOptions))
		if err != nil {
			fmt.Println(err)
		}
		return response
	}))
	// Output:
	// asked by CONFIRM_SIGN_IN_WITH_WEB_AUTHN
	// true <nil>
}

// Somebody without a second factor can only prove the password again, and the factors say so.
func ExampleSession_Reauthenticate_noSecondFactor() {
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	ctx := context.Background()
	client, err := auth.NewClient(configFor(pool))
	if err != nil || pool.AddUser(authtest.User{Username: "alice", Password: password}) != nil {
		fmt.Println(err)
		return
	}
	session := client.Session("alice")
	if _, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password}); err != nil {
		fmt.Println(err)
		return
	}
	proved, err := stepUp(ctx, session, auth.SignInInput{Password: password}, nil)
	fmt.Println("a second factor:", proved, err)
	current, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	fmt.Println(len(current.Factors), current.Factors[0].Factor, err)
	// Output:
	// a second factor: false <nil>
	// 1 PASSWORD <nil>
}
