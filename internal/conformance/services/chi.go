package services

import (
	"net/http"

	"github.com/go-chi/chi/v5"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// Chi is a service on chi, whose middleware is that of net/http.
func Chi(verifier *jwt.Verifier) http.Handler {
	router := chi.NewRouter()
	router.Use(verifier.Middleware)
	router.With(readers.Middleware).Get("/orders", orders)
	return router
}
