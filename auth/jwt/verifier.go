package jwt

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/amplifyauth/amplify-auth-go/internal/lru"
)

// A Verifier verifies tokens. It is safe for concurrent use; a service needs one. It needs no
// closing.
type Verifier struct {
	issuers map[string]issuer // by the iss claim
	pools   []poolKeys
	leeway  time.Duration
	cache   *lru.Cache[[sha256.Size]byte, *verified] // by the token's hash: no token stays in memory
	headers headerCache
}

// issuer is one of the issuers of a [TrustedPool], with its keys. Issuers share the keys of one
// address.
type issuer struct {
	pool *TrustedPool
	keys *keySet
}

// NewVerifier returns a Verifier for the pools in cfg, which it copies. It sends nothing: the keys
// are fetched for the first token, or by [Verifier.Warm].
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
	v := &Verifier{
		issuers: map[string]issuer{}, leeway: cfg.Leeway, cache: lru.New[[sha256.Size]byte, *verified](cfg.CacheSize),
	}
	for i := range cfg.Pools {
		if err := v.trust(&cfg.Pools[i], &client); err != nil {
			return nil, badField(fmt.Sprintf("Pools[%d].JWKS", i), "is not usable: "+err.Error())
		}
	}
	return v, nil
}

// trust adds the issuers of a pool.
func (v *Verifier) trust(p *TrustedPool, client *http.Client) error {
	var initial map[string]*rsa.PublicKey
	if p.JWKS != nil {
		var err error
		if initial, err = parseKeySet(p.JWKS); err != nil {
			return err
		}
	}
	byURL, all := map[string]*keySet{}, poolKeys{}
	for _, name := range p.Issuers {
		address := p.keysURL(name)
		if byURL[address] == nil {
			byURL[address] = &keySet{url: address, client: client, keys: initial}
			all = append(all, byURL[address])
		}
		v.issuers[name] = issuer{pool: p, keys: byURL[address]}
	}
	v.pools = append(v.pools, all)
	return nil
}

// Warm fetches the keys of all pools, so that the first token need not wait and a wrong pool id
// shows at the start. A pool needs keys from one of its issuers. Calling it is optional.
//
// Errors, of type *[Error]:
//   - [ErrKeysUnavailable]: a pool's keys could not be fetched before ctx was done; they will be
//     fetched when a token needs them
func (v *Verifier) Warm(ctx context.Context) error {
	results := make([]error, len(v.pools))
	var pending sync.WaitGroup
	for i, keys := range v.pools {
		pending.Go(func() { results[i] = keys.warm(ctx) })
	}
	pending.Wait()
	for _, err := range results {
		if err != nil {
			return err
		}
	}
	return nil
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
	source string
	from   issuer
	keyID  string
	key    *rsa.PublicKey
}

func (v *Verifier) verify(ctx context.Context, raw string, want use) (*verified, error) {
	c, err := parseCompact(raw)
	if err != nil {
		return nil, err
	}
	t, cached := v.cache.Get(c.id)
	// Asking for the key also starts the fetch that replaces old keys.
	cached = cached && t.from.keys.known(ctx, t.keyID) == t.key
	if !cached {
		if t, err = v.verifySignature(ctx, c); err != nil {
			return nil, err
		}
	}
	if err := t.check(want, time.Now(), v.leeway); err != nil {
		v.cache.Remove(c.id)
		return nil, err
	}
	if !cached {
		v.cache.Put(c.id, t, time.Unix(t.ExpiresAt, 0).Add(v.leeway))
	}
	return t, nil
}

// verifySignature verifies the token's signature with the key of the pool that its iss names.
func (v *Verifier) verifySignature(ctx context.Context, c compact) (*verified, error) {
	encoded := c.raw[:c.firstDot]
	h, known := v.headers.get(encoded)
	if !known {
		var err error
		if h, err = c.header(); err != nil {
			return nil, err
		}
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
	if !known {
		v.headers.put(encoded, h)
	}
	return &verified{payload: p, source: source, from: from, keyID: h.KeyID, key: key}, nil
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
		return t.Audience
	}
	return t.ClientID.text
}
