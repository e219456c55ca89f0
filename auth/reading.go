package auth

import (
	"context"
	"crypto/sha256"
	"maps"
)

// A reading is what a record says of somebody who is signed in, taken apart, and without the refresh token. Many goroutines
// share one, so nothing in it may be changed.
type reading struct {
	unprinted
	session AuthSession
	details SignInDetails
	// imported tokens prove nothing once they have expired.
	imported bool
	lifetime
}

func (t *tokens) read(op string) (*reading, error) {
	session, err := t.decode(op)
	if err != nil {
		return nil, err
	}
	return &reading{session: session, details: t.SignInDetails, imported: t.Imported, lifetime: t.lifetime}, nil
}

// read gives the tokens that the session's record has, whether or not they are good. The Store is asked every time, so that
// what another process did counts at once; but a record that is still the same is not taken apart again.
func (s *Session) read(ctx context.Context, op string) (*reading, error) {
	since := s.client.readings.now()
	record, err := s.loadRecord(ctx, op)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(record.Data)
	if known := s.client.readings.get(s.key, sum); known != nil {
		return known, nil
	}
	st, err := s.open(op, record)
	if err != nil {
		return nil, err
	}
	if st.Tokens == nil {
		return nil, st.signedOut(op)
	}
	got, err := st.Tokens.read(op)
	if err != nil {
		return nil, err
	}
	s.client.readings.put(s.key, sum, got, since)
	return got, nil
}

// clone gives a session that its owner may change.
func (s AuthSession) clone() AuthSession {
	s.AccessToken.Claims = cloneClaims(s.AccessToken.Claims)
	s.IDToken.Claims = cloneClaims(s.IDToken.Claims)
	return s
}

func cloneClaims(claims map[string]any) map[string]any {
	cloned := maps.Clone(claims)
	for name, value := range claims {
		switch value.(type) {
		case []any, map[string]any:
			cloned[name] = cloneValue(value)
		}
	}
	return cloned
}

// cloneValue clones what was decoded from JSON.
func cloneValue(value any) any {
	switch value := value.(type) {
	case map[string]any:
		return cloneClaims(value)
	case []any:
		cloned := make([]any, len(value))
		for i := range value {
			cloned[i] = cloneValue(value[i])
		}
		return cloned
	default:
		return value
	}
}
