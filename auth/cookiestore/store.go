package cookiestore

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/amplifyauth/amplify-auth-go/auth"
	"github.com/amplifyauth/amplify-auth-go/auth/jwt"
	"github.com/amplifyauth/amplify-auth-go/internal/aead"
	"github.com/amplifyauth/amplify-auth-go/internal/redact"
)

// KeySize is how long Config.Key must be, in bytes.
const KeySize = aead.KeySize

// Config describes the cookies of one app client.
type Config struct {
	redacted

	// Pool is the user pool, with the one app client whose cookies they are. Required. Its keys
	// verify what browsers send; see jwt.TrustedPool for in-process pools and proxies.
	Pool jwt.TrustedPool
	// Key seals what has no place in Amplify's cookies, such as a sign-in that is half done: 32
	// random bytes, the same in all processes of the service. Required.
	Key []byte

	// Domain lets the cookies reach other hosts, as in "example.com" for all below it. Amplify must
	// be given the same. Default: the one host that sets them.
	Domain string
	// SameSite is the attribute of that name. Default: http.SameSiteLaxMode, as Amplify's.
	SameSite http.SameSite
	// HTTPOnly hides all cookies from scripts, Amplify in the browser included: for a front end
	// that leaves everything to servers. Default: Amplify's cookies are readable, the sealed ones
	// never.
	HTTPOnly bool
}

// New makes a Store. Nothing is sent until the first token has to be verified. The error names the
// bad field.
func New(cfg Config) (*Store, error) {
	if len(cfg.Pool.ClientIDs) != 1 {
		return nil, fmt.Errorf("cookiestore: Config.Pool has %d ClientIDs, want one", len(cfg.Pool.ClientIDs))
	}
	// Expired tokens do here, so nothing is lost by being patient with clocks.
	verifier, err := jwt.NewVerifier(jwt.Config{Pools: []jwt.TrustedPool{cfg.Pool}, Leeway: time.Minute})
	if err != nil {
		return nil, fmt.Errorf("cookiestore: Config.Pool: %w", err)
	}
	seal, err := newSealer(cfg.Key)
	if err != nil {
		return nil, err
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
		verifier: verifier, seal: seal,
	}
	if s.cookie(s.names.lastAuthUser(), "x").Valid() != nil {
		return nil, errors.New("cookiestore: Config.Domain is not the name of a domain")
	}
	return s, nil
}

// A Store is an auth.Store and auth.Leaser of the cookies of whoever sends the request. One serves
// all requests: its methods find theirs in the context. It is safe for concurrent use, and needs no
// closing.
type Store struct {
	redacted
	settings
	verifier *jwt.Verifier
	seal     sealer
	renewals renewals
}

// SessionKey returns the key for auth.Client.Session while one request is answered: a random one,
// so that no request can get hold of the session of another. Use it for that request only, also as
// the device scope, which it is unless Session.OnDevice says otherwise. An auth.Event tells by it
// which request it is about, and not whose. Without Middleware around the handler it is empty,
// which all verbs refuse.
func (s *Store) SessionKey(ctx context.Context) string {
	if x := s.exchange(ctx); x != nil {
		return x.key
	}
	return ""
}

// Load returns what the cookies of the request amount to, after what was saved since. Tokens that
// are not the pool's are not there; if that cannot be found out, the error is
// jwt.ErrKeysUnavailable. Once the response has begun, there is no refresh token: what it would be
// exchanged for could not be kept.
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
	case v.version == "":
		return auth.Record{}, fmt.Errorf("cookiestore: load: %w", auth.ErrRecordNotFound)
	case x.closed() && kind == sessionRecord:
		return auth.Record{Data: s.unrenewable(v.data), Version: v.version}, nil
	}
	return auth.Record{Data: bytes.Clone(v.data), Version: v.version}, nil
}

