package auth_test

import (
	"context"
	"errors"
	"fmt"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// Somebody has forgotten the password. The code that was sent and a new password, in one request,
// set it.
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
