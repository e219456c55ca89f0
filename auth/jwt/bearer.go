package jwt

import (
	"cmp"
	"strings"
)

// BearerToken returns the token in the Authorization header with these values, "Bearer …" (RFC
// 6750, section 2.1), of which there must be exactly one. It does not verify the token. The values
// are r.Header["Authorization"] in net/http, metadata["authorization"] in gRPC, and
// authorizationToken of a Lambda authorizer's event.
//
// Errors, of type *[Error]:
//   - [ErrNoToken]: there is not exactly one value, or its scheme is not Bearer
func BearerToken(authorization ...string) (string, error) {
	if len(authorization) != 1 {
		return "", refuse(ErrNoToken, "there is not exactly one Authorization header")
	}
	scheme, token, _ := strings.Cut(authorization[0], " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", refuse(ErrNoToken, "the Authorization header's scheme is not Bearer")
	}
	return strings.TrimLeft(token, " "), nil
}

// challenge returns the value of WWW-Authenticate, or "" if another token would not help. The error
// code is left out if there was no token (RFC 6750, section 3.1).
func (g *Guard) challenge(failure *Error) string {
	text := "Bearer realm=" + quoted(cmp.Or(g.Realm, "api"))
	scope := g.Requirement.scope()
	switch failure.Reason {
	case ErrForbidden:
		return ""
	case ErrInsufficientScope:
		text += `, error="insufficient_scope"`
		scope = failure.scope
	case ErrNoToken:
	default:
		text += `, error="invalid_token"`
	}
	if scope != "" {
		text += ", scope=" + quoted(scope)
	}
	if g.ResourceMetadata != "" {
		text += ", resource_metadata=" + quoted(g.ResourceMetadata)
	}
	return text
}

// quoted returns a quoted-string (RFC 9110, section 5.6.4), without the characters that it cannot
// hold.
func quoted(text string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, c := range []byte(text) {
		switch {
		case c < ' ' || c == 0x7f:
			continue
		case c == '"' || c == '\\':
			b.WriteByte('\\')
		}
		b.WriteByte(c)
	}
	b.WriteByte('"')
	return b.String()
}
