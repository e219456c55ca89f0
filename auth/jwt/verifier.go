package jwt

import (
	"bytes"
	"container/list"
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// A Verifier checks tokens. It is safe for concurrent use; a service needs one. It has nothing to
// close.
type Verifier struct {
	pools  map[string]*pool // by issuer
	leeway time.Duration
	cache  *cache
	header atomic.Pointer[goodHeader]
}

// goodHeader is the header of the last token whose signature was right. All tokens that a key signs
// have the same one, so reading it once is enough for most.
type goodHeader struct {
	header
	encoded []byte
}

// pool is a Pool at work.
type pool struct {
	TrustedPool
	keys *keySet
}

// NewVerifier makes a Verifier. It makes no request: the keys are read when the first token comes.
// A bad field gives [ErrInvalidConfig].
func NewVerifier(cfg Config) (*Verifier, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	client := http.Client{}
	if cfg.HTTPClient != nil {
		client = *cfg.HTTPClient
	}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	v := &Verifier{pools: map[string]*pool{}, leeway: cfg.Leeway, cache: newCache(cfg.CacheSize)}
	for _, p := range cfg.Pools {
		v.pools[p.Issuer] = &pool{TrustedPool: p, keys: &keySet{url: p.JWKSURL, client: &client}}
	}
	return v, nil
}

// VerifyAccessToken checks an access token, what a service gets from its callers. On success the
// claims are Cognito's, for one of the Config's app clients, and in force now. Failures are *Error:
// [ErrKeysUnavailable] says nothing about the token, every other reason means that it is no good.
// ctx ends the wait for the pool's keys.
func (v *Verifier) VerifyAccessToken(ctx context.Context, raw string) (AccessClaims, error) {
	t, err := v.verify(ctx, raw, useAccess)
	if err != nil {
		return AccessClaims{}, err
	}
	return t.accessClaims(), nil
}

// VerifyIDToken checks an ID token, what tells an application about the person who signed in to it.
// It says nothing about what the bearer may do; a service that is called wants the access token.
// Otherwise as VerifyAccessToken.
func (v *Verifier) VerifyIDToken(ctx context.Context, raw string) (IDClaims, error) {
	t, err := v.verify(ctx, raw, useID)
	if err != nil {
		return IDClaims{}, err
	}
	return t.idClaims(), nil
}

// verified is a token whose issuer and signature are right. It is never changed.
type verified struct {
	payload
	source []byte
	pool   *pool
	keyID  string
	key    *rsa.PublicKey
}

func (v *Verifier) verify(ctx context.Context, raw string, want use) (*verified, error) {
	c, err := cut(raw)
	if err != nil {
		return nil, err
	}
	t := v.cache.get(c.id)
	// Asking for the key is also what has old keys read again.
	remembered := t != nil && t.pool.keys.known(ctx, t.keyID) == t.key
	if !remembered {
		if t, err = v.prove(ctx, c); err != nil {
			return nil, err
		}
	}
	if err := t.check(want, time.Now(), v.leeway); err != nil {
		v.cache.remove(c.id)
		return nil, err
	}
	if !remembered {
		v.cache.put(c.id, t)
	}
	return t, nil
}

// prove finds the pool that the token says it is from, and has its signature checked with that
// pool's key.
func (v *Verifier) prove(ctx context.Context, c compact) (*verified, error) {
	h, err := v.headerOf(c)
	if err != nil {
		return nil, err
	}
	p, source, err := c.payload()
	if err != nil {
		return nil, err
	}
	signature, err := c.signature()
	if err != nil {
		return nil, err
	}
	from := v.pools[p.Issuer]
	if from == nil {
		return nil, refuse(ErrWrongIssuer, "the iss is not one of the Config's")
	}
	key, err := from.keys.key(ctx, h.KeyID)
	if err != nil {
		return nil, err
	}
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, c.signingInput[:], signature) != nil {
		return nil, refuse(ErrBadSignature, "the signature is not the pool's")
	}
	v.header.Store(h)
	return &verified{payload: p, source: source, pool: from, keyID: h.KeyID, key: key}, nil
}

func (v *Verifier) headerOf(c compact) (*goodHeader, error) {
	encoded := c.raw[:c.firstDot]
	if last := v.header.Load(); last != nil && bytes.Equal(last.encoded, encoded) {
		return last, nil
	}
	h, err := c.header()
	return &goodHeader{header: h, encoded: bytes.Clone(encoded)}, err
}

// use is the token_use claim.
type use string

const (
	useAccess use = "access"
	useID     use = "id"
)

// check judges the claims. Every use of a token comes here, whether it is new or remembered.
func (t *verified) check(want use, now time.Time, leeway time.Duration) error {
	switch {
	case use(t.TokenUse) != want:
		return refuse(ErrWrongUse, "the token_use is not "+string(want))
	case !slices.Contains(t.pool.ClientIDs, t.client(want)):
		return refuse(ErrWrongClient, "the app client is not one of the Config's")
	case t.Subject == "" || t.ExpiresAt == 0 || t.IssuedAt == 0:
		return refuse(ErrMalformed, "one of sub, exp and iat is missing")
	case !now.Add(-leeway).Before(time.Unix(t.ExpiresAt, 0)):
		return refuse(ErrExpired, "the token is too old")
	case time.Unix(max(t.IssuedAt, t.NotBefore), 0).After(now.Add(leeway)):
		return refuse(ErrNotYetValid, "the token is of the future")
	}
	return nil
}

// client is the app client that the token was made for.
func (t *verified) client(of use) string {
	if of == useID {
		return string(t.Audience)
	}
	return t.ClientID
}

// cache remembers the tokens that were used last, by their hash: neither a token nor a part of its
// signature stays in memory. One that has expired stays until it is used again or pushed out.
type cache struct {
	size int

	mu      sync.Mutex
	entries map[[sha256.Size]byte]*list.Element
	order   *list.List // of entry, the last used first
}

type entry struct {
	id    [sha256.Size]byte
	token *verified
}

func newCache(size int) *cache {
	return &cache{size: size, entries: map[[sha256.Size]byte]*list.Element{}, order: list.New()}
}

// get returns the token, or nil.
func (c *cache) get(id [sha256.Size]byte) *verified {
	c.mu.Lock()
	defer c.mu.Unlock()
	element := c.entries[id]
	if element == nil {
		return nil
	}
	c.order.MoveToFront(element)
	return element.Value.(entry).token
}

// put adds the token, or replaces one that was proved anew.
func (c *cache) put(id [sha256.Size]byte, token *verified) {
	if c.size == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if element := c.entries[id]; element != nil {
		element.Value = entry{id, token}
		return
	}
	if c.order.Len() >= c.size {
		c.drop(c.order.Back())
	}
	c.entries[id] = c.order.PushFront(entry{id, token})
}

func (c *cache) remove(id [sha256.Size]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element := c.entries[id]; element != nil {
		c.drop(element)
	}
}

// drop wants c.mu to be held.
func (c *cache) drop(element *list.Element) {
	delete(c.entries, c.order.Remove(element).(entry).id)
}
