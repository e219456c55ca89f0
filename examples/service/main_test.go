package main

import "context"

func Example() {
	if err := run(context.Background()); err != nil {
		panic(err)
	}
	// Output:
	// 401 Unauthorized
	// 401 Unauthorized
	// 200 OK hello, alice
}
