package auth_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// examplePool is a pool with one user, who has an authenticator app.
func examplePool() *authtest.Pool {
	pool, err := authtest.NewPool(authtest.Config{MFA: authtest.MFAOptional, TOTP: true})
	if err != nil {
		panic(err)
	}
	if err := pool.AddUser(alice(func(u *authtest.User) { u.MFA = []string{"SOFTWARE_TOKEN_MFA"} })); err != nil {
		panic(err)
	}
	return pool
}

func exampleCode(pool *authtest.Pool) string {
	pool.Advance(30 * time.Second) // a code works once; this is the next one
	code, err := authtest.TOTPCode(totpSecret, pool.Now())
	if err != nil {
		panic(err)
	}
	return code
}

func Example() {
	pool := examplePool()
	defer pool.Close()
	ctx := context.Background()

	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID,
		Endpoint: pool.URL, // leave this out for a real pool
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	session := client.Session("alice")
	out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password})
	if err != nil {
		fmt.Println(err)
		return
	}
	if out.NextStep.Name() == auth.StepConfirmSignInWithTOTPCode {
		fmt.Println("asked for a code of the authenticator app")
		out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: exampleCode(pool)})
	}
	fmt.Println(out.IsSignedIn, err)
	// Output:
	// asked for a code of the authenticator app
	// true <nil>
}

func ExampleSession_ConfirmSignIn_wrongCode() {
	pool := examplePool()
	defer pool.Close()
	ctx := context.Background()
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		fmt.Println(err)
		return
	}
	session := client.Session("alice")
	if _, err = session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password}); err != nil {
		fmt.Println(err)
		return
	}
	code := exampleCode(pool)
	_, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: wrongCode(code)})
	fmt.Println("wrong code:", errors.Is(err, auth.ErrCodeMismatch))
	out, err := session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: code})
	fmt.Println("right code:", out.NextStep.Name(), err)
	// Output:
	// wrong code: true
	// right code: DONE <nil>
}

// A web back end hands the output to the browser as it is.
func ExampleSignInOutput() {
	pool := examplePool()
	defer pool.Close()
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := client.Session("browser-1").SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	if err != nil {
		fmt.Println(err)
		return
	}
	body, err := json.Marshal(out)
	fmt.Println(string(body), err)
	// Output: {"isSignedIn":false,"nextStep":{"signInStep":"CONFIRM_SIGN_IN_WITH_TOTP_CODE"}} <nil>
}

func ExampleSession_SignUp() {
	pool := examplePool()
	defer pool.Close()
	ctx := context.Background()
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		fmt.Println(err)
		return
	}
	session := client.Session("bob")
	out, err := session.SignUp(ctx, auth.SignUpInput{
		Username: "bob", Password: password, UserAttributes: map[string]string{"email": "bob@example.com"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	if step, ok := out.NextStep.(auth.ConfirmSignUpWithCode); ok {
		fmt.Println("code sent to", step.CodeDeliveryDetails.Destination)
	}
	_, err = session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: "bob", ConfirmationCode: pool.LastCode("bob")})
	fmt.Println(err)
	// Output:
	// code sent to b***@e***
	// <nil>
}

func ExampleConfigFromOutputs() {
	cfg, err := auth.ConfigFromOutputs(strings.NewReader(`{
		"version": "1.4",
		"auth": {"user_pool_id": "eu-west-1_Ab1Cd2Ef3", "user_pool_client_id": "1example23456789"}
	}`))
	fmt.Println(cfg.UserPoolID, cfg.ClientID, err)
	// Output: eu-west-1_Ab1Cd2Ef3 1example23456789 <nil>
}

func ExampleTOTPSetupDetails_SetupURI() {
	details := auth.TOTPSetupDetails{SharedSecret: "JBSWY3DPEHPK3PXP"}
	fmt.Println(details.SetupURI("My App", "alice@example.com"))
	// Output: otpauth://totp/My%20App:alice%40example.com?secret=JBSWY3DPEHPK3PXP&issuer=My%20App
}
