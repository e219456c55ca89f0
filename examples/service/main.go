// Command service is a web service that authenticates its callers by their Cognito access tokens,
// and a caller with such a token.
//
//	go run ./examples/service
//
// It runs offline, on an in-process Cognito user pool.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
	"github.com/amplifyauth/amplify-auth-go/examples/internal/demo"
)

func main() { demo.Main(run) }

func run(ctx context.Context) error {
	pool, err := demo.StartPool(authtest.Config{})
	if err != nil {
		return err
	}
	defer pool.Close()
	handler, err := newService(pool)
	if err != nil {
		return err
	}
	server, url, err := demo.Serve(ctx, handler)
	if err != nil {
		return err
	}
	defer func() { _ = server.Close() }() // the program ends
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

// newService returns the service. Its middleware refuses requests without a valid access token.
func newService(pool *authtest.Pool) (http.Handler, error) {
	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.JWKSURL(), // leave this out for a pool at AWS
	}}})
	if err != nil {
		return nil, err
	}
	hello := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		claims, _ := jwt.FromContext(r.Context())
		_, _ = fmt.Fprintf(w, "hello, %s", claims.Username) // fails only if the caller has gone
	})
	return verifier.Middleware(hello), nil
}

func signIn(ctx context.Context, pool *authtest.Pool) (accessToken string, err error) {
	client, err := auth.NewClient(auth.Config{UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL})
	if err != nil {
		return "", err
	}
	session := client.Session("caller")
	if _, err := session.SignIn(ctx, auth.SignInInput{Username: demo.Username, Password: demo.Password}); err != nil {
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
	defer func() { _ = response.Body.Close() }() // the body was read to its end
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
