package services

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// Gin is a service on gin.
func Gin(verifier *jwt.Verifier) http.Handler {
	router := gin.New()
	router.Use(ginGuard(verifier, jwt.Guard{Requirement: readers}))
	router.GET("/orders", func(c *gin.Context) { orders(c.Writer, c.Request) })
	return router
}

// ginGuard is the middleware of net/http as one of gin.
func ginGuard(verifier *jwt.Verifier, guard jwt.Guard) gin.HandlerFunc {
	return func(c *gin.Context) {
		admitted := false
		next := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { c.Request, admitted = r, true })
		verifier.Protect(next, guard).ServeHTTP(c.Writer, c.Request)
		if !admitted {
			c.Abort()
		}
	}
}
