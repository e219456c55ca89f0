package authtest_test

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
)

// A program keeps the state of its pool in a file, here in memory, and continues with it.
func ExamplePool_WriteState() {
	first, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		panic(err)
	}
	if err := first.AddUser(authtest.User{Username: "alice", Password: "Correct-horse-1!"}); err != nil {
		panic(err)
	}
	var file bytes.Buffer
	if err := first.WriteState(&file); err != nil {
		panic(err)
	}
	first.Close()

	state, err := authtest.ReadState(&file)
	if err != nil {
		panic(err)
	}
	second, err := authtest.NewPool(authtest.Config{State: state})
	if err != nil {
		panic(err)
	}
	defer second.Close()
	fmt.Println(second.Users()[0].Username, second.UserPoolID == first.UserPoolID)
	// Output: alice true
}

// A program serves a pool and a page of its own at one address.
func ExampleConfig_handler() {
	pool, err := authtest.NewPool(authtest.Config{Handler: func(pool *authtest.Pool) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/", pool)
		mux.HandleFunc("GET /health", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
		return mux
	}})
	if err != nil {
		panic(err)
	}
	defer pool.Close()
	request, err := http.NewRequestWithContext(context.Background(), http.MethodGet, pool.URL+"health", http.NoBody)
	if err != nil {
		panic(err)
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		panic(err)
	}
	_ = answer.Body.Close()
	fmt.Println(answer.StatusCode)
	// Output: 204
}
