package auth

import (
	"container/list"
	"context"
	"crypto/sha256"
	"sync"
	"time"
)

// A reading is what a record says of somebody who is signed in, taken apart, and without the
// refresh token. Many goroutines share one, so nothing in it may be changed.
type reading struct {
	unprinted
	session AuthSession
	details SignInDetails
	// imported tokens prove nothing once they have expired.
	imported bool
	lifetime
}

func (t *tokens) read() (*reading, error) {
	session, err := t.decode()
	if err != nil {
		return nil, err
	}
	return &reading{session: session, details: t.SignInDetails, imported: t.Imported, lifetime: t.lifetime}, nil
}

// read returns the tokens that the session's record has, whether or not they are good. The Store is
// asked every time, so that what another process did counts at once; but a record that is still the
// same is not taken apart again.
func (s *Session) read(ctx context.Context) (*reading, error) {
	since := s.client.readings.now()
	record, err := s.loadRecord(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(record.Data)
	if known := s.client.readings.get(s.key, sum); known != nil {
		return known, nil
	}
	st, err := s.open(record)
	if err != nil {
		return nil, err
	}
	if st.Tokens == nil {
		return nil, st.signedOut()
	}
	got, err := st.Tokens.read()
	if err != nil {
		return nil, err
	}
	s.client.readings.put(s.key, sum, got, since)
	return got, nil
}

// maxReadings bounds how many sessions a Client remembers the reading of. One takes some 6 kB.
const maxReadings = 4096

// readings are what this Client has read last: one reading per session key, good for the one record
// whose hash it goes by. They hold access and ID tokens in memory, which is why they go: when the
// record is found changed or gone, when the session ends here, when others are used more, and when
// the access token has expired and nobody asks any more.
type readings struct {
	redacted
	limit int
	mu    sync.Mutex
	ends  uint64 // how many sessions have ended here
	byKey map[string]*list.Element
	order list.List // of *remembered, the one used last in front
}

type remembered struct {
	redacted
	key string
	sum [sha256.Size]byte
	*reading
}

func newReadings(limit int) *readings {
	return &readings{limit: limit, byKey: make(map[string]*list.Element)}
}

// now marks a moment: put keeps nothing that was loaded before a session ended.
func (r *readings) now() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.ends
}

// get returns the reading of the record with that hash, or nil. What was read of another record
// under the key is dropped.
func (r *readings) get(key string, sum [sha256.Size]byte) *reading {
	r.mu.Lock()
	defer r.mu.Unlock()
	found, ok := r.byKey[key]
	if !ok {
		return nil
	}
	known := found.Value.(*remembered)
	if known.sum != sum {
		r.remove(found)
		return nil
	}
	r.order.MoveToFront(found)
	return known.reading
}

// put remembers what was read from a record that was loaded after the moment since, unless the
// access token has expired.
func (r *readings) put(key string, sum [sha256.Size]byte, got *reading, since uint64) {
	now := time.Now()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.ends != since || !got.valid(now) {
		return
	}
	if older, ok := r.byKey[key]; ok {
		r.remove(older)
	}
	r.byKey[key] = r.order.PushFront(&remembered{key: key, sum: sum, reading: got})
	for last := r.order.Back(); len(r.byKey) > r.limit || !last.Value.(*remembered).valid(now); last = r.order.Back() {
		r.remove(last)
	}
}

// forget drops what was read of a session that has ended.
func (r *readings) forget(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ends++
	if found, ok := r.byKey[key]; ok {
		r.remove(found)
	}
}

func (r *readings) remove(e *list.Element) {
	delete(r.byKey, e.Value.(*remembered).key)
	r.order.Remove(e)
}
