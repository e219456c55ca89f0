// Package services shows where Go services run and how each of them verifies access tokens with
// auth/jwt. Every example protects the same resource, which needs the scope orders/read, and is run
// by a test.
package services

import (
	"net/http"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

var readers = jwt.Requirement{AllScopes: []string{"orders/read"}}

// orders answers with the caller's name.
func orders(w http.ResponseWriter, r *http.Request) {
	claims, _ := jwt.FromContext(r.Context())
	_, _ = w.Write([]byte("orders of " + claims.Username)) // fails only if the caller has gone
}
