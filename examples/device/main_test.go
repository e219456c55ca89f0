package main

import "context"

func Example() {
	if err := run(context.Background()); err != nil {
		panic(err)
	}
	// Output:
	// First sign-in
	// → CONFIRM_SIGN_IN_WITH_TOTP_CODE
	// → DONE
	// This device is remembered now.
	//
	// Second sign-in, with the password alone
	// → DONE
	// device "kitchen computer", current: true
	// This device is forgotten.
	//
	// Third sign-in
	// → CONFIRM_SIGN_IN_WITH_TOTP_CODE
	// → DONE
}
