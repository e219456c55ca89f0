package jwt

import (
	"container/list"
	"crypto/sha256"
	"sync"
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
