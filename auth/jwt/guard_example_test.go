package jwt_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// A service that logs refusals, answers them in JSON, and asks before a payment whether the session
// is still active.
func ExampleVerifier_Protect() {
	pool, tokens := signedIn()
	defer pool.Close()
	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.URL + pool.UserPoolID + "/.well-known/jwks.json", // leave this out for a real pool
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	logger := slog.New(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{} // the output of this example is compared
			}
			return a
		},
	}))
	signedOut := func(context.Context, string) (active bool, err error) { return false, nil }
	payments := verifier.Protect(http.NotFoundHandler(), jwt.Guard{
		Realm:   "payments",
		Session: jwt.SessionCheck(signedOut).Cached(5 * time.Second),
		OnRefusal: func(r *http.Request, refusal jwt.Refusal) {
			logger.WarnContext(r.Context(), "refused", "path", r.URL.Path, "status", refusal.Status, "reason", string(refusal.Reason))
		},
		Answer: func(w http.ResponseWriter, _ *http.Request, refusal jwt.Refusal) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(refusal.Status)
			_, _ = fmt.Fprintf(w, `{"status":%d}`, refusal.Status)
		},
	})

	request := httptest.NewRequest(http.MethodPost, "/payments", http.NoBody)
	request.Header.Set("Authorization", "Bearer "+tokens.AccessToken.Raw)
	answer := httptest.NewRecorder()
	payments.ServeHTTP(answer, request)
	fmt.Println(answer.Code, answer.Body)
	fmt.Println(answer.Header().Get("WWW-Authenticate"))
	// Output:
	// level=WARN msg=refused path=/payments status=401 reason="session ended"
	// 401 {"status":401}
	// Bearer realm="payments", error="invalid_token"
}

// Without net/http, such as in a gRPC interceptor, a service does the steps of the middleware
// itself.
func ExampleNewContext() {
	pool, tokens := signedIn()
	defer pool.Close()
	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{{
		UserPoolID: pool.UserPoolID, ClientIDs: []string{pool.ClientID},
		JWKSURL: pool.URL + pool.UserPoolID + "/.well-known/jwks.json", // leave this out for a real pool
	}}})
	if err != nil {
		fmt.Println(err)
		return
	}
	users := jwt.Requirement{AnyScope: []string{"aws.cognito.signin.user.admin"}}
	intercept := func(ctx context.Context, metadata map[string][]string) (context.Context, error) {
		claims, err := verifier.Authorize(ctx, users, metadata["authorization"]...)
		if err != nil {
			return nil, err
		}
		return jwt.NewContext(ctx, claims), nil
	}
	_, err = intercept(context.Background(), nil)
	fmt.Println(err)
	ctx, err := intercept(context.Background(), map[string][]string{
		"authorization": {"Bearer " + tokens.AccessToken.Raw},
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	claims, _ := jwt.FromContext(ctx)
	fmt.Println(claims.Username)
	// Output:
	// jwt: no token: there is not exactly one Authorization header
	// alice
}

// An API tells clients, such as those of the Model Context Protocol, where they get tokens for it.
func ExampleProtectedResource() {
	orders := jwt.ProtectedResource{
		Resource:             "https://api.example.com/orders",
		AuthorizationServers: []string{"https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3"},
		Scopes:               []string{"orders/read"},
	}
	handler, err := orders.Handler()
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("/.well-known/oauth-protected-resource/orders", handler)

	answer := httptest.NewRecorder()
	mux.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, orders.MetadataURL(), http.NoBody))
	fmt.Println(answer.Code, answer.Body)
	// Output:
	// 200 {"resource":"https://api.example.com/orders","authorization_servers":["https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Ab1Cd2Ef3"],"scopes_supported":["orders/read"],"bearer_methods_supported":["header"]}
}
