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
	// SIGNED_IN as alice, the token is good for 5m0s
	// $ tool token
	// 5m0s are too little: renewing
	// a token that is good for 1h0m0s
}
