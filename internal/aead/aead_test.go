package aead_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

var (
	key      = bytes.Repeat([]byte{7}, aead.KeySize)
	otherKey = bytes.Repeat([]byte{8}, aead.KeySize)
)

func newKeys(t *testing.T, first []byte, others ...[]byte) aead.Keys {
	t.Helper()
	keys, err := aead.NewKeys(first, others...)
	require.NoError(t, err)
	return keys
}

func TestNewKeys_refusesKeysOfAnotherLength(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, aead.KeySize - 1, aead.KeySize + 1} {
		_, err := aead.NewKeys(make([]byte, size))
		require.ErrorContains(t, err, "bytes long, want 32")
		_, err = aead.NewKeys(key, make([]byte, size))
		require.ErrorContains(t, err, "bytes long, want 32")
	}
}

func TestNewKeys_keepsCopies(t *testing.T) {
	t.Parallel()
	mine := bytes.Clone(key)
	keys := newKeys(t, mine)
	sealed, err := keys.Seal(aead.Binding{}, nil, []byte("secret"))
	require.NoError(t, err)
	clear(mine)
	_, err = keys.Open(aead.Binding{}, 0, sealed)
	require.NoError(t, err)
}

func TestSeal_usesRandomNonces(t *testing.T) {
	t.Parallel()
	keys := newKeys(t, key)
	first, err := keys.Seal(aead.Binding{Purpose: "a"}, nil, []byte("secret"))
	require.NoError(t, err)
	second, err := keys.Seal(aead.Binding{Purpose: "a"}, nil, []byte("secret"))
	require.NoError(t, err)
	assert.NotEqual(t, first, second)
	assert.Len(t, first, 12+len("secret")+16)
}

func TestZeroKeys_neitherSealNorOpen(t *testing.T) {
	t.Parallel()
	sealed, err := newKeys(t, key).Seal(aead.Binding{}, nil, []byte("secret"))
	require.NoError(t, err)
	var none aead.Keys
	_, err = none.Seal(aead.Binding{}, nil, []byte("secret"))
	require.Error(t, err)
	_, err = none.Open(aead.Binding{}, 0, sealed)
	require.ErrorIs(t, err, aead.ErrOpen)
}

func TestOpen_needsTheSameKeyHeaderAndBinding(t *testing.T) {
	t.Parallel()
	binding := aead.Binding{Purpose: "a", Name: "alice"}
	sealed, err := newKeys(t, key).Seal(binding, []byte("v1"), []byte("secret"))
	require.NoError(t, err)
	require.Equal(t, "v1", string(sealed[:2]))
	tests := map[string]struct {
		keys       aead.Keys
		binding    aead.Binding
		headerSize int
		sealed     []byte
		opens      bool
	}{
		"all the same":          {newKeys(t, key), binding, 2, sealed, true},
		"the key is an old one": {newKeys(t, otherKey, key), binding, 2, sealed, true},
		"another key":           {newKeys(t, otherKey), binding, 2, sealed, false},
		"another purpose":       {newKeys(t, key), aead.Binding{Purpose: "b", Name: "alice"}, 2, sealed, false},
		"another name":          {newKeys(t, key), aead.Binding{Purpose: "a", Name: "bob"}, 2, sealed, false},
		"another header":        {newKeys(t, key), binding, 2, append([]byte("v2"), sealed[2:]...), false},
		"another header size":   {newKeys(t, key), binding, 1, sealed, false},
		"no room for a header":  {newKeys(t, key), binding, 2, sealed[:1], false},
		"empty":                 {newKeys(t, key), binding, 0, nil, false},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain, err := tt.keys.Open(tt.binding, tt.headerSize, tt.sealed)
			if !tt.opens {
				require.ErrorIs(t, err, aead.ErrOpen)
				assert.Nil(t, plain)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, "secret", string(plain))
		})
	}
}

func TestSeal_usesTheFirstKey(t *testing.T) {
	t.Parallel()
	sealed, err := newKeys(t, otherKey, key).Seal(aead.Binding{}, nil, []byte("secret"))
	require.NoError(t, err)
	_, err = newKeys(t, key).Open(aead.Binding{}, 0, sealed)
	require.ErrorIs(t, err, aead.ErrOpen)
	_, err = newKeys(t, otherKey).Open(aead.Binding{}, 0, sealed)
	require.NoError(t, err)
}
