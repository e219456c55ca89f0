package bff_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/bff"
)

// A program whose pages need a sign-in, and whose payments a second factor proved just now.
func Example() {
	client, err := auth.NewClient(auth.Config{UserPoolID: "eu-west-1_Ab1Cd2Ef3", ClientID: "1example23456789"})
	if err != nil {
		panic(err)
	}
	handler, err := bff.New(bff.Config{Client: client, PublicURL: "http://localhost:8080"})
	if err != nil {
		panic(err)
	}
	app := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		person := bff.From(r.Context())
		_, _ = fmt.Fprintln(w, "Hello", person.AccessToken.Username)
	})
	mux := http.NewServeMux()
	mux.Handle("/auth/", handler)
	mux.Handle("/", handler.Require(app))                                 // signed in, or to the sign-in page and back
	mux.Handle("/payments", handler.Require(app, bff.MFA(5*time.Minute))) // step-up
	// http.ListenAndServe("localhost:8080", mux)

	answer := httptest.NewRecorder()
	request := httptest.NewRequest(http.MethodGet, "/payments", nil)
	request.Header.Set("Sec-Fetch-Mode", "navigate") // as browsers do
	mux.ServeHTTP(answer, request)
	fmt.Println(answer.Code, answer.Header().Get("Location"))
	// Output: 303 /auth/sign-in?return=%2Fpayments
}
