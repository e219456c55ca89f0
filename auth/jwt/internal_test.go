package jwt

import (
	"crypto/rsa"
	"fmt"
	"math/big"
	"testing"

	"github.com/stretchr/testify/assert"
)

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

// The headers of some keys stay known, those of the last ones.
func TestHeadersOfSeveralKeysStayKnown(t *testing.T) {
	t.Parallel()
	var c headerCache
	encoded := func(n int) []byte { return fmt.Appendf(nil, "header-%d", n) }
	_, known := c.get(encoded(0))
	assert.False(t, known)
	for n := range maxHeaders + 1 {
		c.put(encoded(n), header{KeyID: fmt.Sprint(n)})
	}
	for n := range maxHeaders {
		h, known := c.get(encoded(n + 1))
		assert.True(t, known, n+1)
		assert.Equal(t, fmt.Sprint(n+1), h.KeyID)
	}
	_, known = c.get(encoded(0))
	assert.False(t, known, "the oldest goes")
}
