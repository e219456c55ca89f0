package cookiestore

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// exchange is one request and its response.
type exchange struct {
	key string

	mu    sync.Mutex
	got   cookies // as the browser sent them
	now   cookies // as they are to be; never changed, only replaced
	views [kinds]*view
	sent  bool // the headers are
	turns int  // renewals under way that began before that
	// renewed is closed when turns is 0 again.
	renewed chan struct{}
}

// exchangeKey is for contexts: an application may have several Stores.
type exchangeKey struct{ store *Store }

func (s *Store) exchange(ctx context.Context) *exchange {
	x, _ := ctx.Value(exchangeKey{s}).(*exchange)
	return x
}

func (s *Store) newExchange(r *http.Request) *exchange {
	got := readCookies(r.Header["Cookie"], s.names.isOurs)
	return &exchange{key: rand.Text(), got: got, now: got}
}

// closed reports whether it is too late to save. A renewal that began in time may end later: its
// tokens are kept for the next request. The caller has locked x.
func (x *exchange) closed() bool { return x.sent && x.turns == 0 }

func (x *exchange) beginTurn(s *Store) (renewalID, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.closed() {
		return renewalID{}, ErrHeadersSent
	}
	if x.turns++; x.turns == 1 {
		x.renewed = make(chan struct{})
	}
	if t := s.tokens(x.now); t.refresh != "" {
		return idOf(t), nil
	}
	return sha256.Sum256([]byte(x.key)), nil
}

func (x *exchange) endTurn() {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.turns--; x.turns == 0 {
		close(x.renewed)
	}
}

// linger is how long the headers wait for a renewal whose caller has lost patience: its tokens are
// to go with them.
const linger = 5 * time.Second

// settle waits for the renewals under way, unless nobody waits for the response any more.
func (x *exchange) settle(gone <-chan struct{}) {
	x.mu.Lock()
	renewed, wait := x.renewed, x.turns > 0 && !x.sent
	x.mu.Unlock()
	if !wait {
		return
	}
	timer := time.NewTimer(linger)
	defer timer.Stop()
	select {
	case <-renewed:
	case <-gone:
	case <-timer.C:
	}
}

// commit adds the cookies that have changed to the headers of the response, the first time it is
// called.
func (x *exchange) commit(s *Store, header http.Header) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.sent {
		return
	}
	x.sent = true
	changed := false
	for _, name := range slices.Sorted(maps.Keys(x.now)) {
		if was, there := x.got[name]; !there || was != x.now[name] {
			header.Add("Set-Cookie", s.cookie(name, x.now[name]).String())
			changed = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(x.got)) {
		if _, there := x.now[name]; !there {
			header.Add("Set-Cookie", s.deletion(name))
			changed = true
		}
	}
	if changed {
		header.Set("Cache-Control", "no-store") // a cache would hand the tokens to others
	}
}

// settings are what all cookies have in common.
type settings struct {
	clientID string
	names    names
	domain   string
	sameSite http.SameSite
	httpOnly bool
}

const (
	maxAge        = 365 * 24 * time.Hour // Amplify's
	maxPendingAge = time.Hour            // no sign-in takes so long
)

func (s settings) cookie(name, value string) *http.Cookie {
	c := &http.Cookie{ //nolint:gosec // Amplify in the browser reads its own
		Name: encodeName(name), Value: encodeValue(value), Path: "/", Domain: s.domain, SameSite: s.sameSite, Secure: true,
		HttpOnly: s.httpOnly || s.names.isPending(name) || s.names.isDeviceState(name), MaxAge: int(maxAge.Seconds()),
	}
	if s.names.isPending(name) {
		c.MaxAge = int(maxPendingAge.Seconds())
	}
	return c
}

// deletion is the header that makes a browser drop a cookie; it must be of the same path and
// domain.
func (s settings) deletion(name string) string {
	gone := s.cookie(name, "") //nolint:gosec // as those that it removes
	gone.MaxAge = -1
	return gone.String()
}
