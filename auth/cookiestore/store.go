package cookiestore

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
	"github.com/amplifyauth/amplify-auth-go/internal/lru"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

// KeySize is the length of [Config.Key] in bytes.
const KeySize = aead.KeySize

// Config configures a [Store] for the cookies of one app client.
type Config struct {
	redacted

	// Pool is the user pool, with exactly one app client. Required. The pool's keys verify the
	// tokens that browsers send. See [jwt.TrustedPool] for in-process pools and proxies.
	Pool jwt.TrustedPool
	// Key is the key that seals data for which Amplify has no cookie, such as a pending sign-in: 32
	// random bytes, the same in all processes of the service. Required.
	Key []byte
	// OldKeys open what was sealed under them, and seal nothing. To change the Key, add the new one
	// to the OldKeys of all processes, then exchange the two. Half-done sign-ins need the old one
	// for an hour; proofs of factors and slots, as long as the session's tokens live; the history
	// of devices, for a year.
	OldKeys [][]byte

	// Domain is the cookies' Domain attribute: with "example.com", browsers also send them to all
	// its subdomains. Configure Amplify with the same domain. Default: only the host that sets
	// them.
	Domain string
	// SameSite is the cookies' SameSite attribute. Default: [http.SameSiteLaxMode], as in Amplify.
	SameSite http.SameSite
	// HTTPOnly hides all cookies from scripts, including Amplify in the browser. Set it if the
	// front end leaves authentication to servers. Default: scripts can read Amplify's cookies, but
	// never the sealed ones.
	HTTPOnly bool

	// CacheSize is how many sessions are remembered, about 12 kB each: the record that cookies
	// hold, by the hash of these cookies, with its refresh token. It is used until one of its
	// tokens expires. Only a request that has all of the cookies finds it. Default: 4096. A
	// negative value turns the cache off.
	CacheSize int
	// OnTooLarge is called, if it is not nil, when a response sets what is too large: a token for
	// Amplify's cookie, which the argument names, so that it is sealed and Amplify does not see it;
	// or all cookies together, which servers in between may refuse. The context is the request's.
	// Requests call it concurrently.
	OnTooLarge func(ctx context.Context, tooLarge SizeError)
}

const defaultCacheSize = 4096

// New returns a Store. It sends nothing: the pool's keys are fetched when the first token is
// verified. The error names the invalid field.
func New(cfg Config) (*Store, error) {
	if len(cfg.Pool.ClientIDs) != 1 {
		return nil, fmt.Errorf("cookiestore: Config.Pool has %d ClientIDs, want one", len(cfg.Pool.ClientIDs))
	}
	cacheSize := max(0, cmp.Or(cfg.CacheSize, defaultCacheSize))
	verifier, err := jwt.NewVerifier(jwt.Config{
		Pools: []jwt.TrustedPool{cfg.Pool},
		// This Store accepts expired tokens anyway, so the leeway for clocks costs no security.
		Leeway: time.Minute,
		// A session has two tokens.
		CacheSize: cmp.Or(2*cacheSize, -1),
	})
	if err != nil {
		return nil, fmt.Errorf("cookiestore: Config.Pool: %w", err)
	}
	keys, err := aead.NewKeys(cfg.Key, cfg.OldKeys...)
	if err != nil {
		return nil, fmt.Errorf("cookiestore: Config.Key, Config.OldKeys: %w", err)
	}
	if cfg.SameSite == 0 || cfg.SameSite == http.SameSiteDefaultMode {
		cfg.SameSite = http.SameSiteLaxMode
	}
	clientID := cfg.Pool.ClientIDs[0]
	s := &Store{
		settings: settings{
			clientID: clientID, names: newNames(clientID, cfg.Domain),
			domain: cfg.Domain, sameSite: cfg.SameSite, httpOnly: cfg.HTTPOnly,
		},
		verifier: verifier, seal: sealer{keys: keys}, known: lru.New[digest, remembered](cacheSize),
		onTooLarge: cfg.OnTooLarge,
	}
	if s.cookie(s.names.lastAuthUser, "x").Valid() != nil {
		return nil, errors.New("cookiestore: Config.Domain is not a domain name")
	}
	return s, nil
}

// A Store is an [auth.Store] and [auth.Leaser] that keeps the records of a request in its cookies.
// One Store serves all requests: its methods find the request in the context. It is safe for
// concurrent use and need not be closed.
type Store struct {
	redacted
	settings
	verifier *jwt.Verifier
	seal     sealer
	renewals renewals
	known    *lru.Cache[digest, remembered]

	onTooLarge func(context.Context, SizeError)
}

