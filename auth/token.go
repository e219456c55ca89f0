package auth

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/jsonobject"
)

// maxTokenSize bounds what is decoded. Cognito's largest tokens have less than 16 kB.
const maxTokenSize = 64 << 10

// A Token is one of Cognito's JSON web tokens. It is immutable: copies share what was decoded, so
// handing one out costs nothing. Its signature was not verified, because it came from Cognito over
// TLS; package jwt verifies tokens that came from elsewhere.
type Token struct {
	unprinted
	// Raw is the token itself, for an Authorization header. It is a secret.
	Raw string
	// Subject is the person's immutable id, the sub claim.
	Subject string
	// Username is Cognito's immutable name for the person: username in an access token,
	// cognito:username in an ID token.
	Username string
	// ClientID is the app client that the token was issued to: client_id in an access token, aud in
	// an ID token.
	ClientID string
	// Groups are the person's groups, cognito:groups. Do not change the elements.
	Groups []string
	// Scopes are what an access token grants; an ID token has none. Do not change the elements.
	Scopes []string
	// AuthTime, IssuedAt and ExpiresAt are the claims auth_time, iat and exp; zero when absent.
	AuthTime, IssuedAt, ExpiresAt time.Time
}

// Claims decodes the token's payload into v, a pointer to a struct with json tags or to a
// map[string]any. Numbers that have no Go type to go into become a [json.Number], so that none
// loses digits. The zero Token has no claims: the error is [ErrInvalidParameter], as it is for a v
// that the payload does not fit. Amplify: payload, decodeJWT.
func (t Token) Claims(v any) error {
	claims, ok := claimsSet(t.Raw)
	if !ok {
		return inVerb("Claims", fail(ErrInvalidParameter, "there is no token"))
	}
	decoder := json.NewDecoder(strings.NewReader(claims))
	decoder.UseNumber()
	if err := decoder.Decode(v); err != nil {
		// err may quote a claim.
		return inVerb("Claims", fail(ErrInvalidParameter, "the claims do not fit into the given type"))
	}
	return nil
}

// MarshalJSON returns the claims as Amplify's JSON has them, {"payload": …}. Raw is not in it.
func (t Token) MarshalJSON() ([]byte, error) {
	claims, ok := claimsSet(t.Raw)
	if !ok {
		claims = "null"
	}
	return json.Marshal(struct {
		Payload json.RawMessage `json:"payload"`
	}{json.RawMessage(claims)})
}

// text returns the value of a claim that has no field, or "" if it is not a string.
func (t Token) text(name string) string {
	_, payload, err := cutToken(t.Raw)
	if err != nil {
		return ""
	}
	var found claim
	if !findMember(payload, name, &found) {
		return ""
	}
	return found.text()
}

// decodeToken takes raw apart. A trigger can give any claim any type: only those with the type that
// Cognito documents are taken over into fields. It can also add claims of access tokens to ID
// tokens, and the other way round: they count in their own kind of token only.
func decodeToken(raw string) (Token, error) {
	if len(raw) > maxTokenSize {
		return Token{}, errors.New("the token is too long")
	}
	header, payload, err := cutToken(raw)
	if err != nil {
		return Token{}, err
	}
	var algorithm claim
	var claims claims
	if !findMember(header, "alg", &algorithm) || !jsonobject.Members(payload, claims.add) {
		return Token{}, errors.New("the token does not hold JSON objects")
	}
	if algorithm.text() != "RS256" {
		return Token{}, errors.New("the token is not signed with RS256")
	}
	token := Token{
		Raw:       raw,
		Subject:   claims.subject.text(),
		Groups:    claims.groups.list(),
		AuthTime:  claims.authTime.instant(),
		IssuedAt:  claims.issuedAt.instant(),
		ExpiresAt: claims.expiresAt.instant(),
	}
	if claims.use.text() == "id" {
		token.Username, token.ClientID = claims.idUsername.text(), claims.audience.text()
		return token, nil
	}
	token.Username, token.ClientID = claims.username.text(), claims.clientID.text()
	token.Scopes = slices.Clip(strings.Fields(claims.scope.text()))
	return token, nil
}

// An AuthSession holds the tokens of the signed-in user, as [Session.FetchAuthSession] returns
// them. The refresh token is not part of it.
type AuthSession struct {
	unprinted
	AccessToken   Token
	IDToken       Token         // zero if Cognito gave none
	UserSub       string        // the person's immutable id, the access token's Subject
	SignInDetails SignInDetails // how the person signed in; zero after a managed login
	// Factors are what the person proved in this session, each factor once, with the time of its
	// last proof: at sign-in and in [Session.Reauthenticate]. A refresh proves nothing and keeps
	// them. They are empty where Cognito signed the person in without asking for anything, as
	// [Session.AutoSignIn] can, after a managed login, and for tokens that came from elsewhere. Do
	// not change the elements. Not in Amplify, nor in the JSON.
	Factors []FactorProof
}