// Save sets cookies, which go out with the headers of the response. It compares with what this
// request has loaded and saved; another request of the same browser at the same time is not seen.
// What does not fit into cookies is a *SizeError and changes nothing.
func (s *Store) Save(ctx context.Context, key string, r auth.Record) (auth.Record, error) {
	x, kind, err := s.find(ctx, key)
	if err != nil {
		return auth.Record{}, fmt.Errorf("cookiestore: save: %w", err)
	}
	v, err := s.lockView(ctx, x, kind)
	defer x.mu.Unlock()
	switch {
	case err != nil:
		return auth.Record{}, fmt.Errorf("cookiestore: save: %w", err)
	case v.version != r.Version:
		return auth.Record{}, fmt.Errorf("cookiestore: save: %w", auth.ErrRecordConflict)
	case x.closed():
		return auth.Record{}, fmt.Errorf("cookiestore: save: %w", ErrHeadersSent)
	case x.turns > 0 && s.renew(x): // signed out by another request
		return auth.Record{}, fmt.Errorf("cookiestore: save: %w", auth.ErrRecordConflict)
	}
	next, err := s.write(kind, x.now, r.Data)
	if err == nil {
		err = next.check(x.now)
	}
	if err != nil {
		return auth.Record{}, fmt.Errorf("cookiestore: save: %w", err)
	}
	if kind == sessionRecord {
		s.noteChange(x, next)
	}
	x.now = next
	r.Version = s.version(kind, next)
	x.views[kind] = &view{data: bytes.Clone(r.Data), version: r.Version}
	return r, nil
}

// Delete has the browser drop the cookies of the record.
func (s *Store) Delete(ctx context.Context, key string) error {
	x, kind, err := s.find(ctx, key)
	if err != nil {
		return fmt.Errorf("cookiestore: delete: %w", err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	next := x.now.without(s.match(kind))
	if x.closed() && len(next) != len(x.now) {
		return fmt.Errorf("cookiestore: delete: %w", ErrHeadersSent)
	}
	if kind == sessionRecord {
		s.noteChange(x, next)
	}
	x.now = next
	x.views[kind] = &view{}
	return nil
}

// Lease makes those requests take turns that would renew the same tokens, and gives the later ones
// what the first got. It is refused once the response has begun.
func (s *Store) Lease(ctx context.Context, key string) (release func(), err error) {
	x, _, err := s.find(ctx, key)
	if err != nil {
		return nil, fmt.Errorf("cookiestore: lease: %w", err)
	}
	id, err := x.beginTurn(s)
	if err != nil {
		return nil, fmt.Errorf("cookiestore: lease: %w", err)
	}
	leave, err := s.renewals.take(ctx, id)
	if err != nil {
		x.endTurn()
		return nil, fmt.Errorf("cookiestore: lease: %w", err)
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	s.renew(x)
	return sync.OnceFunc(func() {
		leave()
		x.endTurn()
	}), nil
}

// find returns the request that ctx is of, and the kind of record that key stands for in it.
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

// Errors of a Store, beside those of auth.Store. They are wrapped.
var (
	// ErrNoExchange means that the context is not of a request that came through Store.Middleware.
	ErrNoExchange = errors.New("the context is of no request that went through Middleware")
	// ErrOtherSession means that the key is not the one that Store.SessionKey gives for this
	// request.
	ErrOtherSession = errors.New("the key is not that of this request: use SessionKey")
	// ErrHeadersSent means that the response has begun, so that its cookies cannot be changed any
	// more.
	ErrHeadersSent = errors.New("the headers are sent, and the cookies with them")
)

// A SizeError says that something does not fit into cookies. Nothing was changed.
type SizeError struct {
	Cookie string // its name before it is encoded; "" for all cookies together
	Size   int    // of name and value, in bytes
	Limit  int
}

// Error names the cookie and the sizes.
func (e *SizeError) Error() string {
	what := "all cookies together"
	if e.Cookie != "" {
		what = fmt.Sprintf("the cookie %q", e.Cookie)
	}
	return fmt.Sprintf("%s would have %d bytes, the limit is %d", what, e.Size, e.Limit)
}

// redacted is embedded in what holds a key.
type redacted = redact.Secret
