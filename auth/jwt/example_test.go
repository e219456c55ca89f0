package jwt_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

const password = "Correct-Horse-7-Battery"

// signedIn starts an in-process pool and signs alice in, as a client of the service would.
func signedIn() (*authtest.Pool, auth.AuthSession) {
	must := func(err error) {
		if err != nil {
			panic(err)
		}
	}
	pool, err := authtest.NewPool(authtest.Config{})
	must(err)
	must(pool.AddUser(authtest.User{Username: "alice", Password: password}))
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	must(err)
	session := client.Session("alice")
	_, err = session.SignIn(context.Background(), auth.SignInInput{Username: "alice", Password: password})
	must(err)
	tokens, err := session.FetchAuthSession(context.Background(), auth.FetchAuthSessionInput{})
	must(err)
	return pool, tokens
}

func Example() {
	pool, tokens := signedIn()
	defer pool.Close()

	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.JWKSURL(), // leave this out for a real pool
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	claims, err := verifier.VerifyAccessToken(context.Background(), tokens.AccessToken.Raw)
	fmt.Println(claims.Username, claims.Scopes, err)

	_, err = verifier.VerifyAccessToken(context.Background(), tokens.IDToken.Raw)
	fmt.Println(errors.Is(err, jwt.ErrWrongUse), err)
	// Output:
	// alice [aws.cognito.signin.user.admin] <nil>
	// true jwt: wrong use: the token_use is not access
}

func ExampleVerifier_Middleware() {
	pool, tokens := signedIn()
	defer pool.Close()
	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.JWKSURL(),
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	orders := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, _ := jwt.FromContext(r.Context())
		_, _ = fmt.Fprintf(w, "the orders of %s", claims.Username)
	})
	admins := jwt.Requirement{AnyGroup: []string{"admins"}}
	mux := http.NewServeMux()
	mux.Handle("GET /orders", orders)
	mux.Handle("DELETE /orders", admins.Middleware(orders))
	service := verifier.Middleware(mux)

	call := func(method, token string) {
		request := httptest.NewRequest(method, "/orders", http.NoBody)
		request.Header.Set("Authorization", "Bearer "+token)
		answer := httptest.NewRecorder()
		service.ServeHTTP(answer, request)
		fmt.Println(answer.Code, strings.TrimSpace(answer.Body.String()))
		if challenge := answer.Header().Get("WWW-Authenticate"); challenge != "" {
			fmt.Println(challenge)
		}
	}
	call(http.MethodGet, tokens.AccessToken.Raw)
	call(http.MethodDelete, tokens.AccessToken.Raw)
	call(http.MethodGet, tokens.IDToken.Raw)
	// Output:
	// 200 the orders of alice
	// 403 Forbidden
	// Bearer realm="api", error="insufficient_scope"
	// 401 Unauthorized
	// Bearer realm="api", error="invalid_token"
}

// Claims decodes claims that have no field of their own.
func ExampleToken_Claims() {
	pool, tokens := signedIn()
	defer pool.Close()
	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.JWKSURL(),
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	id, err := verifier.VerifyIDToken(context.Background(), tokens.IDToken.Raw)
	if err != nil {
		fmt.Println(err)
		return
	}
	var more struct {
		Use  string `json:"token_use"`
		Tier string `json:"custom:tier"`
	}
	err = id.Claims(&more)
	fmt.Printf("%q %q %v\n", more.Use, more.Tier, err)
	// Output: "id" "" <nil>
}