// SessionKey returns the key to pass to [auth.Client.Session] for the request of ctx. The key is
// random and valid for this request only, so that no request can use the session of another. It is
// also the device scope: do not set another one with [auth.Session.OnDevice]. In an [auth.Event] it
// identifies the request, not the user.
//
// Without [Store.Middleware] around the handler SessionKey returns "", which all verbs refuse.
func (s *Store) SessionKey(ctx context.Context) string {
	if x := s.exchange(ctx); x != nil {
		return x.key
	}
	return ""
}

// Load returns the record that the cookies of the request hold, or the one saved since. Tokens that
// are not valid and sealed cookies that do not open count as absent. Once the response headers are
// sent, the record has no refresh token, because refreshed tokens could no longer be stored.
// Errors:
//   - [auth.ErrRecordNotFound]: there is no record, or it has expired
//   - [jwt.ErrKeysUnavailable]: the tokens could not be verified
//   - [ErrNoExchange], [ErrOtherSession]: ctx or key is not of the request
//   - the error of ctx, if it is done
func (s *Store) Load(ctx context.Context, key string) (auth.Record, error) {
	x, kind, err := s.find(ctx, key)
	if err != nil {
		return auth.Record{}, fmt.Errorf("cookiestore: load: %w", err)
	}
	v, err := s.lockView(ctx, x, kind)
	defer x.mu.Unlock()
	switch {
	case err != nil:
		return auth.Record{}, fmt.Errorf("cookiestore: load: %w", err)
	case v.current() == "":
		return auth.Record{}, fmt.Errorf("cookiestore: load: %w", auth.ErrRecordNotFound)
	case x.closed() && kind == sessionRecord:
		return auth.Record{Data: s.withoutRefreshToken(v.data), Version: v.version, ExpiresAt: v.ends}, nil
	}
	return auth.Record{Data: bytes.Clone(v.data), Version: v.version, ExpiresAt: v.ends}, nil
}

// Save replaces the record's cookies, which are sent with the response headers, and returns r with
// its new version. It compares r's version with the record of this request: it does not see a
// concurrent request of the same browser. A failed Save changes nothing. Errors:
//   - [auth.ErrRecordConflict]: the record has another version, or was signed out by another
//     request
//   - [*SizeError]: all cookies together would be too large, and the record is Refusable
//   - [ErrHeadersSent]: the response headers are sent
//   - [jwt.ErrKeysUnavailable]: the tokens of the request could not be verified
//   - [ErrNoExchange], [ErrOtherSession]: ctx or key is not of the request
//   - the error of ctx, if it is done
func (s *Store) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	saved, err := s.save(ctx, key, r)
	if err != nil {
		return auth.Record{}, fmt.Errorf("cookiestore: save: %w", err)
	}
	return saved, nil
}

func (s *Store) save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	x, kind, err := s.find(ctx, key)
	if err != nil {
		return auth.Record{}, err
	}
	v, err := s.lockView(ctx, x, kind)
	defer x.mu.Unlock()
	switch {
	case err != nil:
		return auth.Record{}, err
	case v.current() != r.Version:
		return auth.Record{}, auth.ErrRecordConflict
	case x.closed():
		return auth.Record{}, ErrHeadersSent
	case x.renewals > 0 && s.adoptRenewed(x): // another request signed out
		return auth.Record{}, auth.ErrRecordConflict
	}
	next, err := s.write(kind, x.now, r)
	if err != nil {
		return auth.Record{}, err
	}
	if r.Refusable {
		if outgrown := x.outgrown(next); outgrown != nil {
			return auth.Record{}, outgrown
		}
	}
	if kind == sessionRecord {
		s.recordChange(x, next)
		s.forget(x)
	}
	x.now = next
	r.Version = s.version(kind, next).String()
	x.views[kind] = &view{data: bytes.Clone(r.Data), version: r.Version, ends: r.ExpiresAt}
	return r, nil
}

