package main

import (
	"context"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
	"github.com/amplifyauth/amplify-auth-go/mfa"
)

const newNumber = "+15551234567"

// person is Alice, who uses an app that is built with this SDK.
type person struct {
	pool    *authtest.Pool
	session *auth.Session
}

func newPerson(pool *authtest.Pool) (person, error) {
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	if err != nil {
		return person{}, err
	}
	return person{pool: pool, session: client.Session("app")}, nil
}

// join signs Alice up and in, and sets up her authenticator app.
func (a person) join(ctx context.Context) error {
	_, err := a.session.SignUp(ctx, auth.SignUpInput{
		Username: demo.Username, Password: demo.Password,
		UserAttributes: map[string]string{"email": "alice@example.com"},
	})
	if err != nil {
		return err
	}
	_, err = a.session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{
		Username: demo.Username, ConfirmationCode: a.pool.LastCode(demo.Username),
	})
	if err != nil {
		return err
	}
	if _, err = a.session.SignIn(ctx, auth.SignInInput{Username: demo.Username, Password: demo.Password}); err != nil {
		return err
	}
	app, err := mfa.SetUpTOTP(ctx, a.session)
	if err != nil {
		return err
	}
	code, err := authtest.TOTPCode(app.SharedSecret, a.pool.Now())
	if err != nil {
		return err
	}
	if err = mfa.VerifyTOTPSetup(ctx, a.session, mfa.VerifyTOTPSetupInput{Code: code}); err != nil {
		return err
	}
	fmt.Println("Alice signed up and set up an authenticator app")
	return mfa.UpdateMFAPreference(ctx, a.session, mfa.UpdateMFAPreferenceInput{TOTP: mfa.Preferred})
}

// signInWithMessage signs Alice in with the code of a text message.
func (a person) signInWithMessage(ctx context.Context) error {
	if _, err := a.session.SignOut(ctx, auth.SignOutInput{}); err != nil {
		return err
	}
	out, err := a.session.SignIn(ctx, auth.SignInInput{Username: demo.Username, Password: demo.Password})
	if err != nil {
		return err
	}
	fmt.Println("→", out.NextStep.Name())
	messages := a.pool.Messages(demo.Username)
	fmt.Printf("(a message for %s)\n", messages[len(messages)-1].Destination)
	out, err = a.session.ConfirmSignIn(ctx, auth.ConfirmSignInInput{ChallengeResponse: a.pool.LastCode(demo.Username)})
	if err != nil {
		return err
	}
	fmt.Println("→", out.NextStep.Name())
	return nil
}
