package services

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// Echo is a service on echo, which takes the middleware of net/http.
func Echo(verifier *jwt.Verifier) http.Handler {
	e := echo.New()
	e.Use(echo.WrapMiddleware(func(next http.Handler) http.Handler {
		return verifier.Protect(next, jwt.Guard{Requirement: readers})
	}))
	e.GET("/orders", echo.WrapHandler(http.HandlerFunc(orders)))
	return e
}