// Delete removes the record's cookies from the browser, with the response headers, if the record
// has the version of r. Like Save, it does not see a concurrent request of the same browser. If
// there is no record, Delete removes cookies that are not valid. Errors:
//   - [auth.ErrRecordConflict]: the record has another version
//   - [jwt.ErrKeysUnavailable]: the tokens of the request could not be verified
//   - [ErrHeadersSent]: the response headers are sent, and the browser has cookies of the record
//   - [ErrNoExchange], [ErrOtherSession]: ctx or key is not of the request
//   - the error of ctx, if it is done
func (s *Store) Delete(ctx context.Context, key string, r auth.Record) error {
	x, kind, err := s.find(ctx, key)
	if err != nil {
		return fmt.Errorf("cookiestore: delete: %w", err)
	}
	v, err := s.lockView(ctx, x, kind)
	defer x.mu.Unlock()
	if err != nil {
		return fmt.Errorf("cookiestore: delete: %w", err)
	}
	if current := v.current(); current != "" && current != r.Version {
		return fmt.Errorf("cookiestore: delete: %w", auth.ErrRecordConflict)
	}
	next := x.now.without(s.match(kind))
	if x.closed() && len(next) != len(x.now) {
		return fmt.Errorf("cookiestore: delete: %w", ErrHeadersSent)
	}
	if kind == sessionRecord {
		s.recordChange(x, next)
		s.forget(x)
	}
	x.now = next
	x.views[kind] = &view{}
	return nil
}

// Lease waits until no other request with the same tokens holds its lease. If another request has
// refreshed or signed out these tokens, this request gets the result. Once the response headers are
// sent, nothing is refreshed any more: then Lease returns at once, and release does nothing.
// Errors:
//   - [ErrNoExchange], [ErrOtherSession]: ctx or key is not of the request
//   - the error of ctx, if it is done. If another request holds the lease, it is also
//     [auth.ErrLeaseInUse]
func (s *Store) Lease(ctx context.Context, key string) (release func(), err error) {
	x, _, err := s.find(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("cookiestore: lease: %w", err)
	}
	id, err := x.beginRenewal(s)
	if errors.Is(err, ErrHeadersSent) {
		return func() {}, nil // nothing is refreshed any more: Load returns no refresh token
	}
	if err != nil {
		return nil, fmt.Errorf("cookiestore: lease: %w", err)
	}
	unlock, err := s.renewals.lock(ctx, id)
	if err != nil {
		x.endRenewal()
		return nil, fmt.Errorf("cookiestore: lease: %w: %w", auth.ErrLeaseInUse, err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	s.adoptRenewed(x)
	return sync.OnceFunc(func() {
		unlock()
		x.endRenewal()
	}), nil
}

// find returns the exchange of ctx and the kind of record that key selects in it.
func (s *Store) find(ctx context.Context, key string) (*exchange, kind, error) {
	if err := ctx.Err(); err != nil {
		return nil, 0, err
	}
	x := s.exchange(ctx)
	switch {
	case x == nil:
		return nil, 0, ErrNoExchange
	case key == x.key:
		return x, sessionRecord, nil
	case key == "device/"+s.clientID+"/"+x.key:
		return x, deviceRecord, nil
	default:
		return nil, 0, ErrOtherSession
	}
}

// Errors that the methods of a [Store] wrap, in addition to those of [auth.Store].
var (
	// ErrNoExchange means that the context is not of a request that passed through
	// [Store.Middleware].
	ErrNoExchange = errors.New("no request that passed through Middleware in the context")
	// ErrOtherSession means that the key is not the one that [Store.SessionKey] returns for this
	// request.
	ErrOtherSession = errors.New("the key is not the SessionKey of this request")
	// ErrHeadersSent means that the response headers are sent, so that cookies can no longer be
	// changed.
	ErrHeadersSent = errors.New("the response headers are sent: cookies can no longer be changed")
)

// A SizeError reports what does not fit into cookies. As an error, it is also
// [auth.ErrRecordTooLarge], and means that nothing was changed.
type SizeError struct {
	Cookie string // unencoded name; "" for all cookies together
	Size   int    // of name and value in bytes, encoded
	Limit  int    // in bytes
}

// Error returns the name of the cookie, its size and the limit.
func (e *SizeError) Error() string {
	what := "all cookies together"
	if e.Cookie != "" {
		what = fmt.Sprintf("the cookie %q", e.Cookie)
	}
	return fmt.Sprintf("%s would be %d bytes long, the limit is %d", what, e.Size, e.Limit)
}

// Is reports whether target is [auth.ErrRecordTooLarge].
func (*SizeError) Is(target error) bool { return target == auth.ErrRecordTooLarge }

// redacted keeps keys out of formatted output.
type redacted = redact.Secret
