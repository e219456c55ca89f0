package auth_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// exampleSignUp returns a pool, and a session in which bob has signed up and was sent a code.
func exampleSignUp() (*authtest.Pool, *auth.Session) {
	pool, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		panic(err)
	}
	client, err := auth.NewClient(configFor(pool))
	if err != nil {
		panic(err)
	}
	session := client.Session("bob's browser")
	if _, err := session.SignUp(context.Background(), auth.SignUpInput{
		Username: "bob", Password: password, UserAttributes: map[string]string{"email": "bob@example.com"},
	}); err != nil {
		panic(err)
	}
	return pool, session
}

// A wrong code can be corrected.
func ExampleSession_ConfirmSignUp() {
	pool, session := exampleSignUp()
	defer pool.Close()

	code := pool.LastCode("bob") // from the e-mail
	for _, typed := range []string{wrongCode(code), code} {
		out, err := session.ConfirmSignUp(context.Background(),
			auth.ConfirmSignUpInput{Username: "bob", ConfirmationCode: typed})
		if errors.Is(err, auth.ErrCodeMismatch) {
			fmt.Println("that is not the code")
			continue
		}
		fmt.Println(out.IsSignUpComplete, out.NextStep.Name(), err)
	}
	// Output:
	// that is not the code
	// true DONE <nil>
}

// Only the newest code works.
func ExampleSession_ResendSignUpCode() {
	pool, session := exampleSignUp()
	defer pool.Close()
	ctx := context.Background()

	sent, err := session.ResendSignUpCode(ctx, auth.ResendSignUpCodeInput{Username: "bob"})
	fmt.Println(sent.DeliveryMedium, sent.Destination, err)
	_, err = session.ConfirmSignUp(ctx, auth.ConfirmSignUpInput{Username: "bob", ConfirmationCode: pool.LastCode("bob")})
	fmt.Println(err)
	// Output:
	// EMAIL b***@e*** <nil>
	// <nil>
}

// ConfirmResetPassword signs nobody in.
func ExampleSession_ConfirmResetPassword() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()
	ctx := context.Background()
	_, err := session.SignOut(ctx, auth.SignOutInput{})
	if err == nil {
		_, err = session.ResetPassword(ctx, auth.ResetPasswordInput{Username: "alice"})
	}
	if err != nil {
		fmt.Println(err)
		return
	}
	const newPassword = "Better-Horse-8-Battery"
	err = session.ConfirmResetPassword(ctx, auth.ConfirmResetPasswordInput{
		Username: "alice", NewPassword: newPassword, ConfirmationCode: pool.LastCode("alice"),
	})
	fmt.Println(err)
	out, err := session.SignIn(ctx, auth.SignInInput{Username: "alice", Password: newPassword})
	fmt.Println(out.IsSignedIn, err)
	// Output:
	// <nil>
	// true <nil>
}

// FetchUserAttributes asks Cognito, while the claims of an ID token are as old as the token.
func ExampleSession_FetchUserAttributes() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()

	attributes, err := session.FetchUserAttributes(context.Background())
	fmt.Println(attributes["email"], attributes["email_verified"], err)
	// Output: alice@example.com true <nil>
}

// What a code verifies has a next step.
func ExampleSession_UpdateUserAttribute() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()

	out, err := session.UpdateUserAttribute(context.Background(),
		auth.UpdateUserAttributeInput{AttributeKey: "email", Value: "alice@new.example"})
	if err != nil {
		fmt.Println(err)
		return
	}
	switch step := out.NextStep.(type) {
	case auth.DoneAttributeUpdateStep:
		fmt.Println("changed")
	case auth.ConfirmAttributeWithCode:
		fmt.Println("a code was sent to", step.CodeDeliveryDetails.Destination)
	}
	// Output: a code was sent to a***@n***
}

// The code that was sent to the new address verifies it.
func ExampleSession_ConfirmUserAttribute() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()
	ctx := context.Background()
	if _, err := session.UpdateUserAttribute(ctx,
		auth.UpdateUserAttributeInput{AttributeKey: "email", Value: "alice@new.example"}); err != nil {
		fmt.Println(err)
		return
	}
	err := session.ConfirmUserAttribute(ctx, auth.ConfirmUserAttributeInput{
		UserAttributeKey: "email", ConfirmationCode: pool.LastCode("alice"),
	})
	fmt.Println(err)
	// Output: <nil>
}

// A code for an address that was never verified, or whose code was lost.
func ExampleSession_SendUserAttributeVerificationCode() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()

	sent, err := session.SendUserAttributeVerificationCode(context.Background(),
		auth.SendUserAttributeVerificationCodeInput{UserAttributeKey: "email"})
	fmt.Println(sent.DeliveryMedium, sent.Destination, err)
	// Output: EMAIL a***@e*** <nil>
}

// An attribute that is absent already is no error.
func ExampleSession_DeleteUserAttributes() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()
	ctx := context.Background()

	err := session.DeleteUserAttributes(ctx, auth.DeleteUserAttributesInput{UserAttributeKeys: []string{"phone_number"}})
	fmt.Println(err)
	attributes, err := session.FetchUserAttributes(ctx)
	fmt.Printf("%q %v\n", attributes["phone_number"], err)
	// Output:
	// <nil>
	// "" <nil>
}

// The session stays signed in.
func ExampleSession_UpdatePassword() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()

	err := session.UpdatePassword(context.Background(),
		auth.UpdatePasswordInput{OldPassword: password, NewPassword: "too simple"})
	fmt.Println("refused by the pool's policy:", errors.Is(err, auth.ErrInvalidPassword))
	err = session.UpdatePassword(context.Background(),
		auth.UpdatePasswordInput{OldPassword: password, NewPassword: "Better-Horse-8-Battery"})
	fmt.Println(err)
	// Output:
	// refused by the pool's policy: true
	// <nil>
}

// The account is gone, and so is the session.
func ExampleSession_DeleteUser() {
	pool, session := exampleSignedIn(authtest.Config{})
	defer pool.Close()
	ctx := context.Background()

	fmt.Println(session.DeleteUser(ctx))
	status, err := session.Status(ctx)
	fmt.Println(status.State, len(pool.Users()), err)
	// Output:
	// <nil>
	// SIGNED_OUT 0 <nil>
}
