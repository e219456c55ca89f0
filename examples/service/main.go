// Command service is a web service that knows its callers by their Cognito access tokens, and a
// caller that has one.
//
//	go run ./examples/service
//
// It runs offline, on an in-process Cognito user pool.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

const (
	username = "alice"
	password = "Correct-Horse-7-Battery"
)

func main() {
	if err := run(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, "service:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context) error {
	pool, err := authtest.NewPool(authtest.Config{})
	if err != nil {
		return err
	}
	defer pool.Close()
	if err := pool.AddUser(authtest.User{Username: username, Password: password}); err != nil {
		return err
	}
	server, url, err := serve(ctx, pool)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }() // nothing is left to lose
	token, err := signIn(ctx, pool)
	if err != nil {
		return err
	}
	for _, header := range []string{"", "Bearer forged", "Bearer " + token} {
		if err := call(ctx, url, header); err != nil {
			return err
		}
	}
	return nil
}

// serve starts the service, which lets nobody in whose access token does not verify.
func serve(ctx context.Context, pool *authtest.Pool) (*http.Server, string, error) {
	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.URL + pool.UserPoolID + "/.well-known/jwks.json", // leave this out for a real pool
	}}})
	if err != nil {
		return nil, "", err
	}
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, _ := jwt.FromContext(r.Context())
		_, _ = fmt.Fprintf(w, "hello, %s", claims.Username) // a caller who left does not read it
	})
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, "", err
	}
	server := &http.Server{Handler: verifier.Middleware(hello), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			fmt.Fprintln(os.Stderr, "service:", err)
		}
	}()
	return server, "http://" + listener.Addr().String(), nil
}

func signIn(ctx context.Context, pool *authtest.Pool) (accessToken string, err error) {
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	if err != nil {
		return "", err
	}
	session := client.Session("caller")
	if _, err := session.SignIn(ctx, auth.SignInInput{Username: username, Password: password}); err != nil {
		return "", err
	}
	tokens, err := session.FetchAuthSession(ctx, auth.FetchAuthSessionInput{})
	return tokens.AccessToken.Raw, err
}

func call(ctx context.Context, url, authorization string) error {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return err
	}
	if authorization != "" {
		request.Header.Set("Authorization", authorization)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }() // it was read
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	if response.StatusCode == http.StatusOK {
		fmt.Println(response.Status, string(body))
	} else {
		fmt.Println(response.Status)
	}
	return nil
}
