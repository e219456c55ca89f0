package jwt

import (
	"crypto/rsa"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCacheKeepsTheLastUsed(t *testing.T) {
	t.Parallel()
	c := newCache[*verified](2)
	a, b, d := &verified{keyID: "a"}, &verified{keyID: "b"}, &verified{keyID: "d"}
	c.put([32]byte{1}, a)
	c.put([32]byte{2}, b)
	assert.Same(t, a, c.get([32]byte{1}))
	c.put([32]byte{3}, d)
	assert.Nil(t, c.get([32]byte{2}), "the one not used for longest goes")
	assert.Same(t, a, c.get([32]byte{1}))
	assert.Same(t, d, c.get([32]byte{3}))

	c.put([32]byte{1}, b)
	assert.Same(t, b, c.get([32]byte{1}), "proved anew")
	c.remove([32]byte{1})
	c.remove([32]byte{1})
	assert.Nil(t, c.get([32]byte{1}))
	assert.Len(t, c.entries, 1)
	assert.Equal(t, 1, c.order.Len())

	off := newCache[*verified](0)
	off.put([32]byte{1}, a)
	assert.Nil(t, off.get([32]byte{1}))
}

// Cached tokens stay cached when the same keys are fetched again.
func TestEqualKeysKeepTheirPointers(t *testing.T) {
	t.Parallel()
	key := func(n int64) *rsa.PublicKey { return &rsa.PublicKey{N: big.NewInt(n), E: 3} }
	s, first := &keySet{}, key(15)
	s.finish(&fetch{}, map[string]*rsa.PublicKey{"a": first}, nil)
	s.finish(&fetch{}, map[string]*rsa.PublicKey{"a": key(15)}, nil)
	assert.Same(t, first, s.keys["a"])
	s.finish(&fetch{}, map[string]*rsa.PublicKey{"a": key(21)}, nil)
	assert.NotSame(t, first, s.keys["a"])
}