// MarshalJSON returns Amplify's JSON: the claims of the tokens, and not the tokens themselves.
func (s AuthSession) MarshalJSON() ([]byte, error) {
	type tokens struct {
		AccessToken   Token         `json:"accessToken"`
		IDToken       *Token        `json:"idToken,omitempty"`
		SignInDetails SignInDetails `json:"signInDetails,omitzero"`
	}
	nested := tokens{AccessToken: s.AccessToken, SignInDetails: s.SignInDetails}
	if s.IDToken.Raw != "" {
		nested.IDToken = &s.IDToken
	}
	return json.Marshal(struct {
		Tokens  tokens `json:"tokens"`
		UserSub string `json:"userSub"`
	}{nested, s.UserSub})
}

// FetchAuthSessionInput is the input of [Session.FetchAuthSession]. The zero value is fine.
type FetchAuthSessionInput struct {
	// ForceRefresh renews the tokens even if they are still good, and never returns the old ones.
	ForceRefresh bool
	// MinValidity is for how long the tokens must still be good, for work that takes its time.
	// Those that end sooner are renewed and, if that fails, not returned. If the pool's tokens live
	// less than that, they are renewed when a tenth of their life is over.
	//
	// Default: tokens are renewed a minute before the first of them expires or, if they live for
	// less than ten minutes, when a tenth of their life is left. If that fails, the old ones are
	// returned as long as the access token is valid.
	MinValidity time.Duration
	// ClientMetadata is passed to the pool's triggers if the tokens are renewed.
	ClientMetadata map[string]string
}

// FetchAuthSession returns the tokens of the signed-in user, decoded. It renews them first if the
// access or ID token is about to expire, or ends before MinValidity; otherwise it makes no request.
// Renewed tokens are stored before they are returned.
//
// A [Client] runs one refresh of a session at a time, and so do all processes that share the
// [Store]. Calls during a refresh share its result; ClientMetadata is that of the call which began
// it. Nothing is sent if the Store takes no writes: the new refresh token could not be kept. If it
// fails afterwards, the Client keeps the result for up to an hour and saves it before the next
// refresh.
//
// If a refresh fails for a reason that may pass, the session stays, and the old tokens are returned
// as long as the access token is valid, unless ForceRefresh or MinValidity rules them out. Only
// answers that are known to be final end the session: that call and later ones return
// [ErrSessionExpired], and the first is Cognito's error as well.
//
// Errors, besides those of the Store:
//   - [ErrUserUnAuthenticated]: nobody is signed in
//   - [ErrSessionExpired]: Cognito ended the session; sign in again
//   - [ErrTokenRefresh]: there is no refresh token
//   - [ErrUserChanged]: somebody else signed in to the session meanwhile
//   - [ErrInvalidParameter]: MinValidity is negative
//   - [ErrNetwork]: Cognito could not be reached
//   - [ErrOutcomeUnknown]: the answer was lost
//
// Differs from Amplify: being signed out is an error, not an empty result; errors of configuration,
// such as a wrong client secret, sign no one out; package identitypool has the credentials of an
// identity pool.
//
// Cognito: GetTokensFromRefreshToken. Amplify: fetchAuthSession.
func (s *Session) FetchAuthSession(ctx context.Context, in FetchAuthSessionInput) (session AuthSession, err error) {
	defer nameVerb("FetchAuthSession", &err)
	if in.MinValidity < 0 {
		return AuthSession{}, fail(ErrInvalidParameter, "MinValidity is negative")
	}
	current, err := s.freshTokens(ctx, "FetchAuthSession", in)
	if err != nil {
		return AuthSession{}, err
	}
	return current.session, nil
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
	return AuthSession{
		AccessToken: access, IDToken: id, UserSub: access.Subject, SignInDetails: t.SignInDetails,
		Factors: slices.Clip(t.Factors),
	}, nil
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
	shortest := session.shortest(life)
	l.ReceivedAt, l.ValidUntil = now, now.Add(life)
	l.RenewAt = now.Add(shortest - min(maxEarly, shortest/10))
}

// setLifetime sets when the tokens of a sign-in, which have just arrived, are to be renewed and, if
// the program states how long a sign-in lasts, when they can no longer be.
func (c *Client) setLifetime(got *tokens, expiresIn int32, session AuthSession) {
	got.received(time.Now(), expiresIn, session)
	if c.refreshTokenValidity > 0 {
		got.Until = expiry(c.refreshTokenValidity)
	}
}

// shortest returns the life of the token that expires first; that of the access token is given.
func (s AuthSession) shortest(life time.Duration) time.Duration {
	if id := s.IDToken.life(); id > 0 {
		return min(life, id)
	}
	return life
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
