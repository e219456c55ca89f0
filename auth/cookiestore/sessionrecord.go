package cookiestore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"maps"
	"strconv"
	"strings"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// readSession makes the data of a session record from cookies; nil if they hold none.
func (s *Store) readSession(ctx context.Context, c cookies) ([]byte, error) {
	rest, pending := s.seal.take(c, s.names.pending)
	t, err := s.verifiedTokens(ctx, c)
	switch {
	case err != nil:
		return nil, err
	case t.AccessToken == "" && !pending:
		return nil, nil
	case t.AccessToken == "":
		return append([]byte{}, rest...), nil
	case pending:
		if data, err := auth.ImportTokens(s.clientID, t, rest); err == nil {
			return data, nil
		}
	}
	return auth.ImportTokens(s.clientID, t, nil)
}

// verifiedTokens reads Amplify's cookies. An access token that is not the pool's is not there, and
// neither is what goes with it. Expired ones will do if there is something to renew them with.
func (s *Store) verifiedTokens(ctx context.Context, c cookies) (auth.Tokens, error) {
	user := c.user(s.names)
	get := func(what string) string { return c[s.names.of(user, what)] }
	t := auth.Tokens{AccessToken: get(accessToken), IDToken: get(idToken), RefreshToken: get(refreshToken)}
	if user == "" || t.AccessToken == "" {
		return auth.Tokens{}, nil
	}
	renewable := t.RefreshToken != ""
	_, err := s.verifier.VerifyAccessToken(ctx, t.AccessToken)
	if good, err := genuine(err, renewable); !good {
		return auth.Tokens{}, err
	}
	access, id := claimsOf(t.AccessToken), claimsOf(t.IDToken)
	if t.IDToken != "" {
		_, err := s.verifier.VerifyIDToken(ctx, t.IDToken)
		good, err := genuine(err, renewable)
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

// genuine judges what verifying a token said. The error is for tokens that could not be judged:
// signing somebody out because the keys cannot be had would be worse than failing.
func genuine(verdict error, renewable bool) (bool, error) {
	switch {
	case errors.Is(verdict, jwt.ErrKeysUnavailable):
		return false, verdict
	case verdict == nil, renewable && errors.Is(verdict, jwt.ErrExpired):
		return true, nil
	default:
		return false, nil
	}
}

// writeSession returns the cookies that take the place of old ones when data is saved. Data that is
// not understood is sealed as it is.
func (s *Store) writeSession(old cookies, data []byte) (cookies, error) {
	t, rest, err := auth.ExportTokens(data)
	if err != nil {
		rest = bytes.Clone(append([]byte{}, data...))
	}
	next := old.without(s.names.isSession)
	if t.AccessToken != "" {
		maps.Copy(next, s.tokenCookies(old, t))
	}
	if rest != nil {
		if err := s.seal.put(next, s.names.pending, rest); err != nil {
			return nil, err
		}
	}
	return next, nil
}

// tokenCookies are the cookies that Amplify would set for tokens. What they do not say is kept, if
// it is the same person's.
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

// driftOf is how far Cognito's clock was ahead when the tokens came, in milliseconds.
func driftOf(t auth.Tokens, access claims) string {
	if access.IssuedAt == 0 || t.ReceivedAt.IsZero() {
		return "0"
	}
	return strconv.FormatInt(time.Unix(access.IssuedAt, 0).Sub(t.ReceivedAt).Milliseconds(), 10)
}

// claims are what this package reads of a token. They are as good as the token: read them of
// verified ones only.
type claims struct {
	Subject       string `json:"sub"`
	Username      string `json:"username"`
	IssuedAt      int64  `json:"iat"`
	Email         string `json:"email"`
	EmailVerified any    `json:"email_verified"` // true or "true"
	Phone         string `json:"phone_number"`
	PhoneVerified any    `json:"phone_number_verified"`
}

// claimsOf returns the zero claims for what is no token.
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

// goesBy reports whether a name to sign in with is provably the person's, by the verified access
// and ID token.
func goesBy(name string, access, id claims) bool {
	for _, known := range []struct {
		name     string
		verified any
	}{{access.Username, true}, {id.Email, id.EmailVerified}, {id.Phone, id.PhoneVerified}} {
		if known.name != "" && strings.EqualFold(name, known.name) && (known.verified == true || known.verified == "true") {
			return true
		}
	}
	return false
}

// flows are the sign-in flows that Amplify names in signInDetails.
var flows = map[auth.AuthFlowType]bool{
	"USER_SRP_AUTH": true, "USER_PASSWORD_AUTH": true, "USER_AUTH": true, "CUSTOM_WITH_SRP": true, "CUSTOM_WITHOUT_SRP": true,
}

// details reads signInDetails, which the browser can write as it likes: what is not confirmed by
// the tokens does not count.
func details(cookie string, access, id claims) auth.SignInDetails {
	var d auth.SignInDetails
	if json.Unmarshal([]byte(cookie), &d) != nil || !goesBy(d.LoginID, access, id) {
		return auth.SignInDetails{}
	}
	if !flows[d.AuthFlowType] {
		d.AuthFlowType = ""
	}
	return d
}

// nameFor is what Amplify would call the person in LastAuthUser. It depends on the flow: some know
// only what was typed.
func nameFor(t auth.Tokens, access claims) string {
	typed := t.AuthFlowType == "USER_PASSWORD_AUTH" || t.AuthFlowType == "USER_AUTH"
	if typed && t.LoginID != "" || access.Username == "" {
		return t.LoginID
	}
	return access.Username
}
