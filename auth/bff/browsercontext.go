package bff

import (
	"context"
	"net/http"
	"regexp"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// wafCookie is where AWS's script in the browser keeps the token for the web firewall.
const wafCookie = "aws-waf-token"

// maxWAFToken bounds the tokens that are passed on. AWS's have less than 2 KiB.
const maxWAFToken = 4096

var wafTokens = regexp.MustCompile(`^[A-Za-z0-9+/=:._-]+$`)

// inBrowser returns the context of a request with what Cognito is told of the browser: the person's
// address, and the token for the web firewall in front of the pool. A token that cannot be one is
// left out: a sibling domain can plant cookies.
func (h *Handler) inBrowser(r *http.Request) context.Context {
	ctx := r.Context()
	if address := h.clientAddress(r); address.IsValid() {
		ctx = auth.WithUserContext(ctx, auth.UserContext{IPAddress: address.String()})
	}
	if token := wafToken(r); token != "" {
		ctx = auth.WithWAFToken(ctx, token)
	}
	return ctx
}

func wafToken(r *http.Request) string {
	found := r.CookiesNamed(wafCookie)
	if len(found) != 1 || len(found[0].Value) > maxWAFToken || !wafTokens.MatchString(found[0].Value) {
		return ""
	}
	return found[0].Value
}
