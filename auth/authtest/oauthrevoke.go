package authtest

import (
	"errors"
	"net/http"
)

// serveRevoke is RevokeToken under another name (RFC 7009). An unknown token is no error.
func (e *tokenEndpoint) serveRevoke(w http.ResponseWriter, r *http.Request) {
	c := e.authenticate(r)
	token := r.PostForm.Get("token")
	switch {
	case token == "":
		failed(oauthInvalidRequest, "").serve(w, http.StatusBadRequest)
		return
	case c == nil:
		failed(oauthInvalidClient, "").serve(w, http.StatusUnauthorized)
		return
	}
	_, err := e.refresher.revokeToken(revokeTokenInput{Token: token, ClientID: c.id, ClientSecret: c.secret()})
	var refused *apiError
	switch {
	case !errors.As(err, &refused):
	case refused.code == codeUnauthorized:
		failed(oauthInvalidClient, "").serve(w, http.StatusUnauthorized)
	case refused.code == codeUnsupportedTokenType:
		failed(oauthUnsupportedTokenType, "").serve(w, http.StatusBadRequest)
	default:
		failed(oauthInvalidRequest, "").serve(w, http.StatusBadRequest)
	}
}
