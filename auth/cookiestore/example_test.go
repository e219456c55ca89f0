package cookiestore_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/authtest"
	"github.com/amplifyauth/amplify-auth-go/auth/cookiestore"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// A service signs people in and knows them again by the cookies that Amplify would have set.
func Example() {
	pool, err := authtest.NewPool(authtest.Config{}) // in place of a real pool
	if err != nil {
		fmt.Println(err)
		return
	}
	defer pool.Close()
	const secret = "correct horse Battery 9!"
	if err = pool.AddUser(authtest.User{Username: "alice", Password: secret}); err != nil {
		fmt.Println(err)
		return
	}
	key := make([]byte, cookiestore.KeySize) // from a secret manager
	_, _ = rand.Read(key)                    // never fails
	store, err := cookiestore.New(cookiestore.Config{Key: key, Pool: jwt.TrustedPool{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.URL + pool.UserPoolID + "/.well-known/jwks.json",
	}})
	if err != nil {
		fmt.Println(err)
		return
	}
	client, err := auth.NewClient(auth.Config{
		UserPoolID: pool.UserPoolID, ClientID: pool.ClientID, Endpoint: pool.URL, Store: store,
	})
	if err != nil {
		fmt.Println(err)
		return
	}

	mux := http.NewServeMux()
	mux.HandleFunc("POST /login", func(w http.ResponseWriter, r *http.Request) {
		session := client.Session(store.SessionKey(r.Context()))
		out, err := session.SignIn(r.Context(), auth.SignInInput{Username: "alice", Password: secret})
		if err != nil {
			http.Error(w, "sign-in failed", http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprintln(w, "signed in:", out.IsSignedIn)
	})
	mux.HandleFunc("GET /me", func(w http.ResponseWriter, r *http.Request) {
		user, err := client.Session(store.SessionKey(r.Context())).CurrentUser(r.Context())
		if err != nil {
			http.Error(w, "nobody", http.StatusUnauthorized)
			return
		}
		_, _ = fmt.Fprintln(w, user.Username)
	})
	server := httptest.NewTLSServer(http.NewCrossOriginProtection().Handler(store.Middleware(mux)))
	defer server.Close()

	browser := server.Client()
	if browser.Jar, err = cookiejar.New(nil); err != nil {
		fmt.Println(err)
		return
	}
	visit := func(method, path string) {
		request, err := http.NewRequestWithContext(context.Background(), method, server.URL+path, nil)
		if err != nil {
			fmt.Println(err)
			return
		}
		response, err := browser.Do(request)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer func() { _ = response.Body.Close() }()
		body, _ := io.ReadAll(response.Body)
		fmt.Print(string(body))
	}
	visit(http.MethodGet, "/me")
	visit(http.MethodPost, "/login")
	visit(http.MethodGet, "/me")
	// Output:
	// nobody
	// signed in: true
	// alice
}
