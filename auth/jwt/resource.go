package jwt

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
)

// A ProtectedResource describes an API to OAuth clients, such as those of the Model Context
// Protocol: who issues the tokens that it accepts, and with which scopes (RFC 9728). Its JSON form
// is the metadata document.
type ProtectedResource struct {
	// Resource is the URL of the API, such as "https://api.example.com/orders". Required. Plain
	// http is accepted for loopback addresses only.
	Resource string `json:"resource"`
	// AuthorizationServers lists the issuers of the tokens, as in their iss claims. Required.
	AuthorizationServers []string `json:"authorization_servers"`
	// Scopes lists the scopes that the API knows. Default: left out.
	Scopes []string `json:"scopes_supported,omitempty"`
	// Name is the API's name, for people. Default: left out.
	Name string `json:"resource_name,omitempty"`
	// Documentation is the URL of a page for programmers. Default: left out.
	Documentation string `json:"resource_documentation,omitempty"`
}

// wellKnown is where the metadata is, before the path of the API's URL.
const wellKnown = "/.well-known/oauth-protected-resource"

// MetadataURL returns the address at which clients look for the metadata, for
// [Guard.ResourceMetadata]: the API's, with "/.well-known/oauth-protected-resource" before its path
// (RFC 9728, section 3.1). It is "" if Resource is not a URL.
func (p ProtectedResource) MetadataURL() string {
	u, err := url.Parse(p.Resource)
	if err != nil || u.Host == "" {
		return ""
	}
	path := u.EscapedPath()
	if path == "/" {
		path = ""
	}
	return u.Scheme + "://" + u.Host + wellKnown + path
}

// Handler returns a handler that serves the metadata, to programs of all origins. Register it for
// the path of MetadataURL, outside [Verifier.Protect]: clients read it before they have a token.
//
// Errors, of type *[Error]:
//   - [ErrInvalidConfig]: a field is invalid; the message names it
func (p ProtectedResource) Handler() (http.Handler, error) {
	if err := p.validate(); err != nil {
		return nil, err
	}
	document, err := json.Marshal(struct {
		ProtectedResource
		Methods []string `json:"bearer_methods_supported"`
	}{p, []string{"header"}})
	if err != nil {
		return nil, &Error{Reason: ErrInvalidConfig, Err: err}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Access-Control-Allow-Origin", "*")
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			header.Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		header.Set("Content-Type", "application/json")
		header.Set("Cache-Control", "public, max-age=3600")
		_, _ = w.Write(document) // fails only if the caller has gone
	}), nil
}

func (p ProtectedResource) validate() error {
	if err := checkURL("Resource", p.Resource); err != nil {
		return err
	}
	if len(p.AuthorizationServers) == 0 {
		return badField("AuthorizationServers", "is missing")
	}
	for i, server := range p.AuthorizationServers {
		if err := checkURL(fmt.Sprintf("AuthorizationServers[%d]", i), server); err != nil {
			return err
		}
	}
	for i, scope := range p.Scopes {
		if !isScope(scope) {
			return badField(fmt.Sprintf("Scopes[%d]", i), "is not a scope")
		}
	}
	if p.Documentation == "" {
		return nil
	}
	return checkURL("Documentation", p.Documentation)
}

// isScope reports whether text is a scope-token (RFC 6749, section 3.3).
func isScope(text string) bool {
	for _, c := range []byte(text) {
		if c <= ' ' || c == '"' || c == '\\' || c > '~' {
			return false
		}
	}
	return text != ""
}
