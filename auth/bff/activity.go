package bff

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// slotName is where the handler keeps a memo in a session.
const slotName = "amplify-auth-go/bff"

// A memo is what the handler keeps beside a session.
type memo struct {
	Since    time.Time `json:"since,omitzero"`     // of somebody signed in: since when
	Seen     time.Time `json:"seen,omitzero"`      // and when the session was used last
	Username string    `json:"username,omitempty"` // of a sign-up or a new password: for whom
}

func readMemo(ctx context.Context, session *auth.Session) (m memo, ok bool, err error) {
	data, err := session.Slot(ctx, slotName)
	if err != nil || data == nil {
		return memo{}, false, err
	}
	return m, json.Unmarshal(data, &m) == nil, nil
}

func writeMemo(ctx context.Context, session *auth.Session, m memo) error {
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	return session.UpdateSlot(ctx, slotName, func([]byte) ([]byte, error) { return data, nil })
}

// checkActivity ends a session that was not used for Idle, or is older than Absolute. With slide,
// this is a use of it. A use is noted in the Store when a tenth of Idle has passed since the last
// one, and here in between, so that most requests ask the Store for nothing more.
func (h *Handler) checkActivity(ctx context.Context, session *auth.Session, key string, slide bool) error {
	now := time.Now()
	m, known := h.activity.get(key)
	if !known || now.Sub(m.Seen) > h.cfg.Idle/10 {
		var err error
		if m, known, err = readMemo(ctx, session); err != nil {
			return err
		}
		if !known || m.Since.IsZero() {
			return errNobody // not a session that a sign-in here has made
		}
	}
	if now.Sub(m.Seen) > h.cfg.Idle || now.Sub(m.Since) > h.cfg.Absolute {
		h.activity.drop(key)
		if err := end(ctx, session); err != nil {
			return err
		}
		return errTimedOut
	}
	if slide && now.Sub(m.Seen) > h.cfg.Idle/10 {
		m.Seen = now
		if err := writeMemo(ctx, session, m); err != nil {
			h.cfg.Logger.WarnContext(ctx, "bff: the use of a session could not be noted", "error", err)
			return nil
		}
	}
	h.activity.put(key, m)
	return nil
}

// maxActivity bounds the sessions whose last use is remembered here: about 200 bytes each.
const maxActivity = 16384

// activity remembers memos of sessions that are in use.
type activity struct {
	mu    sync.Mutex
	memos map[string]memo
}

func newActivity() *activity { return &activity{memos: map[string]memo{}} }

func (a *activity) get(key string) (memo, bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	m, ok := a.memos[key]
	return m, ok
}

// put remembers a memo, in place of any other one if there are too many.
func (a *activity) put(key string, m memo) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, ok := a.memos[key]; !ok && len(a.memos) >= maxActivity {
		for other := range a.memos {
			delete(a.memos, other)
			break
		}
	}
	a.memos[key] = m
}

func (a *activity) drop(key string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	delete(a.memos, key)
}
