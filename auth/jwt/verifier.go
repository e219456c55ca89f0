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

// A Verifier verifies tokens. It is safe for concurrent use; a service needs one. It needs no
// closing.
type Verifier struct {
	issuers map[string]issuer // by the iss claim
	leeway  time.Duration
	cache   *cache
	header  atomic.Pointer[verifiedHeader]
}

// verifiedHeader is the header of the last token whose signature was valid. All tokens that a key
// signs have the same header, so decoding it once serves most of them.
type verifiedHeader struct {
	header
	encoded []byte
}

// issuer is one of the issuers of a [TrustedPool], with its keys. Issuers share the keys of one
// address.
type issuer struct {
	pool *TrustedPool
	keys *keySet
}

// NewVerifier returns a Verifier for the pools in cfg, which it copies. It sends nothing: the keys
// are fetched for the first token.
//
// Errors:
//   - [ErrInvalidConfig]: a field of cfg is invalid; the message names it
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
	v := &Verifier{issuers: map[string]issuer{}, leeway: cfg.Leeway, cache: newCache(cfg.CacheSize)}
	for i := range cfg.Pools {
		v.trust(&cfg.Pools[i], &client)
	}
	return v, nil
}

// trust adds the issuers of a pool.
func (v *Verifier) trust(p *TrustedPool, client *http.Client) {
	byURL := map[string]*keySet{}
	for _, name := range p.Issuers {
		address := p.keysURL(name)
		if byURL[address] == nil {
			byURL[address] = &keySet{url: address, client: client}
		}
		v.issuers[name] = issuer{pool: p, keys: byURL[address]}
	}
}

// VerifyAccessToken verifies an access token, which a service gets from its callers, and returns
// its claims. They were issued by Cognito for one of the Config's app clients and are valid now.
// ctx bounds the wait for the pool's keys.
//
// Errors, of type *[Error]:
//   - [ErrKeysUnavailable]: the token could not be judged
//   - any other [Reason] to refuse a token: it is not valid
func (v *Verifier) VerifyAccessToken(ctx context.Context, raw string) (AccessClaims, error) {
	t, err := v.verify(ctx, raw, useAccess)
	if err != nil {
		return AccessClaims{}, err
	}
	return t.accessClaims(), nil
}

// VerifyIDToken verifies an ID token, which tells an application who signed in to it, and returns
// its claims. It does not prove what the bearer may do: a service must ask its callers for the
// access token. Otherwise it is like [Verifier.VerifyAccessToken].
func (v *Verifier) VerifyIDToken(ctx context.Context, raw string) (IDClaims, error) {
	t, err := v.verify(ctx, raw, useID)
	if err != nil {
		return IDClaims{}, err
	}
	return t.idClaims(), nil
}

// verified is a token with a valid signature of a trusted pool. It is immutable.
type verified struct {
	payload
	source []byte
	from   issuer
	keyID  string
	key    *rsa.PublicKey
}

func (v *Verifier) verify(ctx context.Context, raw string, want use) (*verified, error) {
	c, err := parseCompact(raw)
	if err != nil {
		return nil, err
	}
	t := v.cache.get(c.id)
	// Asking for the key also starts the fetch that replaces old keys.
	cached := t != nil && t.from.keys.known(ctx, t.keyID) == t.key
	if !cached {
		if t, err = v.verifySignature(ctx, c); err != nil {
			return nil, err
		}
	}
	if err := t.check(want, time.Now(), v.leeway); err != nil {
		v.cache.remove(c.id)
		return nil, err
	}
	if !cached {
		v.cache.put(c.id, t)
	}
	return t, nil
}

// verifySignature verifies the token's signature with the key of the pool that its iss names.
func (v *Verifier) verifySignature(ctx context.Context, c compact) (*verified, error) {
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
	from, ok := v.issuers[p.Issuer]
	if !ok {
		return nil, refuse(ErrWrongIssuer, "the iss is not that of a pool of the Config")
	}
	key, err := from.keys.key(ctx, h.KeyID)
	if err != nil {
		return nil, err
	}
	if rsa.VerifyPKCS1v15(key, crypto.SHA256, c.signingInput[:], signature) != nil {
		return nil, refuse(ErrBadSignature, "the signature does not fit the pool's key")
	}
	v.header.Store(h)
	return &verified{payload: p, source: source, from: from, keyID: h.KeyID, key: key}, nil
}

// headerOf decodes the token's header, unless it is the last verified one.
func (v *Verifier) headerOf(c compact) (*verifiedHeader, error) {
	encoded := c.raw[:c.firstDot]
	if last := v.header.Load(); last != nil && bytes.Equal(last.encoded, encoded) {
		return last, nil
	}
	h, err := c.header()
	return &verifiedHeader{header: h, encoded: bytes.Clone(encoded)}, err
}

// use is the token_use claim.
type use string

const (
	useAccess use = "access"
	useID     use = "id"
)

// check checks the claims, of cached tokens as well.
func (t *verified) check(want use, now time.Time, leeway time.Duration) error {
	switch {
	case use(t.TokenUse) != want:
		return refuse(ErrWrongUse, "the token_use is not "+string(want))
	case !t.hasType(want):
		return refuse(ErrMalformed, "a claim of access tokens is not a string")
	case !slices.Contains(t.from.pool.ClientIDs, t.client(want)):
		return refuse(ErrWrongClient, "the app client is not one of the Config's")
	case t.Subject == "" || t.ExpiresAt == 0 || t.IssuedAt == 0:
		return refuse(ErrMalformed, "one of sub, exp and iat is missing")
	case !now.Add(-leeway).Before(time.Unix(t.ExpiresAt, 0)):
		return refuse(ErrExpired, "the token has expired")
	case time.Unix(max(t.IssuedAt, t.NotBefore), 0).After(now.Add(leeway)):
		return refuse(ErrNotYetValid, "the token is not valid yet")
	}
	return nil
}

// client returns the app client that the token was issued for.
func (t *verified) client(of use) string {
	if of == useID {
		return string(t.Audience)
	}
	return t.ClientID.text
}

// cache is an LRU cache of verified tokens by their hash, so that neither a token nor a part of its
// signature stays in memory. An expired token stays until it is used again or pushed out.
type cache struct {
	size int

	mu      sync.Mutex
	entries map[[sha256.Size]byte]*list.Element
	order   *list.List // of entry, the most recently used first
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

// put adds the token, or replaces one that was verified again.
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

// drop removes the element. The caller holds c.mu.
func (c *cache) drop(element *list.Element) {
	delete(c.entries, c.order.Remove(element).(entry).id)
}
