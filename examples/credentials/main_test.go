package main

import "context"

func Example() {
	if err := run(context.Background()); err != nil {
		panic(err)
	}
	// Output:
	// to AWS alice is arn:aws:sts::123456789012:assumed-role/authenticated/CognitoIdentityCredentials
	// PUT one's own file: 200 OK
	// GET one's own file: 200 OK milk, eggs
	// GET somebody else's file: 403 Forbidden
	// after the sign-out: auth: Retrieve: UserUnAuthenticatedException: nobody is signed in
}
