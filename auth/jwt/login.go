package jwt

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"

	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

// LoginTokens holds what a client has after the redirect of a managed login: the tokens that the
// token endpoint returned, and the nonce that the client sent to the authorize endpoint. It prints
// as "[redacted]".
type LoginTokens struct {
	redacted

	// IDToken and AccessToken are the tokens of one response. Required.
	IDToken, AccessToken string
	// Nonce is the nonce that was sent. Required, except with SkipNonce.
	Nonce string
	// SkipNonce accepts any nonce. Set it only if a federated identity provider makes Cognito
	// return a nonce of its own. PKCE (RFC 7636) must then bind the response to the browser.
	SkipNonce bool
}

// redacted keeps tokens out of formatted output.
type redacted = redact.Secret

// VerifyLogin verifies the tokens of a managed login and returns the claims of the ID token. Both
// tokens are verified, as [Verifier.VerifyIDToken] and [Verifier.VerifyAccessToken] do. Then the ID
// token's at_hash must be that of the access token, both must have the same user and app client,
// and its nonce must be the one that was sent (OpenID Connect Core 1.0, sections 3.1.3.6 and
// 3.1.3.7). A refreshed ID token has no nonce: verify it with VerifyIDToken.
//
// Errors, of type *[Error], besides those of VerifyIDToken:
//   - [ErrWrongAccessToken]: at_hash is missing or another token's, or the user or client differs
//   - [ErrWrongNonce]: the nonce is missing, in login or in the token, or not the one that was sent
func (v *Verifier) VerifyLogin(ctx context.Context, login LoginTokens) (IDClaims, error) {
	id, err := v.verify(ctx, login.IDToken, useID)
	if err != nil {
		return IDClaims{}, err
	}
	access, err := v.verify(ctx, login.AccessToken, useAccess)
	if err != nil {
		return IDClaims{}, err
	}
	if err := login.check(id, access); err != nil {
		return IDClaims{}, err
	}
	return id.idClaims(), nil
}

// check compares what binds the two verified tokens to each other and to the request.
func (l LoginTokens) check(id, access *verified) error {
	switch {
	case id.AccessHash == "":
		return refuse(ErrWrongAccessToken, "the ID token has no at_hash")
	case !equal(id.AccessHash, accessHash(l.AccessToken)):
		return refuse(ErrWrongAccessToken, "the at_hash is not that of the access token")
	case id.from.pool != access.from.pool || id.Subject != access.Subject ||
		id.client(useID) != access.client(useAccess):
		return refuse(ErrWrongAccessToken, "the access token is of another user or app client")
	case l.SkipNonce:
		return nil
	case l.Nonce == "":
		return refuse(ErrWrongNonce, "no nonce was sent")
	case id.Nonce == "":
		return refuse(ErrWrongNonce, "the ID token has no nonce")
	case !equal(id.Nonce, l.Nonce):
		return refuse(ErrWrongNonce, "the nonce is not the one that was sent")
	}
	return nil
}

// accessHash returns the at_hash of an access token beside an RS256 ID token: base64url of the left
// half of its SHA-256.
func accessHash(accessToken string) string {
	sum := sha256.Sum256([]byte(accessToken))
	return base64.RawURLEncoding.EncodeToString(sum[:sha256.Size/2])
}

// equal compares two secrets in constant time.
func equal(a, b string) bool {
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}
