package main

import "context"

func Example() {
	if err := run(context.Background(), false); err != nil {
		panic(err)
	}
	// Output:
	// $ tool sign-in
	// next step: CONFIRM_SIGN_IN_WITH_TOTP_CODE
	// signed in: true
	// $ tool status
	// SIGNED_IN as alice, the token is valid for 5m0s
	// $ tool token
	// 5m0s is too short: renewing
	// a token that is valid for 1h0m0s
}
