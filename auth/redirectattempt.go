package auth

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"slices"
	"time"

	"golang.org/x/oauth2"
)

// attemptLife is how long an attempt can be completed: five minutes on Cognito's pages, and five
// until the code expires.
const attemptLife = 10 * time.Minute

// maxAttempts bounds the redirect sign-ins that a session can have at once.
const maxAttempts = 5

// redirectAttempt is a redirect sign-in that waits for its callback.
type redirectAttempt struct {
	unprinted
	State       string    `json:"state"`
	Nonce       string    `json:"nonce"`
	Verifier    string    `json:"verifier"` // of PKCE
	RedirectURI string    `json:"redirectUri"`
	CustomState string    `json:"customState,omitempty"`
	ReturnTo    string    `json:"returnTo,omitempty"`
	ExpiresAt   time.Time `json:"expiresAt"`
}

// newRedirectAttempt returns one with new random values. Those of state and nonce have 130 bits.
func newRedirectAttempt(in SignInWithRedirectInput, redirectURI string) redirectAttempt {
	return redirectAttempt{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), RedirectURI: redirectURI,
		CustomState: in.CustomState, ReturnTo: in.ReturnTo, ExpiresAt: expiry(attemptLife),
	}
}

// redirectAttempts are those of a session, the oldest first.
type redirectAttempts []redirectAttempt

// with returns the attempts with another one. Those that are over go, and the oldest of too many.
func (all redirectAttempts) with(added redirectAttempt, now time.Time) redirectAttempts {
	kept := append(all.live(now), added)
	return kept[max(0, len(kept)-maxAttempts):]
}

func (all redirectAttempts) live(now time.Time) redirectAttempts {
	return slices.DeleteFunc(slices.Clone(all), func(a redirectAttempt) bool { return !now.Before(a.ExpiresAt) })
}

// find returns the index of the attempt with that state, or -1. It compares all of them in full, so
// that the time that it takes tells nothing.
func (all redirectAttempts) find(state string) int {
	found := -1
	for i, a := range all {
		if subtle.ConstantTimeCompare([]byte(a.State), []byte(state)) == 1 {
			found = i
		}
	}
	return found
}

// end is when the last of them is over.
func (all redirectAttempts) end() (end time.Time) {
	for _, a := range all {
		if a.ExpiresAt.After(end) {
			end = a.ExpiresAt
		}
	}
	return end
}

// take returns the live attempt with that state, and the others.
func (all redirectAttempts) take(state string, now time.Time) (redirectAttempt, redirectAttempts, error) {
	i := all.find(state)
	switch {
	case state == "" || i < 0:
		return redirectAttempt{}, all, redirectFailed(ErrOAuthAttempt, "this session has no such sign-in under way")
	case !now.Before(all[i].ExpiresAt):
		return redirectAttempt{}, all, redirectFailed(ErrOAuthAttempt, "the sign-in took longer than ten minutes")
	}
	return all[i], slices.Delete(slices.Clone(all), i, i+1), nil
}

// keepAttempt adds the attempt to the session.
func (s *Session) keepAttempt(ctx context.Context, a redirectAttempt) error {
	return s.update(ctx, func(st *state) error {
		st.Redirects = st.Redirects.with(a, time.Now())
		return nil
	})
}

// hasAttempt returns the error of takeAttempt, and takes nothing.
func (s *Session) hasAttempt(ctx context.Context, state string) error {
	st, err := s.load(ctx)
	if err == nil {
		_, _, err = st.Redirects.take(state, time.Now())
	}
	return err
}

// takeAttempt removes the attempt with that state from the session, and returns it. Of two calls at
// once, on whatever machines, one gets it.
func (s *Session) takeAttempt(ctx context.Context, named string) (taken redirectAttempt, err error) {
	err = s.update(ctx, func(st *state) (err error) {
		taken, st.Redirects, err = st.Redirects.take(named, time.Now())
		return err
	})
	return taken, err
}
