// Package lru has a cache of limited size, whose entries end.
package lru

import (
	"container/list"
	"sync"
	"time"
)

// A Cache keeps values by their keys until they end or are pushed out: the least recently used goes
// first. An entry that has ended stays in memory until it is asked for, pushed out, or the least
// recently used. It is safe for concurrent use.
type Cache[K comparable, V any] struct {
	size int

	mu    sync.Mutex
	byKey map[K]*list.Element
	order list.List // of entry[K, V], the most recently used in front
}

type entry[K comparable, V any] struct {
	key   K
	value V
	until time.Time
}

// New returns a Cache that holds up to size values. With a size of 0 or less it holds none.
func New[K comparable, V any](size int) *Cache[K, V] {
	return &Cache[K, V]{size: size, byKey: map[K]*list.Element{}}
}

// Get returns the value under key, if there is one that has not ended.
func (c *Cache[K, V]) Get(key K) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	element, ok := c.byKey[key]
	if !ok {
		return value, false
	}
	found := element.Value.(entry[K, V])
	if found.over(time.Now()) {
		c.drop(element)
		return value, false
	}
	c.order.MoveToFront(element)
	return found.value, true
}

// Put adds the value, or replaces an older one. It ends at until.
func (c *Cache[K, V]) Put(key K, value V, until time.Time) {
	if c.size <= 0 {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if older, ok := c.byKey[key]; ok {
		c.drop(older)
	}
	now := time.Now()
	for last := c.order.Back(); last != nil; last = c.order.Back() {
		if len(c.byKey) < c.size && !last.Value.(entry[K, V]).over(now) {
			break
		}
		c.drop(last)
	}
	c.byKey[key] = c.order.PushFront(entry[K, V]{key, value, until})
}

// Remove removes the value under key, if there is one.
func (c *Cache[K, V]) Remove(key K) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if element, ok := c.byKey[key]; ok {
		c.drop(element)
	}
}

// Len returns how many values are in memory.
func (c *Cache[K, V]) Len() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.byKey)
}

// drop removes the element. The caller holds c.mu.
func (c *Cache[K, V]) drop(element *list.Element) {
	delete(c.byKey, c.order.Remove(element).(entry[K, V]).key)
}

func (e entry[K, V]) over(now time.Time) bool { return !now.Before(e.until) }
