package auth

import (
	"context"
	"maps"
	"sync"
	"time"
)

// Bounds of the results that a Client keeps because the Store did not take them.
const (
	maxUnsaved  = 1024
	unsavedLife = time.Hour
)

// unsaved keeps results of refreshes that could not be saved: the only copies of rotated refresh
// tokens. They can be found only with the refresh token that they replace, or its fingerprint in
// the session's record, so no session can get those of another. They are saved before anything is
// renewed again.
type unsaved struct {
	redacted
	mu            sync.Mutex
	byFingerprint map[string]unsavedTokens
	timer         *time.Timer // calls expire; nil if nothing is kept
}

type unsavedTokens struct {
	redacted
	old, renewed *tokens
	until        time.Time
}

// keep keeps what old was renewed to. If there is too much, what would end first is dropped.
func (u *unsaved) keep(old, renewed *tokens, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.byFingerprint == nil {
		u.byFingerprint = make(map[string]unsavedTokens)
	}
	u.removeExpired(now)
	id := fingerprint(old.RefreshToken)
	if _, there := u.byFingerprint[id]; !there && len(u.byFingerprint) >= maxUnsaved {
		first, _ := u.first()
		delete(u.byFingerprint, first)
	}
	u.byFingerprint[id] = unsavedTokens{old: old, renewed: renewed, until: now.Add(unsavedLife)}
	if u.timer == nil {
		u.timer = time.AfterFunc(unsavedLife, u.expire)
	}
}

// expire removes what is too old, and does it again when the next result is.
func (u *unsaved) expire() {
	u.mu.Lock()
	defer u.mu.Unlock()
	now := time.Now()
	u.removeExpired(now)
	if id, end := u.first(); id != "" {
		u.timer = time.AfterFunc(end.Sub(now), u.expire)
	} else {
		u.timer = nil
	}
}

// removeExpired removes what is too old. The caller has locked u.
func (u *unsaved) removeExpired(now time.Time) {
	maps.DeleteFunc(u.byFingerprint, func(_ string, kept unsavedTokens) bool { return !now.Before(kept.until) })
}

// first returns what ends first, and when; "" if nothing is kept. The caller has locked u.
func (u *unsaved) first() (first string, end time.Time) {
	for id, kept := range u.byFingerprint {
		if first == "" || kept.until.Before(end) {
			first, end = id, kept.until
		}
	}
	return first, end
}

// find returns what the refresh token with that fingerprint was exchanged for; nil if that was
// saved or is too old.
func (u *unsaved) find(id string, now time.Time) (old, renewed *tokens) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.removeExpired(now)
	kept := u.byFingerprint[id]
	return kept.old, kept.renewed
}

func (u *unsaved) drop(id string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.byFingerprint, id)
}

// restored saves what this process exchanged a refresh token for, after another process has ended
// the session because Cognito refused the same token there. It returns nil if that is nothing.
func (s *Session) restored(ctx context.Context, verb, refused string) *tokens {
	old, kept := s.client.unsaved.find(refused, time.Now())
	if kept == nil {
		return nil
	}
	saved, err := s.saveRenewed(ctx, verb, old, kept)
	if err != nil {
		return nil
	}
	return saved
}

// revokeRemoved has Cognito revoke the refresh token of tokens that are no longer in the Store, or
// of those that were to replace them.
func (s *Session) revokeRemoved(ctx context.Context, removed *tokens, in SignOutInput) (bool, error) {
	id := fingerprint(removed.RefreshToken)
	if _, kept := s.client.unsaved.find(id, time.Now()); kept != nil {
		s.client.unsaved.drop(id)
		removed = kept
	}
	return s.revoke(ctx, removed, in)
}
