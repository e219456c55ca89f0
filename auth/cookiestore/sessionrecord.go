package cookiestore

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"maps"
	"strconv"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
)

// readSession returns the session record in cookies, the zero view if there is none. It leaves out
// what was sealed for the tokens of another sign-in: Amplify does not remove our cookies.
func (s *Store) readSession(ctx context.Context, c cookies) (view, error) {
	version, device := s.version(sessionRecord, c), c[s.names.of(c.user(s.names), deviceKey)]
	if known, ok := s.recall(ctx, version, device); ok {
		return known, nil
	}
	extra := s.seal.open(c, s.names.session)
	presented := s.withLarge(s.amplifyTokens(c), c, extra)
	t, valid, err := s.verifiedTokens(ctx, c, presented)
	if err != nil {
		return view{}, err
	}
	extra.leaveTo(ownerOf(t.AccessToken))
	data, err := s.importSession(t, extra.rest)
	if err != nil || data == nil {
		return view{}, err
	}
	read := view{data: data, version: version.String(), ends: extra.ends}
	if valid {
		s.remember(version, remembered{view: read, presented: presented, deviceKey: device})
	}
	return read, nil
}

// importSession returns the data of the record with these tokens, nil if there is none.
func (s *Store) importSession(t auth.Tokens, rest []byte) ([]byte, error) {
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

// tokens returns the tokens that cookies hold: Amplify's, and in place of those that are missing
// the sealed ones of the same sign-in. None of them is verified.
func (s *Store) tokens(c cookies) tokenSet {
	t := s.amplifyTokens(c)
	if t.access != "" && t.id != "" && t.refresh != "" {
		return t // there is nothing to open
	}
	if known, ok := s.known.Get(s.version(sessionRecord, c)); ok {
		return known.presented
	}
	return s.withLarge(t, c, s.seal.open(c, s.names.session))
}

// amplifyTokens returns the tokens in Amplify's cookies.
func (s *Store) amplifyTokens(c cookies) tokenSet {
	user := c.user(s.names)
	if user == "" {
		return tokenSet{}
	}
	get := func(what string) string { return c[s.names.of(user, what)] }
	return tokenSet{access: get(accessToken), id: get(idToken), refresh: get(refreshToken), drift: get(clockDrift)}
}

// withLarge returns the tokens in Amplify's cookies with those that were sealed.
func (s *Store) withLarge(t tokenSet, c cookies, e extra) tokenSet {
	if e.large.user == "" || e.large.user != c.user(s.names) || t.access != "" && ownerOf(t.access) != e.owner {
		return t
	}
	t.access = cmp.Or(t.access, e.large.access)
	t.id = cmp.Or(t.id, e.large.id)
	t.refresh = cmp.Or(t.refresh, e.large.refresh)
	return t
}

// verifiedTokens returns the tokens that were presented, none if the access token is not valid. It
// leaves out an ID token that is not valid or another user's. Expired tokens are accepted if there
// is a refresh token, because then they are refreshed before use. All are valid if none was left
// out or had expired.
func (s *Store) verifiedTokens(ctx context.Context, c cookies, from tokenSet) (t auth.Tokens, valid bool, err error) {
	if from.access == "" {
		return auth.Tokens{}, false, nil
	}
	refreshable := from.refresh != ""
	_, result := s.verifier.VerifyAccessToken(ctx, from.access)
	if good, err := genuine(result, refreshable); !good {
		return auth.Tokens{}, false, err
	}
	valid = result == nil
	access, id := claimsOf(from.access), claimsOf(from.id)
	if from.id != "" {
		_, result := s.verifier.VerifyIDToken(ctx, from.id)
		good, err := genuine(result, refreshable)
		if err != nil {
			return auth.Tokens{}, false, err
		}
		valid = valid && result == nil && id.subject == access.subject
		if !good || id.subject != access.subject {
			from.id, id = "", claims{}
		}
	}
	get := func(what string) string { return c[s.names.of(c.user(s.names), what)] }
	return auth.Tokens{
		AccessToken: from.access, IDToken: from.id, RefreshToken: from.refresh,
		DeviceKey: get(deviceKey), SignInDetails: details(get(signInDetails), access, id),
	}, valid, nil
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

// writeSession returns the cookies that replace old when data is saved, and what is to be sealed.
// The rest of data that is not a session record is all of it.
func (s *Store) writeSession(old cookies, data []byte) (next cookies, e extra) {
	t, rest, err := auth.ExportTokens(data)
	if err != nil {
		rest = bytes.Clone(append([]byte{}, data...))
	}
	next = old.without(s.names.isSession)
	e = extra{rest: rest, owner: ownerOf(t.AccessToken)}
	if t.AccessToken != "" {
		maps.Copy(next, s.tokenCookies(old, t))
		e.large = s.takeLarge(next)
	}
	return next, e
}

// tokenCookies returns the cookies that Amplify would set for t. It keeps the old user name, OAuth
// metadata and sign-in details if the session is the same user's.
func (s *Store) tokenCookies(old cookies, t auth.Tokens) cookies {
	access, had := claimsOf(t.AccessToken), s.tokens(old)
	before := func(what string) string { return old[s.names.of(old.user(s.names), what)] }
	same := old.user(s.names) != "" && claimsOf(had.access).subject == access.subject
	user := cmp.Or(nameFor(t, access), "username")
	written := cookies{}
	if same {
		user = old.user(s.names)
		written.set(s.names.of(user, oauthMetadata), before(oauthMetadata))
		written.set(s.names.of(user, signInDetails), before(signInDetails))
	}
	written.set(s.names.lastAuthUser, user)
	written.set(s.names.of(user, accessToken), t.AccessToken)
	written.set(s.names.of(user, idToken), t.IDToken)
	written.set(s.names.of(user, refreshToken), t.RefreshToken)
	name, given := s.names.of(user, signInDetails), detailsJSON(t.SignInDetails)
	if t.SignInDetails != (auth.SignInDetails{}) && cookieSize(name, given) <= maxCookie {
		written.set(name, given)
	}
	drift := before(clockDrift)
	if !same || had.access != t.AccessToken || drift == "" {
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
	if access.issuedAt == 0 || t.ReceivedAt.IsZero() {
		return "0"
	}
	return strconv.FormatInt(time.Unix(access.issuedAt, 0).Sub(t.ReceivedAt).Milliseconds(), 10)
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

// maxName bounds an alias as the NAME in the names of cookies: encoded, in bytes. Cognito's user
// names have less.
const maxName = 2048

// nameFor returns the name that Amplify would write in LastAuthUser. After some flows Amplify knows
// only what the user typed. An alias may be too long for the name of a cookie.
func nameFor(t auth.Tokens, access claims) string {
	typed := t.AuthFlowType == "USER_PASSWORD_AUTH" || t.AuthFlowType == "USER_AUTH"
	typed = typed && t.LoginID != "" && len(encodeName(t.LoginID)) <= maxName
	if typed || access.username == "" {
		return t.LoginID
	}
	return access.username
}
