package authtest

import (
	"crypto/sha256"
	"encoding/base64"
	"slices"
	"strings"
)

// The scopes of OpenID Connect that the service has.
const (
	scopeOpenID  = "openid"
	scopeEmail   = "email"
	scopePhone   = "phone"
	scopeProfile = "profile"
)

// standardScopes are the scopes that belong to no resource server.
func standardScopes() []string {
	return []string{scopeOpenID, scopeEmail, scopePhone, scopeProfile, userAdminScope}
}

// oauthTerms are what an OAuth request asked for and what all tokens of its sign-in keep. A nil
// *oauthTerms stands for a sign-in through the API, whose tokens have one fixed scope.
type oauthTerms struct {
	scopes []string
	// resource is the aud of access tokens, if any.
	resource string
}

// scope is the scope claim of access tokens.
func (o *oauthTerms) scope() string {
	if o == nil {
		return userAdminScope
	}
	return strings.Join(o.scopes, " ")
}

func (o *oauthTerms) has(scope string) bool { return slices.Contains(o.scopes, scope) }

// identifies reports whether there is an ID token.
func (o *oauthTerms) identifies() bool { return o == nil || o.has(scopeOpenID) }

// reveals reports whether ID tokens and userInfo have the attribute. The scope openid alone reveals
// all; beside other scopes of OpenID Connect it reveals nothing but the sub.
func (o *oauthTerms) reveals(attribute string) bool {
	if o == nil || !o.has(scopeEmail) && !o.has(scopePhone) && !o.has(scopeProfile) {
		return true
	}
	switch attribute {
	case attrEmail, attrEmailVerified:
		return o.has(scopeEmail)
	case attrPhone, attrPhoneVerified:
		return o.has(scopePhone)
	}
	return o.has(scopeProfile)
}

// unreadable reports whether the app client may not read the attributes of a granted scope.
func (o *oauthTerms) unreadable(c *appClient) bool {
	for scope, attributes := range map[string][]string{
		scopeEmail: {attrEmail, attrEmailVerified}, scopePhone: {attrPhone, attrPhoneVerified},
	} {
		hidden := slices.ContainsFunc(attributes, func(name string) bool { return !c.mayRead(name) })
		if o.has(scope) && hidden {
			return true
		}
	}
	return false
}

// mark adds the claims that tell an access token of OAuth from one of the API.
func (o *oauthTerms) mark(access claims) {
	if o == nil {
		return
	}
	access["version"] = 2
	if o.resource != "" {
		access["aud"] = o.resource
	}
}

// idTokenBinding are the claims that bind an ID token of OAuth to the access token and the request.
func (g *grant) idTokenBinding(access string) claims {
	if g.oauth == nil {
		return nil
	}
	digest := sha256.Sum256([]byte(access))
	binding := claims{"at_hash": base64.RawURLEncoding.EncodeToString(digest[:len(digest)/2])}
	if g.nonce != "" {
		binding["nonce"] = g.nonce
	}
	return binding
}
