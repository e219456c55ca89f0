package auth_test

import (
	"context"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// exampleChoice is a session at a pool where people choose how to sign in, and where alice has an
// account.
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

// A sign-in without a password.
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
		out, err = session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: string(auth.AuthFactorEmailOTP)})
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

// A sign-up that leads straight into the session: the code that confirms it is the only one that
// the person types.
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
	confirmed, err := session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: "bob", ConfirmationCode: pool.LastCode("bob")})
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
