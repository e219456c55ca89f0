package main

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestALateWaiterKeepsWhatWasCreatedAnew: who waited for a creation that failed, and learns of it
// only after another call has created the thing, must not forget the new one.
func TestALateWaiterKeepsWhatWasCreatedAnew(t *testing.T) {
	t.Parallel()
	errFailed := errors.New("failed")
	var made shared[int]
	late := made.creation("pool", func() (int, error) { return 0, errFailed })
	_, err := made.get("pool", func() (int, error) { return 0, errFailed })
	require.ErrorIs(t, err, errFailed)
	created, err := made.get("pool", func() (int, error) { return 1, nil })
	require.NoError(t, err)
	assert.Equal(t, 1, created)

	_, err = made.wait("pool", late)
	require.ErrorIs(t, err, errFailed)
	again, err := made.get("pool", func() (int, error) { return 2, nil })
	require.NoError(t, err)
	assert.Equal(t, created, again)
}
