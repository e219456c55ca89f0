package authtest

import (
	"errors"
	"net/http"
	"strings"
)

// serveUserInfo shows the attributes of the access token's owner, all of them as strings.
func (e *tokenEndpoint) serveUserInfo(w http.ResponseWriter, r *http.Request) {
	token := bearerToken(r)
	if token == "" {
		refuseUserInfo(w, http.StatusBadRequest, oauthInvalidRequest, "Access token is missing")
		return
	}
	info, err := e.userInfo(token)
	var refused *apiError
	switch {
	case errors.As(err, &refused):
		refuseUserInfo(w, http.StatusUnauthorized, "invalid_token", refused.message)
	case err != nil:
		e.report(err)
		w.WriteHeader(http.StatusInternalServerError)
	default:
		serveOAuthJSON(w, http.StatusOK, info)
	}
}

// refuseUserInfo answers without a body. The scheme is missing in the header, as in the real one.
func refuseUserInfo(w http.ResponseWriter, status int, code, description string) {
	noteError(w, code)
	w.Header().Set("WWW-Authenticate", `error="`+code+`", error_description="`+headerText(description)+`"`)
	w.WriteHeader(status)
}

func (e *tokenEndpoint) userInfo(token string) (map[string]string, error) {
	e.mu.Lock()
	defer e.mu.Unlock()
	u, c, err := e.tokenHolder(token, scopeOpenID)
	if err != nil {
		return nil, err
	}
	terms := &oauthTerms{scopes: strings.Fields(c.Scope)}
	info := map[string]string{"sub": u.sub, "username": u.username}
	if identities := u.attributes[attrIdentities]; identities != "" {
		info[attrIdentities] = identities
	}
	for name, value := range u.attributes {
		if c.client.mayRead(name) && terms.reveals(name) {
			info[name] = value
		}
	}
	return info, nil
}
