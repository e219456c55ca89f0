package services

import (
	"net/http"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// NetHTTP is a service on the standard library alone. The verifier is outside, the requirements of
// each route are inside.
func NetHTTP(verifier *jwt.Verifier) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /orders", readers.Middleware(http.HandlerFunc(orders)))
	return verifier.Middleware(mux)
}
