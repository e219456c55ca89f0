package main

import "context"

func Example() {
	if err := run(context.Background()); err != nil {
		panic(err)
	}
	// Output:
	// alice has signed up.
	// Sign-in with the password: DONE
	// A passkey was added.
	// alice has signed out.
	// Sign-in with the passkey: CONFIRM_SIGN_IN_WITH_WEB_AUTHN
	// Sign-in with the passkey: DONE
	// Roaming passkey, for localhost
	// The passkey was deleted.
}
