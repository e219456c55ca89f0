package auth

import (
	"context"
	"errors"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

// maxTokenSize bounds what is decoded. Cognito's largest tokens stay below 16 kB.
const maxTokenSize = 64 << 10

// A Token is one of Cognito's JSON web tokens.
type Token struct {
	unprinted
	// Raw is the token itself, for an Authorization header. It is a secret.
	Raw string `json:"-"`
	// Claims are the token's contents. Numbers are float64, lists []any. The signature was not
	// verified: the token came from Cognito over TLS. Amplify: payload. They are the caller's own
	// copy.
	Claims map[string]any `json:"payload"`
	// IssuedAt and ExpiresAt are the iat and exp claims; zero when absent.
	IssuedAt  time.Time `json:"-"`
	ExpiresAt time.Time `json:"-"`
}

// text returns a claim that is a string, or "".
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

// AuthSession is what FetchAuthSession gives: the tokens of the person who is signed in. The
// refresh token stays inside.
type AuthSession struct {
	unprinted
	AccessToken Token  `json:"accessToken"`
	IDToken     Token  `json:"idToken"` // zero if Cognito gave none
	UserSub     string `json:"userSub"` // the person's immutable id, the access token's sub claim
}

// FetchAuthSessionInput is the input of FetchAuthSession. The zero value is fine.
type FetchAuthSessionInput struct {
	// ForceRefresh renews the tokens even if they are good for a while, and never gives the old
	// ones.
	ForceRefresh bool
	// ClientMetadata goes to the pool's triggers when the tokens are renewed.
	ClientMetadata map[string]string
}

// FetchAuthSession returns the tokens, decoded. When the access token is near its end they are
// renewed first; otherwise it makes no request. However many callers there are, a Client refreshes
// a session once at a time, and so do all processes together if the Store is a Leaser. Renewed
// tokens are stored before anybody gets them. Whoever calls during a refresh gets its result; the
// ClientMetadata is that of the call which began it.
//
// A refresh that fails for a reason that may pass changes nothing; the old tokens are given out as
// long as the access token is good, unless ForceRefresh is set. Only a closed list of answers ends
// the session: then the error is what Cognito said, and later it is [ErrSessionExpired]. With
// nobody signed in it is [ErrUserUnAuthenticated]. Other errors: [ErrTokenRefresh] without a
// refresh token, [ErrOutcomeUnknown] for a lost answer, [ErrNetwork], those of the Store. Cognito:
// GetTokensFromRefreshToken.
//
// Differs from Amplify: signed out is an error and not an empty result, a wrong client secret and
// the like sign nobody out, and there are no identity-pool credentials. Amplify: fetchAuthSession.
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

// maxEarly is how long before their end tokens are renewed at the most.
const maxEarly = time.Minute

// lifetime is, by this side's clock, when the tokens came, when they are to be renewed, and when
// the access token ends.
type lifetime struct {
	ReceivedAt time.Time `json:"receivedAt"`
	RenewAt    time.Time `json:"renewAt"`
	ValidUntil time.Time `json:"validUntil"`
}

// received notes how long the tokens live by this machine's clock: from now, as long as the server
// says. The two clocks are never compared. They are to be renewed a minute before the first of them
// ends or, if it is short-lived, a tenth of its life.
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

// fresh reports whether the tokens need not be renewed yet.
func (l lifetime) fresh(now time.Time) bool {
	return l.valid(now) && now.Before(l.RenewAt)
}

// valid reports whether the access token has not expired. A clock that was set back to before the
// token came proves nothing.
func (l lifetime) valid(now time.Time) bool {
	return now.Before(l.ValidUntil) && !now.Before(l.ReceivedAt.Add(-maxEarly))
}
