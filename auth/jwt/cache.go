package jwt

import (
	"container/list"
	"crypto/sha256"
	"sync"
)

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
