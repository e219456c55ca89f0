package auth

import (
	"context"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// maxTokenSize bounds what is decoded. Cognito's largest tokens have less than 16 kB.
const maxTokenSize = 64 << 10

// A Token is a JSON web token of Cognito.
type Token struct {
	unprinted
	// Raw is the token itself, for an Authorization header. It is a secret.
	Raw string `json:"-"`
	// Claims is the token's payload, the caller's own copy. Numbers are float64, lists []any. The
	// signature is not verified: the token came from Cognito over TLS. Amplify: payload.
	Claims map[string]any `json:"payload"`
	// IssuedAt and ExpiresAt are the iat and exp claims; zero if absent.
	IssuedAt  time.Time `json:"-"`
	ExpiresAt time.Time `json:"-"`
}

// text returns the value of claim, or "" if it is not a string.
func (t Token) text(claim string) string {
	s, _ := t.Claims[claim].(string)
	return s
}

func decodeToken(raw string) (Token, error) {
	if len(raw) > maxTokenSize {
		return Token{}, errors.New("the token is too long")
	}
	parsed, err := jwt.ParseSigned(raw, []jose.SignatureAlgorithm{jose.RS256})
	if err != nil {
		return Token{}, err
	}
	token := Token{Raw: raw}
	var times jwt.Claims
	if err := parsed.UnsafeClaimsWithoutVerification(&token.Claims, &times); err != nil {
		return Token{}, err
	}
	token.IssuedAt = times.IssuedAt.Time()
	token.ExpiresAt = times.Expiry.Time()
	return token, nil
}

// An AuthSession holds the tokens of the signed-in user, as [Session.FetchAuthSession] returns
// them. The refresh token is not part of it.
type AuthSession struct {
	unprinted
	AccessToken Token  `json:"accessToken"`
	IDToken     Token  `json:"idToken"` // zero if Cognito sent none
	UserSub     string `json:"userSub"` // the user's immutable id, the access token's sub claim
}

// FetchAuthSessionInput is the input of [Session.FetchAuthSession]. The zero value is fine.
type FetchAuthSessionInput struct {
	// ForceRefresh renews the tokens even if they are still good, and never returns the old ones.
	ForceRefresh bool
	// ClientMetadata is passed to the pool's triggers if the tokens are renewed.
	ClientMetadata map[string]string
}

// FetchAuthSession returns the tokens of the signed-in user, decoded. It renews them first if the
// access or ID token is about to expire; otherwise it makes no request. Renewed tokens are stored
// before they are returned.
//
// A [Client] runs one refresh of a session at a time, and so do all processes together if the
// [Store] is a [Leaser]. Calls during a refresh share its result; ClientMetadata is that of the
// call which began it.
//
// If a refresh fails for a reason that may pass, the session stays, and the old tokens are returned
// as long as the access token is valid, unless ForceRefresh is set. Only answers that are known to
// be final end the session: that call returns Cognito's error, later ones [ErrSessionExpired].
//
// Errors, besides those of the Store:
//   - [ErrUserUnAuthenticated]: no one is signed in.
//   - [ErrSessionExpired]: Cognito ended the session; sign in again.
//   - [ErrTokenRefresh]: there is no refresh token.
//   - [ErrNetwork]: Cognito could not be reached.
//   - [ErrOutcomeUnknown]: the answer was lost.
//
// Differs from Amplify: being signed out is an error, not an empty result; errors of configuration,
// such as a wrong client secret, sign no one out; there are no identity pool credentials.
//
// Cognito: GetTokensFromRefreshToken. Amplify: fetchAuthSession.
func (s *Session) FetchAuthSession(ctx context.Context, in FetchAuthSessionInput) (session AuthSession, err error) {
	defer nameVerb("FetchAuthSession", &err)
	current, err := s.freshTokens(ctx, "FetchAuthSession", in)
	if err != nil {
		return AuthSession{}, err
	}
	return current.session.clone(), nil
}

func (t *tokens) decode() (AuthSession, error) {
	access, err := decodeToken(t.AccessToken)
	if err != nil {
		return AuthSession{}, fail(ErrUnexpectedResponse, "the access token is not a JWT signed with RS256")
	}
	var id Token
	if t.IDToken != "" {
		if id, err = decodeToken(t.IDToken); err != nil {
			return AuthSession{}, fail(ErrUnexpectedResponse, "the ID token is not a JWT signed with RS256")
		}
	}
	return AuthSession{AccessToken: access, IDToken: id, UserSub: access.text("sub")}, nil
}

// maxEarly is the longest time before their end that tokens are renewed.
const maxEarly = time.Minute

// lifetime holds, by this machine's clock, when the tokens were received, when to renew them, and
// when the access token expires.
type lifetime struct {
	ReceivedAt time.Time `json:"receivedAt"`
	RenewAt    time.Time `json:"renewAt"`
	ValidUntil time.Time `json:"validUntil"`
}

// received computes the lifetime of tokens that arrived at now. Only durations of the server are
// used, so the two clocks are never compared. Tokens are renewed a minute before the first of them
// expires or, if it is short-lived, when a tenth of its life is left.
func (l *lifetime) received(now time.Time, expiresIn int32, session AuthSession) {
	life := time.Duration(expiresIn) * time.Second
	if life <= 0 {
		life = session.AccessToken.life()
	}
	shortest := life
	if id := session.IDToken.life(); id > 0 {
		shortest = min(shortest, id)
	}
	l.ReceivedAt, l.ValidUntil = now, now.Add(life)
	l.RenewAt = now.Add(shortest - min(maxEarly, shortest/10))
}

func (t Token) life() time.Duration { return t.ExpiresAt.Sub(t.IssuedAt) }

// fresh reports whether the tokens need no renewal yet.
func (l lifetime) fresh(now time.Time) bool {
	return l.valid(now) && now.Before(l.RenewAt)
}

// valid reports whether the access token has not expired. It returns false if the clock was set
// back to before the token was received.
func (l lifetime) valid(now time.Time) bool {
	return now.Before(l.ValidUntil) && !now.Before(l.ReceivedAt.Add(-maxEarly))
}
