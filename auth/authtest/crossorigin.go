package authtest

import (
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
)

// allowOrigin is the header without which a browser keeps an answer from pages of other origins.
const allowOrigin = "Access-Control-Allow-Origin"

// shared lets pages of any origin use the handler, as the real service does.
func shared(handle http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set(allowOrigin, "*")
		h.Set("Access-Control-Expose-Headers", "x-amzn-RequestId,x-amzn-ErrorType,x-amzn-ErrorMessage,Date")
		if r.Method != http.MethodOptions {
			handle(w, r)
			return
		}
		h.Set("Access-Control-Allow-Methods", "GET, POST, OPTIONS")
		h.Set("Access-Control-Allow-Headers", r.Header.Get("Access-Control-Request-Headers"))
		h.Set("Access-Control-Max-Age", "172800")
	}
}

// checkPage refuses an operation of the administrator to a page of the web, and keeps the answer
// from it: the pool accepts every signature, so any page could make one. A preflight request cannot
// be refused: it does not name the operation.
func (s *service) checkPage(w http.ResponseWriter, r *http.Request, c call) error {
	if !s.needsSignature(c) || s.isAdministrator(r) {
		return nil
	}
	w.Header().Del(allowOrigin)
	return &apiError{
		code: codeAccessDenied, status: http.StatusForbidden, malformed: true,
		message: fmt.Sprintf("Config.AdminOrigins does not allow %s to pages of %q.",
			c.operation, r.Header.Get("Origin")),
	}
}

// isAdministrator reports whether a request comes from a program other than a browser, or from a
// page that may administer the pool. A page of the pool's own address is no exception: it may be a
// stranger's, whose name was made to resolve to this machine (DNS rebinding).
func (s *service) isAdministrator(r *http.Request) bool {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return new(http.CrossOriginProtection).Check(r) == nil
	}
	return isOfThisMachine(origin) || slices.Contains(s.adminOrigins, origin)
}

// isOfThisMachine reports whether a page comes from a server that only this machine reaches, as
// that of a front end in development does.
func isOfThisMachine(origin string) bool {
	u, err := url.Parse(origin)
	return err == nil && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	return host == "localhost" || net.ParseIP(host).IsLoopback()
}

// needsSignature reports whether the operation of a call belongs to the administrator.
func (s *service) needsSignature(c call) bool {
	if c.federated {
		return s.identities.operations[c.operation].signed
	}
	return c.target && s.operations[c.operation].signed
}
