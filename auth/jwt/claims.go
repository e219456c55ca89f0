package jwt

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/go-jose/go-jose/v4/json"
)

// Token is what both kinds of token say.
type Token struct {
	Issuer     string    // iss
	UserPoolID string    // the Config's pool of that issuer
	ClientID   string    // the app client: client_id of an access token, aud of an ID token
	Subject    string    // sub, the person's immutable id; of a machine, its app client
	Username   string    // username or cognito:username; empty for a machine
	Groups     []string  // cognito:groups; the caller's own copy
	AuthTime   time.Time // auth_time, when the person signed in; renewing tokens does not change it. Zero when absent
	IssuedAt   time.Time // iat
	ExpiresAt  time.Time // exp
	JTI        string    // jti, this token's id
	OriginJTI  string    // origin_jti, the sign-in's id; empty when the pool's tokens cannot be revoked
	EventID    string    // event_id, the sign-in's id in Cognito's logs

	source *[]byte
}

// AccessClaims are a verified access token's claims.
type AccessClaims struct {
	Token
	Scopes    []string // scope, split at spaces; the caller's own copy
	DeviceKey string   // device_key, if the sign-in is bound to a device
}

// IDClaims are a verified ID token's claims. Attributes that the app client may not read are empty.
type IDClaims struct {
	Token
	Email               string // email
	EmailVerified       bool   // email_verified
	PhoneNumber         string // phone_number
	PhoneNumberVerified bool   // phone_number_verified
}

// Claims reads all claims into v, as json.Unmarshal does, but names have to match exactly: for
// custom:… attributes, and for what a pre-token-generation trigger adds.
func (t Token) Claims(v any) error {
	if t.source == nil {
		return refuse(ErrMalformed, "these claims are of no token")
	}
	if err := json.Unmarshal(*t.source, v); err != nil {
		return fmt.Errorf("jwt: claims: %w", err)
	}
	return nil
}

func (t *verified) accessClaims() AccessClaims {
	return AccessClaims{Token: t.token(useAccess, t.AccessUsername), Scopes: strings.Fields(t.Scope), DeviceKey: t.DeviceKey}
}

func (t *verified) idClaims() IDClaims {
	return IDClaims{
		Token: t.token(useID, string(t.IDUsername)),
		Email: string(t.Email), EmailVerified: bool(t.EmailVerified),
		PhoneNumber: string(t.Phone), PhoneNumberVerified: bool(t.PhoneVerified),
	}
}

func (t *verified) token(of use, username string) Token {
	return Token{
		Issuer: t.Issuer, UserPoolID: t.pool.UserPoolID, ClientID: t.client(of), Subject: t.Subject, Username: username,
		Groups:   slices.Clone(t.Groups), // the cached ones are shared by all who bring the token
		AuthTime: moment(t.AuthTime), IssuedAt: moment(t.IssuedAt), ExpiresAt: moment(t.ExpiresAt),
		JTI: t.JTI, OriginJTI: t.OriginJTI, EventID: t.EventID,
		source: &t.source,
	}
}

// moment is the time of so many seconds, or the zero time where there is no claim.
func moment(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}
