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
