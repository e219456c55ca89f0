package auth

import (
	"container/list"
	"context"
	"crypto/sha256"
	"sync"
	"time"
)

// decodedSession is the decoded record of a signed-in session, without its refresh token.
// Goroutines share it: it is read-only.
type decodedSession struct {
	unprinted
	session AuthSession
	details SignInDetails
	// imported tokens prove nothing once they have expired.
	imported bool
	lifetime
}

func (t *tokens) decodedSession() (*decodedSession, error) {
	session, err := t.decode()
	if err != nil {
		return nil, err
	}
	return &decodedSession{session: session, details: t.SignInDetails, imported: t.Imported, lifetime: t.lifetime}, nil
}

// read returns the session's tokens, valid or not. It loads the record every time, so that a change
// by another process counts at once, but decodes it only if it has changed.
func (s *Session) read(ctx context.Context) (*decodedSession, error) {
	since := s.client.cache.now()
	record, err := s.loadRecord(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(record.Data)
	if known := s.client.cache.get(s.key, sum); known != nil {
		return known, nil
	}
	st, err := s.open(record)
	if err != nil {
		return nil, err
	}
	if st.Tokens == nil {
		return nil, st.signedOut()
	}
	got, err := st.Tokens.decodedSession()
	if err != nil {
		return nil, err
	}
	s.client.cache.put(s.key, sum, got, since)
	return got, nil
}

// maxCachedSessions bounds how many decoded sessions a Client keeps. One takes about 6 kB.
const maxCachedSessions = 4096

// sessionCache is an LRU cache of decoded records, by session key. An entry is valid only while the
// record's SHA-256 is unchanged. Entries hold access and ID tokens, so they are dropped early: when
// the record has changed or is gone, when the session ends here, and when an expired entry is the
// least recently used.
type sessionCache struct {
	redacted
	limit int
	mu    sync.Mutex
	ends  uint64 // number of sessions that have ended here
	byKey map[string]*list.Element
	order list.List // of *cachedSession, the most recently used in front
}

type cachedSession struct {
	redacted
	key string
	sum [sha256.Size]byte
	*decodedSession
}

func newSessionCache(limit int) *sessionCache {
	return &sessionCache{limit: limit, byKey: make(map[string]*list.Element)}
}

// now returns a moment for put, which keeps nothing that was loaded before a session ended.
func (c *sessionCache) now() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.ends
}

// get returns the decoded record with that hash, or nil. It drops an entry with another hash.
func (c *sessionCache) get(key string, sum [sha256.Size]byte) *decodedSession {
	c.mu.Lock()
	defer c.mu.Unlock()
	found, ok := c.byKey[key]
	if !ok {
		return nil
	}
	known := found.Value.(*cachedSession)
	if known.sum != sum {
		c.remove(found)
		return nil
	}
	c.order.MoveToFront(found)
	return known.decodedSession
}

// put adds a record that was loaded after the moment since, unless the access token has expired.
func (c *sessionCache) put(key string, sum [sha256.Size]byte, got *decodedSession, since uint64) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ends != since || !got.valid(now) {
		return
	}
	if older, ok := c.byKey[key]; ok {
		c.remove(older)
	}
	c.byKey[key] = c.order.PushFront(&cachedSession{key: key, sum: sum, decodedSession: got})
	for {
		last := c.order.Back()
		if len(c.byKey) <= c.limit && last.Value.(*cachedSession).valid(now) {
			return
		}
		c.remove(last)
	}
}

// forget drops the entry of a session that has ended.
func (c *sessionCache) forget(key string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ends++
	if found, ok := c.byKey[key]; ok {
		c.remove(found)
	}
}

func (c *sessionCache) remove(e *list.Element) {
	delete(c.byKey, e.Value.(*cachedSession).key)
	c.order.Remove(e)
}
