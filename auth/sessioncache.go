package auth

import (
	"container/list"
	"context"
	"crypto/sha256"
	"sync"
	"sync/atomic"
	"time"
)

// decodedSession is the decoded record of a signed-in session, without its refresh token.
// Goroutines share it: it is read-only.
type decodedSession struct {
	unprinted
	key     string // where the record is
	session AuthSession
	// imported tokens prove nothing once they have expired.
	imported bool
	// unconfirmed means that the device is still to be confirmed.
	unconfirmed bool
	lifetime
}

// decodedSession decodes the tokens of the record under key.
func (t *tokens) decodedSession(key string) (*decodedSession, error) {
	session, err := t.decode()
	if err != nil {
		return nil, err
	}
	return &decodedSession{
		key: key, session: session, imported: t.Imported, lifetime: t.lifetime,
	}, nil
}

// sameUser reports whether the tokens are known to be of the same person.
func (d *decodedSession) sameUser(t *tokens) bool {
	access, err := decodeToken(t.AccessToken)
	return err == nil && access.Subject != "" && access.Subject == d.session.UserSub
}

// lasts reports whether the tokens are good for that much longer or, if they never were, have nine
// tenths of their life before them.
func (d *decodedSession) lasts(validity time.Duration) bool {
	if validity == 0 {
		return true
	}
	life := d.session.shortest(d.ValidUntil.Sub(d.ReceivedAt))
	return time.Until(d.ReceivedAt.Add(life)) >= min(validity, life/10*9)
}

// read returns the session's tokens, valid or not. It asks the Store every time, so that a change
// by another process counts at once, but loads and decodes the record only if it has changed. The
// verb is the Op of errors in events.
func (s *Session) read(ctx context.Context, verb string) (*decodedSession, error) {
	if known := s.unchanged(ctx); known != nil {
		return known, nil
	}
	since := s.client.cache.now()
	record, err := s.loadRecord(ctx)
	if err != nil {
		return nil, err
	}
	mark := s.client.mark(record)
	if known := s.client.cached(s.key, mark); known != nil {
		return known, nil
	}
	at, err := s.follow(ctx, record)
	if err != nil {
		return nil, err
	}
	mark = s.client.mark(at.record)
	if known := s.client.cached(at.key, mark); known != nil {
		return known, nil
	}
	if at.state.Tokens == nil {
		at.state.Tokens = s.restored(ctx, verb, at.state.Refused)
	}
	if at.state.Tokens == nil {
		return nil, at.state.signedOut()
	}
	got, err := at.state.Tokens.decodedSession(at.key)
	if err != nil {
		return nil, err
	}
	got.unconfirmed = at.state.Unconfirmed != nil
	s.client.cache.put(s.client.cacheKey(at.key, mark), mark, got, since)
	return got, nil
}

// unchanged returns the cached session if the Store can tell, without a Load, that its record is
// still the same. If it cannot, or fails, it returns nil.
func (s *Session) unchanged(ctx context.Context) *decodedSession {
	revalidator := s.client.revalidator
	if revalidator == nil || s.checkKey() != nil {
		return nil
	}
	known, version := s.client.cache.latest(s.key)
	if known == nil {
		return nil
	}
	if same, err := revalidator.Unchanged(ctx, s.key, version); err != nil || !same {
		return nil
	}
	return known
}

// mark returns what distinguishes a record from others under its key: the version, where the Store
// vouches for it, and else a hash.
func (c *Client) mark(r Record) string {
	if c.revalidator != nil {
		return r.Version
	}
	sum := sha256.Sum256(r.Data)
	return string(sum[:])
}

// cacheKey returns what a record is cached under: the session's key, where the Store vouches for
// versions, and else the hash of the record. Where a browser keeps the session, each request has a
// key of its own.
func (c *Client) cacheKey(key, mark string) string {
	if c.revalidator == nil {
		return mark
	}
	return key
}

// cached returns the decoded record under key with that mark, or nil.
func (c *Client) cached(key, mark string) *decodedSession {
	known := c.cache.get(c.cacheKey(key, mark), mark)
	if known == nil || known.key == key {
		return known
	}
	same := *known
	same.key = key
	return &same
}

// defaultSessionCacheSize is the default of [Config.SessionCacheSize].
const defaultSessionCacheSize = 16384

// sessionCache keeps decoded records, by [Client.cacheKey]. An entry is valid only for the record
// that has its mark. Entries hold access and ID tokens, so they are dropped early: when an expired
// entry is next in order, when the session is signed out here and, if the Store vouches for
// versions, when the record has changed or is gone, and when the session ends here in another way.
//
// When the cache is full, the entry that was used least recently makes room, or nearly so: using an
// entry only marks it, so that readers neither wait for each other nor touch other entries, and an
// entry that is marked gets a second chance before it is dropped.
type sessionCache struct {
	redacted
	limit int
	mu    sync.RWMutex
	ends  uint64 // number of sessions that have ended here
	byKey map[string]*list.Element
	order list.List // of *cachedSession; the next to be dropped is at the back
}

type cachedSession struct {
	redacted
	key  string
	mark string
	used atomic.Bool // since it was last in front
	*decodedSession
}

func newSessionCache(limit int) *sessionCache {
	return &sessionCache{limit: limit, byKey: make(map[string]*list.Element)}
}

// now returns a moment for put, which keeps nothing that was loaded before a session ended.
func (c *sessionCache) now() uint64 {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return c.ends
}

// latest returns the entry of the session and its mark, whatever the record is now.
func (c *sessionCache) latest(key string) (*decodedSession, string) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	found, ok := c.byKey[key]
	if !ok {
		return nil, ""
	}
	known := found.Value.(*cachedSession)
	known.use()
	return known.decodedSession, known.mark
}

// use marks the entry. It writes only if it must: all processors share what nobody writes.
func (e *cachedSession) use() {
	if !e.used.Load() {
		e.used.Store(true)
	}
}

// get returns the decoded record with that mark, or nil. It drops an entry with another one.
func (c *sessionCache) get(key, mark string) *decodedSession {
	known, has := c.latest(key)
	if known == nil || has == mark {
		return known
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if found, ok := c.byKey[key]; ok && found.Value.(*cachedSession).mark == has {
		c.remove(found)
	}
	return nil
}

// put adds a record that was loaded after the moment since, unless the access token has expired.
func (c *sessionCache) put(key, mark string, got *decodedSession, since uint64) {
	now := time.Now()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.limit <= 0 || c.ends != since || !got.valid(now) {
		return
	}
	if older, ok := c.byKey[key]; ok {
		c.remove(older)
	}
	c.makeRoom(now)
	c.byKey[key] = c.order.PushFront(&cachedSession{key: key, mark: mark, decodedSession: got})
}

// makeRoom drops entries from the back, until there is room for one more and the next is not of an
// expired token.
func (c *sessionCache) makeRoom(now time.Time) {
	for last := c.order.Back(); last != nil; last = c.order.Back() {
		entry := last.Value.(*cachedSession)
		full := len(c.byKey) >= c.limit
		switch {
		case !entry.valid(now):
			c.remove(last)
		case full && entry.used.Swap(false):
			c.order.MoveToFront(last)
		case full:
			c.remove(last)
		default:
			return
		}
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
