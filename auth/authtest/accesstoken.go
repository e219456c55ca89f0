package authtest

import (
	"encoding/json"
	"slices"
	"strings"
	"sync/atomic"

	"github.com/go-jose/go-jose/v4"
)

// userAdminScope is the scope of tokens that come from the API, and what the operations on a user's
// own account want.
const userAdminScope = "aws.cognito.signin.user.admin"

// accessToken are the claims that the pool reads in an access token.
type accessToken struct {
	Sub, Iss, Scope string
	TokenUse        string `json:"token_use"`
	ClientID        string `json:"client_id"`
	EventID         string `json:"event_id"`
	DeviceKey       string `json:"device_key"`
	Exp             int64
	// client is the app client that it was issued to.
	client *appClient
}

// tokenUser returns the owner of an access token.
func (k *core) tokenUser(token string) (*user, error) {
	u, _, err := k.tokenOwner(token)
	return u, err
}

// tokenOwner returns the owner of an access token for the operations on a user's own account, and
// its claims.
func (k *core) tokenOwner(token string) (*user, accessToken, error) {
	return k.tokenHolder(token, userAdminScope)
}

// tokenHolder returns the owner of an access token that has the scope, and its claims.
func (k *core) tokenHolder(token, scope string) (*user, accessToken, error) {
	var c accessToken
	payload, err := k.tokens.verifiedPayload(token)
	if err != nil {
		return nil, c, err
	}
	switch {
	case json.Unmarshal(payload, &c) != nil || c.TokenUse != "access" || !k.identity.issued(c.Iss):
		return nil, c, notAuthorized("Invalid Access Token")
	case k.clock.now().Unix() >= c.Exp:
		return nil, c, notAuthorized("Access Token has expired")
	case k.tokens.logins.revoked(c.EventID):
		return nil, c, notAuthorized("Access Token has been revoked")
	case !slices.Contains(strings.Fields(c.Scope), scope):
		return nil, c, notAuthorized("Access Token does not have required scopes")
	}
	if c.client, err = k.client(c.ClientID); err != nil {
		return nil, c, err
	}
	switch u := k.users.bySub[c.Sub]; {
	case u == nil:
		return nil, c, refuse(codeUserNotFound, textUserDoesNotExist)
	case u.disabled:
		return nil, c, notAuthorized(textUserDisabled)
	default:
		return u, c, nil
	}
}

// tokenIssuer signs and verifies the tokens of a pool, and keeps the sign-ins that they belong to.
type tokenIssuer struct {
	identity identity
	// updated says that the tokens have the issuer of IssuerConfiguration type UPDATED.
	updated atomic.Bool
	keys    *keyRing
	logins  *logins
}

// follow makes new tokens have the issuer of the configuration.
func (t *tokenIssuer) follow(c *issuerConfiguration) {
	t.updated.Store(c != nil && c.Type == issuerUpdated)
}

// issuer is the iss claim of new tokens.
func (t *tokenIssuer) issuer() string {
	if t.updated.Load() {
		return t.identity.updatedIssuer
	}
	return t.identity.issuer
}

// verifiedPayload returns the claims of a token that was signed by one of the pool's keys.
func (t *tokenIssuer) verifiedPayload(token string) ([]byte, error) {
	unsigned := notAuthorized("Could not verify signature for Access Token")
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return nil, unsigned
	}
	keys, err := t.keys.published()
	if err != nil {
		return nil, err
	}
	for _, key := range keys.Key(signed.Signatures[0].Header.KeyID) {
		if payload, err := signed.Verify(key); err == nil {
			return payload, nil
		}
	}
	return nil, unsigned
}
