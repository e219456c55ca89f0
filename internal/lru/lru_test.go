package lru_test

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	"github.com/amplifyauth/amplify-auth-go/internal/lru"
)

func has(c *lru.Cache[string, int], key string) bool {
	_, ok := c.Get(key)
	return ok
}

func TestCacheKeepsTheLastUsed(t *testing.T) {
	t.Parallel()
	later := time.Now().Add(time.Hour)
	c := lru.New[string, int](2)
	c.Put("a", 1, later)
	c.Put("b", 2, later)
	assert.True(t, has(c, "a"))
	c.Put("c", 3, later)
	assert.False(t, has(c, "b"), "the one not used for longest goes")
	assert.True(t, has(c, "a"))
	assert.True(t, has(c, "c"))

	c.Put("a", 4, later)
	value, ok := c.Get("a")
	assert.True(t, ok)
	assert.Equal(t, 4, value, "replaced")
	assert.True(t, has(c, "c"), "to replace one pushes out none")
	c.Remove("a")
	c.Remove("a")
	assert.False(t, has(c, "a"))
	assert.Equal(t, 1, c.Len())
}

func TestCacheWithoutASizeIsEmpty(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, -1} {
		c := lru.New[string, int](size)
		c.Put("a", 1, time.Now().Add(time.Hour))
		assert.False(t, has(c, "a"))
		assert.Zero(t, c.Len())
	}
}

func TestEntriesEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := lru.New[string, int](10)
		for _, key := range []string{"a", "b", "c"} {
			c.Put(key, 1, time.Now().Add(time.Minute))
		}
		c.Put("d", 1, time.Now().Add(time.Hour))
		time.Sleep(time.Minute - 1)
		assert.True(t, has(c, "c"))
		time.Sleep(time.Nanosecond)
		assert.False(t, has(c, "c"))
		assert.Equal(t, 3, c.Len(), "the one that was asked for is gone")
		c.Put("e", 1, time.Now().Add(time.Hour))
		assert.Equal(t, 2, c.Len(), "those that were used before any other are gone")
		assert.True(t, has(c, "d"))
		assert.True(t, has(c, "e"))
	})
}

func TestCacheIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	c := lru.New[int, int](10)
	var done sync.WaitGroup
	for n := range 8 {
		done.Go(func() {
			for i := range 1000 {
				c.Put(i%(n+10), i, time.Now().Add(time.Hour))
				c.Get(i % 7)
				c.Remove(i % 5)
			}
		})
	}
	done.Wait()
	assert.LessOrEqual(t, c.Len(), 10)
}
