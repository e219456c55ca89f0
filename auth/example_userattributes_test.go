package auth_test

import (
	"context"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A new e-mail address counts as verified once the code that was sent there is confirmed.
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
