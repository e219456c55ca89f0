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

// examplePool returns a pool with one user, who has an authenticator app.
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

// A web back end passes the output to the browser unchanged.
func ExampleSignInOutput() {
	pool := examplePool()
	defer pool.Close()
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		fmt.Println(err)
		return
	}
	out, err := client.Session("browser-1").
		SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	if err != nil {
		fmt.Println(err)
		return
	}
	out.StepID = "a random id"
	body, err := json.Marshal(out)
	fmt.Println(string(body), err)
	// Output: {"isSignedIn":false,"nextStep":{"signInStep":"CONFIRM_SIGN_IN_WITH_TOTP_CODE"},"stepId":"a random id"} <nil>
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
	_, err = session.ConfirmSignUp(ctx,
		auth.ConfirmSignUpInput{Username: "bob", ConfirmationCode: pool.LastCode("bob")})
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

// exampleChoice returns a pool where people choose how to sign in, with an account for alice, and a
// session on it.
func exampleChoice() (*authtest.Pool, *auth.Session) {
	pool, err := authtest.NewPool(authtest.Config{
		ExplicitAuthFlows: []string{"ALLOW_USER_AUTH"}, AllowedFirstAuthFactors: []string{"PASSWORD", "EMAIL_OTP"},
	})
	if err != nil {
		panic(err)
	}
	if err := pool.AddUser(alice(func(u *authtest.User) { u.TOTPSecret = "" })); err != nil {
		panic(err)
	}
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	if err != nil {
		panic(err)
	}
	return pool, client.Session("example")
}

// A user signs in with a code instead of a password.
func ExampleSession_SignIn_userAuth() {
	pool, session := exampleChoice()
	defer pool.Close()
	ctx := context.Background()

	out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", AuthFlowType: auth.AuthFlowUserAuth})
	if err != nil {
		fmt.Println(err)
		return
	}
	if step, ok := out.NextStep.(auth.ContinueSignInWithFirstFactorSelection); ok {
		fmt.Println("offered:", step.AvailableChallenges)
		out, err = session.ConfirmSignIn(ctx,
			auth.ConfirmSignInInput{ChallengeResponse: string(auth.AuthFactorEmailOTP)})
		if err != nil {
			fmt.Println(err)
			return
		}
	}
	if step, ok := out.NextStep.(auth.ConfirmSignInWithEmailCode); ok {
		fmt.Println("sent to:", step.CodeDeliveryDetails.Destination)
		out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: pool.LastCode("alice")})
	}
	fmt.Println(out.IsSignedIn, err)
	// Output:
	// offered: [PASSWORD PASSWORD_SRP EMAIL_OTP]
	// sent to: a***@e***
	// true <nil>
}

// A user signs up and is then signed in. The code that confirms the sign-up is the only one needed.
func ExampleSession_AutoSignIn() {
	pool, session := exampleChoice()
	defer pool.Close()
	ctx := context.Background()

	_, err := session.SignUp(ctx, auth.SignUpInput{
		Username: "bob", UserAttributes: map[string]string{"email": "bob@example.com"},
		AutoSignIn: &auth.AutoSignInOptions{AuthFlowType: auth.AuthFlowUserAuth},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	confirmed, err := session.ConfirmSignUp(ctx,
		auth.ConfirmSignUpInput{Username: "bob", ConfirmationCode: pool.LastCode("bob")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(confirmed.NextStep.Name())
	if confirmed.NextStep.Name() == auth.SignUpStepCompleteAutoSignIn {
		out, err := session.AutoSignIn(ctx, auth.AutoSignInInput{})
		fmt.Println(out.IsSignedIn, err)
	}
	// Output:
	// COMPLETE_AUTO_SIGN_IN
	// true <nil>
}

// A user who has forgotten the password sets a new one, with the code that was sent.
func ExampleSession_ResetPassword() {
	pool := examplePool()
	defer pool.Close()
	ctx := context.Background()
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		fmt.Println(err)
		return
	}
	session := client.Session("browser-1")
	out, err := session.ResetPassword(ctx, auth.ResetPasswordInput{Username: "alice"})
	if err != nil {
		fmt.Println(err)
		return
	}
	if step, ok := out.NextStep.(auth.ConfirmResetPasswordWithCode); ok {
		fmt.Println("if there is such an account, a code is on the way to", step.CodeDeliveryDetails.Destination)
	}
	code := pool.LastCode("alice") // from the person's phone
	for _, proposed := range []string{"too simple", "Better-Horse-8-Battery"} {
		err = session.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
			Username: "alice", NewPassword: proposed, ConfirmationCode: code,
		})
		switch {
		case errors.Is(err, auth.ErrInvalidPassword):
			fmt.Println("another password, please; the code is still good")
		case errors.Is(err, auth.ErrCodeMismatch):
			fmt.Println("that is not the code")
		case err == nil:
			fmt.Println("the password is changed")
		}
	}
	// Output:
	// if there is such an account, a code is on the way to +*******4567
	// another password, please; the code is still good
	// the password is changed
}

// A new e-mail address is verified with the code that was sent to it.
func ExampleSession_UpdateUserAttributes() {
	pool, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	if err := pool.AddUser(alice()); err != nil {
		fmt.Println(err)
		return
	}
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		fmt.Println(err)
		return
	}
	session, ctx := client.Session("alice"), context.Background()
	if _, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: password}); err != nil {
		fmt.Println(err)
		return
	}
	out, err := session.UpdateUserAttributes(ctx, auth.UpdateUserAttributesInput{
		UserAttributes: map[string]string{"email": "alice@new.example", "name": "Alice"},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println("name:", out["name"].NextStep.Name())
	if step, ok := out["email"].NextStep.(auth.ConfirmAttributeWithCode); ok {
		fmt.Println("email: code sent to", step.CodeDeliveryDetails.Destination)
		err = session.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{
			UserAttributeKey: "email", ConfirmationCode: pool.LastCode("alice"),
		})
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	attributes, err := session.FetchUserAttributes(ctx)
	fmt.Println(attributes["email"], attributes["email_verified"], err)
	// Output:
	// name: DONE
	// email: code sent to a***@n***
	// alice@new.example true <nil>
}
