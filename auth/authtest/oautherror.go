package authtest

import (
	"encoding/json"
	"net/http"
	"net/url"
)

// The errors of OAuth that the service has.
const (
	oauthInvalidRequest       = "invalid_request"
	oauthInvalidClient        = "invalid_client"
	oauthInvalidGrant         = "invalid_grant"
	oauthInvalidScope         = "invalid_scope"
	oauthLoginRequired        = "login_required"
	oauthAccessDenied         = "access_denied"
	oauthServerError          = "server_error"
	oauthUnauthorizedClient   = "unauthorized_client"
	oauthUnsupportedGrantType = "unsupported_grant_type"
	oauthUnsupportedTokenType = "unsupported_token_type"
)

// oauthError is an error as the OAuth endpoints report it.
type oauthError struct {
	code, description string
}

func (e *oauthError) Error() string { return e.code + ": " + e.description }

func failed(code, description string) *oauthError {
	return &oauthError{code: code, description: description}
}

// values are the parameters of a redirect to the app.
func (e *oauthError) values() url.Values {
	all := url.Values{"error": {e.code}}
	if e.description != "" {
		all.Set("error_description", e.description)
	}
	return all
}

// serve answers a program. The real service rarely adds a description.
func (e *oauthError) serve(w http.ResponseWriter, status int) {
	noteError(w, e.code)
	body := map[string]string{"error": e.code}
	if e.description != "" {
		body["error_description"] = e.description
	}
	serveOAuthJSON(w, status, body)
}

func serveOAuthJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json;charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // an error means that the client has gone
}
