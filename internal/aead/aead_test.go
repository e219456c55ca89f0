package aead_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/amplifyauth/amplify-auth-go/internal/aead"
)

func TestNew_refuses(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, aead.KeySize - 1, aead.KeySize + 1} {
		_, err := aead.New(make([]byte, size), "a")
		require.ErrorContains(t, err, "bytes long, want 32")
	}
}

func TestOnlyTheSameKeyAndPurposeOpen(t *testing.T) {
	t.Parallel()
	key := bytes.Repeat([]byte{7}, aead.KeySize)
	sealer, err := aead.New(key, "a")
	require.NoError(t, err)
	sealed := sealer.Seal(nil, nil, []byte("secret"), []byte("name"))
	again := sealer.Seal(nil, nil, []byte("secret"), []byte("name"))
	assert.NotEqual(t, sealed, again, "nonces are random")

	tests := []struct {
		name    string
		key     []byte
		purpose string
		binding string
		opens   bool
	}{
		{"the same", key, "a", "name", true},
		{"another key", bytes.Repeat([]byte{8}, aead.KeySize), "a", "name", false},
		{"another purpose", key, "b", "name", false},
		{"another name", key, "a", "other", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			opener, err := aead.New(tt.key, tt.purpose)
			require.NoError(t, err)
			plain, err := opener.Open(nil, nil, sealed, []byte(tt.binding))
			if !tt.opens {
				require.Error(t, err)
				return
			}
			require.NoError(t, err)
			assert.Equal(t, "secret", string(plain))
		})
	}
}
