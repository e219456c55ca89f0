package identitypool

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/amplifyauth/amplify-auth-go/auth"
)

// maxHolders bounds the credentials that a Pool remembers.
const maxHolders = 4096

// holder is a person or a guest, with the identity and the credentials that the identity pool gave
// them. As an aws.CredentialsProvider, for its own cache, it gets new credentials.
type holder struct {
	redacted
	pool    *Pool
	session *auth.Session // nil for a guest
	sub     string

	mu    sync.Mutex
	id    string    // of the identity; empty if it is not known yet
	end   time.Time // of the newest credentials, by this machine's clock
	cache *aws.CredentialsCache
}

func newHolder(p *Pool, session *auth.Session, sub, identityID string) *holder {
	h := &holder{pool: p, session: session, sub: sub, id: identityID}
	h.cache = aws.NewCredentialsCache(h)
	return h
}

// holderKey identifies a session by its Client and its key. Its device scope makes no difference.
func holderKey(session *auth.Session) auth.Session { return *session.OnDevice("") }

// holder returns the holder for the person who is signed in to the session. It takes the place of
// whoever was before. If there are too many, any other one is forgotten.
func (p *Pool) holder(session *auth.Session, sub string) *holder {
	key := holderKey(session)
	p.mu.Lock()
	defer p.mu.Unlock()
	if known := p.holders[key]; known != nil && known.sub == sub {
		return known
	}
	delete(p.holders, key)
	for other := range p.holders {
		if len(p.holders) < maxHolders {
			break
		}
		delete(p.holders, other)
	}
	p.holders[key] = newHolder(p, session, sub, "")
	return p.holders[key]
}

// forget drops the credentials of a session that is over.
func (p *Pool) forget(session *auth.Session) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.holders, holderKey(session))
}

// credentials returns the credentials in the cache, or waits for new ones.
func (h *holder) credentials(ctx context.Context) (aws.Credentials, error) {
	h.mu.Lock()
	cache := h.cache
	h.mu.Unlock()
	credentials, err := cache.Retrieve(ctx)
	var shared *auth.Error
	switch {
	case err == nil:
		return credentials, nil
	case ctx.Err() != nil:
		return aws.Credentials{}, ctx.Err()
	case errors.As(err, &shared):
		return aws.Credentials{}, shared // without the cache's words around it
	default:
		return aws.Credentials{}, err
	}
}

// renew begins a new cache: credentials that a request under way brings to the old one are not
// used.
func (h *holder) renew() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.cache = aws.NewCredentialsCache(h)
}

// Retrieve implements aws.CredentialsProvider for the holder's cache. The cache calls it once at a
// time, with a context that no caller can cancel.
func (h *holder) Retrieve(ctx context.Context) (aws.Credentials, error) {
	ctx, cancel := context.WithTimeout(ctx, flightTimeout)
	defer cancel()
	got, err := h.exchange(ctx)
	if err != nil {
		return aws.Credentials{}, err
	}
	h.mu.Lock()
	h.end = got.Expires
	h.mu.Unlock()
	margin := min(h.pool.margin, time.Until(got.Expires)/2)
	got.Expires = got.Expires.Add(-margin + upTo(margin/2))
	return got.Credentials, nil
}

// upTo returns a random part of d.
func upTo(d time.Duration) time.Duration {
	var b [1]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand ends the program rather than return an error
	return d * time.Duration(b[0]) / 256
}

// While the service cannot be asked, old credentials are used again for staleFor at a time, but not
// for the last lastMoment of their life.
const (
	staleFor   = 30 * time.Second
	lastMoment = 30 * time.Second
)

// HandleFailToRefresh implements aws.HandleFailRefreshCredentialsCacheStrategy: a failure that may
// pass does not matter as long as the old credentials are valid.
func (h *holder) HandleFailToRefresh(_ context.Context, old aws.Credentials, failure error) (aws.Credentials, error) {
	h.mu.Lock()
	end := h.end.Add(-lastMoment)
	h.mu.Unlock()
	now := time.Now()
	if !old.HasKeys() || !now.Before(end) || !passing(failure) {
		return aws.Credentials{}, failure
	}
	old.Expires = now.Add(min(staleFor, end.Sub(now)))
	return old, nil
}

// known returns the id of the identity, or "".
func (h *holder) known() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.id
}

func (h *holder) know(id string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.id = id
}
