package jwt

import (
	"bytes"
	"container/list"
	"crypto/sha256"
	"sync"
	"sync/atomic"
)

// cache is an LRU cache of what is known of tokens, by their hash, so that neither a token nor a
// part of its signature stays in memory. An expired token stays until it is used again or pushed
// out.
type cache[V any] struct {
	size int

	mu      sync.Mutex
	entries map[[sha256.Size]byte]*list.Element
	order   *list.List // of entry[V], the most recently used first
}

type entry[V any] struct {
	id    [sha256.Size]byte
	value V
}

func newCache[V any](size int) *cache[V] {
	return &cache[V]{size: size, entries: map[[sha256.Size]byte]*list.Element{}, order: list.New()}
}

// get returns the value, or V's zero value.
func (c *cache[V]) get(id [sha256.Size]byte) (value V) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element := c.entries[id]
	if element == nil {
		return value
	}
	c.order.MoveToFront(element)
	return element.Value.(entry[V]).value
}

// put adds the value, or replaces an older one.
func (c *cache[V]) put(id [sha256.Size]byte, value V) {
	if c.size == 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if element := c.entries[id]; element != nil {
		element.Value = entry[V]{id, value}
		return
	}
	if c.order.Len() >= c.size {
		c.drop(c.order.Back())
	}
	c.entries[id] = c.order.PushFront(entry[V]{id, value})
}

func (c *cache[V]) remove(id [sha256.Size]byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element := c.entries[id]; element != nil {
		c.drop(element)
	}
}

// drop removes the element. The caller holds c.mu.
func (c *cache[V]) drop(element *list.Element) {
	delete(c.entries, c.order.Remove(element).(entry[V]).id)
}

// maxHeaders is the size of a [headerCache]. A pool signs its access and its ID tokens with a key
// each, and has others while it changes them.
const maxHeaders = 16

// headerCache holds the headers of tokens whose signatures were valid. All tokens that a key signs
// have the same header, so decoding it once serves all. The zero value is empty.
type headerCache struct {
	headers atomic.Pointer[[]knownHeader] // the newest first; replaced, never changed
}

type knownHeader struct {
	header
	encoded []byte
}

func (c *headerCache) get(encoded []byte) (header, bool) {
	if known := c.headers.Load(); known != nil {
		for _, h := range *known {
			if bytes.Equal(h.encoded, encoded) {
				return h.header, true
			}
		}
	}
	return header{}, false
}

// put adds a header. Of two that are added at the same time one may be lost.
func (c *headerCache) put(encoded []byte, h header) {
	headers := []knownHeader{{header: h, encoded: bytes.Clone(encoded)}}
	if known := c.headers.Load(); known != nil {
		headers = append(headers, (*known)[:min(len(*known), maxHeaders-1)]...)
	}
	c.headers.Store(&headers)
}
