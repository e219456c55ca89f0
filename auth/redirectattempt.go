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

// Bounds of the redirect sign-ins that a session can have at once. Pages of the web can begin them,
// with a text of their choice if the program takes ReturnTo from the request.
const (
	maxAttempts     = 5
	maxAttemptTexts = 2 * maxRedirectField // of all of them, in bytes
)

// redirectAttempt is a redirect sign-in that waits for its callback.
type redirectAttempt struct {
	unprinted
	State       string    `json:"state"`
	Nonce       string    `json:"nonce,omitempty"`
	Verifier    string    `json:"verifier,omitempty"` // of PKCE
	RedirectURI string    `json:"redirectUri,omitempty"`
	CustomState string    `json:"customState,omitempty"`
	ReturnTo    string    `json:"returnTo,omitempty"`
	ExpiresAt   time.Time `json:"expiresAt"`
	// TakenBy is set when a call has taken the attempt, to exchange its code; it distinguishes that
	// call from others. Only State and ExpiresAt are left here then: the call has the rest, and may
	// restore it.
	TakenBy string `json:"takenBy,omitempty"`
}

// newRedirectAttempt returns one with new random values. Those of state and nonce have 130 bits.
func newRedirectAttempt(in SignInWithRedirectInput, redirectURI string) redirectAttempt {
	return redirectAttempt{
		State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), RedirectURI: redirectURI,
		CustomState: in.CustomState, ReturnTo: in.ReturnTo, ExpiresAt: expiry(attemptLife),
	}
}

func (a redirectAttempt) taken() bool { return a.TakenBy != "" }

// redirectAttempts are those of a session, the oldest first.
type redirectAttempts []redirectAttempt

// with returns the attempts with another one. Those that are over go, and of too many the oldest:
// one that is taken, if there is one, whose code is spent or about to be.
func (all redirectAttempts) with(added redirectAttempt, now time.Time) redirectAttempts {
	kept := append(all.live(now), added)
	for len(kept) > maxAttempts || kept.texts() > maxAttemptTexts {
		i := max(0, slices.IndexFunc(kept, redirectAttempt.taken))
		kept = slices.Delete(kept, i, i+1)
	}
	return kept
}

// texts returns the size of what the program keeps with the attempts.
func (all redirectAttempts) texts() (size int) {
	for _, a := range all {
		size += len(a.CustomState) + len(a.ReturnTo)
	}
	return size
}

func (all redirectAttempts) live(now time.Time) redirectAttempts {
	return slices.DeleteFunc(slices.Clone(all), func(a redirectAttempt) bool { return !now.Before(a.ExpiresAt) })
}

// untaken returns those that wait for their callbacks.
func (all redirectAttempts) untaken() redirectAttempts {
	return slices.DeleteFunc(slices.Clone(all), func(a redirectAttempt) bool { return a.taken() })
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

// waiting returns the index of the attempt with that state if it can be completed.
func (all redirectAttempts) waiting(state string, now time.Time) (int, error) {
	i := all.find(state)
	switch {
	case state == "" || i < 0 || all[i].taken():
		return -1, redirectFailed(ErrOAuthAttempt, "this session has no such sign-in under way")
	case !now.Before(all[i].ExpiresAt):
		return -1, redirectFailed(ErrOAuthAttempt, "the sign-in took longer than ten minutes")
	}
	return i, nil
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
		_, err = st.Redirects.waiting(state, time.Now())
	}
	return err
}

// takeAttempt takes the attempt of a callback from the session, and returns it. Of two calls at
// once, on whatever machines, one gets it. If there is a code to exchange, the session notes that
// the attempt is taken, until a sign-in or a sign-out.
func (s *Session) takeAttempt(ctx context.Context, back callback) (taken redirectAttempt, err error) {
	by := rand.Text()
	err = s.update(ctx, func(st *state) error {
		i, err := st.Redirects.waiting(back.state, time.Now())
		if err != nil {
			return err
		}
		taken = st.Redirects[i]
		st.Redirects = slices.Clone(st.Redirects)
		if back.refusal != "" {
			st.Redirects = slices.Delete(st.Redirects, i, i+1)
			return nil
		}
		taken.TakenBy = by
		st.Redirects[i] = redirectAttempt{State: taken.State, ExpiresAt: taken.ExpiresAt, TakenBy: by}
		return nil
	})
	return taken, err
}

// restoreAttempt puts an attempt whose code was not used back into the record, unless somebody has
// signed in or out meanwhile, which ended it.
func (s *Session) restoreAttempt(ctx context.Context, a redirectAttempt) error {
	restored := a
	restored.TakenBy = ""
	return s.finish(ctx, func(st *state) error {
		i := st.Redirects.find(a.State)
		if i < 0 || st.Redirects[i].TakenBy != a.TakenBy {
			return errUnchanged
		}
		st.Redirects = slices.Clone(st.Redirects)
		st.Redirects[i] = restored
		return nil
	})
}
