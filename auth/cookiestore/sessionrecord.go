package cookiestore

import (
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// readSession returns the data of the session record in cookies, nil if there is none. It empties
// extra if that was sealed for the tokens of another sign-in: Amplify does not remove our cookies.
func (s *Store) readSession(ctx context.Context, c cookies, extra *extra) ([]byte, error) {
	t, err := s.verifiedTokens(ctx, c)
	if err != nil {
		return nil, err
	}
	if of := ownerOf(t.AccessToken); extra.owner != (owner{}) && of != (owner{}) && of != extra.owner {
		extra.rest, extra.ends = nil, time.Time{}
	}
	rest := extra.rest
	switch {
	case t.AccessToken == "" && rest == nil:
		return nil, nil
	case t.AccessToken == "":
		return rest, nil
	case rest != nil:
		if data, err := auth.ImportTokens(s.clientID, t, rest); err == nil {
			return data, nil
		}
	}
	return auth.ImportTokens(s.clientID, t, nil)
}

// ownerOf returns the owner of verified tokens: their user, and when that user signed in.
func ownerOf(accessToken string) owner {
	c := claimsOf(accessToken)
	if c.Subject == "" {
		return owner{}
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d %s", c.AuthTime, c.Subject))
	return owner(sum[:])
}

// verifiedTokens returns the tokens in Amplify's cookies, none if the access token is not valid. It
// leaves out an ID token that is not valid or another user's. Expired tokens are accepted if there
// is a refresh token, because then they are refreshed before use.
func (s *Store) verifiedTokens(ctx context.Context, c cookies) (auth.Tokens, error) {
	user := c.user(s.names)
	get := func(what string) string { return c[s.names.of(user, what)] }
	t := auth.Tokens{AccessToken: get(accessToken), IDToken: get(idToken), RefreshToken: get(refreshToken)}
	if user == "" || t.AccessToken == "" {
		return auth.Tokens{}, nil
	}
	refreshable := t.RefreshToken != ""
	_, err := s.verifier.VerifyAccessToken(ctx, t.AccessToken)
	if good, err := genuine(err, refreshable); !good {
		return auth.Tokens{}, err
	}
	access, id := claimsOf(t.AccessToken), claimsOf(t.IDToken)
	if t.IDToken != "" {
		_, err := s.verifier.VerifyIDToken(ctx, t.IDToken)
		good, err := genuine(err, refreshable)
		if err != nil {
			return auth.Tokens{}, err
		}
		if !good || id.Subject != access.Subject {
			t.IDToken, id = "", claims{}
		}
	}
	t.DeviceKey = get(deviceKey)
	t.SignInDetails = details(get(signInDetails), access, id)
	return t, nil
}

// genuine reports whether the result of verifying a token makes it acceptable. It returns an error
// if the token could not be verified: unavailable keys must not sign anyone out.
func genuine(result error, refreshable bool) (bool, error) {
	switch {
	case errors.Is(result, jwt.ErrKeysUnavailable):
		return false, result
	case result == nil, refreshable && errors.Is(result, jwt.ErrExpired):
		return true, nil
	default:
		return false, nil
	}
}

// writeSession returns the cookies that replace old when data is saved, the rest to seal, and whose
// it is. The rest of data that is not a session record is all of it.
func (s *Store) writeSession(old cookies, data []byte) (next cookies, rest []byte, of owner) {
	t, rest, err := auth.ExportTokens(data)
	if err != nil {
		rest = bytes.Clone(append([]byte{}, data...))
	}
	next = old.without(s.names.isSession)
	if t.AccessToken != "" {
		maps.Copy(next, s.tokenCookies(old, t))
	}
	return next, rest, ownerOf(t.AccessToken)
}

// tokenCookies returns the cookies that Amplify would set for t. It keeps the old user name, OAuth
// metadata and sign-in details if the session is the same user's.
func (s *Store) tokenCookies(old cookies, t auth.Tokens) cookies {
	access := claimsOf(t.AccessToken)
	before := func(what string) string { return old[s.names.of(old.user(s.names), what)] }
	same := old.user(s.names) != "" && claimsOf(before(accessToken)).Subject == access.Subject
	user := cmp.Or(nameFor(t, access), "username")
	written := cookies{}
	if same {
		user = old.user(s.names)
		written.set(s.names.of(user, oauthMetadata), before(oauthMetadata))
		written.set(s.names.of(user, signInDetails), before(signInDetails))
	}
	written.set(s.names.lastAuthUser(), user)
	written.set(s.names.of(user, accessToken), t.AccessToken)
	written.set(s.names.of(user, idToken), t.IDToken)
	written.set(s.names.of(user, refreshToken), t.RefreshToken)
	if t.SignInDetails != (auth.SignInDetails{}) {
		written.set(s.names.of(user, signInDetails), detailsJSON(t.SignInDetails))
	}
	drift := before(clockDrift)
	if !same || before(accessToken) != t.AccessToken || drift == "" {
		drift = driftOf(t, access)
	}
	written.set(s.names.of(user, clockDrift), drift)
	return written
}

func detailsJSON(d auth.SignInDetails) string {
	data, err := json.Marshal(d)
	if err != nil {
		return "" // two strings always have a JSON form
	}
	return string(data)
}

// driftOf returns by how many milliseconds Cognito's clock was ahead when the tokens arrived.
func driftOf(t auth.Tokens, access claims) string {
	if access.IssuedAt == 0 || t.ReceivedAt.IsZero() {
		return "0"
	}
	return strconv.FormatInt(time.Unix(access.IssuedAt, 0).Sub(t.ReceivedAt).Milliseconds(), 10)
}

// claims are the claims that this package reads from a token. They are not verified: read them from
// verified tokens only.
type claims struct {
	Subject       string `json:"sub"`
	Username      string `json:"username"`
	IssuedAt      int64  `json:"iat"`
	AuthTime      int64  `json:"auth_time"`
	Email         string `json:"email"`
	EmailVerified any    `json:"email_verified"` // true or "true"
	Phone         string `json:"phone_number"`
	PhoneVerified any    `json:"phone_number_verified"`
}

// claimsOf returns the claims of a token, the zero claims if it is not a token.
func claimsOf(token string) claims {
	_, rest, _ := strings.Cut(token, ".")
	payload, _, _ := strings.Cut(rest, ".")
	var c claims
	data, err := base64.RawURLEncoding.DecodeString(payload)
	if err != nil || json.Unmarshal(data, &c) != nil {
		return claims{}
	}
	return c
}

// ownsLogin reports whether the verified tokens prove that a login id is the user's: it is the user
// name, or a verified email address or phone number.
func ownsLogin(loginID string, access, id claims) bool {
	for _, known := range []struct {
		name     string
		verified any
	}{{access.Username, true}, {id.Email, id.EmailVerified}, {id.Phone, id.PhoneVerified}} {
		verified := known.verified == true || known.verified == "true"
		if verified && known.name != "" && strings.EqualFold(loginID, known.name) {
			return true
		}
	}
	return false
}

// flows are the sign-in flows that Amplify writes in signInDetails.
var flows = map[auth.AuthFlowType]bool{
	"USER_SRP_AUTH": true, "USER_PASSWORD_AUTH": true, "USER_AUTH": true,
	"CUSTOM_WITH_SRP": true, "CUSTOM_WITHOUT_SRP": true,
}

// details parses signInDetails. The browser can write anything there, so details returns only what
// the tokens confirm.
func details(cookie string, access, id claims) auth.SignInDetails {
	var d auth.SignInDetails
	if json.Unmarshal([]byte(cookie), &d) != nil || !ownsLogin(d.LoginID, access, id) {
		return auth.SignInDetails{}
	}
	if !flows[d.AuthFlowType] {
		d.AuthFlowType = ""
	}
	return d
}

// nameFor returns the name that Amplify would write in LastAuthUser. After some flows Amplify knows
// only what the user typed.
func nameFor(t auth.Tokens, access claims) string {
	typed := t.AuthFlowType == "USER_PASSWORD_AUTH" || t.AuthFlowType == "USER_AUTH"
	if typed && t.LoginID != "" || access.Username == "" {
		return t.LoginID
	}
	return access.Username
}
