package main

import "context"

func Example() {
	if err := run(context.Background()); err != nil {
		panic(err)
	}
	// Output:
	// Alice signs in on the pool's pages, with an authenticator app.
	//   page "Sign in": the form login
	//   page "Enter the code": the form code
	//   signed in as alice, on to /orders
	//
	// Bob signs in with Google.
	//   page "Sign in with Google": the form person-1234
	//   signed in as google_1234, on to /
	//
	// Alice is signed out. Her browser is too, once it has visited /logout
}
